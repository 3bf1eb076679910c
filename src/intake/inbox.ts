// The record of every inbound event, written before it has any effect, so that a replay or a platform's retry has one
// effect, and what a killed process left behind is picked up. Words used here: mark (the HMAC under which an event
// is known), entry (one attempt at an event; its number of attempts is its fence), effect (a committed change), lease
// (until when others keep their hands off).
import { z } from 'zod'
import type { Action } from '../cards/card.ts'
import type { InboundEvent } from '../chat/chat.ts'
import type { Database } from '../db/open.ts'
import { fromDbInstant, toDbInstant } from '../db/time.ts'
import type { Tx } from '../db/transaction.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Secret } from '../kernel/secret.ts'
import { decodeEvent, encodeEvent } from './payload.ts'
import { together } from './together.ts'

/** The right to act on one event, until the lease ends or somebody else takes it over. */
export interface Entry {
  readonly id: number
  readonly attempt: number
  readonly flow: string
  /** By the product's clock. Whoever takes it up is not earlier than that, though the clock was set back meanwhile. */
  readonly receivedAt: Temporal.Instant
}

/** The moment at which an event is worked on. */
export const momentOf = ({ receivedAt }: Entry, now: Temporal.Instant): Temporal.Instant =>
  Temporal.Instant.compare(now, receivedAt) < 0 ? receivedAt : now

/** How an event ended, in a word. `changed` alone is never run again. */
export type Ending =
  | 'changed'
  | 'answered'
  | 'refused'
  | 'invalid'
  | 'not-understood'
  | 'unknown-sender'
  | 'outdated'
  | 'error'

export type Accepted =
  | { readonly type: 'mine'; readonly entry: Entry }
  /** It took effect before; `again` draws the present state. */
  | { readonly type: 'settled'; readonly again?: Action; readonly flow: string }
  /** Another attempt is under way. */
  | { readonly type: 'busy' }
  /** It failed too often and is not tried again. */
  | { readonly type: 'dead'; readonly flow: string }

/** An attempt that was put off, or that a killed process left behind, taken over. */
export type Orphan =
  | { readonly type: 'retry'; readonly entry: Entry; readonly event: InboundEvent }
  /** The effect was committed, only the answer was lost; `again` draws the present state. */
  | {
      readonly type: 'effected'
      readonly entry: Entry
      readonly event: InboundEvent | undefined
      readonly again?: Action
    }
  | { readonly type: 'dead'; readonly entry: Entry; readonly event: InboundEvent | undefined }

/** What stands in the way of another attempt by whoever made the last one. */
export type Again =
  | { readonly type: 'mine'; readonly entry: Entry }
  /** The last one was committed after all; `again` draws the present state. */
  | { readonly type: 'effected'; readonly again?: Action }
  | { readonly type: 'lost' }

/** Another process took this event over; the change is undone, the other one's counts. */
export class LeaseLost extends Error {
  constructor() {
    super('another attempt at the same event has taken over')
    this.name = 'LeaseLost'
  }
}

/** Longer than any handler may take; what is older has lost its process. Whatever waits for its turn is held on to. */
export const LEASE = Temporal.Duration.from({ seconds: 60 })
export const MAX_ATTEMPTS = 8
/** An event over which a process died counts as several attempts: it may be the cause, and all others suffer from it. */
export const DEATH = 3
/** Longer than any platform retries and any signature or token stays valid. */
const KEPT = Temporal.Duration.from({ hours: 30 * 24 })

const recorded = { words: 'message', click: 'click', submit: 'submit', home: 'home', file: 'file' } as const
/** What is searched for in a field is not recorded: it is simply typed again. */
export type Recorded = Exclude<InboundEvent, { type: 'lookup' }>
const typeOf = (event: Recorded) =>
  event.type === 'installed' || event.type === 'uninstalled' ? event.type : recorded[event.type]

const actionShape = z.object({
  id: z.string(),
  data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
})
const readAgain = (stored: unknown): Action | undefined => actionShape.safeParse(stored).data

/** What an answer says will draw the present state, where what a transaction has returned is an answer. */
const againIn = (result: unknown): Action | undefined =>
  typeof result === 'object' && result !== null && 'again' in result ? readAgain(result.again) : undefined

/** How many attempts it has had with the next one, by what became of the last. */
const nextAttempt = ({ attempts, status, outcome }: Row): number =>
  attempts + (status === 'received' && outcome !== 'postponed' ? DEATH : 1)

