// Whom courses are for on a day, by their targets and the part of the city they belong to.
import type { Tx } from '../../db/transaction.ts'
import { loadMembers, settingOf } from '../../directory/audience/query.ts'
import { audienceSchema, type Member, matcher } from '../../directory/audience.ts'
import { loadOrganisation } from '../../directory/load.ts'
import { organisation } from '../../directory/organisation.ts'
import { reachOfCourse } from './access.ts'
import type { Course } from './state.ts'

type Meaning = Pick<Course, 'id' | 'target' | 'sectionId' | 'occupation'>

/**
 * Members of staff whom each of these courses is for, those on leave among them, by the course's id; without a target
 * nobody. `personIds`: only of these. The people are read once, however many courses there are.
 */
export async function meantOf(
  tx: Tx,
  courses: readonly Meaning[],
  on: Temporal.PlainDate,
  personIds?: readonly number[],
): Promise<ReadonlyMap<number, readonly Member[]>> {
  const targeted = courses.flatMap(({ target, ...course }) =>
    target === null ? [] : [{ ...course, audience: audienceSchema.parse(target) }],
  )
  const members = targeted.length === 0 ? [] : await loadMembers(tx, on, { personIds })
  if (members.length === 0) return new Map()
  // Where nobody asks for sections, the tree need not be read.
  const bySection = targeted.some(
    ({ audience, occupation, sectionId }) =>
      audience.sections || audience.except?.sections || (occupation !== null && sectionId !== null),
  )
  const org = bySection
    ? await loadOrganisation(tx, on, [])
    : organisation({ on, sections: [], posts: [], routes: [] })
  const meant = new Map<number, readonly Member[]>()
  for (const { audience, ...course } of targeted) {
    const reach = reachOfCourse(course, org)
    const setting = await settingOf(tx, { audience, reach, on, org })
    meant.set(course.id, members.filter(matcher(audience, reach, setting)))
  }
  return meant
}

/** Which of these courses are meant for somebody; ids. Whoever is on leave counts too. */
export async function meantFor(
  tx: Tx,
  courses: readonly Meaning[],
  personId: number,
  on: Temporal.PlainDate,
): Promise<ReadonlySet<number>> {
  const meant = await meantOf(tx, courses, on, [personId])
  return new Set([...meant].flatMap(([course, members]) => (members.length > 0 ? [course] : [])))
}
