import { HolidaysUnknownError, holidayName } from './holidays.ts'

export { HolidaysUnknownError, holidaysKnownUntil } from './holidays.ts'

/** When an office works: of the city, of a section (a children's centre), or of a person. Days are local days. */
export interface WorkingCalendar {
  /** The days of the week it works, ISO numbers: 1 Monday to 7 Sunday. */
  weekdays: ReadonlySet<number>
  /** Whether it closes on national holidays and from 29 December to 3 January. */
  observesHolidays: boolean
  opensAt: Temporal.PlainTime
  /** Not itself a working moment. 00:00 means the end of the day. */
  closesAt: Temporal.PlainTime
  /** Days that differ from the rules above, by ISO date (`2027-08-13`); they win over everything. */
  exceptions: ReadonlyMap<string, { open: boolean; note: string }>
}

/** Why an office is closed on a day. `weekend` is its weekly closing day, whichever day of the week that is. */
export type ClosedReason =
  | { kind: 'exception'; note: string }
  | { kind: 'holiday'; name: { ja: string; en: string } }
  | { kind: 'year-end' }
  | { kind: 'weekend' }

/** A calendar that never works around the day asked for: its settings need mending. */
export class NoWorkingDayError extends RangeError {
  override readonly name = 'NoWorkingDayError'
}

/** The usual city hall (市の休日を定める条例): Monday to Friday, 8:30 to 17:15, closed on holidays and at year-end. */
export const cityCalendar: WorkingCalendar = {
  weekdays: new Set([1, 2, 3, 4, 5]),
  observesHolidays: true,
  opensAt: Temporal.PlainTime.from('08:30'),
  closesAt: Temporal.PlainTime.from('17:15'),
  exceptions: new Map(),
}

/** How far a working day is looked for before the calendar is refused: longer than any building is under repair. */
const searchDays = 3 * 366

const midnight = Temporal.PlainTime.from('00:00')

/** 29 December to 3 January, when public offices rest (行政機関の休日に関する法律 and each city's ordinance). */
const isYearEnd = ({ month, day }: Temporal.PlainDate): boolean =>
  (month === 12 && day >= 29) || (month === 1 && day <= 3)

/**
 * Why the office is closed on this day, or undefined on a working day. An exception wins, then a holiday's name, then
 * the year-end, then the weekly closing day.
 * @throws HolidaysUnknownError where holidays are observed and those of the year are not known.
 */
export function closedReason(calendar: WorkingCalendar, date: Temporal.PlainDate): ClosedReason | undefined {
  const exception = calendar.exceptions.get(date.toString({ calendarName: 'never' }))
  if (exception) return exception.open ? undefined : { kind: 'exception', note: exception.note }
  if (calendar.observesHolidays) {
    const ja = holidayName(date, 'ja')
    if (ja !== undefined) return { kind: 'holiday', name: { ja, en: holidayName(date, 'en') ?? ja } }
    if (isYearEnd(date)) return { kind: 'year-end' }
  }
  return calendar.weekdays.has(date.dayOfWeek) ? undefined : { kind: 'weekend' }
}

/** Whether the office works on this day. Errors as `closedReason`. */
export function isWorkingDay(calendar: WorkingCalendar, date: Temporal.PlainDate): boolean {
  return closedReason(calendar, date) === undefined
}

function search(calendar: WorkingCalendar, from: Temporal.PlainDate, step: 1 | -1): Temporal.PlainDate {
  let date = from
  for (let tried = 0; tried < searchDays; tried++) {
    if (isWorkingDay(calendar, date)) return date
    date = date.add({ days: step })
  }
  throw new NoWorkingDayError(
    `This calendar has no working day within three years ${step > 0 ? 'after' : 'before'} ${from}: ` +
      'give it at least one working weekday or an open day',
  )
}

