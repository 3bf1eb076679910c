import fc from 'fast-check'
import { expect, test } from 'vitest'
import { eraOf, eraYearName, westernYear } from './era.ts'
import { fiscalYearEnd, fiscalYearEraName, fiscalYearOf, fiscalYearStart } from './fiscal-year.ts'

const day = (iso: string) => Temporal.PlainDate.from(iso)
const aDay = fc.integer({ min: 0, max: 90_000 }).map((days) => day('1873-01-01').add({ days }))

test('fiscal years partition the days: each day is in one, and they follow without a gap', () => {
  fc.assert(
    fc.property(aDay, (date) => {
      const year = fiscalYearOf(date)
      expect(Temporal.PlainDate.compare(fiscalYearStart(year), date)).toBeLessThan(1)
      expect(Temporal.PlainDate.compare(date, fiscalYearEnd(year))).toBeLessThan(1)
      expect(
        fiscalYearEnd(year)
          .add({ days: 1 })
          .equals(fiscalYearStart(year + 1)),
      ).toBe(true)
    }),
  )
})

test('the year turns on 1 April', () => {
  expect(fiscalYearOf(day('2027-03-31'))).toBe(2026)
  expect(fiscalYearOf(day('2027-04-01'))).toBe(2027)
  expect(fiscalYearStart(2027).toString()).toBe('2027-04-01')
  expect(fiscalYearEnd(2027).toString()).toBe('2028-03-31')
})

test('fiscal years are named by their era', () => {
  expect(fiscalYearEraName(2027)).toBe('令和9年度')
  expect(fiscalYearEraName(2019)).toBe('令和元年度')
  expect(fiscalYearEraName(2018)).toBe('平成30年度')
  expect(fiscalYearEraName(1989)).toBe('平成元年度')
  expect(fiscalYearEraName(1988)).toBe('昭和63年度')
})

test('eras agree with the Japanese calendar of the runtime on every first and last day', () => {
  const format = new Intl.DateTimeFormat('ja-JP-u-ca-japanese', {
    era: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  })
  for (const first of ['1873-01-01', '1912-07-30', '1926-12-25', '1989-01-08', '2019-05-01', '2027-05-29']) {
    for (const date of [day(first), day(first).subtract({ days: 1 })]) {
      if (date.year < 1873) continue
      expect(eraYearName(date)).toBe(format.format(date.toZonedDateTime('UTC').epochMilliseconds))
    }
  }
})

test('an era and its year name the western year they came from', () => {
  fc.assert(
    fc.property(aDay, (date) => {
      const era = eraOf(date)
      expect(era && westernYear(era.name, era.year)).toBe(date.year)
    }),
  )
})

test('before Meiji 6 the western year stands, and an unknown era names no year', () => {
  expect(eraOf(day('1872-12-31'))).toBeUndefined()
  expect(eraYearName(day('1872-12-31'))).toBe('1872年')
  expect(westernYear('慶応', 3)).toBeUndefined()
})
