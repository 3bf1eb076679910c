// Who runs a course: HR, or training officers, of the part of the section tree and of the occupation it belongs to.

import type { Tx } from '../../db/transaction.ts'
import type { Actor, Grant } from '../../directory/actor.ts'
import { type Reach, reachOf, titleKey, wholeCity, withinReach } from '../../directory/audience.ts'
import { loadOrganisation } from '../../directory/load.ts'
import type { Organisation } from '../../directory/organisation.ts'
import type { Permission } from '../../intake/handler.ts'
import type { Course } from './state.ts'

const roles = ['hr', 'training'] as const

/** The part of the city that a course belongs to: a section with all below it, an occupation; null: all. */
export type CoursePart = Pick<Course, 'sectionId' | 'occupation'>

/** HR and training officers; the handler narrows to their part. */
export const officer: Permission = {
  who: { ja: '人事担当・研修担当の方', en: 'HR and training officers' },
  allows: (actor) => actor.grants.some(({ role }) => role === 'hr' || role === 'training'),
}

/** The parts whose courses somebody runs. */
export const runs = (actor: Pick<Actor, 'grants'>, org: Organisation): Reach => reachOf(actor, roles, org)

/** Whether somebody who runs these parts runs a course: who has 看護 runs what 看護師 is for, not the other way round. */
export const runsCourse = (parts: Reach, { sectionId, occupation }: CoursePart): boolean =>
  parts.some(
    (part) =>
      (part.sections === 'all' || (sectionId !== null && part.sections.has(sectionId))) &&
      (!part.occupation || (occupation !== null && titleKey(occupation).includes(titleKey(part.occupation)))),
  )

export async function mayRun(
  tx: Tx,
  actor: Pick<Actor, 'grants'>,
  course: CoursePart,
  today: Temporal.PlainDate,
): Promise<boolean> {
  if (!officer.allows(actor as Actor, Temporal.Instant.fromEpochMilliseconds(0))) return false
  return runsCourse(runs(actor, await loadOrganisation(tx, today, [])), course)
}

/** The part that a new course of somebody's belongs to: all of the city where they run that, else what they were given. */
export function ownPart(actor: Pick<Actor, 'grants'>): CoursePart {
  const given = actor.grants.filter(({ role }) => role === 'hr' || role === 'training')
  const width = ({ sectionId, occupation }: Grant) =>
    Number(sectionId !== null) + Number(occupation !== undefined)
  const widest = given.toSorted((a, b) => width(a) - width(b))[0]
  return { sectionId: widest?.sectionId ?? null, occupation: widest?.occupation ?? null }
}

/**
 * Whom a course may be for. One of an occupation reaches its posts in its part of the city and nobody else, whatever its
 * target says; any other one is offered to whom its officers choose.
 */
export const reachOfCourse = (
  { sectionId, occupation }: CoursePart,
  org: Pick<Organisation, 'within'>,
): Reach =>
  occupation === null
    ? wholeCity
    : [{ sections: sectionId === null ? 'all' : org.within(sectionId), occupation }]

/** Whether somebody holds a post, on the organisation's day, that a course may be for. */
export const isReached = (course: CoursePart, personId: number, org: Organisation): boolean =>
  withinReach(reachOfCourse(course, org), org.posts(personId))