interface Row {
  id: number
  status: 'received' | 'done' | 'failed'
  outcome: string | null
  again: unknown
  attempts: number
  received_at: Date
  leased_until: Date | null
  payload: Uint8Array | null
  key_hmac: string
  flow: string
}

const withAgain = (row: Pick<Row, 'again'>): { readonly again?: Action } => {
  const again = readAgain(row.again)
  return again ? { again } : {}
}

interface New {
  readonly mark: string
  readonly platform: string
  readonly type: string
  readonly now: Temporal.Instant
  readonly payload: Buffer
  readonly flow: string
}

interface Ended {
  readonly entry: Entry
  readonly ending: Ending
  readonly now: Temporal.Instant
  readonly again: Action | undefined
}

export interface InboxOptions {
  readonly db: Database
  readonly secret: Secret
  /** Leases run on real time, whatever the product's clock says: the playground jumps over months. */
  readonly leases: Clock
}

export class Inbox {
  readonly #db: Database
  readonly #secret: Secret
  readonly #leases: Clock
  readonly #insert = together<New, number | undefined>({
    write: (events) => this.#insertAll(events),
    weigh: ({ payload }) => payload.length,
  })
  readonly #extend = together<Entry, boolean>({ write: (entries) => this.#extendAll(entries) })
  /** Whether the disk is waited for is a matter of the whole statement. */
  readonly #end = {
    surely: together<Ended, void>({ write: (all) => this.#endAll(all, true) }),
    soon: together<Ended, void>({ write: (all) => this.#endAll(all, false) }),
  }

  constructor({ db, secret, leases }: InboxOptions) {
    this.#db = db
    this.#secret = secret
    this.#leases = leases
  }

  #lease() {
    return toDbInstant(this.#leases.now().add(LEASE))
  }

  /** Records the event, or says what became of it before. One insert on the common path, shared by all who come. */
  async accept(event: Recorded, flow: string, now: Temporal.Instant): Promise<Accepted> {
    const { platform, tenant } = event.sender
    const mark = this.#secret.mark(JSON.stringify([platform, tenant, event.key]))
    const payload = this.#secret.seal(encodeEvent(event), mark)
    const id = await this.#insert({ mark, platform, type: typeOf(event), now, payload, flow })
    return id === undefined
      ? this.#replay(mark, payload, flow)
      : { type: 'mine', entry: { id, attempt: 1, flow, receivedAt: now } }
  }

  async #insertAll(events: readonly New[]): Promise<(number | undefined)[]> {
    const lease = this.#lease()
    // Always in the same order, so that two processes that were given the same events never wait for each other.
    const { rows } = await this.#db.pool.query<{ id: number; key_hmac: string }>(
      `INSERT INTO inbox (key_hmac, platform, type, received_at, status, attempts, leased_until, payload, flow)
       SELECT key_hmac, platform, type, received_at, 'received', 1, $6, payload, flow
         FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::bytea[], $7::text[])
           AS new (key_hmac, platform, type, received_at, payload, flow)
        ORDER BY key_hmac
       ON CONFLICT (key_hmac) DO NOTHING RETURNING id, key_hmac`,
      [
        events.map(({ mark }) => mark),
        events.map(({ platform }) => platform),
        events.map(({ type }) => type),
        events.map(({ now }) => toDbInstant(now)),
        events.map(({ payload }) => payload),
        lease,
        events.map(({ flow }) => flow),
      ],
    )
    const ids = new Map(rows.map(({ id, key_hmac }) => [key_hmac, id]))
    return events.map(({ mark }) => {
      const id = ids.get(mark)
      // Twice in one statement: the first one has it.
      ids.delete(mark)
      return id
    })
  }

  async #replay(mark: string, payload: Buffer, ours: string): Promise<Accepted> {
    const { rows } = await this.#db.pool.query<Row>('SELECT * FROM inbox WHERE key_hmac = $1', [mark])
    const [row] = rows
    // Pruned between the two statements: it was a month old.
    if (!row) return { type: 'busy' }
    const { flow } = row
    const receivedAt = fromDbInstant(row.received_at)
    // Recorded by this very call, which then lost the connection before it was told so.
    if (flow === ours && row.status === 'received' && row.attempts === 1)
      return { type: 'mine', entry: { id: row.id, attempt: 1, flow, receivedAt } }
    if (row.status === 'failed') return { type: 'dead', flow }
    const leased = row.leased_until !== null && row.leased_until > toDbInstant(this.#leases.now())
    if (row.status === 'received' && leased) return { type: 'busy' }
    if (row.outcome === 'changed') {
      return { type: 'settled', flow, ...withAgain(row) }
    }
    const attempt = nextAttempt(row)
    if (row.status === 'received' && attempt > MAX_ATTEMPTS) return { type: 'dead', flow }
    // Without an effect so far it is simply run again, by whoever raises the fence first.
    const taken = await this.#db.pool.query(
      `UPDATE inbox SET status = 'received', attempts = $5, leased_until = $3, payload = $4, outcome = NULL,
              done_at = NULL
        WHERE id = $1 AND attempts = $2 AND outcome IS DISTINCT FROM 'changed' RETURNING id`,
      [row.id, row.attempts, this.#lease(), payload, attempt],
    )
    if (taken.rowCount === 0) return { type: 'busy' }
    return { type: 'mine', entry: { id: row.id, attempt, flow, receivedAt } }
  }

  /** Has the event for another while. False: somebody else has taken it over. */
  hold(entry: Entry): Promise<boolean> {
    return this.#extend(entry)
  }

  async #extendAll(entries: readonly Entry[]): Promise<boolean[]> {
    const { rows } = await this.#db.pool.query<{ id: number }>(
      `UPDATE inbox SET leased_until = $3
         FROM unnest($1::int[], $2::int[]) AS held (id, attempt)
        WHERE inbox.id = held.id AND attempts = held.attempt AND status = 'received' RETURNING inbox.id`,
      [entries.map(({ id }) => id), entries.map(({ attempt }) => attempt), this.#lease()],
    )
    const held = new Set(rows.map(({ id }) => id))
    return entries.map(({ id }) => held.has(id))
  }

  /**
   * Another attempt after one that failed. It has a fence of its own: should the last one be committed late, after its
   * connection was lost, then either it undoes itself, or its effect is seen here.
   */
  async again({ id, attempt, flow, receivedAt }: Entry): Promise<Again> {
    const { rows } = await this.#db.pool.query<Pick<Row, 'attempts' | 'outcome' | 'again'>>(
      `UPDATE inbox SET attempts = attempts + CASE WHEN outcome = 'changed' THEN 0 ELSE 1 END, leased_until = $3
        WHERE id = $1 AND attempts = $2 AND status = 'received' RETURNING attempts, outcome, again`,
      [id, attempt, this.#lease()],
    )
    const [row] = rows
    if (!row) return { type: 'lost' }
    if (row.outcome === 'changed') return { type: 'effected', ...withAgain(row) }
    return { type: 'mine', entry: { id, attempt: row.attempts, flow, receivedAt } }
  }

  /**
   * Leaves the event to whoever looks after so many milliseconds: this process or another. False: it is no longer ours,
   * or took effect after all.
   */
  async postpone({ id, attempt }: Entry, ms: number): Promise<boolean> {
    const until = toDbInstant(this.#leases.now().add({ milliseconds: ms }))
    const { rowCount } = await this.#db.pool.query(
      `UPDATE inbox SET leased_until = $3, outcome = 'postponed'
        WHERE id = $1 AND attempts = $2 AND status = 'received' AND outcome IS DISTINCT FROM 'changed'`,
      [id, attempt, until],
    )
    return rowCount === 1
  }

  /**
   * The last word of every transaction of a changing handler that has written: the effect and its record are committed
   * together, and with them what `result`, mostly the answer, says will draw the present state.
   * Throws LeaseLost when another attempt has taken over. False: this very attempt has committed something before, and
   * had the process died between the two, nobody would have done the rest.
   */
  async noteEffect(tx: Tx, entry: Entry, result?: unknown): Promise<boolean> {
    const [written] = await tx.$queryRaw<{ xid: string | null; before: string | null }[]>`
      SELECT pg_current_xact_id_if_assigned()::text AS xid,
             (SELECT outcome FROM inbox WHERE id = ${entry.id}) AS before`
    if (!written?.xid) return true
    const again = againIn(result)
    const noted = await tx.$executeRaw`
      UPDATE inbox SET outcome = 'changed', again = ${again ? JSON.stringify(again) : null}::jsonb
       WHERE id = ${entry.id} AND attempts = ${entry.attempt} AND status = 'received'`
    if (noted === 0) throw new LeaseLost()
    return written.before !== 'changed'
  }

  /**
   * Ends the attempt and erases what was said. A committed effect stays `changed`, however the answer went. Nobody
   * waits for the disk after what changed nothing: were its end lost with the machine's power, it would be answered
   * once more.
   */
  settle(entry: Entry, ending: Ending, now: Temporal.Instant, again?: Action): Promise<void> {
    return this.#end[ending === 'changed' ? 'surely' : 'soon']({ entry, ending, now, again })
  }

  async #endAll(all: readonly Ended[], waits: boolean): Promise<undefined[]> {
    await this.#db.pool.query(
      `UPDATE inbox SET status = 'done', payload = NULL, leased_until = NULL, done_at = ended.at, again = ended.again,
              outcome = CASE WHEN outcome = 'changed' THEN outcome ELSE ended.ending END
         FROM unnest($1::int[], $2::int[], $3::text[], $4::timestamptz[], $5::jsonb[])
           AS ended (id, attempt, ending, at, again)
              ${waits ? '' : `, set_config('synchronous_commit', 'off', true)`}
        WHERE inbox.id = ended.id AND attempts = ended.attempt AND status = 'received'`,
      [
        all.map(({ entry }) => entry.id),
        all.map(({ entry }) => entry.attempt),
        all.map(({ ending }) => ending),
        all.map(({ now }) => toDbInstant(now)),
        all.map(({ again }) => (again ? JSON.stringify(again) : null)),
      ],
    )
    return all.map(() => undefined)
  }

  /**
   * Takes over what was put off until now and what killed processes left behind: at most `limit` at a time, each by one
   * process only. With `owner` (this process alone has the database and has only just started) nothing is waited for.
   */
  async orphans(now: Temporal.Instant, { owner = false, limit = 20 } = {}): Promise<Orphan[]> {
    const { rows } = await this.#db.pool.query<Row>(
      `UPDATE inbox SET attempts = attempts + CASE WHEN outcome = 'postponed' THEN 1 ELSE $5 END,
              outcome = nullif(outcome, 'postponed'), leased_until = $1
        WHERE id IN (SELECT id FROM inbox WHERE status = 'received' AND ($2 OR leased_until <= $3)
                      ORDER BY id LIMIT $4 FOR UPDATE SKIP LOCKED)
       RETURNING *`,
      [this.#lease(), owner, toDbInstant(this.#leases.now()), limit, DEATH],
    )
    const found: Orphan[] = []
    // An UPDATE returns its rows in no order; people are answered in theirs.
    for (const row of rows.toSorted((a, b) => a.id - b.id)) {
      const { id, attempts: attempt, flow } = row
      const entry: Entry = { id, attempt, flow, receivedAt: fromDbInstant(row.received_at) }
      const event = this.#open(row)
      if (row.outcome === 'changed') found.push({ type: 'effected', entry, event, ...withAgain(row) })
      else if (event && row.attempts <= MAX_ATTEMPTS) found.push({ type: 'retry', entry, event })
      else {
        await this.giveUp(entry, 'dead', now)
        found.push({ type: 'dead', entry, event })
      }
    }
    return found
  }

  #open(row: Row): InboundEvent | undefined {
    try {
      return row.payload ? decodeEvent(this.#secret.open(row.payload, row.key_hmac)) : undefined
    } catch {
      // Sealed with another key (a restored backup): nobody can act on it any more.
      return undefined
    }
  }

  /**
   * Not tried again, after its handler failed (error) or it ended the process too often (dead). False as for
   * `postpone`.
   */
  async giveUp({ id, attempt }: Entry, why: 'error' | 'dead', now: Temporal.Instant): Promise<boolean> {
    const { rowCount } = await this.#db.pool.query(
      `UPDATE inbox SET status = 'failed', payload = NULL, leased_until = NULL, done_at = $3, outcome = $4
        WHERE id = $1 AND attempts = $2 AND status = 'received' AND outcome IS DISTINCT FROM 'changed'`,
      [id, attempt, toDbInstant(now), why],
    )
    return rowCount === 1
  }

  /** Forgets what ended a month ago; how many. */
  async prune(now: Temporal.Instant): Promise<number> {
    const result = await this.#db.pool.query(
      `DELETE FROM inbox WHERE status IN ('done', 'failed') AND received_at < $1`,
      [toDbInstant(now.subtract(KEPT))],
    )
    return result.rowCount ?? 0
  }
}
