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
  const subjectAt: number[] = []
  const occasionAt: number[] = []
  const recipients: number[] = []
  const dueMs: number[] = []
  const byKey = new Map<string, number>()
  /** Where this one stands already; a subject that is named once and wants one thing needs no asking. */
  const twinOf = (subject: string, notice: WantedNotice): number | undefined => {
    const key = noticeKey(subject, notice)
    const twin = byKey.get(key)
    if (twin === undefined) byKey.set(key, recipients.length)
    return twin
  }
  const alone = new Set(subjects.map(({ subject }) => subject)).size === subjects.length
  for (const { subject, wanted } of subjects) {
    const subjectPlace = placeOf(names, subject)
    for (const notice of wanted) {
      const { kind, rung, anchor, dueAt, detail } = notice
      const due = dueAt.epochMilliseconds
      const place = placeOf(
        places,
        `${kind}\n${rung}\n${anchor}\n${due}\n${detail ? JSON.stringify(detail) : ''}`,
      )
      if (place > occasions.length) occasions.push(notice)
      const twin = alone && wanted.length === 1 ? undefined : twinOf(subject, notice)
      if (twin !== undefined && due >= (dueMs[twin] ?? 0)) continue
      const at = twin ?? recipients.length
      subjectAt[at] = subjectPlace
      occasionAt[at] = place
      recipients[at] = notice.recipientId
      dueMs[at] = due
    }
  }
  return { subjects: [...names.keys()], occasions, subjectAt, occasionAt, recipients }
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
 * is left alone unless the message is among those that wait; answers whether there is any such notice.
 *
 * $1 now · $2 flow · $3 messages that wait. Lists are asked for by a subquery: one whose length the server sees would
 * have the whole of it planned anew each time, which takes longer than the rest of it.
 */
const planning = (present: string, wanted: string) => `
    WITH ${present},
    -- the key as noticeKey() in notice.ts builds it
    ${wanted},
    cancelled AS (
      UPDATE notice n SET status = 'cancelled', settled_at = $1::timestamptz, outbox_id = NULL
      FROM present p
      WHERE n.id = p.id
        AND (n.status = 'planned' OR (n.status = 'queued' AND n.outbox_id = ANY((SELECT $3::int[])::int[])))
        AND NOT EXISTS (SELECT FROM wanted w WHERE w.key = p.key)),
    planned AS (
      INSERT INTO notice AS n (key, kind, subject, recipient_id, due_at, detail, flow)
      SELECT w.*, $2::text FROM wanted w
      WHERE w.due_at >= $1::timestamptz OR EXISTS (SELECT FROM present p WHERE p.key = w.key)
      ORDER BY w.key COLLATE "C"
      ON CONFLICT (subject, key) DO UPDATE
        SET due_at = EXCLUDED.due_at, detail = EXCLUDED.detail, status = 'planned', outbox_id = NULL,
            settled_at = NULL, flow = EXCLUDED.flow
        WHERE (n.status = 'planned' AND (n.due_at, n.detail) IS DISTINCT FROM (EXCLUDED.due_at, EXCLUDED.detail))
           OR (n.status = 'queued' AND n.outbox_id = ANY((SELECT $3::int[])::int[])
               AND EXCLUDED.due_at > $1::timestamptz)
           OR (n.status IN ('cancelled', 'obsolete') AND EXCLUDED.due_at >= $1::timestamptz))
    SELECT EXISTS (SELECT FROM present WHERE status = 'queued') AS queued`

const columns = 'kind text, rung text, anchor text, due_at timestamptz, detail jsonb'

/** $4 subjects · $5 occasions · of each notice $6 the place of its subject, $7 of its occasion, $8 its recipient. */
const planningMany = planning(
  `named AS MATERIALIZED (
      SELECT * FROM unnest((SELECT $4::text[])) WITH ORDINALITY AS s(subject, place)),
    -- subject by subject, by the index: what the table held when this was planned says nothing of what it holds now
    present AS MATERIALIZED (
      SELECT n.id, n.key, n.status FROM named s CROSS JOIN LATERAL (
        SELECT id, key, status FROM notice WHERE subject = s.subject AND status IN ('planned', 'queued') OFFSET 0) n)`,
  `wanted AS MATERIALIZED (
      SELECT concat_ws(':', o.kind, s.subject, w.recipient, o.rung, o.anchor) AS key, o.kind, s.subject, w.recipient,
             o.due_at, o.detail
      FROM unnest((SELECT $6::int[]), (SELECT $7::int[]), (SELECT $8::int[])) AS w(subject_at, occasion_at, recipient)
      JOIN named s ON s.place = w.subject_at
      JOIN ROWS FROM (json_to_recordset((SELECT $5::json)) AS (${columns}))
           WITH ORDINALITY AS o(kind, rung, anchor, due_at, detail, place) ON o.place = w.occasion_at)`,
)

/** One subject, as most changes plan it: nothing to join. $4 the subject · $5 its notices. */
const planningOne = planning(
  `present AS MATERIALIZED (
      SELECT id, key, status FROM notice WHERE subject = $4::text AND status IN ('planned', 'queued'))`,
  `wanted AS MATERIALIZED (
      SELECT concat_ws(':', o.kind, $4::text, o.recipient, o.rung, o.anchor) AS key, o.kind, $4::text AS subject,
             o.recipient, o.due_at, o.detail
      FROM json_to_recordset((SELECT $5::json)) AS o(${columns}, recipient int))`,
)

const written = ({ kind, rung, anchor, dueAt, detail = {} }: WantedNotice) => ({
  kind,
  rung,
  anchor,
  due_at: toDbInstant(dueAt),
  detail,
})

async function plan(
  tx: Tx,
  { subjects, occasions, subjectAt, occasionAt, recipients }: Folded,
  waiting: readonly number[],
  now: Temporal.Instant,
): Promise<boolean> {
  const common = [toDbInstant(now).toISOString(), currentFlow() ?? null, integers(waiting)]
  const asks = (statement: string, ...values: readonly string[]) =>
    tx.$queryRawUnsafe<{ queued: boolean }[]>(statement, ...common, ...values)
  const [only, ...others] = subjects
  const rows = occasions.map(written)
  const [found] =
    only !== undefined && others.length === 0
      ? await asks(
          planningOne,
          only,
          JSON.stringify(
            recipients.map((recipient, index) => ({ ...rows[(occasionAt[index] ?? 0) - 1], recipient })),
          ),
        )
      : await asks(
          planningMany,
          texts(subjects),
          JSON.stringify(rows),
          integers(subjectAt),
          integers(occasionAt),
          integers(recipients),
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
