import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addWorkingDays,
  cityCalendar,
  closedReason,
  isWorkingDay,
  NoWorkingDayError,
  toWorkingTime,
  type WorkingCalendar,
  workingDayOnOrAfter,
  workingDayOnOrBefore,
  workingDaysBetween,
} from './calendar.ts'

const day = (iso: string) => Temporal.PlainDate.from(iso)
const instant = (iso: string) => Temporal.Instant.from(iso)
const { compare } = Temporal.PlainDate

const firstDay = day('2020-01-01')
const aDay = fc.integer({ min: 0, max: 9000 }).map((days) => firstDay.add({ days }))
const aMoment = fc
  .integer({ min: 0, max: 9000 * 24 * 3600 })
  .map((seconds) => instant('2020-01-01T00:00:00Z').add({ seconds }))
const aCalendar: fc.Arbitrary<WorkingCalendar> = fc.record({
  weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }).map((days) => new Set(days)),
  observesHolidays: fc.boolean(),
  opensAt: fc
    .integer({ min: 0, max: 5 })
    .map((hour) => Temporal.PlainTime.from({ hour: 5 + hour, minute: 30 })),
  closesAt: fc.oneof(
    fc.integer({ min: 12, max: 23 }).map((hour) => Temporal.PlainTime.from({ hour, minute: 15 })),
    fc.constant(Temporal.PlainTime.from('00:00')),
  ),
  exceptions: fc
    .array(fc.tuple(aDay, fc.boolean()), { maxLength: 40 })
    .map((days) => new Map(days.map(([date, open]) => [date.toString(), { open, note: '市の定める日' }]))),
})
const someDays = fc.integer({ min: -40, max: 40 })
const aZone = fc.constantFrom('Asia/Tokyo', 'America/New_York', 'Asia/Kolkata', 'UTC')

describe('laws of working days', () => {
  test('the result is always a working day, and 0 gives the day itself or the working day before it', () => {
    fc.assert(
      fc.property(aCalendar, aDay, someDays, (calendar, date, days) => {
        expect(isWorkingDay(calendar, addWorkingDays(calendar, date, days))).toBe(true)
        const same = addWorkingDays(calendar, date, 0)
        expect(same.equals(workingDayOnOrBefore(calendar, date))).toBe(true)
        if (isWorkingDay(calendar, date)) expect(same.equals(date)).toBe(true)
      }),
    )
  })

  test('going forward and back returns, and two moves are one', () => {
    fc.assert(
      fc.property(aCalendar, aDay, someDays, someDays, (calendar, date, a, b) => {
        const there = addWorkingDays(calendar, date, a)
        expect(addWorkingDays(calendar, there, -a).equals(addWorkingDays(calendar, date, 0))).toBe(true)
        expect(addWorkingDays(calendar, there, b).equals(addWorkingDays(calendar, date, a + b))).toBe(true)
      }),
    )
  })

  test('later days and more working days never give an earlier result', () => {
    fc.assert(
      fc.property(aCalendar, aDay, aDay, someDays, someDays, (calendar, a, b, m, n) => {
        const [early, late] = compare(a, b) <= 0 ? [a, b] : [b, a]
        expect(compare(addWorkingDays(calendar, early, n), addWorkingDays(calendar, late, n))).toBeLessThan(1)
        const order = compare(addWorkingDays(calendar, a, m), addWorkingDays(calendar, a, n))
        expect(order).toBe(Math.sign(m - n))
      }),
    )
  })

  test('between counts what add adds', () => {
    fc.assert(
      fc.property(aCalendar, aDay, someDays, fc.integer({ min: -90, max: 90 }), (calendar, a, n, away) => {
        expect(workingDaysBetween(calendar, a, addWorkingDays(calendar, a, n))).toBe(n === 0 ? 0 : n)
        const b = a.add({ days: away })
        const count = workingDaysBetween(calendar, a, b)
        expect(addWorkingDays(calendar, a, count).equals(workingDayOnOrBefore(calendar, b))).toBe(true)
        expect(workingDaysBetween(calendar, b, a)).toBe(count === 0 ? 0 : -count)
      }),
    )
  })

  test('on-or-after and on-or-before enclose the day with no working day between', () => {
    fc.assert(
      fc.property(aCalendar, aDay, (calendar, date) => {
        const after = workingDayOnOrAfter(calendar, date)
        const before = workingDayOnOrBefore(calendar, date)
        expect(compare(before, date)).toBeLessThan(1)
        expect(compare(date, after)).toBeLessThan(1)
        expect(workingDaysBetween(calendar, before, after)).toBe(isWorkingDay(calendar, date) ? 0 : 1)
      }),
    )
  })
})

describe('laws of working time', () => {
  test('never earlier, within hours, idempotent, and nothing of the working day is passed over', () => {
    fc.assert(
      fc.property(
        aCalendar,
        aZone,
        aMoment,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (calendar, zone, at, part) => {
          const moved = toWorkingTime(calendar, zone, at)
          expect(Temporal.Instant.compare(at, moved)).toBeLessThan(1)
          expect(toWorkingTime(calendar, zone, moved).equals(moved)).toBe(true)

          const local = moved.toZonedDateTimeISO(zone)
          expect(isWorkingDay(calendar, local.toPlainDate())).toBe(true)
          expect(Temporal.PlainTime.compare(local.toPlainTime(), calendar.opensAt)).toBeGreaterThan(-1)
          if (!calendar.closesAt.equals(Temporal.PlainTime.from('00:00'))) {
            expect(Temporal.PlainTime.compare(local.toPlainTime(), calendar.closesAt)).toBe(-1)
          }

          const gap = moved.epochMilliseconds - at.epochMilliseconds
          const between = at.add({ milliseconds: Math.floor(gap * part) })
          expect(toWorkingTime(calendar, zone, between).equals(moved)).toBe(true)
        },
      ),
    )
  })
})

