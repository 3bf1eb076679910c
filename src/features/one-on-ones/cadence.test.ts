import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cityCalendar, isWorkingDay } from '../../kernel/calendar.ts'
import { cadences, LAST, nextTimes, nthWeekday, type Rhythm } from './cadence.ts'

const day = (iso: string) => Temporal.PlainDate.from(iso)
const city = (date: Temporal.PlainDate) => isWorkingDay(cityCalendar, date)
const shown = (rhythm: Rhythm, count: number, after: string | null = null) =>
  nextTimes(rhythm, after ? day(after) : null, count, city).map(({ on }) => on.toString())

test('the n-th and the last weekday of a month', () => {
  const may = Temporal.PlainYearMonth.from('2027-05')
  expect(nthWeekday(may, 1, 1).toString()).toBe('2027-05-03')
  expect(nthWeekday(may, 1, LAST).toString()).toBe('2027-05-31')
  expect(nthWeekday(may, 5, LAST).toString()).toBe('2027-05-28')
})

test('weekly ones leave closed days out, and every other week keeps its step over them', () => {
  // Monday 3 May 2027 is a holiday
  const weekly: Rhythm = { cadence: 'weekly', weekday: 1, nth: 1, startsOn: day('2027-04-20') }
  expect(shown(weekly, 3)).toEqual(['2027-04-26', '2027-05-10', '2027-05-17'])
  const biweekly: Rhythm = { ...weekly, cadence: 'biweekly', startsOn: day('2027-04-19') }
  expect(shown(biweekly, 3)).toEqual(['2027-04-19', '2027-05-17', '2027-05-31'])
})

test('monthly ones move to the next working day of the month, else to the one before', () => {
  const first: Rhythm = { cadence: 'monthly', weekday: 1, nth: 1, startsOn: day('2027-04-01') }
  // 3 to 5 May are holidays
  expect(shown(first, 2)).toEqual(['2027-04-05', '2027-05-06'])
  // The last Wednesday of December 2027 is the 29th, when offices are closed to the end of the year
  const last: Rhythm = { cadence: 'quarterly', weekday: 3, nth: LAST, startsOn: day('2027-09-01') }
  expect(shown(last, 2)).toEqual(['2027-09-29', '2027-12-28'])
})

const anyRhythm = fc.record({
  cadence: fc.constantFrom(...cadences),
  weekday: fc.integer({ min: 1, max: 7 }),
  nth: fc.integer({ min: 1, max: LAST }),
  startsOn: fc.integer({ min: 0, max: 400 }).map((days) => day('2027-01-01').add({ days })),
})
const closedDays = fc.uniqueArray(fc.integer({ min: 0, max: 900 }), { maxLength: 300 })

test('laws: only working days, in order, never before the start, in the month that is due, and going on from any of them', () => {
  fc.assert(
    fc.property(anyRhythm, closedDays, fc.integer({ min: 1, max: 8 }), (rhythm, closed, count) => {
      const shut = new Set(closed.map((days) => day('2027-01-01').add({ days }).toString()))
      const works = (date: Temporal.PlainDate) => date.dayOfWeek < 7 && !shut.has(date.toString())
      const all = nextTimes(rhythm, null, count, works)
      all.forEach(({ due, on }, i) => {
        expect(works(on)).toBe(true)
        expect(Temporal.PlainDate.compare(on, rhythm.startsOn)).toBeGreaterThanOrEqual(0)
        expect(due.dayOfWeek).toBe(rhythm.weekday)
        if (works(due)) expect(on.equals(due)).toBe(true)
        if (rhythm.cadence === 'weekly' || rhythm.cadence === 'biweekly') expect(on.equals(due)).toBe(true)
        expect(on.toPlainYearMonth().equals(due.toPlainYearMonth())).toBe(true)
        const before = all[i - 1]
        if (before) expect(Temporal.PlainDate.compare(before.on, on)).toBeLessThan(0)
        const rest = nextTimes(rhythm, due, count - i - 1, works)
        // From a later day one sees further; what both see is the same.
        const known = all.slice(i + 1).map(({ on: next }) => next.toString())
        expect(rest.map(({ on: next }) => next.toString()).slice(0, known.length)).toEqual(known)
        if (all.length === count) expect(rest).toHaveLength(known.length)
      })
    }),
  )
})

test('a rhythm on a day that is always closed comes to an end', () => {
  const sundays: Rhythm = { cadence: 'weekly', weekday: 7, nth: 1, startsOn: day('2027-04-01') }
  expect(nextTimes(sundays, null, 3, (date) => date.dayOfWeek < 7)).toEqual([])
})
