// The days on which a city hall is closed, written down from the law and the almanac, not taken from the product.

export const zone = 'Asia/Tokyo'

const holidays = new Set([
  '2027-04-29',
  '2027-05-03',
  '2027-05-04',
  '2027-05-05',
  '2027-07-19',
  '2027-08-11',
  '2027-09-20',
  '2027-09-23',
  '2027-10-11',
  '2027-11-03',
  '2027-11-23',
  '2028-01-01',
  '2028-01-10',
  '2028-02-11',
  '2028-02-23',
  '2028-03-20',
  '2028-04-29',
])

/** The year that the days above cover. */
export const knownYear = 2027

export function isClosed(day: Temporal.PlainDate): boolean {
  const newYear = (day.month === 12 && day.day >= 29) || (day.month === 1 && day.day <= 3)
  return day.dayOfWeek >= 6 || newYear || holidays.has(day.toString())
}

/** So many working days from a day, as people count at their desk; a closed day counts as the working day before it. */
export function workingDaysFrom(day: Temporal.PlainDate, count: number): Temporal.PlainDate {
  let at = day
  while (isClosed(at)) at = at.subtract({ days: 1 })
  for (let left = Math.abs(count); left > 0; ) {
    at = at.add({ days: Math.sign(count) })
    if (!isClosed(at)) left -= 1
  }
  return at
}

/** Offices work from 8:30 to 17:15. */
export function isWorkingMoment(moment: Temporal.ZonedDateTime): boolean {
  const minutes = moment.hour * 60 + moment.minute
  return !isClosed(moment.toPlainDate()) && minutes >= 8 * 60 + 30 && minutes < 17 * 60 + 15
}

const opensAt = Temporal.PlainTime.from('08:30')
const closesAt = Temporal.PlainTime.from('17:15')

/** How long offices were open from one moment to a later one, in minutes. */
export function workingMinutesBetween(from: Temporal.ZonedDateTime, to: Temporal.ZonedDateTime): number {
  let minutes = 0
  const [first, last] = [from.toPlainDate(), to.toPlainDate()]
  for (let day = first; Temporal.PlainDate.compare(day, last) <= 0; day = day.add({ days: 1 })) {
    if (isClosed(day)) continue
    const begins = day.equals(first) ? from.toPlainTime() : opensAt
    const ends = day.equals(last) ? to.toPlainTime() : closesAt
    const later = Temporal.PlainTime.compare(begins, opensAt) > 0 ? begins : opensAt
    const sooner = Temporal.PlainTime.compare(ends, closesAt) < 0 ? ends : closesAt
    minutes += Math.max(0, later.until(sooner).total('minutes'))
  }
  return minutes
}
