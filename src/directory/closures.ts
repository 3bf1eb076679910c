// Days of rest for everybody (災害などによる休止): they close every calendar, so that whatever counts working days, or
// is told in working hours, waits by itself; and deadlines of what was under way move along.
import { fromDbDate } from '../db/time.ts'
import type { Tx } from '../db/transaction.ts'
import { addWorkingDays, type WorkingCalendar, workingDaysBetween } from '../kernel/calendar.ts'

export interface Closure {
  readonly from: Temporal.PlainDate
  /** The day on which work goes on. */
  readonly to: Temporal.PlainDate
  readonly reason: string
}

/** Nothing that is counted today reaches further back. */
const keptMonths = 18

/** Those of the last year and a half and all to come, in order. */
export async function loadClosures(tx: Tx): Promise<readonly Closure[]> {
  const rows = await tx.$queryRaw<{ from_on: Date; to_on: Date; reason: string }[]>`
    SELECT from_on, to_on, reason FROM closure
     WHERE to_on > (SELECT max(to_on) FROM closure) - make_interval(months => ${keptMonths}::int)
     ORDER BY from_on`
  return rows.map((row) => ({ from: fromDbDate(row.from_on), to: fromDbDate(row.to_on), reason: row.reason }))
}

/** The calendar with these days closed, whatever else it says of them. */
export function atRest(calendar: WorkingCalendar, closures: readonly Closure[]): WorkingCalendar {
  if (closures.length === 0) return calendar
  const exceptions = new Map(calendar.exceptions)
  for (const { from, to, reason } of closures)
    for (let day = from; Temporal.PlainDate.compare(day, to) < 0; day = day.add({ days: 1 }))
      exceptions.set(day.toString(), { open: false, note: reason })
  return { ...calendar, exceptions }
}

/**
 * A deadline once days of rest have changed: as many working days are left from their beginning as before. What lies
 * before them stays, and so does what they do not concern.
 * @param was the person's calendar before the change @param is after it
 */
export function deadlineAfter(
  was: WorkingCalendar,
  is: WorkingCalendar,
  from: Temporal.PlainDate,
  deadline: Temporal.PlainDate,
): Temporal.PlainDate {
  if (Temporal.PlainDate.compare(deadline, from) < 0) return deadline
  const eve = from.subtract({ days: 1 })
  const left = workingDaysBetween(was, eve, deadline)
  const before = addWorkingDays(was, eve, left)
  const after = addWorkingDays(is, eve, left)
  return after.equals(before) ? deadline : after
}

/** Why everything rests on the day of a moment; undefined where nothing does. */
export async function restReasons(
  tx: Tx,
  zone: string,
): Promise<(at: Temporal.Instant) => string | undefined> {
  const closures = await loadClosures(tx)
  return (at) => closureOn(closures, at.toZonedDateTimeISO(zone).toPlainDate())?.reason
}

/** The closure that a day lies in. */
export const closureOn = (closures: readonly Closure[], day: Temporal.PlainDate): Closure | undefined =>
  closures.find(
    ({ from, to }) => Temporal.PlainDate.compare(from, day) <= 0 && Temporal.PlainDate.compare(day, to) < 0,
  )
