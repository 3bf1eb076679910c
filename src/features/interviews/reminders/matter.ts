// What a reminder has to know of an interview, and the one question behind every reminder: who holds it up?
import type { AssemblySession } from '../../../directory/assembly.ts'
import type { WorkingCalendar } from '../../../kernel/calendar.ts'
import type { Interview } from '../state.ts'

/** In force from its first day up to, not including, its last. */
interface Term {
  readonly from: Temporal.PlainDate
  readonly to: Temporal.PlainDate | null
}

/**
 * The subject under which the ladder plans. Its own, since a subject's planned notices follow from one rule: what
 * else is told of an interview stays under "interview:12" and is not cancelled by the ladder.
 */
export const reminderSubject = (interviewId: number): string => `interview-reminders:${interviewId}`
/** The subject under which HR's own "tell the superior" plans. */
export const superiorSubject = (interviewId: number): string => `interview-superior:${interviewId}`
/** The interview behind either of them. */
export const interviewOfReminder = (subject: string): number => Number(subject.split(':')[1])

export interface Matter {
  readonly id: number
  readonly stepId: number | null
  readonly personId: number
  readonly status: Interview['status']
  /** Its cycle is open and its step not cancelled (always so without a step). */
  readonly running: boolean
  readonly opensOn: Temporal.PlainDate | null
  readonly deadline: Temporal.PlainDate
  /** Generations of the cycle and of the interview: "1.2". */
  readonly generation: string
  readonly quietUntil: Temporal.PlainDate | null
  readonly conductors: readonly (Term & { readonly personId: number })[]
  /** Until when an hour on offer could still be picked. */
  readonly offeredUntil: Temporal.Instant | null
  readonly arrangement: {
    readonly id: number
    readonly status: 'collecting' | 'proposed'
    readonly answerBy: Temporal.PlainDate
    readonly answered: boolean
  } | null
  readonly meeting: {
    readonly id: number
    readonly startsAt: Temporal.Instant
    readonly endsAt: Temporal.Instant
    readonly conductorId: number
    readonly answeredBy: readonly number[]
  } | null
  /** A later deadline is asked for; until this day HR is given time to answer, and nobody is reminded. */
  readonly askedUntil: Temporal.PlainDate | null
}

/** What a reminder has to know of people. */
export interface PeopleFacts {
  calendarOf(personId: number): WorkingCalendar
  /** The days on which somebody is asked for something: their calendar without the days of the assembly they attend. */
  askedOn?(personId: number): WorkingCalendar
  /** The session of the assembly that holds somebody up now or soon. */
  assemblyOf?(personId: number): AssemblySession | undefined
  /** On leave on that day, or no longer employed; `undefined` when at work. */
  awayOn(personId: number, day: Temporal.PlainDate): { readonly deputyId: number | null } | undefined
  /** The HR desk of a person's part of the tree: the nearest one upwards, else that of the whole city. */
  hrOf(personId: number): readonly number[]
  superiorOf(personId: number): number | null
}

/** The days on which somebody may be asked for something. */
export const askedOn = (people: PeopleFacts, personId: number): WorkingCalendar =>
  (people.askedOn ?? people.calendarOf)(personId)

/** Whose turn it is while no hour is booked. `answer`: hours that suit are being collected. */
export type Turn = 'offer' | 'pick' | 'answer'

const before = (a: Temporal.PlainDate, b: Temporal.PlainDate) => Temporal.PlainDate.compare(a, b) < 0

/** Whose turn it is at a moment (on its local day); `null`: nobody is waited for. */
export function turnAt(matter: Matter, at: Temporal.Instant, day: Temporal.PlainDate): Turn | null {
  if (!matter.running || matter.status !== 'waiting') return null
  if (matter.opensOn && before(day, matter.opensOn)) return null
  const { arrangement, offeredUntil } = matter
  // Hours that can simply be picked are quicker than an arrangement that still collects.
  if (offeredUntil && Temporal.Instant.compare(offeredUntil, at) > 0) return 'pick'
  if (arrangement?.status === 'collecting' && !before(arrangement.answerBy, day))
    return arrangement.answered ? null : 'answer'
  return 'offer'
}

/**
 * Who acts as conductor: those in force who are at work, a deputy for one who is away. `dayOf`: the local day that
 * counts for each (their own due day when planning, today when drawing). Empty: a matter for HR.
 */
export function actingConductors(
  matter: Pick<Matter, 'conductors' | 'personId'>,
  people: PeopleFacts,
  dayOf: (personId: number) => Temporal.PlainDate,
): readonly number[] {
  const acting = new Set<number>()
  for (const conductor of matter.conductors) {
    const inForce = (day: Temporal.PlainDate) =>
      !before(day, conductor.from) && (conductor.to === null || before(day, conductor.to))
    const day = dayOf(conductor.personId)
    const away = people.awayOn(conductor.personId, day)
    if (inForce(day) && !away) acting.add(conductor.personId)
    const deputyId = away?.deputyId
    if (!deputyId || deputyId === matter.personId) continue
    const deputyDay = dayOf(deputyId)
    const stillAway = people.awayOn(conductor.personId, deputyDay)?.deputyId === deputyId
    if (inForce(deputyDay) && stillAway && !people.awayOn(deputyId, deputyDay)) acting.add(deputyId)
  }
  return [...acting]
}

export interface HeldUp {
  readonly turn: Turn
  /** Whoever is waited for; empty: there is no conductor at work, a matter for HR. */
  readonly by: readonly number[]
}

/** Who holds the matter up at this moment; `null`: nobody is waited for, or there is nobody to meet. */
export function heldUpBy(
  matter: Matter,
  people: PeopleFacts,
  now: Temporal.Instant,
  today: Temporal.PlainDate,
): HeldUp | null {
  const turn = people.awayOn(matter.personId, today) ? null : turnAt(matter, now, today)
  if (!turn) return null
  return { turn, by: turn === 'offer' ? actingConductors(matter, people, () => today) : [matter.personId] }
}
