// A plan that was read against the courses that there are: what would be new, what would change, what cannot.
import { closedReason, HolidaysUnknownError, type WorkingCalendar } from '../../../kernel/calendar.ts'
import { formatDate } from '../../../kernel/format.ts'
import type { CoursePart } from '../access.ts'
import type { Course, Session } from '../state.ts'
import { differences, draftOf } from './change.ts'
import { type CourseDraft, instantOf, type SessionDraft } from './draft.ts'
import { type PlanProblem, problem } from './problem.ts'

export interface SessionMatch {
  readonly draft: SessionDraft
  /** The session that it changes; null: a new one. */
  readonly session: Session | null
}

export interface PlannedCourse {
  readonly draft: CourseDraft
  readonly row: number
  readonly course: Course | null
  readonly kind: 'new' | 'changed' | 'same' | 'blocked'
  readonly sessions: readonly SessionMatch[]
}

export interface Compared {
  readonly courses: readonly PlannedCourse[]
  readonly problems: readonly PlanProblem[]
}

export interface Standing {
  readonly courses: readonly Course[]
  readonly calendar: WorkingCalendar
  readonly zone: string
  readonly now: Temporal.Instant
  /** Whether the officer runs the part that a course belongs to. */
  mayRun(course: CoursePart): boolean
}

/** Why the city's office is closed on a day; undefined where it is open or where the year's holidays are not known. */
export function whyClosed(calendar: WorkingCalendar, day: Temporal.PlainDate) {
  try {
    return closedReason(calendar, day)
  } catch (error) {
    if (error instanceof HolidaysUnknownError) return undefined
    throw error
  }
}

/**
 * Sessions of a list to sessions that there are: those that begin at the same time, then, where as many are left on
 * both sides, in order (a date that was moved). What the list does not name stays.
 */
export function matchSessions(
  drafts: readonly SessionDraft[],
  sessions: readonly Session[],
  zone: string,
  now: Temporal.Instant,
): SessionMatch[] {
  const ahead = sessions.filter(
    ({ status, startsAt }) => status === 'planned' && Temporal.Instant.compare(startsAt, now) > 0,
  )
  const exact = new Map(
    drafts.flatMap((draft) => {
      const at = instantOf(draft.startsAt, zone)
      const found = sessions.find((session) => session.status !== 'cancelled' && session.startsAt.equals(at))
      return found ? [[draft, found] as const] : []
    }),
  )
  const used = new Set([...exact.values()].map(({ id }) => id))
  const openDrafts = drafts.filter((draft) => !exact.has(draft))
  const openSessions = ahead.filter(({ id }) => !used.has(id))
  const inOrder = openDrafts.length === openSessions.length
  return drafts.map((draft) => ({
    draft,
    session: exact.get(draft) ?? (inOrder ? (openSessions[openDrafts.indexOf(draft)] ?? null) : null),
  }))
}

const changesSession = ({ draft, session }: SessionMatch, zone: string): boolean =>
  session === null ||
  !session.startsAt.equals(instantOf(draft.startsAt, zone)) ||
  !session.endsAt.equals(instantOf(draft.endsAt, zone)) ||
  session.place !== draft.place ||
  session.url !== draft.url ||
  session.capacity !== draft.capacity

export function comparePlan(
  drafts: readonly (CourseDraft & { readonly row: number })[],
  { courses, calendar, zone, now, mayRun }: Standing,
): Compared {
  const byCode = new Map(courses.map((course) => [course.code, course]))
  const problems: PlanProblem[] = []
  const planned = drafts.map((listed): PlannedCourse => {
    const { row, ...draft } = listed
    const course = byCode.get(draft.code) ?? null
    const sessions = matchSessions(draft.sessions, course?.sessions ?? [], zone, now)
    const said = (
      code: Parameters<typeof problem>[0],
      value: string,
      what: Parameters<typeof problem>[2] = '',
    ) => problems.push(problem(code, { row, column: null, value }, what))
    for (const { startsAt } of draft.sessions) {
      const day = Temporal.PlainDate.from(startsAt.slice(0, 10))
      if (whyClosed(calendar, day))
        said('closed', draft.name, { ja: formatDate(day, 'ja'), en: formatDate(day, 'en') })
    }
    const before = problems.filter(({ severity }) => severity === 'error').length
    if (course?.status === 'cancelled') said('cancelled', draft.code)
    if (course && !mayRun(course)) said('other-part', draft.code)
    for (const { draft: wanted, session } of sessions)
      if (session && wanted.capacity < session.taken)
        said('capacity-held', `${draft.name} ${wanted.capacity}`, String(session.taken))
    const blocked = problems.filter(({ severity }) => severity === 'error').length > before
    return { draft, row, course, sessions, kind: blocked ? 'blocked' : kindOf(draft, course, sessions, zone) }
  })
  return { courses: planned, problems }
}

function kindOf(
  draft: CourseDraft,
  course: Course | null,
  sessions: readonly SessionMatch[],
  zone: string,
): 'new' | 'changed' | 'same' {
  if (!course) return 'new'
  const { sessions: _, ...rest } = merged(draft, course)
  const differs = Object.keys(differences(draftOf(course), rest)).length > 0
  return differs || sessions.some((match) => changesSession(match, zone)) ? 'changed' : 'same'
}

/** A list that leaves whom it is for to words, or names nobody to nominate, does not undo what HR has set since. */
export const merged = (draft: CourseDraft, course: Course): CourseDraft => ({
  ...draft,
  target: draft.target ?? draftOf(course).target,
  nomination: draft.nomination ?? draftOf(course).nomination,
})
