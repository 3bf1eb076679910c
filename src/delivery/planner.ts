// Features say what they want told of a subject; the planner makes the planned notices equal to it. Three statements,
// however many subjects there are.
import { toDbInstant } from '../db/time.ts'
import type { Tx } from '../db/transaction.ts'
import { type Notices, noticeKey, type WantedNotice } from './notice.ts'

interface Keyed extends WantedNotice {
  readonly key: string
  readonly subject: string
}

/** Wanted notices by their key: one that is wanted twice is planned once, for the earlier moment. */
function keyed(subjects: Parameters<Notices['reconcile']>[1]): Keyed[] {
  const byKey = new Map<string, Keyed>()
  for (const { subject, wanted } of subjects)
    for (const notice of wanted) {
      const key = noticeKey(subject, notice)
      const known = byKey.get(key)
      if (known && Temporal.Instant.compare(known.dueAt, notice.dueAt) <= 0) continue
      byKey.set(key, { ...notice, key, subject })
    }
  // In the order of their keys, so that two transactions that plan the same subjects wait for each other, not crosswise.
  return [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
}

/**
 * Messages of these subjects that wait for their turn, locked: what they carry may still be cancelled or moved. A
 * message that is being sent, or that may have arrived, is left alone; its notices answer for themselves when drawn.
 */
async function lockWaiting(tx: Tx, subjects: readonly string[]): Promise<number[]> {
  const rows = await tx.$queryRaw<{ id: number }[]>`
    SELECT o.id FROM outbox o
    WHERE o.status = 'waiting' AND o.id IN (
      SELECT n.outbox_id FROM unnest(${subjects}::text[]) s(subject) JOIN notice n USING (subject)
      WHERE n.status = 'queued')
    ORDER BY o.id FOR UPDATE OF o`
  return rows.map((row) => row.id)
}

async function cancelOthers(
  tx: Tx,
  subjects: readonly string[],
  keys: readonly string[],
  waiting: readonly number[],
  now: Temporal.Instant,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE notice n SET status = 'cancelled', settled_at = ${toDbInstant(now)}::timestamptz, outbox_id = NULL
    FROM unnest(${subjects}::text[]) s(subject)
    WHERE n.subject = s.subject
      AND (n.status = 'planned' OR (n.status = 'queued' AND n.outbox_id = ANY(${waiting}::int[])))
      AND NOT EXISTS (SELECT FROM unnest(${keys}::text[]) k(key) WHERE k.key = n.key)`
}

/**
 * Adds what is new and still to come, moves what has changed, and plans again what was cancelled or overtaken and is
 * wanted after all. Sent and failed ones are history.
 */
async function plan(
  tx: Tx,
  wanted: readonly Keyed[],
  waiting: readonly number[],
  now: Temporal.Instant,
): Promise<void> {
  const at = toDbInstant(now)
  await tx.$executeRaw`
    WITH wanted AS (
      SELECT w.key, w.kind, w.subject, w.recipient_id, w.due_at, w.detail::jsonb AS detail
      FROM unnest(${wanted.map((w) => w.key)}::text[], ${wanted.map((w) => w.kind)}::text[],
                  ${wanted.map((w) => w.subject)}::text[], ${wanted.map((w) => w.recipientId)}::int[],
                  ${wanted.map((w) => toDbInstant(w.dueAt).toISOString())}::timestamptz[],
                  ${wanted.map((w) => JSON.stringify(w.detail ?? {}))}::text[])
           AS w(key, kind, subject, recipient_id, due_at, detail))
    INSERT INTO notice AS n (key, kind, subject, recipient_id, due_at, detail)
    SELECT * FROM wanted w
    WHERE w.due_at >= ${at}::timestamptz
       OR EXISTS (SELECT FROM notice m WHERE m.key = w.key AND m.status IN ('planned', 'queued'))
    ON CONFLICT (key) DO UPDATE
      SET due_at = EXCLUDED.due_at, detail = EXCLUDED.detail, status = 'planned', outbox_id = NULL, settled_at = NULL
      WHERE (n.status = 'planned' AND (n.due_at, n.detail) IS DISTINCT FROM (EXCLUDED.due_at, EXCLUDED.detail))
         OR (n.status = 'queued' AND n.outbox_id = ANY(${waiting}::int[]) AND EXCLUDED.due_at > ${at}::timestamptz)
         OR (n.status IN ('cancelled', 'obsolete') AND EXCLUDED.due_at >= ${at}::timestamptz)`
}

/** The planner over the notice table. See `Notices` for its laws; it works inside the caller's transaction. */
export function createNotices(): Notices {
  return {
    async reconcile(tx, subjects, now) {
      if (subjects.length === 0) return
      const names = [...new Set(subjects.map((each) => each.subject))]
      const wanted = keyed(subjects)
      const waiting = await lockWaiting(tx, names)
      const keys = wanted.map((notice) => notice.key)
      await cancelOthers(tx, names, keys, waiting, now)
      if (wanted.length > 0) await plan(tx, wanted, waiting, now)
    },
  }
}
