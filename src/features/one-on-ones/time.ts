// When both have time: working days and hours of both, less leave and what is booked for either.
import { occupiedSpans } from '../../agenda/busy-times.ts'
import { aroundLunch, freeInCommon, type Timed, works } from '../../agenda/common-time.ts'
import { slotsIn } from '../../agenda/free-time.ts'
import { peoplesTime } from '../../agenda/peoples-time.ts'
import { before, overlaps, type Span } from '../../agenda/span.ts'
import type { Tx } from '../../db/transaction.ts'
import type { WorkingCalendar } from '../../kernel/calendar.ts'
import { meetingSubject, type Series } from './state.ts'

export interface PairTime {
  readonly people: readonly Timed[]
  readonly calendars: readonly WorkingCalendar[]
  /** Whether both work on a day and neither is on leave. */
  works(day: Temporal.PlainDate): boolean
}

export async function pairTime(
  tx: Tx,
  series: Pick<Series, 'leadId' | 'memberId'>,
  today: Temporal.PlainDate,
  zone: string,
): Promise<PairTime> {
  const days = { from: today, to: today }
  const people = [...(await peoplesTime(tx, [series.leadId, series.memberId], days, today, zone)).values()]
  return {
    people,
    calendars: people.map(({ calendar }) => calendar),
    works: (day) => people.every((person) => works(person, day)),
  }
}

/** What both have free on a day outside of the lunch hour, less what is busy of either. */
const freeOn = ({ people }: PairTime, day: Temporal.PlainDate, busy: readonly Span[], zone: string): Span[] =>
  freeInCommon(
    people.map((person) => ({ ...person, busy })),
    day,
    aroundLunch,
    zone,
  )

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
    const [slot] = slotsIn(freeOn(pair, day.add({ days }), busy, zone), series.minutes)
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
    const [slot] = slotsIn(freeOn(pair, day, busy, zone), series.minutes)
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
  return freeOn(pair, day, busy, zone).some(
    (free) => !before(span.start, free.start) && !before(free.end, span.end),
  )
}
