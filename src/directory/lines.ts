// Who leads whom by the reporting line: supervisor, first evaluator, assistant evaluator (係長).

import { toDbDate } from '../db/time.ts'
import type { Tx } from '../db/transaction.ts'
import { isHeadTitle } from './heads.ts'
import { inForce, loadOrganisation } from './load.ts'
import type { Organisation } from './organisation.ts'

/** The supervisor where the staff list names one, else who evaluates first; and the assistant evaluator (係長). */
export function leadsOf(org: Organisation, memberId: number): number[] {
  const supervisor = org.evaluator(memberId, 'supervisor') ?? org.evaluator(memberId, 'first')
  const found = [supervisor, org.evaluator(memberId, 'first'), org.evaluator(memberId, 'assistant')]
  return [...new Set(found.flatMap((id) => id ?? []))]
}

/** Those whom somebody leads on a day, and who are still here. */
export async function membersOf(tx: Tx, leadId: number, on: Temporal.PlainDate): Promise<number[]> {
  const routes = await tx.route.findMany({
    where: {
      AND: [inForce(on), { evaluatorId: leadId, role: { in: ['supervisor', 'first', 'assistant'] } }],
    },
    select: { subjectPersonId: true, subjectSectionId: true },
  })
  if (routes.length === 0) return []
  const org = await loadOrganisation(tx, on)
  const sections = new Set(
    routes.flatMap(({ subjectSectionId }) => (subjectSectionId ? [...org.within(subjectSectionId)] : [])),
  )
  const persons = routes.flatMap(({ subjectPersonId }) => subjectPersonId ?? [])
  const rows = await tx.person.findMany({
    where: {
      AND: [
        { OR: [{ leftOn: null }, { leftOn: { gt: toDbDate(on) } }] },
        {
          OR: [
            { id: { in: persons } },
            { posts: { some: { AND: [inForce(on), { main: true, sectionId: { in: [...sections] } }] } } },
          ],
        },
      ],
    },
    select: { id: true },
    orderBy: { number: 'asc' },
  })
  return rows.flatMap(({ id }) => (leadsOf(org, id).includes(leadId) ? [id] : []))
}

/**
 * The sections of which somebody is the head (所属長) on a day: those for which the line names them, and, since many staff
 * lists name a supervisor person by person only, those where they hold a post with a head's title, also 事務取扱.
 */
export async function sectionsHeadedBy(
  tx: Tx,
  personId: number,
  on: Temporal.PlainDate,
): Promise<ReadonlySet<number>> {
  const routes = await tx.route.findMany({
    where: {
      AND: [
        inForce(on),
        { evaluatorId: personId, role: { in: ['supervisor', 'first'] }, subjectSectionId: { not: null } },
      ],
    },
    select: { subjectSectionId: true },
  })
  const posts = await tx.post.findMany({
    where: { AND: [inForce(on), { personId }] },
    select: { sectionId: true, title: true },
  })
  return new Set([
    ...routes.flatMap(({ subjectSectionId }) => subjectSectionId ?? []),
    ...posts.flatMap(({ sectionId, title }) => (isHeadTitle(title) ? [sectionId] : [])),
  ])
}
