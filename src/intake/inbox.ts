// The record of every inbound event, written before it has any effect, so that a replay or a platform's retry has one
// effect, and what a killed process left behind is picked up. Words used here: mark (the HMAC under which an event
// is known), entry (one attempt at an event; its number of attempts is its fence), effect (a committed change).
import { z } from 'zod'
import type { Action } from '../cards/card.ts'
import type { InboundEvent } from '../chat/chat.ts'
import type { Database } from '../db/open.ts'
import { toDbInstant } from '../db/time.ts'
import type { Tx } from '../db/transaction.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Secret } from '../kernel/secret.ts'
import { decodeEvent, encodeEvent } from './payload.ts'

/** The right to act on one event, until the lease ends or somebody else takes it over. */
export interface Entry {
  readonly id: number
  readonly attempt: number
  readonly flow: string
}

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
  /** It ended the process too often and is not tried again. */
  | { readonly type: 'dead'; readonly flow: string }

/** An attempt that a killed process left behind, taken over. */
export type Orphan =
  | { readonly type: 'retry'; readonly entry: Entry; readonly event: InboundEvent }
  /** The effect was committed, only the answer was lost. */
  | { readonly type: 'effected'; readonly entry: Entry; readonly event: InboundEvent | undefined }
  | { readonly type: 'dead'; readonly entry: Entry }

/** Another process took this event over; the change is undone, the other one's counts. */
export class LeaseLost extends Error {
  constructor() {
    super('another attempt at the same event has taken over')
    this.name = 'LeaseLost'
  }
}

/** Longer than any handler may take; what is older has lost its process. */
export const LEASE = Temporal.Duration.from({ seconds: 60 })
export const MAX_ATTEMPTS = 3
/** Longer than any platform retries and any signature or token stays valid. */
const KEPT = Temporal.Duration.from({ hours: 30 * 24 })

const recorded = { words: 'message', click: 'click', submit: 'submit', home: 'home', file: 'file' } as const
type Recorded = Exclude<InboundEvent, { type: 'lookup' }>
const typeOf = (event: Recorded) =>
  event.type === 'installed' || event.type === 'uninstalled' ? event.type : recorded[event.type]

const actionShape = z.object({
  id: z.string(),
  data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
})
const readAgain = (stored: unknown): Action | undefined => actionShape.safeParse(stored).data

interface Row {
  id: number
  status: 'received' | 'done' | 'failed'
  outcome: string | null
  again: unknown
  attempts: number
  leased_until: Date | null
  payload: Uint8Array | null
  key_hmac: string
  flow: string
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

  constructor({ db, secret, leases }: InboxOptions) {
    this.#db = db
    this.#secret = secret
    this.#leases = leases
  }

  #lease() {
    return toDbInstant(this.#leases.now().add(LEASE))
  }

  /** Records the event, or says what became of it before. One insert on the common path. */
  async accept(event: Recorded, flow: string, now: Temporal.Instant): Promise<Accepted> {
    const { platform, tenant } = event.sender
    const mark = this.#secret.mark(JSON.stringify([platform, tenant, event.key]))
    const payload = this.#secret.seal(encodeEvent(event), mark)
    const inserted = await this.#db.pool.query<{ id: number }>(
      `INSERT INTO inbox (key_hmac, platform, type, received_at, status, attempts, leased_until, payload, flow)
       VALUES ($1, $2, $3, $4, 'received', 1, $5, $6, $7) ON CONFLICT (key_hmac) DO NOTHING RETURNING id`,
      [mark, platform, typeOf(event), toDbInstant(now), this.#lease(), payload, flow],
    )
    const [row] = inserted.rows
    return row ? { type: 'mine', entry: { id: row.id, attempt: 1, flow } } : this.#replay(mark, payload)
  }

