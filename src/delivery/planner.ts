// Features say what they want told of a subject; the planner makes the planned notices equal to it. One statement,
// however many subjects there are.
import { toDbInstant } from '../db/time.ts'
import type { Tx } from '../db/transaction.ts'
import { currentFlow } from '../kernel/flow.ts'
import { type Notices, noticeKey, type WantedNotice } from './notice.ts'

/**
 * What is wanted, folded: thousands of notices share a few occasions, and hundreds of thousands of long texts take
 * longer to hand to the database than to store there.
 */
interface Folded {
  readonly subjects: readonly string[]
  readonly occasions: readonly WantedNotice[]
  /** For each notice the places of its subject and occasion, from 1, and its recipient. */
  readonly subjectAt: readonly number[]
  readonly occasionAt: readonly number[]
  readonly recipients: readonly number[]
}

/**
 * Lists as PostgreSQL writes them: Prisma looks at each element of an array by itself, and thousands of them took longer
 * than all the rest of planning in this process.
 */
const integers = (values: readonly number[]): string => `{${values.join(',')}}`
const texts = (values: readonly string[]): string =>
  `{${values.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`).join(',')}}`

/** The place of a key, which is given the next one when it is new. */
function placeOf(places: Map<string, number>, key: string): number {
  const known = places.get(key)
  if (known !== undefined) return known
  places.set(key, places.size + 1)
  return places.size
}

/** One notice that is wanted twice is planned once, for the earlier moment. */
function fold(subjects: Parameters<Notices['reconcile']>[1]): Folded {
  const names = new Map<string, number>()
  const occasions: WantedNotice[] = []
  const places = new Map<string, number>()
  const rows: { subject: number; occasion: number; recipient: number; dueMs: number }[] = []
  const byKey = new Map<string, number>()
  for (const { subject, wanted } of subjects) {
    const subjectPlace = placeOf(names, subject)
    for (const notice of wanted) {
      const { kind, rung, anchor, dueAt, detail, recipientId } = notice
      const dueMs = dueAt.epochMilliseconds
      const details = detail ? JSON.stringify(detail) : ''
      const place = placeOf(places, `${kind}\n${rung}\n${anchor}\n${dueMs}\n${details}`)
      if (place > occasions.length) occasions.push(notice)
      const row = { subject: subjectPlace, occasion: place, recipient: recipientId, dueMs }
      const key = noticeKey(subject, notice)
      const twin = byKey.get(key)
      const earlier = twin === undefined ? undefined : rows[twin]
      if (twin === undefined || !earlier) byKey.set(key, rows.push(row) - 1)
      else if (dueMs < earlier.dueMs) rows[twin] = row
    }
  }
  return {
    subjects: [...names.keys()],
    occasions,
    subjectAt: rows.map((row) => row.subject),
    occasionAt: rows.map((row) => row.occasion),
    recipients: rows.map((row) => row.recipient),
  }
}

/**
 * Messages of these subjects that wait for their turn, locked: what they carry may still be cancelled or moved. A
 * message that is being sent, or that may have arrived, is left alone; its notices answer for themselves when drawn.
 */
async function lockWaiting(tx: Tx, subjects: readonly string[]): Promise<number[]> {
  const rows = await tx.$queryRaw<{ id: number }[]>`
    SELECT o.id FROM outbox o
    WHERE o.status = 'waiting' AND o.id IN (
      SELECT n.outbox_id FROM unnest(${texts(subjects)}::text[]) s(subject) CROSS JOIN LATERAL (
        SELECT outbox_id FROM notice WHERE subject = s.subject AND status = 'queued' OFFSET 0) n)
    ORDER BY o.id FOR UPDATE OF o`
  return rows.map((row) => row.id)
}

/**
 * Cancels what is not wanted any more, adds what is new and still to come, moves what has changed, and plans again
 * what was cancelled or overtaken and is wanted after all. Sent and failed ones are history. In the order of their
 * keys, so that two transactions that plan the same subjects wait for each other, not crosswise. What is in a message
 * is left alone unless the message is among $9; answers whether there is any such notice.
 *
 * Values: $1 now · $2 subjects · $3 occasions · $4 places of subjects, $5 of occasions, $6 recipients, of each notice ·
 * $7 flow · $8 messages that wait. Every one is asked for by a subquery: a list whose length the server sees would have
 * the whole of it planned anew each time, which takes longer than the rest of it.
 */
const planning = `
    WITH named AS MATERIALIZED (
      SELECT * FROM unnest((SELECT $2::text[])) WITH ORDINALITY AS s(subject, place)),
    -- subject by subject, by the index: what the table held when this was planned says nothing of what it holds now
    present AS MATERIALIZED (
      SELECT n.id, n.key, n.status FROM named s CROSS JOIN LATERAL (
        SELECT id, key, status FROM notice WHERE subject = s.subject AND status IN ('planned', 'queued') OFFSET 0) n),
    -- the key as noticeKey() in notice.ts builds it
    wanted AS MATERIALIZED (
      SELECT concat_ws(':', o.kind, s.subject, w.recipient_id, o.rung, o.anchor) AS key, o.kind, s.subject,
             w.recipient_id, o.due_at, o.detail
      FROM unnest((SELECT $4::int[]), (SELECT $5::int[]), (SELECT $6::int[])) AS w(subject_at, occasion_at, recipient_id)
      JOIN named s ON s.place = w.subject_at
      JOIN ROWS FROM (json_to_recordset((SELECT $3::json)) AS (kind text, rung text, anchor text, due_at timestamptz, detail jsonb))
           WITH ORDINALITY AS o(kind, rung, anchor, due_at, detail, place) ON o.place = w.occasion_at),
    cancelled AS (
      UPDATE notice n SET status = 'cancelled', settled_at = $1::timestamptz, outbox_id = NULL
      FROM present p
      WHERE n.id = p.id AND (n.status = 'planned' OR (n.status = 'queued' AND n.outbox_id = ANY((SELECT $8::int[])::int[])))
        AND NOT EXISTS (SELECT FROM wanted w WHERE w.key = p.key)),
    planned AS (
      INSERT INTO notice AS n (key, kind, subject, recipient_id, due_at, detail, flow)
      SELECT w.*, $7::text FROM wanted w
      WHERE w.due_at >= $1::timestamptz OR EXISTS (SELECT FROM present p WHERE p.key = w.key)
      ORDER BY w.key COLLATE "C"
      ON CONFLICT (subject, key) DO UPDATE
        SET due_at = EXCLUDED.due_at, detail = EXCLUDED.detail, status = 'planned', outbox_id = NULL,
            settled_at = NULL, flow = EXCLUDED.flow
        WHERE (n.status = 'planned' AND (n.due_at, n.detail) IS DISTINCT FROM (EXCLUDED.due_at, EXCLUDED.detail))
           OR (n.status = 'queued' AND n.outbox_id = ANY((SELECT $8::int[])::int[])
               AND EXCLUDED.due_at > $1::timestamptz)
           OR (n.status IN ('cancelled', 'obsolete') AND EXCLUDED.due_at >= $1::timestamptz))
    SELECT EXISTS (SELECT FROM present WHERE status = 'queued') AS queued`

async function plan(
  tx: Tx,
  { subjects, occasions, subjectAt, occasionAt, recipients }: Folded,
  waiting: readonly number[],
  now: Temporal.Instant,
): Promise<boolean> {
  const [found] = await tx.$queryRawUnsafe<{ queued: boolean }[]>(
    planning,
    toDbInstant(now).toISOString(),
    texts(subjects),
    JSON.stringify(
      occasions.map(({ kind, rung, anchor, dueAt, detail = {} }) => ({
        kind,
        rung,
        anchor,
        due_at: toDbInstant(dueAt),
        detail,
      })),
    ),
    integers(subjectAt),
    integers(occasionAt),
    integers(recipients),
    currentFlow() ?? null,
    integers(waiting),
  )
  return found?.queued ?? false
}

/** The planner over the notice table. See `Notices` for its laws; it works inside the caller's transaction. */
export function createNotices(): Notices {
  return {
    async reconcile(tx, subjects, now) {
      if (subjects.length === 0) return
      const folded = fold(subjects)
      const queued = await plan(tx, folded, [], now)
      if (!queued) return
      // Seldom: something of them is in a message, which may still wait.
      const waiting = await lockWaiting(tx, folded.subjects)
      if (waiting.length > 0) await plan(tx, folded, waiting, now)
    },
  }
}
