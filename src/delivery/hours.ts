import type { Tx } from '../db/transaction.ts'
import { calendarsOf } from '../directory/calendars.ts'
import { loadOrganisation } from '../directory/load.ts'
import { HolidaysUnknownError, toWorkingTime, type WorkingCalendar } from '../kernel/calendar.ts'

/** Nobody reads at the stroke of opening; and the reminders of the morning, at 08:45, carry along what has waited. */
const settlingIn = { minutes: 15 }

/**
 * The first moment from `now` on at which a person is at work; what has waited for the office to open comes a quarter
 * of an hour after it. Beyond the last year whose holidays are known only
 * weekdays and the organisation's own days count: people are still reminded then.
 */
export function opening(calendar: WorkingCalendar, zone: string, now: Temporal.Instant): Temporal.Instant {
  const opens = openingOf(calendar, zone, now)
  return opens.equals(now) ? now : opens.add(settlingIn)
}

function openingOf(calendar: WorkingCalendar, zone: string, now: Temporal.Instant): Temporal.Instant {
  try {
    return toWorkingTime(calendar, zone, now)
  } catch (error) {
    if (!(error instanceof HolidaysUnknownError)) throw error
    return toWorkingTime({ ...calendar, observesHolidays: false }, zone, now)
  }
}

/** `opening` for many people, by each one's own calendar. `now` itself for who is at work. */
export async function openingsOf(
  tx: Tx,
  personIds: readonly number[],
  zone: string,
  now: Temporal.Instant,
): Promise<(personId: number) => Temporal.Instant> {
  const today = now.toZonedDateTimeISO(zone).toPlainDate()
  const org = await loadOrganisation(tx, today, personIds)
  const calendarOf = await calendarsOf(tx, personIds, org)
  const byCalendar = new Map<WorkingCalendar, Temporal.Instant>()
  return (personId) => {
    const calendar = calendarOf(personId)
    const known = byCalendar.get(calendar) ?? opening(calendar, zone, now)
    byCalendar.set(calendar, known)
    return known
  }
}
