// What starting a cycle would do, or what a running one consists of: exact figures and the gaps that HR fills.
import type { Tx } from '../../../db/transaction.ts'
import type { Actor } from '../../../directory/actor.ts'
import { loadOrganisation } from '../../../directory/load.ts'
import { reaches } from '../../../directory/rights.ts'
import { assignAll } from '../conductors/repository.ts'
import { type Candidate, type ExemptReason, planInterviews } from './participation.ts'
import { type CyclePlan, interviewsOfCycle, loadCandidates } from './repository.ts'

export interface SectionCount {
  readonly sectionId: number
  readonly name: string
  readonly people: number
  readonly interviews: number
}

export interface AbsentEvaluator {
  readonly evaluatorId: number
  /** Whose interviews wait for a substitute. */
  readonly personIds: readonly number[]
}

export interface Preview {
  readonly people: number
  readonly interviews: number
  /** On leave today: their interviews begin when they are back. */
  readonly onLeave: number
  /** Sections in the order of their codes, those with nobody left out. */
  readonly sections: readonly SectionCount[]
  readonly exempt: readonly { readonly personId: number; readonly reason: ExemptReason }[]
  /** No route names an evaluator. */
  readonly withoutEvaluator: readonly number[]
  readonly absentEvaluators: readonly AbsentEvaluator[]
  /** Nobody was named on a record date that has come: whoever was first named after it conducts. */
  readonly namedLater: readonly number[]
}

interface Turn {
  readonly personId: number
  readonly postId: number | null
  readonly stepId: number
  readonly status: string
}

/** A draft is planned, a running cycle counted; either way only the part of the tree that the officer's right reaches. */
export async function previewCycle(
  tx: Tx,
  cycle: CyclePlan,
  actor: Actor,
  today: Temporal.PlainDate,
): Promise<Preview> {
  const organisation = await loadOrganisation(tx, today)
  const inReach = (personId: number) => reaches(actor, 'hr', personId, organisation)
  const candidates = (await loadCandidates(tx, today)).filter((one) => inReach(one.personId))
  const steps = cycle.steps.filter((step) => step.status === 'open')
  const plan = planInterviews(candidates, cycle.participation, steps)
  const running = cycle.status === 'draft' ? null : await interviewsOfCycle(tx, cycle.id)
  const turns: readonly Turn[] = running
    ? running.filter((one) => inReach(one.personId) && one.status !== 'cancelled')
    : plan.planned.map((one) => ({ ...one, postId: null }))

  const taking = turns.filter((turn) => turn.status !== 'exempt')
  const exempt = running ? exemptInRunning(candidates, turns, plan.exempt) : plan.exempt
  const gaps = await gapsOf(tx, cycle, taking, today)
  const sectionOf = new Map(candidates.map((one) => [one.personId, one.sectionId]))
  const sections = organisation.sections().flatMap((section): SectionCount[] => {
    const here = taking.filter((turn) => sectionOf.get(turn.personId) === section.id)
    const people = new Set(here.map((turn) => turn.personId)).size
    return people === 0
      ? []
      : [{ sectionId: section.id, name: section.name, people, interviews: here.length }]
  })
  return {
    people: new Set(taking.map((turn) => turn.personId)).size,
    interviews: taking.length,
    onLeave: new Set(taking.filter((turn) => turn.status === 'suspended').map((turn) => turn.personId)).size,
    sections,
    exempt,
    ...gaps,
  }
}

/** Of a running cycle: exempt by name where HR said so since, otherwise by the rules for those without interviews. */
function exemptInRunning(
  candidates: readonly Candidate[],
  turns: readonly Turn[],
  byRule: readonly { readonly personId: number; readonly reason: ExemptReason }[],
) {
  const statuses = Map.groupBy(turns, (turn) => turn.personId)
  const reasons = new Map(byRule.map((one) => [one.personId, one.reason]))
  return candidates.flatMap(({ personId }) => {
    const own = statuses.get(personId)
    if (own?.every((turn) => turn.status === 'exempt')) return [{ personId, reason: 'named' as const }]
    const reason = reasons.get(personId)
    return !own && reason ? [{ personId, reason }] : []
  })
}

async function gapsOf(tx: Tx, cycle: CyclePlan, turns: readonly Turn[], today: Temporal.PlainDate) {
  const steps = new Map(cycle.steps.map((step) => [step.id, step]))
  const open = turns.filter((turn) => turn.status !== 'held' && turn.status !== 'unclear')
  const matters = open.flatMap((turn) => {
    const step = steps.get(turn.stepId)
    if (!step) return []
    const { personId, postId } = turn
    return [{ personId, postId, rule: step.conductorRule, recordDate: step.recordDate }]
  })
  const assignments = await assignAll(tx, matters, today)
  const without = new Set<number>()
  const absent = new Map<number, Set<number>>()
  const later = new Set<number>()
  for (const [index, assignment] of assignments.entries()) {
    const personId = matters[index]?.personId
    if (personId === undefined) continue
    if (assignment.namedLater) later.add(personId)
    if (assignment.gap === 'no-evaluator') without.add(personId)
    else if (assignment.absentId !== null) {
      const waiting = absent.get(assignment.absentId) ?? new Set()
      absent.set(assignment.absentId, waiting.add(personId))
    }
  }
  return {
    withoutEvaluator: [...without],
    namedLater: [...later],
    absentEvaluators: [...absent].map(([evaluatorId, ids]) => ({ evaluatorId, personIds: [...ids] })),
  }
}
