import { createHash } from 'node:crypto'
import { fromDbDate, fromDbDateOrNull, toDbDate } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import { inForce } from '../../../directory/load.ts'
import { toStep } from '../load.ts'
import type { Cycle, Step } from '../state.ts'
import {
  type Candidate,
  type Participation,
  type PlannedInterview,
  participationSchema,
} from './participation.ts'
import type { CycleDraft, StepDraft } from './presets.ts'

export interface CyclePlan extends Cycle {
  readonly startsOn: Temporal.PlainDate
  readonly endsOn: Temporal.PlainDate
  readonly participation: Participation
  /** In their order, cancelled ones included. */
  readonly steps: readonly Step[]
  /** Changes with anything of the above: a button or form that carries an older one is stale. */
  readonly seen: string
}

type CycleRow = NonNullable<Awaited<ReturnType<typeof findCycle>>>
const findCycle = (tx: Tx, id: number) =>
  tx.cycle.findUnique({ where: { id }, include: { steps: { orderBy: { ordinal: 'asc' } } } })

const toPlan = (row: CycleRow): CyclePlan => ({
  id: row.id,
  name: row.name,
  nameEn: row.nameEn,
  status: row.status as Cycle['status'],
  generation: row.generation,
  startsOn: fromDbDate(row.startsOn),
  endsOn: fromDbDate(row.endsOn),
  participation: participationSchema.parse(row.participation),
  steps: row.steps.map(toStep),
  seen: createHash('sha256').update(JSON.stringify(row)).digest('hex').slice(0, 12),
})

export async function loadCycle(tx: Tx, id: number): Promise<CyclePlan | undefined> {
  const row = await findCycle(tx, id)
  return row ? toPlan(row) : undefined
}

/** As `loadCycle`, and nobody else changes it until the transaction ends: of two officers one comes second. */
export async function lockCycle(tx: Tx, id: number): Promise<CyclePlan | undefined> {
  await tx.$queryRaw`SELECT id FROM cycle WHERE id = ${id} FOR UPDATE`
  return loadCycle(tx, id)
}

/** The cycle of a step. */
export async function cycleOfStep(tx: Tx, stepId: number): Promise<number | undefined> {
  return (await tx.step.findUnique({ where: { id: stepId }, select: { cycleId: true } }))?.cycleId
}

/** All cycles, those being prepared or running first, the latest year first. */
export async function listCycles(tx: Tx): Promise<readonly (Cycle & { startsOn: Temporal.PlainDate })[]> {
  const rows = await tx.cycle.findMany({ orderBy: [{ startsOn: 'desc' }, { id: 'desc' }] })
  const rank = (status: string) => (status === 'draft' || status === 'open' ? 0 : 1)
  return rows
    .map((row) => ({
      id: row.id,
      name: row.name,
      nameEn: row.nameEn,
      status: row.status as Cycle['status'],
      generation: row.generation,
      startsOn: fromDbDate(row.startsOn),
    }))
    .sort((a, b) => rank(a.status) - rank(b.status))
}

const stepRow = (step: StepDraft) => ({
  kind: step.kind,
  name: step.name,
  nameEn: step.nameEn,
  opensOn: toDbDate(step.opensOn),
  deadline: toDbDate(step.deadline),
  recordDate: toDbDate(step.recordDate),
  conductorRule: step.conductorRule,
  minutes: step.minutes,
  prepare: step.prepare,
  prepareEn: step.prepareEn,
  shared: step.shared ?? false,
  disclosedOn: step.disclosedOn ? toDbDate(step.disclosedOn) : null,
})

export async function createCycle(tx: Tx, draft: CycleDraft): Promise<number> {
  const made = await tx.cycle.create({
    data: {
      name: draft.name,
      nameEn: draft.nameEn,
      startsOn: toDbDate(draft.startsOn),
      endsOn: toDbDate(draft.endsOn),
      kind: draft.kind ?? 'both',
      participation: participationSchema.parse(draft.participation ?? {}),
      steps: { create: draft.steps.map((step, index) => ({ ordinal: index + 1, ...stepRow(step) })) },
    },
    select: { id: true },
  })
  return made.id
}

export async function saveCycle(
  tx: Tx,
  id: number,
  change: {
    readonly name?: string
    readonly nameEn?: string
    readonly startsOn?: Temporal.PlainDate
    readonly endsOn?: Temporal.PlainDate
    readonly participation?: Participation
    readonly status?: Cycle['status']
    readonly generation?: number
  },
): Promise<void> {
  const { startsOn, endsOn, ...rest } = change
  await tx.cycle.update({
    where: { id },
    data: {
      ...rest,
      ...(startsOn && { startsOn: toDbDate(startsOn) }),
      ...(endsOn && { endsOn: toDbDate(endsOn) }),
    },
  })
}

