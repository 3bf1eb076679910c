// A city that lives through a year while its process dies again and again: time, the database, the platforms, and the
// composed core that is put together anew after every death.
import { createHash } from 'node:crypto'
import type { InboundEvent, Reply } from '../../src/chat/chat.ts'
import { type City, composeCity } from '../../src/compose.ts'
import type { NoticeKind } from '../../src/delivery/notice.ts'
import type { FeatureFactory } from '../../src/features/feature.ts'
import { features } from '../../src/features/index.ts'
import type { Log } from '../../src/kernel/log.ts'
import { secretOf } from '../../src/kernel/secret.ts'
import { Chaos, type FaultKind } from './chaos.ts'
import { dayOf, SimulatedTime, Turns } from './clock.ts'
import { type SharedDatabase, sharedDatabase } from './database.ts'
import { zone } from './japan.ts'
import { slowerRates } from './pace.ts'
import { killed, type SimulatedProcess } from './process.ts'
import { type Chance, chanceOf, streamOf, uuidOf } from './random.ts'
import { type Arrival, Station } from './station.ts'

export interface WorldOptions {
  /** The seed of everything that people do. */
  readonly city: number
  readonly start: Temporal.Instant
  /** The seed of what goes wrong, and which kinds do; without it nothing does. */
  readonly faults: { readonly seed: number; readonly kinds: readonly FaultKind[] } | undefined
  readonly extra: FeatureFactory
  /** Hears of every message at the moment it arrives, by the process's own clock. */
  arrived(arrival: Arrival, now: Temporal.Instant, world: World): Promise<void>
  /** Every question is asked of the database itself, also one that it answered before. */
  readonly rereads?: boolean
  /** Hears all that happens, a line each. */
  readonly trace?: (line: string) => void
}

const secret = secretOf(Buffer.alloc(32, 7))

/** As the trace has it: the code of a room is drawn by chance, and so is its picture. */
const traced = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && 'mimeType' in inner && inner.mimeType === 'image/gif'
      ? 'picture'
      : inner,
  ).replace(/「\d{6}」|"\d{3} \d{3}"/g, 'code')

export class World {
  readonly time: SimulatedTime
  readonly #turns: Turns
  readonly chance: Chance
  readonly chaos: Chaos
  /** Errors that the product logged, by what it said. */
  readonly errors = new Map<string, number>()
  /** Those among them that no fault explains. */
  readonly defects = new Set<string>()
  readonly #shared: SharedDatabase
  readonly #stations: readonly Station[]
  readonly #options: WorldOptions
  /** What processes do differently from seed to seed: jitter, tokens, how long they are away. */
  readonly #luck: Chance
  readonly #told = createHash('sha256')
  readonly #token: () => string
  readonly #flow: () => string
  readonly #jitter: () => number
  #process: SimulatedProcess | undefined
  #city: City | undefined
  #under: Promise<unknown> = Promise.resolve()
  /** What the observer itself threw: ends the run. */
  broken: unknown
  /** When a process's clock was wrong last. */
  clockWrongAt: Temporal.Instant | undefined
  /** Questions of the programmes for what else falls due. */
  wakes: readonly string[] = []
  deaths = 0
  events = 0
  /** Events that the product gave up and said so, after the process had died over them again and again. */
  givenUp = 0
  ticks = 0

  static async open(options: WorldOptions): Promise<World> {
    const chaos = new Chaos(chanceOf((options.faults?.seed ?? 0) + 7_919), options.faults?.kinds ?? [])
    const migrating = chaos.armMigration(0.3) ? chaos.decide : undefined
    const shared = await sharedDatabase({ migrating, ...(options.rereads && { rereads: true }) })
    chaos.disarm()
    const world = new World(options, chaos, shared)
    await world.#boot()
    return world
  }

