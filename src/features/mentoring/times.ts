// Times for two to meet, from what both calendars leave free; and the one that they have chosen.
import { bookingOf } from '../../agenda/bookings.ts'
import { aroundLunch, slotsInCommon } from '../../agenda/common-time.ts'
import { peoplesTime } from '../../agenda/peoples-time.ts'
import type { Span } from '../../agenda/span.ts'
import type { MentoringPair, MentoringProgramme } from '../../db/generated/client.ts'
import { fromDbDate } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import { meetingSubject } from './change.ts'

export const meetingMinutes = 30
const grid = 30
const lookAheadDays = 14
/** Not the first minute of the day, and another part of the day each time. */
const wished = [10, 14, 16]

type Both = Pick<MentoringPair, 'id' | 'menteeId' | 'mentorId'> & {
  readonly programme: Pick<MentoringProgramme, 'startsOn' | 'endsOn'>
}

const later = (a: Temporal.PlainDate, b: Temporal.PlainDate) => (Temporal.PlainDate.compare(a, b) < 0 ? b : a)
const earlier = (a: Temporal.PlainDate, b: Temporal.PlainDate) =>
  Temporal.PlainDate.compare(a, b) < 0 ? a : b

/** The days that are looked at: two weeks from the day after tomorrow on, but none before or after the programme. */
export function daysToMeet(
  { startsOn, endsOn }: Both['programme'],
  today: Temporal.PlainDate,
): { readonly from: Temporal.PlainDate; readonly to: Temporal.PlainDate } {
  const from = later(today.add({ days: 2 }), fromDbDate(startsOn))
  return { from, to: earlier(from.add({ days: lookAheadDays }), fromDbDate(endsOn)) }
}

/** At most three, one a day, in hours that both work and have free; fewer where there are fewer. */
export async function commonTimes(
  tx: Tx,
  pair: Both,
  now: Temporal.Instant,
  zone: string,
  most = 3,
): Promise<readonly Span[]> {
  const today = now.toZonedDateTimeISO(zone).toPlainDate()
  const { from, to } = daysToMeet(pair.programme, today)
  if (Temporal.PlainDate.compare(to, from) < 0) return []
  const both = [pair.menteeId, pair.mentorId]
  const people = [...(await peoplesTime(tx, both, { from, to }, today, zone)).values()]
  const chosen: Span[] = []
  for (let day = from; Temporal.PlainDate.compare(day, to) <= 0 && chosen.length < most; ) {
    const slots = slotsInCommon(people, day, aroundLunch, meetingMinutes, zone, grid)
    const hour = wished[chosen.length] ?? 10
    const slot = slots.find(({ start }) => start.toZonedDateTimeISO(zone).hour >= hour) ?? slots[0]
    if (slot) chosen.push(slot)
    day = day.add({ days: 1 })
  }
  return chosen
}

/**
 * Whether both may still meet then. A button is pressed days after it was shown: what was offered holds until its hour
 * comes, as long as both work and have nothing else in it; nothing that could never be offered does.
 */
export async function mayMeet(
  tx: Tx,
  pair: Both,
  start: Temporal.Instant,
  now: Temporal.Instant,
  zone: string,
): Promise<boolean> {
  if (Temporal.Instant.compare(start, now) <= 0) return false
  const day = start.toZonedDateTimeISO(zone).toPlainDate()
  const today = now.toZonedDateTimeISO(zone).toPlainDate()
  const { to } = daysToMeet(pair.programme, today)
  const tooEarly = Temporal.PlainDate.compare(day, fromDbDate(pair.programme.startsOn)) < 0
  if (tooEarly || Temporal.PlainDate.compare(day, to) > 0) return false
  const both = [pair.menteeId, pair.mentorId]
  const people = [...(await peoplesTime(tx, both, { from: day, to: day }, today, zone)).values()]
  return slotsInCommon(people, day, aroundLunch, meetingMinutes, zone, grid).some((slot) =>
    slot.start.equals(start),
  )
}

/** The time that the two have chosen. Once it is over they may choose another. */
export interface Meeting {
  readonly start: Temporal.Instant
  readonly over: boolean
  /** Counts up with each change. */
  readonly sequence: number
}

/** Undefined: none was chosen, or it was given back. */
export async function meetingOf(
  tx: Tx,
  pairId: number,
  personId: number,
  now: Temporal.Instant,
): Promise<Meeting | undefined> {
  const booked = await bookingOf(tx, meetingSubject(pairId), personId)
  if (!booked || booked.released) return undefined
  const { start, end, sequence } = booked
  return { start, sequence, over: Temporal.Instant.compare(end, now) <= 0 }
}

/** As buttons carry it. */
export const minuteOf = (start: Temporal.Instant): number => start.epochMilliseconds / 60_000
