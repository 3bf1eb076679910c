// How long a seat is held for whoever waited for it, and until when a supervisor may agree.
import { type WorkingCalendar, workingDaysFrom } from '../../../kernel/calendar.ts'

/** Working days after that of the offer on whose last one it ends. */
const offerDays = 2
/** Working days after the window closes within which applications of the last day can still be approved. */
const approvalDays = 2

/**
 * The midnight at which an offer made now ends: after the second working day that follows, and before the day of the
 * session. Undefined where no night lies between now and the session: then nobody is asked any more.
 */
export function offerEnd(
  calendar: WorkingCalendar,
  zone: string,
  now: Temporal.Instant,
  startsAt: Temporal.Instant,
): Temporal.Instant | undefined {
  const today = now.toZonedDateTimeISO(zone).toPlainDate()
  const day = startsAt.toZonedDateTimeISO(zone).toPlainDate()
  const usual = workingDaysFrom(calendar, today, offerDays).add({ days: 1 })
  const last = Temporal.PlainDate.compare(usual, day) < 0 ? usual : day
  if (Temporal.PlainDate.compare(last, today) <= 0) return undefined
  return last.toZonedDateTime(zone).toInstant()
}

/** The last day on which an application can be approved: two working days after the window. */
export const approvalEnds = (
  calendar: WorkingCalendar,
  course: { readonly closesOn: Temporal.PlainDate },
): Temporal.PlainDate => {
  // A window that closes at a weekend counts from that day, not from the Friday before it.
  const after = workingDaysFrom(calendar, course.closesOn, approvalDays)
  return Temporal.PlainDate.compare(after, course.closesOn) < 0 ? course.closesOn : after
}