/** The day itself if the office works, else the next day it does. @throws NoWorkingDayError, HolidaysUnknownError */
export function workingDayOnOrAfter(calendar: WorkingCalendar, date: Temporal.PlainDate): Temporal.PlainDate {
  return search(calendar, date, 1)
}

/** The day itself if the office works, else the last day it did. @throws NoWorkingDayError, HolidaysUnknownError */
export function workingDayOnOrBefore(
  calendar: WorkingCalendar,
  date: Temporal.PlainDate,
): Temporal.PlainDate {
  return search(calendar, date, -1)
}

/**
 * The working day `days` working days after (or, negative, before) a day. A closed day counts as the working day before
 * it, so that a deadline on a Sunday is over with Friday; 0 gives that day.
 * @throws RangeError when `days` is not whole; NoWorkingDayError, HolidaysUnknownError
 */
export function addWorkingDays(
  calendar: WorkingCalendar,
  date: Temporal.PlainDate,
  days: number,
): Temporal.PlainDate {
  if (!Number.isSafeInteger(days)) throw new RangeError(`Working days are whole numbers, not ${days}`)
  const step = days < 0 ? -1 : 1
  let result = workingDayOnOrBefore(calendar, date)
  for (let left = Math.abs(days); left > 0; left--)
    result = search(calendar, result.add({ days: step }), step)
  return result
}

/** As addWorkingDays; beyond the last year whose holidays are known only weekdays and own days count. */
export function workingDaysFrom(
  calendar: WorkingCalendar,
  day: Temporal.PlainDate,
  days: number,
): Temporal.PlainDate {
  try {
    return addWorkingDays(calendar, day, days)
  } catch (error) {
    if (!(error instanceof HolidaysUnknownError)) throw error
    return addWorkingDays({ ...calendar, observesHolidays: false }, day, days)
  }
}

/**
 * How many working days lie from one day to another: the `n` with which `addWorkingDays(calendar, from, n)` reaches
 * `to` (or the working day before it). Negative when `to` is earlier.
 * @throws NoWorkingDayError, HolidaysUnknownError
 */
export function workingDaysBetween(
  calendar: WorkingCalendar,
  from: Temporal.PlainDate,
  to: Temporal.PlainDate,
): number {
  if (Temporal.PlainDate.compare(from, to) > 0) return -workingDaysBetween(calendar, to, from) || 0
  const start = workingDayOnOrBefore(calendar, from)
  let count = 0
  for (let date = to; Temporal.PlainDate.compare(date, start) > 0; date = date.subtract({ days: 1 })) {
    if (isWorkingDay(calendar, date)) count++
  }
  return count
}

/**
 * The first moment from `instant` on at which the office works: the same instant within its hours, else the next
 * opening. Days and hours are those of `zone` (IANA).
 * @throws RangeError when the calendar closes before it opens; NoWorkingDayError, HolidaysUnknownError
 */
export function toWorkingTime(
  calendar: WorkingCalendar,
  zone: string,
  instant: Temporal.Instant,
): Temporal.Instant {
  const { opensAt, closesAt } = calendar
  const closesAtMidnight = closesAt.equals(midnight)
  if (!closesAtMidnight && Temporal.PlainTime.compare(opensAt, closesAt) >= 0) {
    throw new RangeError(`This calendar closes at ${closesAt}, which is not after it opens at ${opensAt}`)
  }
  const local = instant.toZonedDateTimeISO(zone)
  const today = local.toPlainDate()
  const time = local.toPlainTime()
  const opening = (date: Temporal.PlainDate) =>
    date.toZonedDateTime({ timeZone: zone, plainTime: opensAt }).toInstant()

  const over = !closesAtMidnight && Temporal.PlainTime.compare(time, closesAt) >= 0
  if (over || !isWorkingDay(calendar, today)) {
    return opening(workingDayOnOrAfter(calendar, today.add({ days: 1 })))
  }
  return Temporal.PlainTime.compare(time, opensAt) < 0 ? opening(today) : instant
}
