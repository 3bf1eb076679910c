// Filling gaps in the evaluator routes: HR names an evaluator for one person or for a section, or a deputy for an
// evaluator who is away. Written to the directory, told to every programme.
import { writeAudit } from '../../../db/audit.ts'
import { toDbDate } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import { nameEvaluator } from '../../../directory/change/evaluators.ts'
import { inForce, loadOrganisation } from '../../../directory/load.ts'
import type { Core } from '../../feature.ts'
import type { CyclePlan } from './repository.ts'
import type { By } from './start.ts'

export type FillProblem = 'self' | 'left' | 'section-has-one' | 'no-section'

const employed = (today: Temporal.PlainDate) => ({
  OR: [{ leftOn: null }, { leftOn: { gt: toDbDate(today) } }],
})

/**
 * Names the first evaluator of a person, or of everybody in the person's section. In force from today, or from the
 * earliest record date of the cycle that has come, so that steps decided by that day have somebody too.
 */
export async function fillEvaluator(
  core: Core,
  tx: Tx,
  cycle: CyclePlan,
  personId: number,
  scope: 'person' | 'section',
  evaluatorId: number,
  by: By,
): Promise<FillProblem | null> {
  if (evaluatorId === personId) return 'self'
  const evaluator = await tx.person.findFirst({
    where: { id: evaluatorId, ...employed(by.today) },
    select: { id: true },
  })
  if (!evaluator) return 'left'
  const organisation = await loadOrganisation(tx, by.today)
  const sectionId = organisation.mainPost(personId)?.sectionId
  if (scope === 'section' && sectionId === undefined) return 'no-section'
  const subject =
    scope === 'section' && sectionId !== undefined
      ? { subjectSectionId: sectionId }
      : { subjectPersonId: personId }

  const named = await nameEvaluator(tx, {
    role: 'first',
    subject,
    evaluatorId,
    today: by.today,
    from: earliestRecord(cycle, by.today),
    keepsPresent: scope === 'section',
  })
  if (!named) return 'section-has-one'
  await writeAudit(tx, {
    at: by.now,
    actorId: by.actorId,
    via: 'chat',
    action: 'route.filled',
    subject: scope === 'section' ? `section:${sectionId}` : `person:${personId}`,
    subjectPersonId: scope === 'section' ? null : personId,
    change: { role: 'first', evaluator: evaluatorId },
    flow: by.flow,
  })
  const concerned =
    scope === 'person' || sectionId === undefined
      ? [personId]
      : await peopleWithin(tx, organisation.within(sectionId), by.today)
  await core.tell({ type: 'transfer-effective', personIds: concerned, on: by.today }, tx, by.now)
  return null
}

/** The earliest record date of the cycle's steps that are decided by one; today where there is none. */
const earliestRecord = (cycle: CyclePlan, today: Temporal.PlainDate): Temporal.PlainDate =>
  cycle.steps
    .filter((step) => step.status === 'open' && step.conductorRule === 'record_date')
    .map((step) => step.recordDate)
    .sort(Temporal.PlainDate.compare)[0] ?? today

async function peopleWithin(tx: Tx, sections: ReadonlySet<number>, today: Temporal.PlainDate) {
  const posts = await tx.post.findMany({
    where: { sectionId: { in: [...sections] }, ...inForce(today) },
    select: { personId: true },
  })
  return [...new Set(posts.map((post) => post.personId))]
}

/** Names who stands in for an absent evaluator while the absence lasts. */
export async function nameDeputy(
  core: Core,
  tx: Tx,
  absentId: number,
  deputyId: number,
  by: By,
): Promise<FillProblem | 'not-absent' | null> {
  if (absentId === deputyId) return 'self'
  const deputy = await tx.person.findFirst({
    where: { id: deputyId, ...employed(by.today) },
    select: { id: true },
  })
  if (!deputy) return 'left'
  const day = toDbDate(by.today)
  const absence = await tx.absence.findFirst({
    where: { personId: absentId, fromOn: { lte: day }, OR: [{ toOn: null }, { toOn: { gt: day } }] },
  })
  if (!absence) return 'not-absent'
  await tx.absence.update({ where: { id: absence.id }, data: { deputyId } })
  await writeAudit(tx, {
    at: by.now,
    actorId: by.actorId,
    via: 'chat',
    action: 'absence.deputy-named',
    subject: `absence:${absence.id}`,
    subjectPersonId: absentId,
    change: { from: absence.deputyId, to: deputyId },
    flow: by.flow,
  })
  await core.tell({ type: 'absence-changed', personIds: [absentId] }, tx, by.now)
  return null
}
