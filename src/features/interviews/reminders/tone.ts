import { type WorkingCalendar, workingDaysBetween } from '../../../kernel/calendar.ts'

/**
 * How a reminder speaks, by its distance from the deadline: it informs, offers the shortest way, says that one
 * day is left, that it is today, assumes that messages crossed, offers to move the date, proposes a call signed by an officer.
 */
export type Tone = 'opens' | 'inform' | 'short' | 'last' | 'today' | 'crossing' | 'help' | 'call'

/** By working days of the reader's calendar, as of the day it is read. */
export function toneOn(
  calendar: WorkingCalendar,
  deadline: Temporal.PlainDate,
  today: Temporal.PlainDate,
): Exclude<Tone, 'opens'> {
  const days = workingDaysBetween(calendar, deadline, today)
  if (days <= -5) return 'inform'
  if (days === -1) return 'last'
  // The last working day before a deadline at the weekend is not the deadline itself.
  if (days < 0 || (days === 0 && Temporal.PlainDate.compare(today, deadline) < 0)) return 'short'
  if (days === 0) return 'today'
  if (days <= 2) return 'crossing'
  return days <= 6 ? 'help' : 'call'
}