describe('the city hall', () => {
  const tokyo = (iso: string) => toWorkingTime(cityCalendar, 'Asia/Tokyo', instant(iso)).toString()

  test('counts over the year-end and the holidays of May', () => {
    expect(addWorkingDays(cityCalendar, day('2026-12-28'), 1).toString()).toBe('2027-01-04')
    expect(addWorkingDays(cityCalendar, day('2027-01-04'), -1).toString()).toBe('2026-12-28')
    expect(addWorkingDays(cityCalendar, day('2026-05-01'), 1).toString()).toBe('2026-05-07')
    // 261 weekdays of fiscal year 2026, less 17 holidays on weekdays and 29-31 December, the first not counted.
    expect(workingDaysBetween(cityCalendar, day('2026-04-01'), day('2027-03-31'))).toBe(240)
  })

  test('a deadline on a Sunday is anchored on the Friday before', () => {
    expect(addWorkingDays(cityCalendar, day('2026-05-31'), 0).toString()).toBe('2026-05-29')
    expect(addWorkingDays(cityCalendar, day('2026-05-31'), 1).toString()).toBe('2026-06-01')
    expect(addWorkingDays(cityCalendar, day('2026-05-31'), -1).toString()).toBe('2026-05-28')
  })

  test('moves to the opening of a working day', () => {
    expect(tokyo('2026-05-29T08:14:59+09:00')).toBe('2026-05-28T23:30:00Z')
    expect(tokyo('2026-05-29T08:30:00+09:00')).toBe('2026-05-28T23:30:00Z')
    expect(tokyo('2026-05-29T17:14:59+09:00')).toBe('2026-05-29T08:14:59Z')
    expect(tokyo('2026-05-29T17:15:00+09:00')).toBe('2026-05-31T23:30:00Z')
    expect(tokyo('2026-12-28T18:00:00+09:00')).toBe('2027-01-03T23:30:00Z')
  })

  test('says why it is closed', () => {
    const calendar: WorkingCalendar = {
      ...cityCalendar,
      exceptions: new Map([
        ['2027-08-13', { open: false, note: '一斉休暇' }],
        ['2027-08-14', { open: true, note: '期日前投票' }],
      ]),
    }
    expect(closedReason(calendar, day('2027-08-12'))).toBeUndefined()
    expect(closedReason(calendar, day('2027-08-13'))).toEqual({ kind: 'exception', note: '一斉休暇' })
    expect(closedReason(calendar, day('2027-08-14'))).toBeUndefined()
    expect(closedReason(calendar, day('2027-08-15'))).toEqual({ kind: 'weekend' })
    expect(closedReason(calendar, day('2026-12-29'))).toEqual({ kind: 'year-end' })
    expect(closedReason(calendar, day('2027-01-01'))).toMatchObject({ kind: 'holiday', name: { ja: '元日' } })
    expect(closedReason(calendar, day('2027-01-02'))).toEqual({ kind: 'year-end' })
  })
})

describe('other calendars', () => {
  const shifts: WorkingCalendar = {
    weekdays: new Set([1, 2, 3, 4, 5, 6, 7]),
    observesHolidays: false,
    opensAt: Temporal.PlainTime.from('00:00'),
    closesAt: Temporal.PlainTime.from('00:00'),
    exceptions: new Map(),
  }

  test('a fire station works round the clock, New Year included', () => {
    const newYear = instant('2026-12-31T23:59:59+09:00')
    expect(toWorkingTime(shifts, 'Asia/Tokyo', newYear).equals(newYear)).toBe(true)
    expect(addWorkingDays(shifts, day('2026-12-31'), 1).toString()).toBe('2027-01-01')
  })

  test("a children's centre that rests on Sunday and Monday works on Saturday", () => {
    const centre = { ...cityCalendar, weekdays: new Set([2, 3, 4, 5, 6]) }
    expect(addWorkingDays(centre, day('2026-05-29'), 1).toString()).toBe('2026-05-30')
    expect(addWorkingDays(centre, day('2026-05-29'), 2).toString()).toBe('2026-06-02')
  })

  test('a calendar without any working day is refused instead of searched for ever', () => {
    const never = { ...cityCalendar, weekdays: new Set<number>() }
    expect(() => addWorkingDays(never, day('2026-05-29'), 1)).toThrow(NoWorkingDayError)
    expect(() => workingDayOnOrAfter(never, day('2026-05-29'))).toThrow(
      /no working day within three years after/,
    )
    expect(() => toWorkingTime(never, 'Asia/Tokyo', instant('2026-05-29T00:00:00Z'))).toThrow(
      NoWorkingDayError,
    )
    const once = { ...never, exceptions: new Map([['2026-06-07', { open: true, note: '選挙' }]]) }
    expect(workingDayOnOrAfter(once, day('2026-05-29')).toString()).toBe('2026-06-07')
  })

  test('hours that end before they begin and broken numbers of days are refused', () => {
    const upsideDown = { ...cityCalendar, opensAt: cityCalendar.closesAt, closesAt: cityCalendar.opensAt }
    expect(() => toWorkingTime(upsideDown, 'Asia/Tokyo', instant('2026-05-29T00:00:00Z'))).toThrow(RangeError)
    expect(() => addWorkingDays(cityCalendar, day('2026-05-29'), 1.5)).toThrow(RangeError)
  })
})
