import {
  addWorkingDays,
  toWorkingTime,
  type WorkingCalendar,
  workingDayOnOrAfter,
} from '../../../kernel/calendar.ts'

/** A moment at which somebody may be written to, and the local day it falls on. */
export interface Due {
  readonly at: Temporal.Instant
  readonly day: Temporal.PlainDate
}

/** When the day's interviews are over for most, and nobody has left yet. */
const BEFORE_CLOSING = { minutes: 45 }

/** Reads calendars for the ladder, remembering every answer: thousands of matters share a few deadlines. */
export interface DueTimes {
  readonly zone: string
  /** The ladder's hour on the working day `days` working days from a date. */
  from(calendar: WorkingCalendar, date: Temporal.PlainDate, days: number): Due
  /** The ladder's hour on this day, or on the next working day. */
  onOrAfter(calendar: WorkingCalendar, date: Temporal.PlainDate): Due
  /** The moment itself within working hours, else the ladder's hour of the next working day. */
  next(calendar: WorkingCalendar, instant: Temporal.Instant): Due
  /** Three quarters of an hour before closing on the day of `instant`; where that is past, the next working morning. */
  evening(calendar: WorkingCalendar, instant: Temporal.Instant): Due
  /** The first of the ladder's mornings that is still to come. */
  nextMorning(calendar: WorkingCalendar, now: Temporal.Instant): Due
}

/** @param hour the ladder's hour, "HH:MM" wall clock in `zone` (IANA). Errors as `kernel/calendar.ts`. */
export function dueTimes(zone: string, hour: string): DueTimes {
  const time = Temporal.PlainTime.from(hour)
  const known = new WeakMap<WorkingCalendar, Map<string, Due>>()
  // Matters share their dates (facts.ts): writing one out a hundred thousand times takes longer than all the rest.
  const written = new WeakMap<Temporal.PlainDate, string>()
  const iso = (date: Temporal.PlainDate): string => {
    const text = written.get(date) ?? date.toString()
    written.set(date, text)
    return text
  }
  const remember = (calendar: WorkingCalendar, key: string, find: () => Due): Due => {
    const answers = known.get(calendar) ?? new Map<string, Due>()
    if (answers.size === 0) known.set(calendar, answers)
    const found = answers.get(key) ?? find()
    answers.set(key, found)
    return found
  }
  const working = (calendar: WorkingCalendar, instant: Temporal.Instant): Due => {
    const at = toWorkingTime(calendar, zone, instant)
    return { at, day: at.toZonedDateTimeISO(zone).toPlainDate() }
  }
  const morning = (date: Temporal.PlainDate) =>
    date.toZonedDateTime({ timeZone: zone, plainTime: time }).toInstant()
  // What waits for a morning comes with the ladder, in one message.
  const next = (calendar: WorkingCalendar, instant: Temporal.Instant): Due => {
    const due = working(calendar, instant)
    if (due.at.equals(instant)) return due
    const later = working(calendar, morning(due.day))
    return later.day.equals(due.day) ? later : due
  }
  const onOrAfter = (calendar: WorkingCalendar, date: Temporal.PlainDate) =>
    remember(calendar, `o${iso(date)}`, () => working(calendar, morning(workingDayOnOrAfter(calendar, date))))
  return {
    zone,
    from: (calendar, date, days) =>
      remember(calendar, `f${days}:${iso(date)}`, () =>
        working(calendar, morning(addWorkingDays(calendar, date, days))),
      ),
    onOrAfter,
    next: (calendar, instant) =>
      remember(calendar, `n${instant.epochMilliseconds}`, () => next(calendar, instant)),
    evening: (calendar, instant) => {
      const end = instant.toZonedDateTimeISO(zone)
      const evening = end.withPlainTime(calendar.closesAt.subtract(BEFORE_CLOSING))
      return Temporal.ZonedDateTime.compare(end, evening) <= 0
        ? next(calendar, evening.toInstant())
        : onOrAfter(calendar, end.toPlainDate().add({ days: 1 }))
    },
    nextMorning: (calendar, now) =>
      remember(calendar, `m${now.epochMilliseconds}`, () => {
        const today = now.toZonedDateTimeISO(zone).toPlainDate()
        const first = onOrAfter(calendar, today)
        return Temporal.Instant.compare(first.at, now) > 0
          ? first
          : onOrAfter(calendar, first.day.add({ days: 1 }))
      }),
  }
}
