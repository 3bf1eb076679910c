// Three times for a first meeting, from what both calendars leave free.
import { occupiedSpans } from '../../agenda/busy-times.ts'
import { freeSpans, slotsIn, workingSpans } from '../../agenda/free-time.ts'
import { before, type Span } from '../../agenda/span.ts'
import type { Tx } from '../../db/transaction.ts'
import { calendarOf } from '../../directory/calendars.ts'
import { HolidaysUnknownError } from '../../kernel/calendar.ts'

const minutes = 30
const lookAheadDays = 14

/** From the day after tomorrow on, one a day, in hours that both work and have free; fewer where there are fewer. */
export async function commonTimes(
  tx: Tx,
  [one, other]: readonly [number, number],
  now: Temporal.Instant,
  zone: string,
  most = 3,
): Promise<readonly Span[]> {
  const today = now.toZonedDateTimeISO(zone).toPlainDate()
  const [from, to] = [today.add({ days: 2 }), today.add({ days: 2 + lookAheadDays })]
  const busy = await occupiedSpans(tx, [one, other], now, now.add({ hours: 24 * (lookAheadDays + 4) }))
  const calendars = [await calendarOf(tx, one, today), await calendarOf(tx, other, today)] as const
  try {
    const theirs = workingSpans(calendars[1], zone, from, to)
    const slots = slotsIn(freeSpans(calendars[0], zone, from, to, busy), minutes, 30).filter((slot) =>
      theirs.some((span) => !before(slot.start, span.start) && !before(span.end, slot.end)),
    )
    const chosen: Span[] = []
    const hourOf = ({ start }: Span) => start.toZonedDateTimeISO(zone).hour
    for (const [, ofDay] of Map.groupBy(slots, ({ start }) =>
      start.toZonedDateTimeISO(zone).toPlainDate().toString(),
    )) {
      // Not the first minute of the day, and another part of the day each time.
      const wished = [10, 14, 16][chosen.length] ?? 10
      const slot = ofDay.find((each) => hourOf(each) >= wished) ?? ofDay[0]
      if (slot) chosen.push(slot)
      if (chosen.length === most) break
    }
    return chosen
  } catch (error) {
    if (error instanceof HolidaysUnknownError) return []
    throw error
  }
}

export const meetingMinutes = minutes
