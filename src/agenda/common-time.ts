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

/** Beyond the last year whose holidays are known nobody can be sure to work. */
function works({ calendar, away }: Timed, day: Temporal.PlainDate): boolean {
  try {
    return isWorkingDay(calendar, day) && !away(day)
  } catch (error) {
    if (error instanceof HolidaysUnknownError) return false
    throw error
  }
}

/** Stretches of `minutes` on a day, within these hours, in which all of them work and have nothing booked. */
export function slotsInCommon(
  people: readonly Timed[],
  day: Temporal.PlainDate,
  within: readonly Hours[],
  minutes: number,
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
  return slotsIn(
    without(
      free,
      people.flatMap(({ busy }) => busy),
    ),
    minutes,
  )
}
