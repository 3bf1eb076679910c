// When several people have time at once: the hours that all of them work, less leave and what is booked. Pure.
import { HolidaysUnknownError, isWorkingDay, type WorkingCalendar } from '../kernel/calendar.ts'
import { commonHours, type Hours, slotsIn, spanOfHours, without } from './free-time.ts'
import type { Span } from './span.ts'

/** Somebody's time as far as it is known. */
export interface Timed {
  readonly calendar: WorkingCalendar
  /** On leave that day. */
  away(day: Temporal.PlainDate): boolean
  readonly busy: readonly Span[]
}

const time = (text: string) => Temporal.PlainTime.from(text)
const midnight = time('00:00')
export const lunchHour: Hours = { from: time('12:00'), to: time('13:00') }
/** The whole day but for the lunch hour, which is left alone unless it is asked for. */
export const aroundLunch: readonly Hours[] = [
  { from: midnight, to: lunchHour.from },
  { from: lunchHour.to, to: midnight },
]

/**
 * Whether somebody is at work on a day. Beyond the last year whose holidays are known nobody can be sure to be: nothing
 * is arranged for such a day, and nothing fails by it.
 */
export function works({ calendar, away }: Timed, day: Temporal.PlainDate): boolean {
  try {
    return isWorkingDay(calendar, day) && !away(day)
  } catch (error) {
    if (error instanceof HolidaysUnknownError) return false
    throw error
  }
}

/** What of a day's hours all of them work and have nothing booked in. */
export function freeInCommon(
  people: readonly Timed[],
  day: Temporal.PlainDate,
  within: readonly Hours[],
  zone: string,
): Span[] {
  if (people.length === 0 || people.some((person) => !works(person, day))) return []
  const free = within.flatMap((hours) => {
    let common: Hours | undefined = hours
    for (const { calendar } of people)
      common = common && commonHours(common, { from: calendar.opensAt, to: calendar.closesAt })
    const span = common && spanOfHours(day, common, zone)
    return span ? [span] : []
  })
  return without(
    free,
    people.flatMap(({ busy }) => busy),
  )
}

/** Stretches of `minutes` on a day, within these hours, in which all of them work and have nothing booked. */
export const slotsInCommon = (
  people: readonly Timed[],
  day: Temporal.PlainDate,
  within: readonly Hours[],
  minutes: number,
  zone: string,
  grid?: number,
): Span[] => slotsIn(freeInCommon(people, day, within, zone), minutes, grid)
