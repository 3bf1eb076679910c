import { fromDbDate, toDbDate, toDbInstant } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'

/** A wish for a later deadline that HR has not answered. */
export interface Asked {
  readonly id: number
  readonly interviewId: number
  readonly stepId: number | null
  readonly personId: number
  readonly requestedById: number
  readonly deadline: Temporal.PlainDate
}

/** Wishes of one person for one step and one day, answered together. */
export interface AskedGroup {
  /** The first, which stands for all of them in buttons. */
  readonly first: Asked
  readonly all: readonly Asked[]
}

/** Unanswered wishes, oldest first. With `ids` only these; `lock` until the transaction ends. */
export async function loadAsked(tx: Tx, ids?: readonly number[], lock = false): Promise<Asked[]> {
  if (lock) await tx.$queryRaw`SELECT id FROM deadline_request WHERE status = 'asked' ORDER BY id FOR UPDATE`
  const rows = await tx.deadlineRequest.findMany({
    where: {
      status: 'asked',
      ...(ids && { id: { in: [...ids] } }),
      interview: { status: { in: ['waiting', 'booked', 'suspended', 'unclear'] } },
    },
    include: { interview: { select: { stepId: true, personId: true } } },
    orderBy: { id: 'asc' },
  })
  return rows.map((row) => ({
    id: row.id,
    interviewId: row.interviewId,
    stepId: row.interview.stepId,
    personId: row.interview.personId,
    requestedById: row.requestedById,
    deadline: fromDbDate(row.deadline),
  }))
}

export function groupAsked(asked: readonly Asked[]): AskedGroup[] {
  const key = ({ requestedById, stepId, interviewId, deadline }: Asked) =>
    `${requestedById}:${stepId ?? `i${interviewId}`}:${deadline}`
  return [...Map.groupBy(asked, key).values()].flatMap((all) => (all[0] ? [{ first: all[0], all }] : []))
}

/** Replaces what this person asked before about these interviews. Returns the new ids, in the order of interviews. */
export async function saveAsked(
  tx: Tx,
  interviewIds: readonly number[],
  requestedById: number,
  deadline: Temporal.PlainDate,
  now: Temporal.Instant,
): Promise<{ readonly made: readonly number[]; readonly withdrawn: readonly number[] }> {
  const withdrawn = await tx.$queryRaw<{ id: number }[]>`
    UPDATE deadline_request SET status = 'withdrawn', settled_at = ${toDbInstant(now)}::timestamptz
    WHERE interview_id = ANY(${[...interviewIds]}::int[]) AND status = 'asked' RETURNING id`
  const made = await tx.deadlineRequest.createManyAndReturn({
    data: interviewIds.map((interviewId) => ({
      interviewId,
      requestedById,
      deadline: toDbDate(deadline),
      askedAt: toDbInstant(now),
    })),
    select: { id: true },
  })
  return { made: made.map(({ id }) => id), withdrawn: withdrawn.map(({ id }) => id) }
}

export async function settleAsked(
  tx: Tx,
  ids: readonly number[],
  status: 'granted' | 'declined',
  settledById: number,
  now: Temporal.Instant,
): Promise<void> {
  await tx.deadlineRequest.updateMany({
    where: { id: { in: [...ids] }, status: 'asked' },
    data: { status, settledById, settledAt: toDbInstant(now) },
  })
}

/** Moves deadlines; buttons that were shown before are stale. */
export async function moveDeadlines(
  tx: Tx,
  interviewIds: readonly number[],
  to: Temporal.PlainDate,
): Promise<void> {
  await tx.interview.updateMany({
    where: { id: { in: [...interviewIds] } },
    data: { deadline: toDbDate(to), quietUntil: null, version: { increment: 1 } },
  })
}

/** The last day on which interviews may be held: the earliest end of their cycles. */
export async function lastDayOf(tx: Tx, stepIds: readonly number[], otherwise: Temporal.PlainDate) {
  const cycle = await tx.cycle.findFirst({
    where: { steps: { some: { id: { in: [...stepIds] } } } },
    orderBy: { endsOn: 'asc' },
    select: { endsOn: true },
  })
  return cycle ? fromDbDate(cycle.endsOn) : otherwise
}
