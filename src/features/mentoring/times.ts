// Three times for a first meeting, from what both calendars leave free.
import { aroundLunch, slotsInCommon } from '../../agenda/common-time.ts'
import { peoplesTime } from '../../agenda/peoples-time.ts'
import type { Span } from '../../agenda/span.ts'
import type { Tx } from '../../db/transaction.ts'

export const meetingMinutes = 30
const grid = 30
const lookAheadDays = 14
/** Not the first minute of the day, and another part of the day each time. */
const wished = [10, 14, 16]

/** From the day after tomorrow on, one a day, in hours that both work and have free; fewer where there are fewer. */
export async function commonTimes(
  tx: Tx,
  both: readonly [number, number],
  now: Temporal.Instant,
  zone: string,
  most = 3,
): Promise<readonly Span[]> {
  const today = now.toZonedDateTimeISO(zone).toPlainDate()
  const from = today.add({ days: 2 })
  const to = from.add({ days: lookAheadDays })
  const people = [...(await peoplesTime(tx, both, { from, to }, today, zone)).values()]
  const chosen: Span[] = []
  for (let days = 0; days <= lookAheadDays && chosen.length < most; days += 1) {
    const slots = slotsInCommon(people, from.add({ days }), aroundLunch, meetingMinutes, zone, grid)
    const hour = wished[chosen.length] ?? 10
    const slot = slots.find(({ start }) => start.toZonedDateTimeISO(zone).hour >= hour) ?? slots[0]
    if (slot) chosen.push(slot)
  }
  return chosen
}
