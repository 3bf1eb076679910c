import { fromDbDate, toDbDate, toDbInstant } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'

export interface Affected {
  readonly id: number
  readonly personId: number
  readonly status: string
  readonly deadline: Temporal.PlainDate
}

type Row = { id: number; person_id: number; status: string; deadline: Date }
const affected = (row: Row): Affected => ({
  id: row.id,
  personId: row.person_id,
  status: row.status,
  deadline: fromDbDate(row.deadline),
})

/**
 * Interviews of these people in one of these states, in a running cycle or outside any. With `ahead` a booked one
 * only when its meeting is still to come.
 */
export async function openWithStatus(
  tx: Tx,
  personIds: readonly number[],
  statuses: readonly ('waiting' | 'booked' | 'suspended')[],
  ahead?: Temporal.Instant,
): Promise<Affected[]> {
  if (personIds.length === 0) return []
  const since = ahead ? toDbInstant(ahead) : new Date(0)
  const rows = await tx.$queryRaw<Row[]>`
    SELECT i.id, i.person_id, i.status, i.deadline
    FROM interview i
    LEFT JOIN step s ON s.id = i.step_id
    LEFT JOIN cycle c ON c.id = s.cycle_id
    LEFT JOIN meeting m ON m.id = i.meeting_id
    WHERE i.person_id = ANY(${[...personIds]}::int[]) AND i.status = ANY(${[...statuses]}::text[])
      AND (s.id IS NULL OR (s.status = 'open' AND c.status = 'open'))
      AND (i.status <> 'booked' OR m.starts_at > ${since}::timestamptz)
    ORDER BY i.id`
  return rows.map(affected)
}

/** Which of these people no longer work here. */
export async function leaversAmong(
  tx: Tx,
  personIds: readonly number[],
  today: Temporal.PlainDate,
): Promise<number[]> {
  if (personIds.length === 0) return []
  const rows = await tx.$queryRaw<{ id: number }[]>`
    SELECT id FROM person WHERE id = ANY(${[...personIds]}::int[]) AND left_on <= ${today.toString()}::date`
  return rows.map((row) => row.id)
}

/** Whose leave begins or ends on this day. */
export async function changingAbsences(tx: Tx, on: Temporal.PlainDate): Promise<number[]> {
  const rows = await tx.absence.findMany({
    where: { OR: [{ fromOn: toDbDate(on) }, { toOn: toDbDate(on) }] },
    select: { personId: true },
  })
  return [...new Set(rows.map((row) => row.personId))]
}

/** Hours still on offer by people who will not be there: all, or those before `back`. */
export async function withdrawSlotsOf(
  tx: Tx,
  ownerIds: readonly number[],
  now: Temporal.Instant,
  back: Temporal.PlainDate | null,
  zone = 'UTC',
): Promise<void> {
  const until = back?.toZonedDateTime(zone).toInstant()
  await tx.slot.updateMany({
    where: {
      ownerId: { in: [...ownerIds] },
      status: { in: ['offered', 'arranging'] },
      startsAt: { gt: toDbInstant(now), ...(until && { lt: toDbInstant(until) }) },
    },
    data: { status: 'withdrawn' },
  })
}

/** Suspended interviews wait again, by their new deadlines, as a new generation. */
export async function resumeInterviews(tx: Tx, interviews: readonly Affected[]): Promise<void> {
  await tx.$executeRaw`
    UPDATE interview SET status = 'waiting', deadline = v.deadline, version = version + 1,
           generation = generation + 1, quiet_until = NULL
    FROM unnest(${interviews.map((one) => one.id)}::int[],
                ${interviews.map((one) => one.deadline.toString())}::date[]) AS v(id, deadline)
    WHERE interview.id = v.id`
}

/**
 * Interviews that were cancelled because the person had left, while their step still runs and no other one took their
 * place: back to waiting, as a new generation.
 */
export async function restoreInterviews(tx: Tx, personIds: readonly number[]): Promise<Affected[]> {
  if (personIds.length === 0) return []
  const rows = await tx.$queryRaw<Row[]>`
    UPDATE interview SET status = 'waiting', version = version + 1, generation = generation + 1
    WHERE id IN (
      SELECT DISTINCT ON (i.step_id, i.person_id, coalesce(i.post_id, 0)) i.id
      FROM interview i JOIN step s ON s.id = i.step_id JOIN cycle c ON c.id = s.cycle_id
      WHERE i.person_id = ANY(${[...personIds]}::int[]) AND i.status = 'cancelled'
        AND s.status = 'open' AND c.status = 'open'
        AND EXISTS (SELECT 1 FROM person p WHERE p.id = i.person_id AND p.left_on IS NULL)
        AND NOT EXISTS (SELECT 1 FROM interview o WHERE o.step_id = i.step_id AND o.person_id = i.person_id
                        AND o.status <> 'cancelled' AND o.post_id IS NOT DISTINCT FROM i.post_id)
      ORDER BY i.step_id, i.person_id, coalesce(i.post_id, 0), i.id DESC)
    RETURNING id, person_id, status, deadline`
  return rows.map(affected)
}
