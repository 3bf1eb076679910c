// What the record is drawn from: one person's trainings, and all of a year's in the sections that a reader may see.
import { fromDbDateOrNull, fromDbInstant, toDbDate } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import type { Actor } from '../../../directory/actor.ts'
import { reachOf, withinReach } from '../../../directory/audience.ts'
import { loadOrganisation } from '../../../directory/load.ts'
import type { Organisation, SectionRow } from '../../../directory/organisation.ts'
import { reach } from '../../../directory/rights.ts'
import type { Core } from '../../feature.ts'
import { type CoursePart, runsCourse } from '../access.ts'
import { loadCourses, loadSignUps } from '../load.ts'
import { type Course, isDone, type Session, type SignUp, sessionOf } from '../state.ts'
import { type Fact, lengthOf, recordDay } from './figures.ts'

/** One line of a person's record. */
export interface Entry {
  readonly signUp: SignUp
  readonly course: Course
  readonly session: Session | null
  /** The day it was done, else that of its session; null: neither is known. */
  readonly on: Temporal.PlainDate | null
  /** Of what was done; half a training counts none. */
  readonly minutes: number
}

/** What was recorded of somebody over the years, the latest first. */
export async function loadHistory(
  core: Pick<Core, 'zone'>,
  tx: Tx,
  personId: number,
): Promise<readonly Entry[]> {
  const signUps = await loadSignUps(tx, {
    personId,
    status: { in: ['attended', 'completed', 'partly', 'absent'] },
  })
  const courses = await loadCourses(tx, { id: { in: signUps.map(({ courseId }) => courseId) } })
  const courseOf = new Map(courses.map((course) => [course.id, course]))
  const day = (entry: Pick<Entry, 'on'>) => entry.on?.toString() ?? ''
  return signUps
    .flatMap((signUp): Entry[] => {
      const course = courseOf.get(signUp.courseId)
      if (!course) return []
      const session = course.sessions.find(({ id }) => id === sessionOf(signUp)) ?? null
      const on =
        'doneOn' in signUp
          ? signUp.doneOn
          : (session?.startsAt.toZonedDateTimeISO(core.zone).toPlainDate() ?? null)
      const minutes = isDone(signUp) ? lengthOf(course, session, core.zone) : 0
      return [{ signUp, course, session, on, minutes }]
    })
    .toSorted((a, b) => (day(a) < day(b) ? 1 : day(a) > day(b) ? -1 : b.signUp.id - a.signUp.id))
}

/** What an officer may see of a year: HR all of its part's people, a training officer the courses they run of theirs. */
function sightOf(actor: Pick<Actor, 'grants'>, org: Organisation) {
  const sections = reach(actor, 'hr', org)
  const parts = reachOf(actor, ['training'], org)
  const asHr = (personId: number): boolean => {
    const section = org.mainPost(personId)?.sectionId
    return sections === 'all' || (section !== undefined && sections.has(section))
  }
  const isHr = actor.grants.some(({ role }) => role === 'hr')
  return {
    person: (personId: number) => asHr(personId) || withinReach(parts, org.posts(personId)),
    course: (course: CoursePart) => isHr || runsCourse(parts, course),
    fact: (personId: number, course: CoursePart) => asHr(personId) || runsCourse(parts, course),
  }
}

/** The department (部) of a section: the top of the tree, or what stands right below it where all have one top. */
export function departmentOf(org: Organisation, sectionId: number): SectionRow | undefined {
  const chain = org.chain(sectionId)
  const tops = org.sections().filter(({ parentId }) => parentId === null)
  return (tops.length === 1 ? chain.at(-2) : undefined) ?? chain.at(-1)
}

export interface Year {
  readonly fiscalYear: number
  readonly on: Temporal.PlainDate
  readonly org: Organisation
  /** Whoever is counted, with their section; 0: none is known. */
  readonly sectionOf: ReadonlyMap<number, number>
  readonly facts: readonly Fact[]
  readonly courses: readonly Course[]
}

