import { writeAudit, writeAudits } from '../../../db/audit.ts'
import type { Tx } from '../../../db/transaction.ts'
import type { Core } from '../../feature.ts'
import { assignAll, beginParticipants } from '../conductors/repository.ts'
import { replan } from '../reminders/replan.ts'
import { interviewSubject } from '../state.ts'
import type { Candidate, PlannedInterview } from './participation.ts'
import { planInterviews } from './participation.ts'
import {
  type CyclePlan,
  createInterviews,
  interviewsOfCycle,
  loadCandidates,
  saveCycle,
} from './repository.ts'

/** Who does something, for the audit trail. */
export interface By {
  readonly actorId: number
  readonly flow: string
  readonly now: Temporal.Instant
  readonly today: Temporal.PlainDate
}

export const cycleSubject = (id: number): string => `cycle:${id}`

/** The audit line of a change to a cycle. */
export const auditCycle = (tx: Tx, by: By, cycleId: number, action: string, change: Record<string, Plain>) =>
  writeAudit(tx, {
    at: by.now,
    actorId: by.actorId,
    via: 'chat',
    action,
    subject: cycleSubject(cycleId),
    change,
    flow: by.flow,
  })
export type Plain = string | number | boolean | null | readonly (string | number)[]

/**
 * Opens a locked draft: interviews, their people and their notices for everybody, in the caller's transaction. Returns
 * how many interviews there are to hold, as the preview counts them.
 */
export async function startCycle(core: Core, tx: Tx, cycle: CyclePlan, by: By): Promise<number> {
  const candidates = await loadCandidates(tx, by.today)
  const steps = cycle.steps.filter((step) => step.status === 'open')
  const { planned } = planInterviews(candidates, cycle.participation, steps)
  // Open first: reminders are planned for running cycles only.
  await saveCycle(tx, cycle.id, { status: 'open' })
  await addInterviews(core, tx, cycle, planned, by.now, by.today)
  // Who was left out has rows as well, which say so; they are not among those who take part.
  const takingPart = planned.filter((one) => one.status !== 'exempt')
  await auditCycle(tx, by, cycle.id, 'cycle.started', {
    people: new Set(takingPart.map((one) => one.personId)).size,
    interviews: takingPart.length,
  })
  return takingPart.length
}

/** Makes planned interviews real: rows, conductors and observers as of today, notices. Returns their ids. */
async function addInterviews(
  core: Core,
  tx: Tx,
  cycle: CyclePlan,
  planned: readonly PlannedInterview[],
  now: Temporal.Instant,
  today: Temporal.PlainDate,
): Promise<number[]> {
  const steps = new Map(cycle.steps.map((step) => [step.id, step]))
  const made = await createInterviews(
    tx,
    planned.flatMap((one) => {
      const step = steps.get(one.stepId)
      return step ? [{ ...one, deadline: step.deadline }] : []
    }),
  )
  const matters = made.flatMap(({ id, personId, stepId }) => {
    const step = steps.get(stepId)
    return step ? [{ id, personId, postId: null, rule: step.conductorRule, recordDate: step.recordDate }] : []
  })
  const assignments = await assignAll(tx, matters, today)
  await beginParticipants(
    tx,
    assignments.flatMap(({ conductorId, observerIds }, index) => {
      const interviewId = matters[index]?.id
      if (interviewId === undefined) return []
      const observers = observerIds.map((personId) => ({ interviewId, personId, role: 'observer' as const }))
      return conductorId === null
        ? observers
        : [{ interviewId, personId: conductorId, role: 'conductor' as const }, ...observers]
    }),
    today,
  )
  const ids = made.map((one) => one.id)
  await replan(core, tx, ids, now)
  return ids
}

/**
 * Lets people who have joined take part in the steps of a running cycle that are still ahead; who has any interview
 * in it already is left alone. Their past rungs are skipped by the planner. Returns how many interviews were made.
 */
export async function joinCycle(
  core: Core,
  tx: Tx,
  cycle: CyclePlan,
  joiners: readonly Candidate[],
  now: Temporal.Instant,
  today: Temporal.PlainDate,
): Promise<number> {
  const people = joiners.map((one) => one.personId)
  const known = new Set((await interviewsOfCycle(tx, cycle.id, people)).map((one) => one.personId))
  const ahead = cycle.steps.filter(
    (step) => step.status === 'open' && Temporal.PlainDate.compare(step.deadline, today) >= 0,
  )
  const fresh = joiners.filter((one) => !known.has(one.personId))
  const planned = planInterviews(fresh, cycle.participation, ahead).planned.filter(
    (one) => one.status !== 'exempt',
  )
  if (planned.length === 0) return 0
  const ids = await addInterviews(core, tx, cycle, planned, now, today)
  const joined = [...new Set(planned.map((one) => one.personId))]
  await writeAudits(
    tx,
    joined.map((personId) => ({
      at: now,
      actorId: null,
      via: 'system' as const,
      action: 'cycle.joined',
      subject: cycleSubject(cycle.id),
      subjectPersonId: personId,
      change: { interviews: planned.filter((one) => one.personId === personId).length },
    })),
  )
  return ids.length
}

export const auditInterviews = (
  tx: Tx,
  by: By,
  action: string,
  interviews: readonly { readonly id: number; readonly personId: number }[],
  change: Record<string, Plain>,
) =>
  writeAudits(
    tx,
    interviews.map((one) => ({
      at: by.now,
      actorId: by.actorId,
      via: 'chat' as const,
      action,
      subject: interviewSubject(one.id),
      subjectPersonId: one.personId,
      change,
      flow: by.flow,
    })),
  )
