import { expect, test } from 'vitest'
import {
  formatDate,
  formatDateEra,
  formatDateTime,
  formatDateYear,
  formatFiscalYear,
  formatSpan,
  formatTime,
} from './format.ts'

const day = (iso: string) => Temporal.PlainDate.from(iso)
const instant = (iso: string) => Temporal.Instant.from(iso)
const tokyo = 'Asia/Tokyo'

test('a day with its weekday', () => {
  expect(formatDate(day('2026-05-29'), 'ja')).toBe('5月29日(金)')
  expect(formatDate(day('2026-05-29'), 'en')).toBe('Fri 29 May')
  expect(formatDate(day('2026-09-01'), 'ja')).toBe('9月1日(火)')
  expect(formatDate(day('2026-09-01'), 'en')).toBe('Tue 1 Sep')
})

test('all weekdays and months in both languages', () => {
  const week = [0, 1, 2, 3, 4, 5, 6].map((days) => day('2026-06-01').add({ days }))
  expect(week.map((date) => formatDate(date, 'ja').slice(-3)).join('')).toBe('(月)(火)(水)(木)(金)(土)(日)')
  expect(week.map((date) => formatDate(date, 'en').slice(0, 3)).join(' ')).toBe('Mon Tue Wed Thu Fri Sat Sun')
  const months = Array.from({ length: 12 }, (_, index) => new Temporal.PlainDate(2026, index + 1, 15))
  expect(months.map((date) => formatDate(date, 'en').slice(-3)).join(' ')).toBe(
    'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec',
  )
  expect(formatDate(day('2026-12-15'), 'ja')).toBe('12月15日(火)')
})

test('a day with its year', () => {
  expect(formatDateYear(day('2027-05-29'), 'ja')).toBe('2027年5月29日(土)')
  expect(formatDateYear(day('2027-05-29'), 'en')).toBe('Sat 29 May 2027')
})

test('和暦, the first year as 元年, on both sides of a change of era', () => {
  expect(formatDateEra(day('2027-05-29'))).toBe('令和9年5月29日')
  expect(formatDateEra(day('2019-05-01'))).toBe('令和元年5月1日')
  expect(formatDateEra(day('2019-04-30'))).toBe('平成31年4月30日')
  expect(formatDateEra(day('1989-01-08'))).toBe('平成元年1月8日')
  expect(formatDateEra(day('1989-01-07'))).toBe('昭和64年1月7日')
  expect(formatDateEra(day('1926-12-24'))).toBe('大正15年12月24日')
  expect(formatDateEra(day('1912-07-29'))).toBe('明治45年7月29日')
  expect(formatDateEra(day('1872-05-01'))).toBe('1872年5月1日')
})

test('a time to the minute', () => {
  expect(formatTime(Temporal.PlainTime.from('14:30'))).toBe('14:30')
  expect(formatTime(Temporal.PlainTime.from('08:05:59.9'))).toBe('08:05')
  expect(formatTime(instant('2026-05-29T05:30:59Z'), tokyo)).toBe('14:30')
  expect(formatTime(instant('2026-05-29T15:00:00Z'), tokyo)).toBe('00:00')
})

test('a moment', () => {
  expect(formatDateTime(instant('2026-05-28T15:00:00Z'), tokyo, 'ja')).toBe('5月29日(金) 00:00')
  expect(formatDateTime(instant('2026-05-29T05:00:00Z'), tokyo, 'en')).toBe('Fri 29 May, 14:00')
})

test('a span names its day once, and both days when it runs over midnight', () => {
  const start = instant('2026-05-29T05:00:00Z')
  expect(formatSpan(start, start.add({ minutes: 30 }), tokyo, 'ja')).toBe('5月29日(金) 14:00〜14:30')
  expect(formatSpan(start, start.add({ minutes: 30 }), tokyo, 'en')).toBe('Fri 29 May, 14:00–14:30')
  expect(formatSpan(start, start.add({ hours: 12 }), tokyo, 'ja')).toBe(
    '5月29日(金) 14:00〜5月30日(土) 02:00',
  )
  expect(formatSpan(start, start.add({ hours: 12 }), tokyo, 'en')).toBe(
    'Fri 29 May, 14:00 – Sat 30 May, 02:00',
  )
})

test('a fiscal year', () => {
  expect(formatFiscalYear(2027, 'ja')).toBe('令和9年度')
  expect(formatFiscalYear(2027, 'en')).toBe('FY2027')
})

test('a day of another calendar system is shown as the same day', () => {
  const date = day('2027-05-29').withCalendar('japanese')
  expect(formatDateYear(date, 'ja')).toBe('2027年5月29日(土)')
  expect(formatDateYear(date, 'en')).toBe('Sat 29 May 2027')
})
