// When a 1on1 comes round. Pure: a rhythm and the days on which both work in, days out.

export const cadences = ['weekly', 'biweekly', 'monthly', 'bimonthly', 'quarterly'] as const
export type Cadence = (typeof cadences)[number]

/** The `nth` that means the last such weekday of a month. */
export const LAST = 5

export interface Rhythm {
  readonly cadence: Cadence
  /** ISO: 1 Monday to 7 Sunday. */
  readonly weekday: number
  /** Which one of the month, for monthly and rarer: 1 to 4, or LAST. */
  readonly nth: number
  /** Nothing comes before it; every other week and every third month count from it. */
  readonly startsOn: Temporal.PlainDate
}

export interface Occurrence {
  /** The day that the rhythm names; each comes once, in order. */
  readonly due: Temporal.PlainDate
  /** The day on which it takes place: `due`, or where that is closed the one that stands in for it. */
  readonly on: Temporal.PlainDate
}

/** How far a time that can take place is looked for. */
const SEARCH_MONTHS = 24

const monthsOf: Readonly<Record<Cadence, number | undefined>> = {
  weekly: undefined,
  biweekly: undefined,
  monthly: 1,
  bimonthly: 2,
  quarterly: 3,
}

/** The n-th (or last) such weekday of a month. */
export function nthWeekday(month: Temporal.PlainYearMonth, weekday: number, nth: number): Temporal.PlainDate {
  const first = month.toPlainDate({ day: 1 })
  const day = first.add({ days: (weekday - first.dayOfWeek + 7) % 7 })
  if (nth < LAST) return day.add({ weeks: nth - 1 })
  const fifth = day.add({ weeks: 4 })
  return fifth.month === month.month ? fifth : day.add({ weeks: 3 })
}

/**
 * The next `count` times after the due day `after`, on days on which `works` says that both work. Weekly ones on a closed
 * day are left out; monthly and rarer ones move to the next working day of the same month, else to the last one before.
 * A month without any is left out. Fewer where two years hold no more.
 */
export function nextTimes(
  rhythm: Rhythm,
  after: Temporal.PlainDate | null,
  count: number,
  works: (day: Temporal.PlainDate) => boolean,
): Occurrence[] {
  const found: Occurrence[] = []
  for (const due of dueDays(rhythm, after)) {
    if (found.length >= count) break
    const on = standsIn(rhythm.cadence, due, works)
    if (on && Temporal.PlainDate.compare(on, rhythm.startsOn) >= 0) found.push({ due, on })
  }
  return found
}

function* dueDays(rhythm: Rhythm, after: Temporal.PlainDate | null): Generator<Temporal.PlainDate> {
  const { cadence, weekday, nth, startsOn } = rhythm
  const begin = after && Temporal.PlainDate.compare(after, startsOn) > 0 ? after : startsOn
  const end = begin.add({ months: SEARCH_MONTHS })
  const isLater = (day: Temporal.PlainDate) => !after || Temporal.PlainDate.compare(day, after) > 0
  const months = monthsOf[cadence]
  if (months === undefined) {
    const step = cadence === 'weekly' ? 1 : 2
    const first = startsOn.add({ days: (weekday - startsOn.dayOfWeek + 7) % 7 })
    const passed = after ? Math.max(0, Math.floor(first.until(after).days / (7 * step))) : 0
    for (let n = passed; ; n += 1) {
      const day = first.add({ weeks: n * step })
      if (Temporal.PlainDate.compare(day, end) > 0) return
      if (isLater(day)) yield day
    }
  }
  const start = startsOn.toPlainYearMonth()
  const since = after ? start.until(after.toPlainYearMonth(), { largestUnit: 'month' }).months : 0
  const passed = Math.max(0, Math.floor(since / months))
  for (let n = passed; ; n += 1) {
    const day = nthWeekday(start.add({ months: n * months }), weekday, nth)
    if (Temporal.PlainDate.compare(day, end) > 0) return
    if (isLater(day) && Temporal.PlainDate.compare(day, startsOn) >= 0) yield day
  }
}

function standsIn(
  cadence: Cadence,
  due: Temporal.PlainDate,
  works: (day: Temporal.PlainDate) => boolean,
): Temporal.PlainDate | undefined {
  if (works(due)) return due
  if (monthsOf[cadence] === undefined) return undefined
  for (let day = due.add({ days: 1 }); day.month === due.month; day = day.add({ days: 1 }))
    if (works(day)) return day
  for (let day = due.subtract({ days: 1 }); day.month === due.month; day = day.subtract({ days: 1 }))
    if (works(day)) return day
  return undefined
}
