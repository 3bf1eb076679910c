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

/** Batches for which people are listed together: what is due is sorted out once for all of them. */
const batchesListed = 20

/** Advisory locks of delivery on persons: one process at a time makes the message of a person. */
const ofRecipient = 7_321

/** People with something due, those who have waited longest first, and the ids of what is due for each. */
async function listDue(
  { db, kinds }: Gathering,
  at: Date,
  limit: number,
): Promise<{ readonly person: number; readonly ids: readonly number[] }[]> {
  const { rows } = await db.pool.query<{ person: number; ids: number[] }>(
    `SELECT recipient_id AS person, array_agg(id) AS ids FROM notice
     WHERE status = 'planned' AND due_at <= $1 AND kind = ANY($2)
     GROUP BY recipient_id ORDER BY min(due_at), recipient_id LIMIT $3`,
    [at, [...kinds.keys()], limit],
  )
  return rows
}

/** Numbers or UUIDs as PostgreSQL writes a list: Prisma would look at each by itself. */
const list = (values: readonly (number | string)[]) => `{${values.join(',')}}`

/**
 * Those of these people who are not held by another process, held by an advisory lock until the transaction ends: two
 * processes never split the notices of one person into two messages.
 */
async function holdPeople(tx: Tx, people: readonly number[]): Promise<ReadonlySet<number>> {
  // Statements are planned once for a connection, often while the tables are hardly filled: those of this transaction
  // would read the whole of them ever after, also to see for each notice that its message exists. Without that way they
  // take their indexes.
  const rows = await tx.$queryRaw<{ person: number }[]>`
    SELECT p.person FROM unnest(${list(people)}::int[]) p(person), set_config('enable_seqscan', 'off', true)
    WHERE pg_try_advisory_xact_lock(${ofRecipient}::int, p.person)`
  return new Set(rows.map((row) => row.person))
}

/** Messages of these people that wait for their turn: what falls due meanwhile joins them, so nothing piles up. */
async function holdWaiting(tx: Tx, recipients: readonly number[]): Promise<Map<number, number>> {
  // Person by person, by the index: asked for all at once, the server may read every message there is.
  const rows = await tx.$queryRaw<{ id: number; recipient_id: number }[]>`
    SELECT w.id, w.recipient_id FROM unnest(${list(recipients)}::int[]) p(person) CROSS JOIN LATERAL (
      SELECT id, recipient_id FROM outbox
      WHERE recipient_id = p.person AND settled_at IS NULL AND status = 'waiting' FOR UPDATE SKIP LOCKED) w`
  return new Map(rows.toSorted((a, b) => b.id - a.id).map((row) => [row.recipient_id, row.id]))
}

/**
 * Those of these notices that are still due, locked, the oldest first. They are found by id alone: asked for what is due,
 * the server may walk through all that is, for each thousand anew.
 */
async function lockDue(tx: Tx, ids: readonly number[], at: Date): Promise<DueRow[]> {
  const rows = await tx.$queryRaw<(DueRow & { due_at: Date; planned: boolean })[]>`
    SELECT id, kind, recipient_id, due_at, status = 'planned' AS planned FROM notice
    WHERE id = ANY(${list(ids)}::int[]) ORDER BY id FOR UPDATE SKIP LOCKED`
  return rows
    .filter(({ planned, due_at }) => planned && due_at.getTime() <= at.getTime())
    .sort((a, b) => a.due_at.getTime() - b.due_at.getTime() || a.id - b.id)
}

async function gatherOnce(
  tx: Tx,
  work: Gathering,
  now: Temporal.Instant,
  listed: Awaited<ReturnType<typeof listDue>>,
) {
  const { kinds, zone, newToken = randomUUID } = work
  const at = toDbInstant(now)
  const held = await holdPeople(
    tx,
    listed.map(({ person }) => person),
  )
  if (held.size === 0) return { queued: 0, postponed: 0 }
  const ids = listed.flatMap((each) => (held.has(each.person) ? each.ids : []))
  const due = await lockDue(tx, ids, at)

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
  return { queued: told.length, postponed: late.length }
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
      FROM unnest(${list(fresh.map(() => newToken()))}::uuid[], ${list(fresh.map(([person]) => person))}::int[],
                  ${list(fresh.map(([, priority]) => priority))}::int[]) f(token, recipient_id, priority)
      RETURNING id, recipient_id`
    for (const row of made) messages.set(row.recipient_id, row.id)
  }
  const carried = told.map((row) => messages.get(row.recipient_id) ?? 'NULL')
  await tx.$executeRaw`
    UPDATE notice n SET status = 'queued', outbox_id = q.outbox_id
    FROM unnest(${list(told.map((row) => row.id))}::int[], ${list(carried)}::int[]) q(id, outbox_id)
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
    const listed = await listDue(work, toDbInstant(now), batch * batchesListed)
    let done = 0
    for (let from = 0; from < listed.length; from += batch) {
      const some = listed.slice(from, from + batch)
      const once = await inTransaction(db, (tx) => gatherOnce(tx, work, now, some), { timeout: 30_000 })
      queued += once.queued
      postponed += once.postponed
      done += once.queued + once.postponed
    }
    // What is left is held by another process, which looks after it.
    if (done === 0) return { queued, postponed }
  }
}