  async #replay(mark: string, payload: Buffer): Promise<Accepted> {
    const { rows } = await this.#db.pool.query<Row>('SELECT * FROM inbox WHERE key_hmac = $1', [mark])
    const [row] = rows
    // Pruned between the two statements: it was a month old.
    if (!row) return { type: 'busy' }
    const { flow } = row
    if (row.status === 'failed') return { type: 'dead', flow }
    const leased = row.leased_until !== null && row.leased_until > toDbInstant(this.#leases.now())
    if (row.status === 'received' && leased) return { type: 'busy' }
    if (row.outcome === 'changed') {
      const again = readAgain(row.again)
      return { type: 'settled', flow, ...(again && { again }) }
    }
    // Without an effect so far it is simply run again, by whoever raises the fence first.
    const taken = await this.#db.pool.query(
      `UPDATE inbox SET status = 'received', attempts = attempts + 1, leased_until = $3, payload = $4, outcome = NULL,
              done_at = NULL
        WHERE id = $1 AND attempts = $2 AND outcome IS DISTINCT FROM 'changed' RETURNING id`,
      [row.id, row.attempts, this.#lease(), payload],
    )
    if (taken.rowCount === 0) return { type: 'busy' }
    return { type: 'mine', entry: { id: row.id, attempt: row.attempts + 1, flow } }
  }

  /**
   * The last word of every transaction of a changing handler: the effect and its record are committed together.
   * Throws LeaseLost when another attempt has taken over.
   */
  async noteEffect(tx: Tx, entry: Entry): Promise<void> {
    const [written] = await tx.$queryRaw<{ xid: string | null }[]>`
      SELECT pg_current_xact_id_if_assigned()::text AS xid`
    if (!written?.xid) return
    const noted = await tx.$executeRaw`
      UPDATE inbox SET outcome = 'changed'
       WHERE id = ${entry.id} AND attempts = ${entry.attempt} AND status = 'received'`
    if (noted === 0) throw new LeaseLost()
  }

  /**
   * Ends the attempt and erases what was said. A committed effect stays `changed`, however the answer went. Nobody
   * waits for the disk after what changed nothing: were its end lost with the machine's power, it would be answered
   * once more.
   */
  async settle(entry: Entry, ending: Ending, now: Temporal.Instant, again?: Action): Promise<void> {
    const waits = ending === 'changed' || ending === 'error'
    await this.#db.pool.query(
      `UPDATE inbox SET status = 'done', payload = NULL, leased_until = NULL, done_at = $3, again = $4,
              outcome = CASE WHEN outcome = 'changed' THEN outcome ELSE $5 END
         ${waits ? '' : `FROM set_config('synchronous_commit', 'off', true)`}
        WHERE id = $1 AND attempts = $2 AND status = 'received'`,
      [entry.id, entry.attempt, toDbInstant(now), again ? JSON.stringify(again) : null, ending],
    )
  }

  /**
   * Takes over what killed processes left behind: at most `limit` at a time, each by one process only. With `owner`
   * (this process alone has the database and has only just started) leases need not run out first.
   */
  async orphans(now: Temporal.Instant, { owner = false, limit = 20 } = {}): Promise<Orphan[]> {
    const { rows } = await this.#db.pool.query<Row>(
      `UPDATE inbox SET attempts = attempts + 1, leased_until = $1
        WHERE id IN (SELECT id FROM inbox WHERE status = 'received' AND ($2 OR leased_until <= $3)
                      ORDER BY id LIMIT $4 FOR UPDATE SKIP LOCKED)
       RETURNING *`,
      [this.#lease(), owner, toDbInstant(this.#leases.now()), limit],
    )
    const found: Orphan[] = []
    for (const row of rows) {
      const entry: Entry = { id: row.id, attempt: row.attempts, flow: row.flow }
      const event = this.#open(row)
      if (row.outcome === 'changed') found.push({ type: 'effected', entry, event })
      else if (event && row.attempts <= MAX_ATTEMPTS) found.push({ type: 'retry', entry, event })
      else {
        await this.#bury(entry, now)
        found.push({ type: 'dead', entry })
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

  async #bury(entry: Entry, now: Temporal.Instant): Promise<void> {
    await this.#db.pool.query(
      `UPDATE inbox SET status = 'failed', payload = NULL, leased_until = NULL, done_at = $3, outcome = 'dead'
        WHERE id = $1 AND attempts = $2`,
      [entry.id, entry.attempt, toDbInstant(now)],
    )
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
