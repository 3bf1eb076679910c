// From notices to messages: all that falls due for a person becomes one message, whose text is made when it is sent.
import { randomUUID } from 'node:crypto'
import type { Database } from '../db/open.ts'
import { toDbInstant } from '../db/time.ts'
import { inTransaction, type Tx } from '../db/transaction.ts'
import { openingsOf } from './hours.ts'
import type { NoticeKind } from './notice.ts'

export interface Gathering {
  readonly db: Database
  readonly zone: string
  readonly kinds: ReadonlyMap<string, NoticeKind>
  /** Opaque, unguessable, a UUID; injected where a run must be repeatable. */
  readonly newToken?: () => string
  /** Recipients in one transaction: short enough for the embedded database's one connection. */
  readonly batch?: number
}

export interface Gathered {
  /** Notices put into a message. */
  readonly queued: number
  /** Notices moved to the recipient's next working hours. */
  readonly postponed: number
}

interface DueRow {
  readonly id: number
  readonly kind: string
  readonly recipient_id: number
}

/** Advisory locks of delivery on persons: one process at a time makes the message of a person. */
const ofRecipient = 7_321

/**
 * People with something due, held by an advisory lock until the transaction ends: two processes never split the
 * notices of one person into two messages. Who is held by another process is left to it.
 */
async function holdRecipients(tx: Tx, kinds: readonly string[], at: Date, limit: number): Promise<number[]> {
  const rows = await tx.$queryRaw<{ recipient_id: number }[]>`
    WITH due AS MATERIALIZED (
      SELECT recipient_id FROM notice WHERE status = 'planned' AND due_at <= ${at}::timestamptz
        AND kind = ANY(${kinds}::text[])
      GROUP BY recipient_id ORDER BY min(due_at), recipient_id LIMIT ${limit})
    SELECT recipient_id FROM due WHERE pg_try_advisory_xact_lock(${ofRecipient}::int, recipient_id)`
  return rows.map((row) => row.recipient_id)
}

/** Messages of these people that wait for their turn: what falls due meanwhile joins them, so nothing piles up. */
async function holdWaiting(tx: Tx, recipients: readonly number[]): Promise<Map<number, number>> {
  const rows = await tx.$queryRaw<{ id: number; recipient_id: number }[]>`
    SELECT id, recipient_id FROM outbox WHERE recipient_id = ANY(${recipients}::int[]) AND status = 'waiting'
    ORDER BY id DESC FOR UPDATE SKIP LOCKED`
  return new Map(rows.map((row) => [row.recipient_id, row.id]))
}

async function gatherOnce(tx: Tx, work: Gathering, now: Temporal.Instant, limit: number) {
  const { kinds, zone, newToken = randomUUID } = work
  const at = toDbInstant(now)
  const known = [...kinds.keys()]
  const recipients = await holdRecipients(tx, known, at, limit)
  if (recipients.length === 0) return { recipients: 0, queued: 0, postponed: 0 }
  const due = await tx.$queryRaw<DueRow[]>`
    SELECT id, kind, recipient_id FROM notice WHERE status = 'planned' AND due_at <= ${at}::timestamptz
      AND kind = ANY(${known}::text[]) AND recipient_id = ANY(${recipients}::int[])
    ORDER BY due_at, id FOR UPDATE SKIP LOCKED`

  const bound = due.filter((row) => kinds.get(row.kind)?.hours === 'working').map((row) => row.recipient_id)
  const openingOf = bound.length > 0 ? await openingsOf(tx, [...new Set(bound)], zone, now) : () => now
  const late: { id: number; until: string }[] = []
  const told: DueRow[] = []
  for (const row of due) {
    const opens = kinds.get(row.kind)?.hours === 'working' ? openingOf(row.recipient_id) : now
    if (Temporal.Instant.compare(opens, now) > 0)
      late.push({ id: row.id, until: toDbInstant(opens).toISOString() })
    else told.push(row)
  }
  if (late.length > 0)
    await tx.$executeRaw`
      UPDATE notice n SET due_at = l.until
      FROM unnest(${late.map((l) => l.id)}::int[], ${late.map((l) => l.until)}::timestamptz[]) l(id, until)
      WHERE n.id = l.id`
  if (told.length > 0) await queue(tx, work, told, at, newToken)
  return { recipients: recipients.length, queued: told.length, postponed: late.length }
}

/** Puts the notices into their recipients' messages, making those that are missing. */
async function queue(
  tx: Tx,
  { kinds }: Gathering,
  told: readonly DueRow[],
  at: Date,
  newToken: () => string,
): Promise<void> {
  const urgency = new Map<number, number>()
  for (const { recipient_id: person, kind } of told)
    urgency.set(person, Math.min(urgency.get(person) ?? 3, kinds.get(kind)?.priority ?? 3))
  const messages = await holdWaiting(tx, [...urgency.keys()])
  const raised = [...messages.values()]
  if (raised.length > 0)
    await tx.$executeRaw`
      UPDATE outbox o SET priority = least(o.priority, u.priority)
      FROM unnest(${[...messages.values()]}::int[],
                  ${[...messages.keys()].map((person) => urgency.get(person) ?? 3)}::int[]) u(id, priority)
      WHERE o.id = u.id`
  const fresh = [...urgency].filter(([person]) => !messages.has(person))
  if (fresh.length > 0) {
    const made = await tx.$queryRaw<{ id: number; recipient_id: number }[]>`
      INSERT INTO outbox (token, recipient_id, priority, next_at, created_at)
      SELECT token, recipient_id, priority, ${at}::timestamptz, ${at}::timestamptz
      FROM unnest(${fresh.map(() => newToken())}::uuid[], ${fresh.map(([person]) => person)}::int[],
                  ${fresh.map(([, priority]) => priority)}::int[]) f(token, recipient_id, priority)
      RETURNING id, recipient_id`
    for (const row of made) messages.set(row.recipient_id, row.id)
  }
  const carried = told.map((row) => messages.get(row.recipient_id) ?? null)
  // The check that each message exists is planned once for a connection, often while there are hardly any: it would read
  // the whole table for each notice ever after. Without that way it takes the index.
  await tx.$executeRaw`
    UPDATE notice n SET status = 'queued', outbox_id = q.outbox_id
    FROM unnest(${told.map((row) => row.id)}::int[], ${carried}::int[]) q(id, outbox_id),
         set_config('enable_seqscan', 'off', true)
    WHERE n.id = q.id`
}

/**
 * Turns every notice that is due at `now` into part of a message of its recipient; notices of kinds bound to working
 * hours move to the recipient's next working moment instead. Safe with any number of processes; constant statements
 * for each batch of recipients. When nothing is due it asks one indexed question.
 */
export async function gather(work: Gathering, now: Temporal.Instant): Promise<Gathered> {
  const { db, kinds, batch = 1_000 } = work
  let queued = 0
  let postponed = 0
  for (;;) {
    const { rowCount } = await db.pool.query(
      `SELECT FROM notice WHERE status = 'planned' AND due_at <= $1 AND kind = ANY($2)
       ORDER BY due_at LIMIT 1`,
      [toDbInstant(now), [...kinds.keys()]],
    )
    if (!rowCount) return { queued, postponed }
    const once = await inTransaction(db, (tx) => gatherOnce(tx, work, now, batch), { timeout: 30_000 })
    queued += once.queued
    postponed += once.postponed
    // What is left is held by another process, which looks after it.
    if (once.queued + once.postponed === 0) return { queued, postponed }
  }
}
