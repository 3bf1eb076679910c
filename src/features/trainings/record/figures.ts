// The year in figures, by department or by any other grouping of people. Pure: what was recorded is counted, nothing else.
import { fiscalYearEnd, fiscalYearStart } from '../../../kernel/fiscal-year.ts'

/** One sign-up of the year, as far as it is counted. */
export interface Fact {
  readonly personId: number
  readonly courseId: number
  readonly status: string
  readonly mandatory: boolean
  readonly excused: boolean | null
  /** Length of the training, where it was attended. */
  readonly minutes: number
  readonly surveyWanted: boolean
  readonly surveyAnswered: boolean
  /** null: no report is owed. */
  readonly reportIn: boolean | null
}

export interface Figures {
  readonly staff: number
  /** Duties of people (a person and a course), and those that are done. */
  readonly duties: number
  readonly dutiesDone: number
  /** Attended and completed trainings, and their length. */
  readonly done: number
  readonly minutes: number
  /** Absent without excuse. */
  readonly noShows: number
  readonly asked: number
  readonly answered: number
  readonly reportsOwed: number
  readonly reportsIn: number
}

const isDone = ({ status }: Fact) => status === 'attended' || status === 'completed'

/** States in which a duty stands: taken off by HR or by leaving, it is none any more. */
const isOwed = ({ status, mandatory }: Fact) => mandatory && status !== 'cancelled' && status !== 'declined'

const keyOf = ({ personId, courseId }: Fact) => `${personId}:${courseId}`

/** Figures of a group of people: so many staff, and all facts of theirs. Order does not matter. */
export function figuresOf(staff: number, facts: readonly Fact[]): Figures {
  const duties = new Set(facts.filter(isOwed).map(keyOf))
  const done = facts.filter(isDone)
  const doneKeys = new Set(done.map(keyOf))
  const count = (of: (fact: Fact) => boolean) => facts.filter(of).length
  return {
    staff,
    duties: duties.size,
    dutiesDone: duties.intersection(doneKeys).size,
    done: done.length,
    minutes: done.reduce((sum, { minutes }) => sum + minutes, 0),
    noShows: count(({ status, excused }) => status === 'absent' && excused !== true),
    asked: count((fact) => isDone(fact) && fact.surveyWanted),
    answered: count((fact) => isDone(fact) && fact.surveyWanted && fact.surveyAnswered),
    reportsOwed: count(({ reportIn }) => reportIn !== null),
    reportsIn: count(({ reportIn }) => reportIn === true),
  }
}

/** Figures by group; each person is in one. Groups without anybody are left out. */
export function figuresBy<Group>(
  groupOf: ReadonlyMap<number, Group>,
  facts: readonly Fact[],
): ReadonlyMap<Group, Figures> {
  const staff = Map.groupBy(groupOf.keys(), (personId) => groupOf.get(personId) as Group)
  const theirs = Map.groupBy(
    facts.filter(({ personId }) => groupOf.has(personId)),
    ({ personId }) => groupOf.get(personId) as Group,
  )
  return new Map(
    [...staff].map(([group, people]) => [group, figuresOf(people.length, theirs.get(group) ?? [])]),
  )
}

/** A share in whole percent; null where there is nothing to have a share of. */
export const percent = (part: number, whole: number): number | null =>
  whole === 0 ? null : Math.round((part / whole) * 100)

/** Hours a head, to a tenth. */
export const hoursPerHead = ({ minutes, staff }: Pick<Figures, 'minutes' | 'staff'>): number =>
  staff === 0 ? 0 : Math.round(minutes / 6 / staff) / 10

/** Hours, to a tenth. */
export const hours = (minutes: number): number => Math.round(minutes / 6) / 10

/**
 * How long a training was: as its course says, else by the clock of its session; of a session over several days, the
 * hours of each.
 */
export function lengthOf(
  course: { readonly minutes: number | null },
  session: { readonly startsAt: Temporal.Instant; readonly endsAt: Temporal.Instant } | null,
  zone: string,
): number {
  if (course.minutes !== null) return course.minutes
  if (!session) return 0
  const [from, to] = [session.startsAt.toZonedDateTimeISO(zone), session.endsAt.toZonedDateTimeISO(zone)]
  const days = from.toPlainDate().until(to.toPlainDate()).days + 1
  const daily = from.toPlainTime().until(to.toPlainTime()).total('minutes')
  // Through the night there is no hour of each day.
  return daily > 0 ? days * daily : Math.round(session.endsAt.since(session.startsAt).total('minutes'))
}

/** The day as of which a fiscal year is looked at: its last one, or today while it runs. */
export function recordDay(fiscalYear: number, today: Temporal.PlainDate): Temporal.PlainDate {
  const [first, last] = [fiscalYearStart(fiscalYear), fiscalYearEnd(fiscalYear)]
  if (Temporal.PlainDate.compare(today, last) > 0) return last
  return Temporal.PlainDate.compare(today, first) < 0 ? first : today
}
