import { type ClosedReason, closedReason, type WorkingCalendar } from '../../../kernel/calendar.ts'

/** Why a wished deadline cannot be asked for; `null`: it can. */
export type DateProblem =
  | { readonly type: 'missing' }
  | { readonly type: 'too-early' }
  | { readonly type: 'too-late' }
  | { readonly type: 'closed'; readonly date: Temporal.PlainDate; readonly reason: ClosedReason }

/** A later deadline lies after the present one and after today, within the cycle, on a working day of whoever asks. */
export function wishedDate(
  given: string | undefined,
  bounds: {
    readonly deadline: Temporal.PlainDate
    readonly today: Temporal.PlainDate
    readonly last: Temporal.PlainDate
  },
  calendar: WorkingCalendar,
): { readonly date: Temporal.PlainDate } | { readonly problem: DateProblem } {
  const { compare } = Temporal.PlainDate
  if (!given || !/^\d{4}-\d{2}-\d{2}$/.test(given)) return { problem: { type: 'missing' } }
  let date: Temporal.PlainDate
  try {
    date = Temporal.PlainDate.from(given, { overflow: 'reject' })
  } catch {
    return { problem: { type: 'missing' } }
  }
  if (compare(date, bounds.deadline) <= 0 || compare(date, bounds.today) <= 0)
    return { problem: { type: 'too-early' } }
  if (compare(date, bounds.last) > 0) return { problem: { type: 'too-late' } }
  const reason = closedReason(calendar, date)
  return reason ? { problem: { type: 'closed', date, reason } } : { date }
}
