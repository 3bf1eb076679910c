// What follows once somebody was there: the survey is asked for once and once more, the report is chased until it is
// handed in. Pure.
import type { WantedNotice } from '../../../delivery/notice.ts'
import type { WorkingCalendar } from '../../../kernel/calendar.ts'
import { workingDaysFrom } from '../../../kernel/calendar.ts'
import { isDone, type SignUp } from '../state.ts'

export const afterKinds = {
  recorded: 'trainings.recorded',
  survey: 'trainings.survey',
  report: 'trainings.report',
} as const

/** Not the sign-up's own subject: what it wants told is reconciled apart. */
export const afterSubject = (signUp: number): string => `after:sign-up:${signUp}`
export const recordedSubject = (signUp: number): string => `recorded:sign-up:${signUp}`

const morningTime = Temporal.PlainTime.from('08:45')
/** Working days around the day on which a report is due. */
const reportDays = [-3, 1, 5, 10, 20] as const
/** Working days after it was attended on which the survey is asked for. */
const surveyDays = [1, 4] as const

export interface Moment {
  readonly zone: string
  readonly now: Temporal.Instant
}

export interface After {
  readonly signUp: SignUp
  readonly surveyWanted: boolean
  /** The report that is still owed. */
  readonly dueOn: Temporal.PlainDate | null
  readonly calendar: WorkingCalendar
}

export function afterWanted(
  { signUp, surveyWanted, dueOn, calendar }: After,
  { zone, now }: Moment,
): WantedNotice[] {
  if (!isDone(signUp) || !('doneOn' in signUp)) return []
  const { doneOn } = signUp
  const today = now.toZonedDateTimeISO(zone).toPlainDate()
  const wanted = (
    kind: string,
    anchor: Temporal.PlainDate,
    from: Temporal.PlainDate,
    n: number,
  ): WantedNotice => ({
    kind,
    recipientId: signUp.personId,
    rung: n > 0 ? `+${n}` : String(n),
    anchor: anchor.toString(),
    dueAt: morningAfter(calendar, from, n, zone),
  })
  // A list that comes in weeks later asks all the same.
  const asked = Temporal.PlainDate.compare(doneOn, today) < 0 ? today : doneOn
  return [
    ...(surveyWanted && !signUp.surveyAnswered
      ? surveyDays.map((n) => wanted(afterKinds.survey, doneOn, asked, n))
      : []),
    ...(dueOn ? reportDays.map((n) => wanted(afterKinds.report, dueOn, dueOn, n)) : []),
  ]
}

/** What an officer has recorded, on the next working morning: what they put right until then is not told twice. */
export const recordedWanted = (
  signUp: SignUp,
  calendar: WorkingCalendar,
  { zone, now }: Moment,
): WantedNotice => ({
  kind: afterKinds.recorded,
  recipientId: signUp.personId,
  rung: signUp.status,
  anchor: `v${signUp.version}`,
  dueAt: morningAfter(calendar, now.toZonedDateTimeISO(zone).toPlainDate(), 1, zone),
})

const morningAfter = (calendar: WorkingCalendar, from: Temporal.PlainDate, n: number, zone: string) =>
  workingDaysFrom(calendar, from, n).toZonedDateTime({ timeZone: zone, plainTime: morningTime }).toInstant()
