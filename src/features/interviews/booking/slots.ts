// Which hours a conductor can offer: pure, from a request, the calendar and what is taken already.
import { commonHours, type Hours, slotsIn, spanOfHours, without } from '../../../agenda/free-time.ts'
import { before, type Span } from '../../../agenda/span.ts'
import { type ClosedReason, closedReason, type WorkingCalendar } from '../../../kernel/calendar.ts'

export interface SlotRequest {
  readonly from: Temporal.PlainDate
  /** Included. */
  readonly to: Temporal.PlainDate
  /** ISO weekdays, 1 Monday to 7 Sunday. */
  readonly weekdays: ReadonlySet<number>
  readonly hours: Hours
  readonly minutes: number
  /** Whether 12:00 to 13:00 may be offered too. */
  readonly lunch: boolean
}

export interface ClosedDay {
  readonly date: Temporal.PlainDate
  readonly reason: ClosedReason
}

export type SlotOutcome =
  | { readonly type: 'slots'; readonly slots: readonly Span[]; readonly closed: readonly ClosedDay[] }
  /** Every day asked for is closed. */
  | { readonly type: 'closed'; readonly closed: readonly ClosedDay[] }
  /** No day of the period falls on one of the weekdays. */
  | { readonly type: 'no-day' }
  /** The hours asked for lie outside the working hours. */
  | { readonly type: 'hours'; readonly opensAt: Temporal.PlainTime; readonly closesAt: Temporal.PlainTime }
  /** Everything is over or taken. */
  | { readonly type: 'full' }
  | { readonly type: 'too-many'; readonly count: number }

const lunchHours: Hours = { from: Temporal.PlainTime.from('12:00'), to: Temporal.PlainTime.from('13:00') }

/**
 * The hours that can be offered: on open days of the request, within working hours, at `now` still to come, without
 * lunch unless wanted, and touching nothing of `taken`. At most `most`.
 * @throws HolidaysUnknownError where the holidays of a year are not known.
 */
export function proposeSlots(
  request: SlotRequest,
  calendar: WorkingCalendar,
  zone: string,
  taken: readonly Span[],
  now: Temporal.Instant,
  most: number,
): SlotOutcome {
  const hours = commonHours(request.hours, { from: calendar.opensAt, to: calendar.closesAt })
  if (!hours) return { type: 'hours', opensAt: calendar.opensAt, closesAt: calendar.closesAt }
  const { open, closed } = daysOf(request, calendar)
  if (open.length === 0) return closed.length > 0 ? { type: 'closed', closed } : { type: 'no-day' }
  const spans = open.flatMap((day) => spanOfHours(day, hours, zone) ?? [])
  const lunches = request.lunch ? [] : open.flatMap((day) => spanOfHours(day, lunchHours, zone) ?? [])
  const slots = slotsIn(without(spans, [...taken, ...lunches]), request.minutes).filter(
    (slot) => !before(slot.start, now),
  )
  if (slots.length === 0) return { type: 'full' }
  if (slots.length > most) return { type: 'too-many', count: slots.length }
  return { type: 'slots', slots, closed }
}

function daysOf(request: SlotRequest, calendar: WorkingCalendar) {
  const open: Temporal.PlainDate[] = []
  const closed: ClosedDay[] = []
  const { from, to, weekdays } = request
  for (let date = from; Temporal.PlainDate.compare(date, to) <= 0; date = date.add({ days: 1 })) {
    if (!weekdays.has(date.dayOfWeek)) continue
    const reason = closedReason(calendar, date)
    if (reason) closed.push({ date, reason })
    else open.push(date)
  }
  return { open, closed }
}
