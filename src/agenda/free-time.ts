// When somebody has time: working hours less what is booked. Pure; days and hours are those of a zone.
import { isWorkingDay, type WorkingCalendar } from '../kernel/calendar.ts'
import { before, type Span } from './span.ts'

const midnight = Temporal.PlainTime.from('00:00')

/** Hours of one local day. An end of 00:00 means the end of the day. */
export interface Hours {
  readonly from: Temporal.PlainTime
  readonly to: Temporal.PlainTime
}

/** The hours of a local day as a span; undefined where they have no length. */
export function spanOfHours(day: Temporal.PlainDate, hours: Hours, zone: string): Span | undefined {
  const at = (date: Temporal.PlainDate, plainTime: Temporal.PlainTime) =>
    date.toZonedDateTime({ timeZone: zone, plainTime }).toInstant()
  const start = at(day, hours.from)
  const end = hours.to.equals(midnight) ? at(day.add({ days: 1 }), midnight) : at(day, hours.to)
  return before(start, end) ? { start, end } : undefined
}

/** The hours that both have; undefined where they have none in common. */
export function commonHours(a: Hours, b: Hours): Hours | undefined {
  const late = (time: Temporal.PlainTime) => (time.equals(midnight) ? 24 * 60 : time.hour * 60 + time.minute)
  const from = Temporal.PlainTime.compare(a.from, b.from) >= 0 ? a.from : b.from
  const to = late(a.to) <= late(b.to) ? a.to : b.to
  return from.hour * 60 + from.minute < late(to) ? { from, to } : undefined
}

/**
 * The working hours of each day from `from` to `to` (both included) on which the calendar works.
 * @throws HolidaysUnknownError where the holidays of a year are not known.
 */
export function workingSpans(
  calendar: WorkingCalendar,
  zone: string,
  from: Temporal.PlainDate,
  to: Temporal.PlainDate,
): Span[] {
  const spans: Span[] = []
  for (let day = from; Temporal.PlainDate.compare(day, to) <= 0; day = day.add({ days: 1 })) {
    if (!isWorkingDay(calendar, day)) continue
    const span = spanOfHours(day, { from: calendar.opensAt, to: calendar.closesAt }, zone)
    if (span) spans.push(span)
  }
  return spans
}

/** What is left of `spans` without anything of `taken`, in order of time. */
export function without(spans: readonly Span[], taken: readonly Span[]): Span[] {
  const sorted = [...taken].sort((a, b) => Temporal.Instant.compare(a.start, b.start))
  return spans
    .flatMap((span) => {
      const left: Span[] = []
      let start = span.start
      for (const busy of sorted) {
        if (!before(start, busy.end)) continue
        if (!before(busy.start, span.end)) break
        if (before(start, busy.start)) left.push({ start, end: busy.start })
        start = busy.end
      }
      if (before(start, span.end)) left.push({ start, end: span.end })
      return left
    })
    .sort((a, b) => Temporal.Instant.compare(a.start, b.start))
}

/** When an office day is free: `workingSpans` less what is busy. */
export function freeSpans(
  calendar: WorkingCalendar,
  zone: string,
  from: Temporal.PlainDate,
  to: Temporal.PlainDate,
  busy: readonly Span[],
): Span[] {
  return without(workingSpans(calendar, zone, from, to), busy)
}

/**
 * Consecutive stretches of `minutes` that fit into the free ones. Each free stretch is entered at the next full
 * `grid` minutes of the hour, so that nobody is offered 10:07.
 * @throws RangeError when `minutes` is not a positive whole number.
 */
export function slotsIn(free: readonly Span[], minutes: number, grid = 15): Span[] {
  if (!Number.isSafeInteger(minutes) || minutes < 1) throw new RangeError(`A slot of ${minutes} minutes`)
  const step = grid * 60_000
  return free.flatMap((span) => {
    const slots: Span[] = []
    // Zones that offices live in differ from UTC by whole quarters of an hour, so the grid is the clock's.
    let start = Temporal.Instant.fromEpochMilliseconds(Math.ceil(span.start.epochMilliseconds / step) * step)
    for (;;) {
      const end = start.add({ minutes })
      if (before(span.end, end)) return slots
      slots.push({ start, end })
      start = end
    }
  })
}