interface FactRow {
  person_id: number
  course_id: number
  status: string
  mandatory: boolean
  excused: boolean | null
  survey_answered: boolean
  starts_at: Date | null
  ends_at: Date | null
  due_on: Date | null
  submitted_on: Date | null
}

/** A year as far as this officer may see it: people with a main post on its record day, and their sign-ups. */
export async function loadYear(
  core: Pick<Core, 'zone'>,
  tx: Tx,
  actor: Pick<Actor, 'grants'>,
  fiscalYear: number,
  today: Temporal.PlainDate,
): Promise<Year> {
  const on = recordDay(fiscalYear, today)
  const org = await loadOrganisation(tx, on)
  const sight = sightOf(actor, org)
  const people = await tx.person.findMany({
    where: {
      AND: [
        { OR: [{ leftOn: null }, { leftOn: { gt: toDbDate(on) } }] },
        { OR: [{ hiredOn: null }, { hiredOn: { lte: toDbDate(on) } }] },
      ],
    },
    select: { id: true },
  })
  const sectionOf = new Map(
    people.flatMap(({ id }): [number, number][] => {
      const section = org.mainPost(id)?.sectionId
      return section !== undefined && sight.person(id) ? [[id, section]] : []
    }),
  )
  const courses = (await loadCourses(tx, { fiscalYear, status: { not: 'draft' } })).filter(sight.course)
  const courseOf = new Map(courses.map((course) => [course.id, course]))
  const rows = await tx.$queryRaw<FactRow[]>`
    SELECT u.person_id, u.course_id, u.status, u.mandatory, u.excused, u.survey_answered, s.starts_at, s.ends_at,
           r.due_on, r.submitted_on
    FROM sign_up u JOIN course c ON c.id = u.course_id
      LEFT JOIN course_session s ON s.id = u.session_id LEFT JOIN report r ON r.sign_up_id = u.id
    WHERE c.fiscal_year = ${fiscalYear}::int AND u.status NOT IN ('cancelled', 'declined')`
  const facts = rows.flatMap((row): Fact[] => {
    const course = courseOf.get(row.course_id)
    if (!course || !sectionOf.has(row.person_id) || !sight.fact(row.person_id, course)) return []
    const session =
      row.starts_at && row.ends_at
        ? { startsAt: fromDbInstant(row.starts_at), endsAt: fromDbInstant(row.ends_at) }
        : null
    return [
      {
        personId: row.person_id,
        courseId: row.course_id,
        status: row.status,
        mandatory: row.mandatory,
        excused: row.excused,
        minutes: lengthOf(course, session, core.zone),
        surveyWanted: course.surveyWanted,
        surveyAnswered: row.survey_answered,
        reportIn: row.due_on === null ? null : fromDbDateOrNull(row.submitted_on) !== null,
      },
    ]
  })
  return { fiscalYear, on, org, sectionOf, facts, courses }
}

/** Those whom somebody is right above, by the route of the supervisor, else of the first evaluator. */
export async function peopleBelow(
  tx: Tx,
  supervisorId: number,
  today: Temporal.PlainDate,
): Promise<readonly number[]> {
  const org = await loadOrganisation(tx, today)
  const people = await tx.person.findMany({
    where: {
      AND: [
        { OR: [{ leftOn: null }, { leftOn: { gt: toDbDate(today) } }] },
        { OR: [{ hiredOn: null }, { hiredOn: { lte: toDbDate(today) } }] },
      ],
    },
    select: { id: true },
    orderBy: { number: 'asc' },
  })
  return people.map(({ id }) => id).filter((id) => id !== supervisorId && isBelow(org, id, supervisorId))
}

export const isBelow = (
  org: Pick<Organisation, 'evaluator'>,
  personId: number,
  supervisorId: number,
): boolean => (org.evaluator(personId, 'supervisor') ?? org.evaluator(personId, 'first')) === supervisorId
