// When both have time: working days and hours of both, less leave and what is booked for either.
import { occupiedSpans } from '../../agenda/busy-times.ts'
import { commonHours, slotsIn, spanOfHours, without } from '../../agenda/free-time.ts'
import { before, overlaps, type Span } from '../../agenda/span.ts'
import { fromDbDate, fromDbDateOrNull, toDbDate } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import { calendarOf } from '../../directory/calendars.ts'
import { isWorkingDay, type WorkingCalendar } from '../../kernel/calendar.ts'
import { meetingSubject, type Series } from './state.ts'

export interface PairTime {
  readonly calendars: readonly WorkingCalendar[]
  /** Whether both work on a day and neither is on leave. */
  works(day: Temporal.PlainDate): boolean
}

export async function pairTime(
  tx: Tx,
  series: Pick<Series, 'leadId' | 'memberId'>,
  today: Temporal.PlainDate,
): Promise<PairTime> {
  const both = [series.leadId, series.memberId]
  const calendars: WorkingCalendar[] = []
  for (const id of both) calendars.push(await calendarOf(tx, id, today))
  const rows = await tx.absence.findMany({
    where: { personId: { in: both }, OR: [{ toOn: null }, { toOn: { gt: toDbDate(today) } }] },
  })
  const absences = rows.map((row) => ({ from: fromDbDate(row.fromOn), to: fromDbDateOrNull(row.toOn) }))
  const away = (day: Temporal.PlainDate) =>
    absences.some(
      ({ from, to }) =>
        Temporal.PlainDate.compare(from, day) <= 0 && (!to || Temporal.PlainDate.compare(day, to) < 0),
    )
  return {
    calendars,
    works: (day) => !away(day) && calendars.every((calendar) => isWorkingDay(calendar, day)),
  }
}

/** The hours that both work on a day, without the lunch hour; none where they have none in common. */
function hoursOfDay({ calendars, works }: PairTime, day: Temporal.PlainDate, zone: string): Span[] {
  if (!works(day)) return []
  const [first, ...others] = calendars
  if (!first) return []
  let hours: ReturnType<typeof commonHours> = { from: first.opensAt, to: first.closesAt }
  for (const calendar of others)
    hours = hours && commonHours(hours, { from: calendar.opensAt, to: calendar.closesAt })
  const whole = hours && spanOfHours(day, hours, zone)
  const noon = { from: Temporal.PlainTime.from('12:00'), to: Temporal.PlainTime.from('13:00') }
  const lunch = spanOfHours(day, noon, zone)
  return whole && lunch ? without([whole], [lunch]) : []
}

/** What is booked of either between two days, but for `except`. */
export async function busyOf(
  tx: Tx,
  series: Pick<Series, 'leadId' | 'memberId'>,
  from: Temporal.PlainDate,
  to: Temporal.PlainDate,
  zone: string,
  except?: number,
): Promise<Span[]> {
  const start = from.toZonedDateTime(zone).toInstant()
  const end = to.add({ days: 1 }).toZonedDateTime(zone).toInstant()
  const busy = await occupiedSpans(tx, [series.leadId, series.memberId], start, end)
  return busy.filter(({ subject }) => except === undefined || subject !== meetingSubject(except))
}

export const spanAt = (
  day: Temporal.PlainDate,
  series: Pick<Series, 'time' | 'minutes'>,
  zone: string,
): Span => {
  const start = day.toZonedDateTime({ timeZone: zone, plainTime: series.time }).toInstant()
  return { start, end: start.add({ minutes: series.minutes }) }
}

/** How many days on from the day itself a time is looked for by itself. */
const DAYS_ON = 4

/** The pair's own time on the day, else the first in common that day or on the next few working days. */
export function place(
  pair: PairTime,
  series: Pick<Series, 'time' | 'minutes'>,
  day: Temporal.PlainDate,
  busy: readonly Span[],
  zone: string,
): Span | undefined {
  const own = spanAt(day, series, zone)
  if (!busy.some((each) => overlaps(each, own))) return own
  for (let days = 0; days <= DAYS_ON; days += 1) {
    const [slot] = slotsIn(without(hoursOfDay(pair, day.add({ days }), zone), busy), series.minutes)
    if (slot) return slot
  }
  return undefined
}

/** Times in common for a new date, one a day, nearest to the pair's usual hour; nothing that is not in the future. */
export function proposals(
  pair: PairTime,
  series: Pick<Series, 'time' | 'minutes'>,
  from: Temporal.PlainDate,
  busy: readonly Span[],
  zone: string,
  now: Temporal.Instant,
  most: number,
): Span[] {
  const found: Span[] = []
  for (let days = 0; days <= SEARCH_DAYS && found.length < most; days += 1) {
    const day = from.add({ days })
    const usual = spanAt(day, series, zone).start.epochMilliseconds
    const distance = ({ start }: Span) => Math.abs(start.epochMilliseconds - usual)
    const [slot] = slotsIn(without(hoursOfDay(pair, day, zone), busy), series.minutes)
      .filter(({ start }) => before(now, start))
      .sort((a, b) => distance(a) - distance(b))
    if (slot) found.push(slot)
  }
  return found
}

/** How far ahead new times are offered. */
export const SEARCH_DAYS = 30

/** Whether a stretch lies in free working time of both. */
export function isFree(pair: PairTime, span: Span, busy: readonly Span[], zone: string): boolean {
  const day = span.start.toZonedDateTimeISO(zone).toPlainDate()
  return without(hoursOfDay(pair, day, zone), busy).some(
    (free) => !before(span.start, free.start) && !before(free.end, span.end),
  )
}