/** Adds a step at its place by deadline, or changes one; then the steps are numbered by deadline anew. */
export async function saveStep(
  tx: Tx,
  cycleId: number,
  stepId: number | null,
  step: StepDraft,
): Promise<void> {
  if (stepId === null) {
    const last = await tx.step.aggregate({ where: { cycleId }, _max: { ordinal: true } })
    await tx.step.create({ data: { cycleId, ordinal: (last._max.ordinal ?? 0) + 1, ...stepRow(step) } })
  } else await tx.step.update({ where: { id: stepId }, data: stepRow(step) })
}

/** Only of a draft: a step that has interviews is cancelled, not removed. */
export async function removeStep(tx: Tx, stepId: number): Promise<void> {
  await tx.step.delete({ where: { id: stepId } })
}

/** Everybody on the staff list today (or these), by their main post, ready for `planInterviews`. */
export async function loadCandidates(
  tx: Tx,
  today: Temporal.PlainDate,
  personIds?: readonly number[],
): Promise<Candidate[]> {
  const day = toDbDate(today)
  const people = await tx.person.findMany({
    where: {
      ...(personIds && { id: { in: [...personIds] } }),
      AND: [
        { OR: [{ leftOn: null }, { leftOn: { gt: day } }] },
        { OR: [{ hiredOn: null }, { hiredOn: { lte: day } }] },
      ],
    },
    select: {
      id: true,
      employmentKindId: true,
      hiredOn: true,
      posts: {
        where: { main: true, ...inForce(today) },
        select: { sectionId: true, grade: { select: { rank: true } } },
      },
      absences: {
        where: { fromOn: { lte: day }, OR: [{ toOn: null }, { toOn: { gt: day } }] },
        select: { id: true },
      },
    },
    orderBy: { id: 'asc' },
  })
  return people.map((person) => ({
    personId: person.id,
    sectionId: person.posts[0]?.sectionId ?? null,
    gradeRank: person.posts[0]?.grade?.rank ?? null,
    employmentKindId: person.employmentKindId,
    hiredOn: fromDbDateOrNull(person.hiredOn),
    absent: person.absences.length > 0,
  }))
}

/** Makes the interviews of a plan and returns them with their ids; thousands in one statement. */
export async function createInterviews(
  tx: Tx,
  planned: readonly (PlannedInterview & { readonly deadline: Temporal.PlainDate })[],
): Promise<{ id: number; personId: number; stepId: number }[]> {
  if (planned.length === 0) return []
  const rows = await tx.$queryRaw<{ id: number; person_id: number; step_id: number }[]>`
    INSERT INTO interview (kind, person_id, step_id, status, deadline)
    SELECT 'step', v.person_id, v.step_id, v.status, v.deadline
    FROM unnest(${planned.map((one) => one.personId)}::int[], ${planned.map((one) => one.stepId)}::int[],
                ${planned.map((one) => one.status)}::text[],
                ${planned.map((one) => one.deadline.toString())}::date[]) AS v(person_id, step_id, status, deadline)
    RETURNING id, person_id, step_id`
  return rows.map((row) => ({ id: row.id, personId: row.person_id, stepId: row.step_id }))
}

/** How many interviews of a cycle are in which state, by step. */
export async function countInterviews(
  tx: Tx,
  cycleId: number,
): Promise<readonly { stepId: number; status: string; count: number }[]> {
  const rows = await tx.interview.groupBy({
    by: ['stepId', 'status'],
    where: { step: { cycleId } },
    _count: { _all: true },
  })
  return rows.flatMap((row) =>
    row.stepId === null ? [] : [{ stepId: row.stepId, status: row.status, count: row._count._all }],
  )
}

/** Grades in order and kinds of employment, for forms. */
export async function loadChoices(tx: Tx) {
  return {
    grades: await tx.grade.findMany({ orderBy: { rank: 'asc' }, select: { rank: true, name: true } }),
    employmentKinds: await tx.employmentKind.findMany({
      orderBy: { code: 'asc' },
      select: { id: true, name: true },
    }),
  }
}

/** People whose interviews of running steps of this cycle name no conductor: person, section's step, status. */
export async function interviewsOfCycle(
  tx: Tx,
  cycleId: number,
  personIds?: readonly number[],
): Promise<
  readonly { id: number; personId: number; postId: number | null; stepId: number; status: string }[]
> {
  const rows = await tx.interview.findMany({
    where: { step: { cycleId }, ...(personIds && { personId: { in: [...personIds] } }) },
    select: { id: true, personId: true, postId: true, stepId: true, status: true },
    orderBy: { id: 'asc' },
  })
  return rows.flatMap(({ stepId, ...row }) => (stepId === null ? [] : [{ ...row, stepId }]))
}

/** Cycles that run, and let people join. */
export async function openCycles(tx: Tx): Promise<CyclePlan[]> {
  const rows = await tx.cycle.findMany({
    where: { status: 'open' },
    include: { steps: { orderBy: { ordinal: 'asc' } } },
    orderBy: { id: 'asc' },
  })
  return rows.map(toPlan)
}
