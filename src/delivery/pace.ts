// Pace, shared by all processes through the database: each workspace and each conversation is a bucket (generic cell
// rate: `free_at` is when all that was given so far has flowed off). One statement takes from many buckets at once and
// says for each how many may go and from when on. When the platform asks for a pause the bucket is closed until then,
// gives half as much afterwards, and grows back.
import type { Address, Platform } from '../chat/chat.ts'
import type { Database } from '../db/open.ts'
import { toDbInstant } from '../db/time.ts'
import type { Limit, RatesOf } from './rates.ts'

type Sql = Pick<Database, 'pool'>

/** A message that wants to go. */
export interface Asking {
  readonly id: number
  readonly to: Address
  /** Of the outbox; 3 is a broadcast. */
  readonly priority: number
}

/** When a message may go: `go` within the time looked ahead (and its place is taken), else not before. */
export interface Turn {
  readonly go: boolean
  readonly at: Temporal.Instant
}

export interface Pace {
  /** Turns for these messages, in their order; messages to platforms without rates are left out. */
  take(messages: readonly Asking[], now: Temporal.Instant): Promise<ReadonlyMap<number, Turn>>
  /** The platform asked to wait until then: everything for that workspace or conversation waits. */
  close(
    to: Address,
    of: 'workspace' | 'conversation',
    until: Temporal.Instant,
    now: Temporal.Instant,
  ): Promise<void>
  paces(platform: Platform): boolean
}

export const workspaceKey = ({ platform, tenant }: Address): string => `${platform}:${tenant}`
const conversationKey = (to: Address): string => `${workspaceKey(to)}:${to.conversation ?? to.user}`

/** Broadcasts look half as far ahead: a personal message waits for no more than what has its turn already. */
const broadcast = 3

/** The part of the usual rate that a pause leaves at least, and how much of it comes back in a second. */
const leastRate = 0.1
const regainedPerSecond = 1 / 120

/** A bucket that is used up further ahead than this was written by a clock that has been set back since. */
const longestAheadMs = 20 * 60_000

const ms = (sql: string) => `(${sql}) * interval '1 millisecond'`
const closed = 'p.closed_at <= $1::timestamptz AND p.closed_until > $1::timestamptz'
const rateNow = `least(1, p.rate + ${regainedPerSecond} * coalesce(
  greatest(0, extract(epoch FROM $1::timestamptz - p.closed_until)::float8), 1e6))`
const step = `(EXCLUDED.step_ms / ${rateNow})`
const freeAt = `CASE WHEN p.free_at > $1::timestamptz + ${ms(String(longestAheadMs))} THEN $1::timestamptz
  ELSE greatest(p.free_at, $1::timestamptz) END`
/** EXCLUDED brings what a rested bucket would give of what is asked, and how far ahead a turn may lie. */
const given = `CASE WHEN ${closed} THEN 0 ELSE greatest(0, least(EXCLUDED.given, 1 + floor((EXCLUDED.reach_ms
  - extract(epoch FROM (${freeAt}) - $1::timestamptz)::float8 * 1000) / ${step} + 1e-6)))::int END`

interface Ask extends Limit {
  readonly key: string
  readonly count: number
  /** How far ahead of now a turn may lie. */
  readonly aheadMs: number
}

interface Given {
  readonly given: number
  /** When the nth message of these may go, those not given included. Milliseconds since the epoch. */
  turn(n: number): number
}

/** Takes as many as may go from each bucket; keys differ. A bucket nobody has met is full. */
async function takeAll(db: Sql, asks: readonly Ask[], now: Temporal.Instant): Promise<Map<string, Given>> {
  if (asks.length === 0) return new Map()
  const wanted = asks.map(({ key, count, everyMs, burst, aheadMs }) => {
    const reach = aheadMs + (burst - 1) * everyMs
    return { key, every: everyMs, reach, rested: Math.min(count, 1 + Math.floor(reach / everyMs + 1e-6)) }
  })
  const { rows } = await db.pool.query<{
    key: string
    given: number
    free: number
    step: number
    closed: number | null
  }>(
    `INSERT INTO pace AS p (key, given, step_ms, reach_ms, free_at)
     SELECT key, rested, every, reach, $1::timestamptz + ${ms('rested * every')}
     FROM jsonb_to_recordset($2::jsonb) AS a(key text, rested int, every float8, reach float8) ORDER BY key
     ON CONFLICT (key) DO UPDATE SET
       given = ${given}, step_ms = ${step}, reach_ms = EXCLUDED.reach_ms,
       free_at = ${freeAt} + ${ms(`(${given}) * ${step}`)}
     RETURNING key, given, step_ms AS step, extract(epoch FROM free_at)::float8 * 1000 AS free,
               CASE WHEN ${closed} THEN extract(epoch FROM closed_until)::float8 * 1000 END AS closed`,
    [toDbInstant(now), JSON.stringify(wanted)],
  )
  const slacks = new Map(asks.map(({ key, burst, everyMs }) => [key, (burst - 1) * everyMs]))
  return new Map(
    rows.map(({ key, given, free, step, closed }): [string, Given] => {
      const slack = slacks.get(key) ?? 0
      const from = Math.max(now.epochMilliseconds, closed ?? 0)
      return [key, { given, turn: (n) => Math.max(from, free - slack + (n - given) * step) }]
    }),
  )
}

const instant = (epochMs: number) => Temporal.Instant.fromEpochMilliseconds(Math.ceil(epochMs))