  private constructor(options: WorldOptions, chaos: Chaos, shared: SharedDatabase) {
    this.#options = options
    this.#shared = shared
    this.time = new SimulatedTime(options.start)
    this.#turns = new Turns(this.time)
    this.chance = chanceOf(options.city)
    this.chaos = chaos
    this.chaos.stall = (crosswise) => this.#stall(crosswise)
    this.chaos.struck = (kind) => {
      this.chaos.counts[kind] += 1
      this.tell(`fault ${kind}`)
    }
    const hear = async (arrival: Arrival) => {
      const { platform, to, token, card } = arrival
      this.tell(`arrives ${platform} ${to.user} ${token} ${traced(card)}`)
      try {
        await options.arrived(arrival, this.time.clock.now(), this)
      } catch (error) {
        // The product must not take a fault of the observer for one of the platform.
        this.broken ??= error
      }
    }
    const nowMs = () => this.time.now.epochMilliseconds
    this.#stations = (['slack', 'teams'] as const).map(
      (platform) => new Station(platform, this.chaos, nowMs, hear),
    )
    this.#luck = chanceOf((options.faults?.seed ?? options.city) + 104_729)
    const tokens = streamOf(this.#luck, 'token')
    this.#token = () => uuidOf(tokens)
    const flows = streamOf(this.#luck, 'flow')
    this.#flow = () => uuidOf(flows)
    this.#jitter = streamOf(this.#luck, 'jitter')
  }

  /** Into the trace, by which two runs of one seed are compared. */
  tell(line: string): void {
    const told = `${this.time.now} ${line}`
    this.#told.update(`${told}\n`)
    this.#options.trace?.(told)
  }

  /** Of all that has happened. */
  get digest(): string {
    return this.#told.copy().digest('hex').slice(0, 16)
  }

  get city(): City {
    if (!this.#city) throw new Error('nothing is running')
    return this.#city
  }

  ask<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]> {
    return this.#shared.ask<Row>(sql, values)
  }

  get today(): Temporal.PlainDate {
    return dayOf(this.time.now)
  }

  #compose(process: SimulatedProcess): City {
    const complain = (fields: unknown, line?: string) => {
      const text = line ?? String(fields)
      this.errors.set(text, (this.errors.get(text) ?? 0) + 1)
      this.tell(`error ${text}`)
      const { err } = fields as { err?: unknown }
      // No fault of the world brings these about: whatever else went wrong, the program is at fault.
      if (err instanceof TypeError || err instanceof RangeError || err instanceof ReferenceError)
        this.defects.add(`${text}: ${err.name} ${err.message}`)
      this.#options.trace?.(String((fields as { err?: Error }).err?.stack ?? ''))
    }
    const log: Log = { debug() {}, info() {}, warn() {}, error: complain as Log['error'] }
    return composeCity({
      db: process.db,
      clock: this.time.clock,
      zone,
      rates: slowerRates,
      waitUntil: this.#turns.until,
      secret,
      log,
      features: [...features, this.#options.extra],
      platforms: this.#stations.map((station) => station.portOf(process)),
      processMetrics: false,
      delivery: {
        leaseClock: this.time.leaseClock,
        random: this.#jitter,
        newToken: this.#token,
        vacuums: false,
      },
      intake: {
        leases: this.time.leases,
        newFlow: this.#flow,
        changed: () => {},
        pause: async (ms) => this.time.pass(ms / 1000),
      },
    })
  }

  async #boot(): Promise<void> {
    this.#process = await this.#shared.start(this.chaos.decide)
    this.#city = this.#compose(this.#process)
  }

  /** A new process after a death, some time later; it takes up what the dead one left, as `main.ts` does. */
  async #reboot(): Promise<void> {
    this.deaths += 1
    this.tell('death')
    this.chaos.disarm()
    this.time.pass(this.#luck.below(60, 'reboot', this.deaths))
    await this.#boot()
    const owner = this.#luck.hits(0.5, 'owner', this.deaths)
    await this.city.intake.recover(this.time.clock.now(), { owner })
  }

