import { toDbDate } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'

export interface Turn {
  readonly id: number
  readonly personId: number
  readonly status: string
}

/** Interviews of these steps in one of these states, of everybody or of these people. */
export async function turnsOf(
  tx: Tx,
  stepIds: readonly number[],
  statuses: readonly string[],
  personIds?: readonly number[],
): Promise<Turn[]> {
  return tx.interview.findMany({
    where: {
      stepId: { in: [...stepIds] },
      status: { in: [...statuses] },
      ...(personIds && { personId: { in: [...personIds] } }),
    },
    select: { id: true, personId: true, status: true },
    orderBy: { id: 'asc' },
  })
}

/** The deadline of the step itself, for those who join later. */
export async function setStepDeadline(tx: Tx, stepId: number, deadline: Temporal.PlainDate): Promise<void> {
  await tx.step.update({ where: { id: stepId }, data: { deadline: toDbDate(deadline) } })
}

/**
 * Moves the open interviews of a step to a deadline. Who had been granted a later one than the step's keeps it while
 * it is later than the new one. Returns those that moved.
 */
export async function moveDeadlines(
  tx: Tx,
  stepId: number,
  from: Temporal.PlainDate,
  to: Temporal.PlainDate,
  sectionIds: readonly number[] | null,
  today: Temporal.PlainDate,
): Promise<number[]> {
  const everywhere = sectionIds === null
  const rows = await tx.$queryRaw<{ id: number }[]>`
    UPDATE interview SET deadline = ${to.toString()}::date
    WHERE step_id = ${stepId} AND status IN ('waiting', 'booked', 'suspended', 'unclear')
      AND deadline <> ${to.toString()}::date
      AND (deadline <= ${from.toString()}::date OR deadline < ${to.toString()}::date)
      AND (${everywhere} OR EXISTS (
        SELECT 1 FROM post p WHERE p.person_id = interview.person_id AND p.main
          AND p.section_id = ANY(${[...(sectionIds ?? [])]}::int[])
          AND p.valid_from <= ${today.toString()}::date
          AND (p.valid_to IS NULL OR p.valid_to > ${today.toString()}::date)))
    RETURNING id`
  return rows.map((row) => row.id)
}

/** Ends what is on offer or being arranged for these steps. */
export async function withdrawOffers(tx: Tx, stepIds: readonly number[]): Promise<void> {
  const steps = { stepId: { in: [...stepIds] } }
  await tx.arrangement.updateMany({
    where: { ...steps, status: { in: ['collecting', 'proposed'] } },
    data: { status: 'cancelled' },
  })
  await tx.slot.updateMany({
    where: { ...steps, status: { in: ['offered', 'arranging'] } },
    data: { status: 'withdrawn' },
  })
}

export async function cancelSteps(tx: Tx, stepIds: readonly number[]): Promise<void> {
  await tx.step.updateMany({ where: { id: { in: [...stepIds] } }, data: { status: 'cancelled' } })
}

/** A closed cycle opened again: its open interviews are a new generation, reminded anew. */
export async function renewGenerations(tx: Tx, cycleId: number): Promise<number[]> {
  const rows = await tx.$queryRaw<{ id: number }[]>`
    UPDATE interview SET generation = generation + 1, version = version + 1, quiet_until = NULL
    WHERE step_id IN (SELECT id FROM step WHERE cycle_id = ${cycleId} AND status = 'open')
      AND status IN ('waiting', 'booked', 'suspended', 'unclear')
    RETURNING id`
  return rows.map((row) => row.id)
}

/** Exempt interviews take part again, due on the given days, as a new generation. */
export async function takeBack(
  tx: Tx,
  turns: readonly { readonly id: number; readonly deadline: Temporal.PlainDate }[],
  status: 'waiting' | 'suspended',
): Promise<void> {
  if (turns.length === 0) return
  await tx.$executeRaw`
    UPDATE interview SET status = ${status}, deadline = v.deadline, version = version + 1,
           generation = generation + 1, quiet_until = NULL
    FROM unnest(${turns.map((turn) => turn.id)}::int[],
                ${turns.map((turn) => turn.deadline.toString())}::date[]) AS v(id, deadline)
    WHERE interview.id = v.id`
}

/** Who is absent among these people today. */
export async function isAbsent(tx: Tx, personId: number, today: Temporal.PlainDate): Promise<boolean> {
  const day = toDbDate(today)
  const found = await tx.absence.findFirst({
    where: { personId, fromOn: { lte: day }, OR: [{ toOn: null }, { toOn: { gt: day } }] },
    select: { id: true },
  })
  return found !== null
}