/**
 * Where nobody waits, messages come back at a whole millisecond, and what lies behind the point would be lost each time
 * (at 50 a second one in twenty): they come a little early, and the fraction is kept in the bucket.
 */
const fraction = 1

/** `aheadMs`: how far ahead of now a turn may lie; 0 where nobody waits for it (a clock that is moved). */
export function createPace(db: Sql, ratesOf: RatesOf, aheadMs: number): Pace {
  const turnOf = (epochMs: number) => (aheadMs > 0 ? instant(epochMs) : instant(Math.floor(epochMs)))

  /** Gives back what was taken from conversations for messages that do not go, so that they are not late twice. */
  async function giveBack(messages: readonly Asking[]): Promise<void> {
    const keys = messages.flatMap(({ to }) =>
      (ratesOf.get(to.platform)?.conversation ?? []).map((_, place) => `${conversationKey(to)}#${place}`),
    )
    if (keys.length === 0) return
    await db.pool.query(
      `UPDATE pace p SET free_at = p.free_at - ${ms('p.step_ms')}
       FROM (SELECT key FROM pace WHERE key = ANY($1::text[]) ORDER BY key FOR UPDATE) k WHERE p.key = k.key`,
      [keys],
    )
  }

  /** Where a conversation is not free yet, when it is. The rest may go as far as it is concerned. */
  async function busy(messages: readonly Asking[], now: Temporal.Instant): Promise<Map<number, number>> {
    const asks = new Map<string, Ask>()
    const owner = new Map<string, number>()
    const until = new Map<number, number>()
    for (const { id, to } of messages)
      for (const [place, limit] of (ratesOf.get(to.platform)?.conversation ?? []).entries()) {
        const key = `${conversationKey(to)}#${place}`
        // Two at once for one conversation: the second comes round again.
        if (asks.has(key)) until.set(id, now.epochMilliseconds + limit.everyMs)
        else {
          asks.set(key, { key, count: 1, aheadMs: 0, ...limit })
          owner.set(key, id)
        }
      }
    for (const [key, taken] of await takeAll(db, [...asks.values()], now)) {
      const id = owner.get(key)
      if (id !== undefined && taken.given === 0) until.set(id, Math.max(until.get(id) ?? 0, taken.turn(0)))
    }
    return until
  }

  return {
    paces: (platform) => ratesOf.has(platform),
    async take(messages, now) {
      const paced = messages.filter(({ to }) => ratesOf.has(to.platform))
      const turns = new Map<number, Turn>()
      if (paced.length === 0) return turns
      const until = await busy(paced, now)
      for (const [id, at] of until) turns.set(id, { go: false, at: instant(at) })
      const free = paced.filter(({ id }) => !until.has(id))
      // Personal messages first, then broadcasts with what is left.
      for (const group of [
        free.filter(({ priority }) => priority < broadcast),
        free.filter(({ priority }) => priority >= broadcast),
      ]) {
        const bulk = group.some(({ priority }) => priority >= broadcast)
        const byWorkspace = Map.groupBy(group, ({ to }) => workspaceKey(to))
        const asks = [...byWorkspace].flatMap(([key, those]): Ask[] => {
          const limit = those[0] && ratesOf.get(those[0].to.platform)?.workspace
          if (!limit) return []
          const burst = limit.burst - (bulk ? limit.reserve : 0)
          return [
            {
              key,
              count: those.length,
              everyMs: limit.everyMs,
              burst,
              aheadMs: aheadMs > 0 ? aheadMs / (bulk ? 2 : 1) : fraction,
            },
          ]
        })
        for (const [key, { given, turn }] of await takeAll(db, asks, now))
          for (const [n, { id }] of (byWorkspace.get(key) ?? []).entries())
            turns.set(id, { go: n < given, at: turnOf(turn(n)) })
      }
      await giveBack(free.filter(({ id }) => !turns.get(id)?.go))
      return turns
    },
    async close(to, of, until, now) {
      const places = ratesOf.get(to.platform)?.conversation.keys() ?? []
      const keys =
        of === 'workspace'
          ? [workspaceKey(to)]
          : [...places].map((place) => `${conversationKey(to)}#${place}`)
      await db.pool.query(
        `INSERT INTO pace AS p (key, free_at, closed_at, closed_until, rate)
         SELECT key, $1::timestamptz, $1::timestamptz, $2::timestamptz, 0.5 FROM unnest($3::text[]) k(key) ORDER BY key
         ON CONFLICT (key) DO UPDATE SET
           -- those that were under way together are slowed down once
           rate = CASE WHEN ${closed} THEN p.rate ELSE greatest(${leastRate}, (${rateNow}) / 2) END,
           closed_until = CASE WHEN ${closed} THEN greatest(p.closed_until, $2::timestamptz)
                               ELSE $2::timestamptz END,
           closed_at = $1::timestamptz`,
        [toDbInstant(now), toDbInstant(until), keys],
      )
    },
  }
}

/** Forgets buckets that are full again and at their usual rate. Returns how many. */
export async function prunePace(db: Sql, now: Temporal.Instant): Promise<number> {
  const { rowCount } = await db.pool.query(
    `DELETE FROM pace WHERE free_at < $1::timestamptz - interval '1 hour'
       AND (closed_until IS NULL OR closed_until < $1::timestamptz - interval '1 hour')`,
    [toDbInstant(now)],
  )
  return rowCount ?? 0
}