  /** Runs in the present process; after its death `killed`, and the next process is there. */
  async #run<T>(work: (city: City) => Promise<T>): Promise<T | typeof killed | Error> {
    const process = this.#process
    if (!process) throw new Error('nothing is running')
    const running = process
      .run(() => work(this.city))
      .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))))
    this.#under = running
    const end = await running
    this.chaos.disarm()
    if (this.broken) throw this.broken
    if (end === killed) await this.#reboot()
    return end
  }

  /** Another process does all that is due while the present one stands still at a point for five minutes. */
  async #stall(crosswise: boolean): Promise<void> {
    const other = await this.#shared.start(() => 'go-on')
    const city = this.#compose(other)
    this.time.pass(300)
    const first = this.#under
    let goOn: () => void = () => {}
    const resumed = new Promise<void>((resolve) => {
      goOn = resolve
    })
    if (crosswise)
      for (const station of this.#stations)
        station.during = async () => {
          for (const each of this.#stations) each.during = undefined
          goOn()
          await first
        }
    const done = other
      .run(() => city.delivery.runDue())
      .catch(() => {})
      .finally(() => {
        for (const each of this.#stations) each.during = undefined
        goOn()
        other.retire()
      })
    this.#beside = done
    await resumed
  }
  #beside: Promise<unknown> = Promise.resolve()

  /** One look for due work, with whatever goes wrong in it. */
  async tick(): Promise<void> {
    this.ticks += 1
    this.tell('tick')
    const { chaos } = this
    // One wrong hour at a time: what waited for a retry through two of them would be late by both.
    const right = (this.clockWrongAt?.until(this.time.now).total('hours') ?? 2) >= 2
    const forward = right && chaos.happens('clock-forward', 0.01, this.ticks)
    const back = right && !forward && chaos.happens('clock-back', 0.01, this.ticks)
    if (forward || back) this.clockWrongAt = this.time.now
    chaos.armDelivery(0.25)
    await this.time.skewed(forward ? 60 : back ? -60 : 0, () =>
      this.#run(async (city) => {
        await city.delivery.runDue()
        await this.#turns.over()
      }),
    )
    await this.#beside
  }

  /** Lives on until `target`: days open, what falls due is sent, what failed is tried again. */
  async until(target: Temporal.Instant): Promise<void> {
    while (Temporal.Instant.compare(this.time.now, target) < 0) {
      const [row] = await this.ask<{ ms: number | null }>(
        `SELECT (extract(epoch FROM least(
           (SELECT min(due_at) FROM notice WHERE status = 'planned'),
           (SELECT min(CASE status WHEN 'claimed' THEN leased_until ELSE next_at END) FROM outbox
             WHERE status IN ('waiting', 'unknown', 'claimed')),
           (SELECT min(leased_until) FROM inbox WHERE status = 'received'),
           ${this.wakes.map((question) => `(${question}),`).join('')}
           -- a day whose opening failed is opened with the next look, a minute later
           CASE WHEN NOT EXISTS (SELECT FROM job_run WHERE name = 'day-opened' AND last_at >= $1)
             THEN $1::timestamptz END)) * 1000)::float8 AS ms`,
        [new Date(this.today.toZonedDateTime(zone).epochMilliseconds)],
      )
      const now = this.time.now
      const soonest = now.add({ minutes: 1 })
      const midnight = this.today.add({ days: 1 }).toZonedDateTime(zone).toInstant().add({ minutes: 1 })
      const due = row?.ms == null ? midnight : Temporal.Instant.fromEpochMilliseconds(Math.ceil(row.ms))
      const next = [due, midnight, target].reduce((a, b) => (Temporal.Instant.compare(a, b) <= 0 ? a : b))
      if (next === target && Temporal.Instant.compare(due, target) > 0) return this.time.to(target)
      this.time.to(Temporal.Instant.compare(next, soonest) < 0 && next !== target ? soonest : next)
      await this.tick()
    }
  }

  /** What the bot answers to one event, however often its process dies over it; the platform delivers it again. */
  async receive(event: InboundEvent): Promise<readonly Reply[]> {
    this.events += 1
    for (let attempt = 1; ; attempt += 1) {
      const before = this.chaos.counts
      const lost = before['database-lost'] + before['database-lost-at-commit']
      if (attempt <= 2) this.chaos.armIntake(0.12)
      const end = await this.#run((city) => city.intake.receive(event))
      if (attempt > 8) throw new Error('an event is never answered')
      const cut = this.chaos.counts['database-lost'] + this.chaos.counts['database-lost-at-commit'] > lost
      this.tell(`event ${event.key} ${end === killed ? 'killed' : traced(end)}`)
      const { until, givenUp } = await this.#howFar(event)
      if (givenUp) {
        // Three processes died over it. People do as they are told then: they press once more.
        this.givenUp += 1
        return this.receive({ ...event, key: `${event.key}:again` })
      }
      if (end !== killed && !(end instanceof Error) && !cut && !until) return end
      // Told that it is under way, the person waits for it; the timer takes up what was put off.
      if (until) {
        this.time.to(until.add({ seconds: 1 }))
        await this.tick()
      }
      // Whoever had the event in hand has lost it by then.
      this.time.pass(62)
    }
  }

  /** `until`: somebody has the event in hand, or it is tried again then; without it it is settled. */
  async #howFar(
    event: InboundEvent,
  ): Promise<{ readonly until?: Temporal.Instant; readonly givenUp: boolean }> {
    const [row] = await this.ask<{ status: string; leased_until: Date | null }>(
      'SELECT status, leased_until FROM inbox WHERE key_hmac = $1',
      [this.#markOf(event)],
    )
    if (row?.status !== 'received' || !row.leased_until) return { givenUp: row?.status === 'failed' }
    return { until: Temporal.Instant.fromEpochMilliseconds(row.leased_until.getTime()), givenUp: false }
  }

  #markOf({ sender: { platform, tenant }, key }: InboundEvent): string {
    return secret.mark(JSON.stringify([platform, tenant, key]))
  }

  /** Something done at the command line: again where the process dies in it. */
  async command<T>(work: (city: City) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      if (attempt === 1) this.chaos.armImport(0.7)
      const end = await this.#run(work)
      if (end instanceof Error) throw end
      if (end !== killed) return end
    }
  }

  /** How an event ended, as the inbox has it. */
  async outcomeOf(event: InboundEvent): Promise<string | null> {
    const [row] = await this.ask<{ outcome: string | null }>(
      'SELECT outcome FROM inbox WHERE key_hmac = $1',
      [this.#markOf(event)],
    )
    return row?.outcome ?? null
  }

  /** What the product says of a kind of notice. */
  kindOf(name: string): NoticeKind | undefined {
    return this.city.features.flatMap(({ notices = [] }) => notices).find(({ kind }) => kind === name)
  }

  effectOf(actionId: string): 'reads' | 'changes' | undefined {
    for (const feature of this.city.features) {
      const found = feature.actions?.[actionId]
      if (found) return found.effect
    }
    return actionId.startsWith('intake.') ? 'reads' : undefined
  }

  async close(): Promise<void> {
    await this.#shared.drop()
  }
}
