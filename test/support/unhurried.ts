// A clock for those who wait for moments: it moves on to the next one when nothing else is under way, so that work takes
// no time at all, however slow or busy the machine is.
import type { Database } from '../../src/db/open.ts'
import type { MovableClock } from '../../src/kernel/clock.ts'

export interface Unhurried {
  /** The database, by which it is known whether something is under way. */
  readonly db: Database
  waitUntil(at: Temporal.Instant): Promise<void>
}

type Ask = (...args: readonly unknown[]) => Promise<unknown>

export function unhurried(db: Database, clock: MovableClock): Unhurried {
  let underWay = 0
  const counted =
    (ask: Ask): Ask =>
    async (...args) => {
      underWay += 1
      try {
        return await ask(...args)
      } finally {
        underWay -= 1
      }
    }
  /** The same thing with this one question counted. */
  const watched = <T extends object>(whole: T, name: string): T =>
    new Proxy(whole, {
      get(target, key) {
        const found: unknown = Reflect.get(target, key)
        if (typeof found !== 'function') return found
        const bound = found.bind(target) as Ask
        return key === name ? counted(bound) : bound
      },
    })

  const waiting: { readonly at: Temporal.Instant; readonly go: () => void }[] = []
  let moving = false
  async function move(): Promise<void> {
    let quiet = 0
    while (waiting.length > 0) {
      await new Promise((resolve) => setImmediate(resolve))
      quiet = underWay === 0 ? quiet + 1 : 0
      // Who has just been answered may ask again.
      if (quiet < 3) continue
      quiet = 0
      waiting.sort((a, b) => Temporal.Instant.compare(a.at, b.at))
      const next = waiting.shift()
      if (!next) break
      if (Temporal.Instant.compare(next.at, clock.now()) > 0) clock.set(next.at)
      next.go()
    }
    moving = false
  }

  return {
    db: { ...db, pool: watched(db.pool, 'query'), prisma: watched(db.prisma, '$transaction') },
    waitUntil: (at) =>
      new Promise((resolve) => {
        waiting.push({ at, go: resolve })
        if (moving) return
        moving = true
        void move()
      }),
  }
}
