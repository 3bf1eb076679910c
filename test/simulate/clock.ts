// Time in a simulated year: the true time, which leases run by, and the process's own clock, which may be wrong.
import type { LeaseClock } from '../../src/delivery/lease-clock.ts'
import type { Clock } from '../../src/kernel/clock.ts'
import { zone } from './japan.ts'

export const at = (local: string): Temporal.Instant =>
  Temporal.PlainDateTime.from(local).toZonedDateTime(zone).toInstant()

export const dayOf = (instant: Temporal.Instant): Temporal.PlainDate =>
  instant.toZonedDateTimeISO(zone).toPlainDate()

/**
 * On a busy machine real limits (Prisma's of a transaction, a send's of its answer) would run out in the middle of
 * simulated moments, and no seed would go the same way again: while `work` goes on, timers of a second and more never
 * go off. On a server (TEST_DATABASE_URL) they do: there one may wait for another's lock.
 */
export async function withoutRealTime<T>(work: () => Promise<T>): Promise<T> {
  if (process.env.TEST_DATABASE_URL) return work()
  const real = globalThis.setTimeout
  const never = (): NodeJS.Timeout => {
    const timer = real(() => {}, 1)
    clearTimeout(timer)
    return timer
  }
  globalThis.setTimeout = Object.assign(
    (then: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
      ms >= 1_000 ? never() : real(then, ms, ...args),
    real,
  ) as typeof real
  try {
    return await work()
  } finally {
    globalThis.setTimeout = real
  }
}

export class SimulatedTime {
  #now: Temporal.Instant
  /** How wrong the clocks on the wall are. */
  #skew = 0

  constructor(start: Temporal.Instant) {
    this.#now = start
  }

  get now(): Temporal.Instant {
    return this.#now
  }

  /** Forward only. */
  to(instant: Temporal.Instant): void {
    if (Temporal.Instant.compare(instant, this.#now) > 0) this.#now = instant
  }

  /** Until the process's clock says so. */
  reach(instant: Temporal.Instant): void {
    this.to(instant.subtract({ minutes: this.#skew }))
  }

  pass(seconds: number): void {
    this.#now = this.#now.add({ milliseconds: Math.round(seconds * 1_000) })
  }

  /** Runs with the domain clock so many minutes off; leases go by true time. */
  async skewed<T>(minutes: number, work: () => Promise<T>): Promise<T> {
    this.#skew = minutes
    try {
      return await work()
    } finally {
      this.#skew = 0
    }
  }

  readonly clock: Clock = { now: () => this.#now.add({ minutes: this.#skew }) }
  readonly leases: Clock = { now: () => this.#now }
  readonly leaseClock: LeaseClock = { now: async () => this.#now }
}

/** Those who wait for a moment, let go on one after the other in the order of their moments. */
export class Turns {
  readonly #time: SimulatedTime
  #waiting: { readonly at: Temporal.Instant; readonly go: () => void }[] = []
  #awake = false

  constructor(time: SimulatedTime) {
    this.#time = time
  }

  readonly until = (at: Temporal.Instant): Promise<void> =>
    new Promise((go) => {
      this.#waiting.push({ at, go })
      this.#wake()
    })

  get nobody(): boolean {
    return this.#waiting.length === 0
  }

  /** Once all that can go on without time has gone on. */
  #wake(): void {
    if (this.#awake) return
    this.#awake = true
    setImmediate(() => {
      this.#awake = false
      this.#waiting.sort((a, b) => Temporal.Instant.compare(a.at, b.at))
      const next = this.#waiting.shift()
      if (!next) return
      this.#time.reach(next.at)
      next.go()
      if (!this.nobody) this.#wake()
    })
  }

  /** Ends when nobody waits any more. */
  async over(): Promise<void> {
    while (!this.nobody) await new Promise<void>((resolve) => setImmediate(resolve))
  }
}
