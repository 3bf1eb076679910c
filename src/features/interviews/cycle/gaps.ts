// Filling gaps in the evaluator routes: HR names an evaluator for one person or for a section, or a deputy for an
// evaluator who is away. Written to the directory, told to every programme.
import { writeAudit } from '../../../db/audit.ts'
import { toDbDate } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
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

  const present = await tx.route.findFirst({
    where: { role: 'first', ...subject, ...inForce(by.today) },
    include: { evaluator: { select: { leftOn: true } } },
  })
  const gone = present?.evaluator.leftOn && present.evaluator.leftOn <= toDbDate(by.today)
  if (present && !gone && scope === 'section') return 'section-has-one'
  if (present) {
    // Named the person themselves, or nobody who can: it ends where the new one begins.
    const sameDay = present.validFrom >= toDbDate(by.today)
    if (sameDay) await tx.route.delete({ where: { id: present.id } })
    else await tx.route.update({ where: { id: present.id }, data: { validTo: toDbDate(by.today) } })
  }
  await tx.route.create({
    data: {
      role: 'first',
      ...subject,
      evaluatorId,
      ...(await free(tx, subject, from(cycle, by.today, present !== null))),
    },
  })
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

/** The day from which the new route holds. */
function from(cycle: CyclePlan, today: Temporal.PlainDate, replaces: boolean): Temporal.PlainDate {
  const days = cycle.steps
    .filter((step) => step.status === 'open' && step.conductorRule === 'record_date')
    .map((step) => step.recordDate)
  const earliest = days.sort(Temporal.PlainDate.compare)[0]
  return !replaces && earliest && Temporal.PlainDate.compare(earliest, today) < 0 ? earliest : today
}

const byTime = (a: Date, b: Date): number => a.getTime() - b.getTime()

/** The span for a new route between those that the subject had before or will have. */
async function free(
  tx: Tx,
  subject: { subjectSectionId: number } | { subjectPersonId: number },
  wanted: Temporal.PlainDate,
) {
  const others = await tx.route.findMany({
    where: { role: 'first', ...subject },
    select: { validFrom: true, validTo: true },
  })
  const day = toDbDate(wanted)
  const taken = others.flatMap(({ validTo }) => (validTo && validTo > day ? [validTo] : []))
  const validFrom = [day, ...taken].sort(byTime).at(-1) ?? day
  const next = others.map((route) => route.validFrom).filter((start) => start > validFrom)
  const validTo = next.sort(byTime)[0] ?? null
  return { validFrom, validTo }
}

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
