import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { cityCalendar, closedReason, isWorkingDay } from './calendar.ts'
import { HolidaysUnknownError, holidayName, holidaysKnownFrom, holidaysKnownUntil } from './holidays.ts'

const day = (iso: string) => Temporal.PlainDate.from(iso)

function* daysOf(firstYear: number, lastYear: number) {
  for (
    let date = new Temporal.PlainDate(firstYear, 1, 1);
    date.year <= lastYear;
    date = date.add({ days: 1 })
  ) {
    yield date
  }
}

/** The Cabinet Office's list (内閣府「国民の祝日について」, syukujitsu.csv as published in February 2026). */
const official = new Map(
  readFileSync(new URL('../../test/fixtures/national-holidays-2026-2027.csv', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line): [string, string] => {
      const [date = '', name = ''] = line.split(',')
      return [date, name]
    }),
)

test('every day of 2026 and 2027 is a holiday exactly where the official list has one', () => {
  expect(official.size).toBe(35)
  for (const date of daysOf(2026, 2027)) {
    const name = holidayName(date, 'ja')
    const listed = official.get(date.toString())
    // The list calls 振替休日 and 国民の休日 both 「休日」.
    if (listed === '休日') expect(['振替休日', '国民の休日'], date.toString()).toContain(name)
    else expect(name, date.toString()).toBe(listed)
  }
})

test('the city hall works on every weekday of 2026 and 2027 outside the official list and the year-end', () => {
  for (const date of daysOf(2026, 2027)) {
    const yearEnd = ['12-29', '12-30', '12-31', '01-01', '01-02', '01-03'].includes(date.toString().slice(5))
    const works = date.dayOfWeek <= 5 && !yearEnd && !official.has(date.toString())
    expect(isWorkingDay(cityCalendar, date), date.toString()).toBe(works)
  }
})

test('substitute and in-between holidays carry their own names', () => {
  expect(holidayName(day('2026-05-06'), 'ja')).toBe('振替休日')
  expect(holidayName(day('2026-05-06'), 'en')).toBe('Substitute holiday')
  expect(holidayName(day('2026-09-22'), 'ja')).toBe('国民の休日')
  expect(holidayName(day('2026-09-22'), 'en')).toBe('National holiday')
  expect(holidayName(day('2027-03-22'), 'ja')).toBe('振替休日')
  expect(holidayName(day('2026-10-12'), 'en')).toBe('Sports Day')
  expect(holidayName(day('2026-10-13'), 'ja')).toBeUndefined()
  expect(closedReason(cityCalendar, day('2026-05-03'))).toEqual({
    kind: 'holiday',
    name: { ja: '憲法記念日', en: 'Constitution Memorial Day' },
  })
})

test('a date of another calendar system is the same day', () => {
  expect(holidayName(day('2026-09-22').withCalendar('japanese'), 'ja')).toBe('国民の休日')
})

test('a year whose holidays are not known is refused, not guessed', () => {
  expect(holidaysKnownUntil()).toBeGreaterThanOrEqual(2050)
  const beyond = new Temporal.PlainDate(holidaysKnownUntil() + 1, 6, 1)
  expect(() => holidayName(beyond, 'ja')).toThrow(HolidaysUnknownError)
  expect(() => isWorkingDay(cityCalendar, beyond)).toThrow(/known for 1970 to \d{4} only/)
  expect(() => holidayName(new Temporal.PlainDate(holidaysKnownFrom() - 1, 12, 31), 'en')).toThrow(RangeError)
  expect(isWorkingDay({ ...cityCalendar, observesHolidays: false }, beyond)).toBe(beyond.dayOfWeek <= 5)
})

// The library's table against the law itself, so that a bad update is seen: 国民の祝日に関する法律 as it stands since
// 2022, with the usual approximation of the equinoxes (valid 1980-2099).
test('the whole table from 2022 on follows from the law', () => {
  for (let year = 2022; year <= holidaysKnownUntil(); year++) {
    const byLaw = lawful(year)
    for (const date of daysOf(year, year)) {
      expect(holidayName(date, 'ja'), date.toString()).toBe(byLaw.get(date.toString()))
    }
  }
})

function lawful(year: number): Map<string, string> {
  const fixed = (month: number, date: number) => new Temporal.PlainDate(year, month, date)
  const monday = (month: number, nth: number) => {
    const first = fixed(month, 1)
    return first.add({ days: ((8 - first.dayOfWeek) % 7) + 7 * (nth - 1) })
  }
  const sinceEpoch = 0.242194 * (year - 1980) - Math.floor((year - 1980) / 4)
  const holidays = new Map<string, string>(
    [
      [fixed(1, 1), '元日'] as const,
      [monday(1, 2), '成人の日'] as const,
      [fixed(2, 11), '建国記念の日'] as const,
      [fixed(2, 23), '天皇誕生日'] as const,
      [fixed(3, Math.floor(20.8431 + sinceEpoch)), '春分の日'] as const,
      [fixed(4, 29), '昭和の日'] as const,
      [fixed(5, 3), '憲法記念日'] as const,
      [fixed(5, 4), 'みどりの日'] as const,
      [fixed(5, 5), 'こどもの日'] as const,
      [monday(7, 3), '海の日'] as const,
      [fixed(8, 11), '山の日'] as const,
      [monday(9, 3), '敬老の日'] as const,
      [fixed(9, Math.floor(23.2488 + sinceEpoch)), '秋分の日'] as const,
      [monday(10, 2), 'スポーツの日'] as const,
      [fixed(11, 3), '文化の日'] as const,
      [fixed(11, 23), '勤労感謝の日'] as const,
    ].map(([date, name]) => [date.toString(), name]),
  )
  const named = new Set(holidays.keys())
  const has = (date: Temporal.PlainDate) => named.has(date.toString())
  for (const date of daysOf(year, year)) {
    if (has(date) && date.dayOfWeek === 7) {
      let substitute = date.add({ days: 1 })
      while (has(substitute)) substitute = substitute.add({ days: 1 })
      holidays.set(substitute.toString(), '振替休日')
    }
  }
  for (const date of daysOf(year, year)) {
    const between = has(date.subtract({ days: 1 })) && has(date.add({ days: 1 }))
    if (between && !holidays.has(date.toString())) holidays.set(date.toString(), '国民の休日')
  }
  return holidays
}
