import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eraOf } from './era.ts'
import { formatDateEra, formatDateYear } from './format.ts'
import { parseJapaneseDate } from './parse-date.ts'

/** The ISO date, or the reason (with its hint) why there is none. */
const read = (value: Parameters<typeof parseJapaneseDate>[0]) => {
  const parsed = parseJapaneseDate(value)
  if (parsed.ok) return parsed.date.toString()
  return parsed.hint ? `${parsed.reason}: ${parsed.hint}` : parsed.reason
}

describe('ways to write a day that staff lists have', () => {
  test.each([
    ['R6.4.1', '2024-04-01'],
    ['r6/4/1', '2024-04-01'],
    ['R6-4-1', '2024-04-01'],
    ['R06.04.01', '2024-04-01'],
    ['R060401', '2024-04-01'],
    ['R元.5.1', '2019-05-01'],
    ['R6年4月1日', '2024-04-01'],
    ['令和6年4月1日', '2024-04-01'],
    ['令和元年5月1日', '2019-05-01'],
    ['令和1年5月1日', '2019-05-01'],
    ['令和6.4.1', '2024-04-01'],
    ['㋿6年4月1日', '2024-04-01'],
    ['H30.12.3', '2018-12-03'],
    ['平成31年4月30日', '2019-04-30'],
    ['S63.1.5', '1988-01-05'],
    ['昭和64年1月7日', '1989-01-07'],
    ['T15.12.24', '1926-12-24'],
    ['大正元年7月30日', '1912-07-30'],
    ['M45.7.29', '1912-07-29'],
    ['明治6年1月1日', '1873-01-01'],
    ['2024/4/1', '2024-04-01'],
    ['2024.04.01', '2024-04-01'],
    ['2024-04-01', '2024-04-01'],
    ['2024年4月1日', '2024-04-01'],
    ['20240401', '2024-04-01'],
    ['2024/02/29', '2024-02-29'],
    ['2024/4/1 0:00', '2024-04-01'],
    ['2024/04/01 00:00:00', '2024-04-01'],
    ['2024-04-01T00:00:00.000Z', '2024-04-01'],
    ['Ｒ６．４．１', '2024-04-01'],
    ['２０２４／４／１', '2024-04-01'],
    ['２０２４－０４－０１', '2024-04-01'],
    ['2024−04−01', '2024-04-01'],
    ['　令和　6年 4月 1日 ', '2024-04-01'],
    ['R 6. 4. 1', '2024-04-01'],
    ['2024 / 4 / 1\u200b', '2024-04-01'],
    ['45383', '2024-04-01'],
    ['４５３８３', '2024-04-01'],
    ['45383.0', '2024-04-01'],
  ])('%s', (written, iso) => {
    expect(read(written)).toBe(iso)
  })

  test('numbers and dates as a spreadsheet reader gives them', () => {
    expect(read(45383)).toBe('2024-04-01')
    expect(read(45383.75)).toBe('2024-04-01')
    expect(read(20240401)).toBe('2024-04-01')
    expect(read(20000)).toBe('1954-10-03')
    expect(read(80000)).toBe('2119-01-11')
    expect(read(new Date('2024-04-01T00:00:00Z'))).toBe('2024-04-01')
    expect(read(new Date(Date.UTC(1960, 0, 1)))).toBe('1960-01-01')
  })
})

describe('what is refused, and why', () => {
  test('an era that had ended or not begun, with the right name of the day', () => {
    expect(read('H40.4.1')).toBe('era: 令和10年4月1日')
    expect(read('H31.5.1')).toBe('era: 令和元年5月1日')
    expect(read('平成31年5月1日')).toBe('era: 令和元年5月1日')
    expect(read('R1.4.30')).toBe('era: 平成31年4月30日')
    expect(read('S64.1.8')).toBe('era: 平成元年1月8日')
    expect(read('H1.1.7')).toBe('era: 昭和64年1月7日')
    expect(read('R0.4.1')).toBe('era')
  })

  test('a day that does not exist', () => {
    for (const written of [
      'R6.2.30',
      'R5.2.29',
      '2023-02-29',
      '2024/13/1',
      '2024/0/1',
      '20241301',
      'H30.12.32',
    ]) {
      expect(read(written), written).toBe('day')
    }
    expect(read('M5.12.2')).toBe('day')
    expect(read('0204/4/1')).toBe('day')
    expect(read('R999.4.1')).toBe('day')
  })

  test('what is no date, or could be two', () => {
    const written = [
      '24/4/1',
      '6.4.1',
      'X6.4.1',
      '2024/4-1',
      '4/1',
      '令和6年',
      '採用予定',
      '19999',
      '80001',
      '1',
    ]
    for (const text of written) expect(read(text), text).toBe('format')
    expect(read('2024/4/1 13:30')).toBe('format')
    expect(read(12)).toBe('format')
    expect(read(-45383)).toBe('format')
    expect(read(Number.NaN)).toBe('format')
    expect(read(true)).toBe('format')
    expect(read(new Date(Number.NaN))).toBe('format')
    expect(read('1'.repeat(20_000))).toBe('format')
  })

  test('an empty cell', () => {
    for (const value of ['', ' 　', null, undefined]) expect(read(value)).toBe('empty')
  })
})

describe('laws', () => {
  const aDay = fc
    .integer({ min: 0, max: 110_000 })
    .map((days) => Temporal.PlainDate.from('1873-01-01').add({ days }))

  test('every day is read back from each way to write it', () => {
    const letters: Record<string, string> = { 明治: 'M', 大正: 'T', 昭和: 'S', 平成: 'H', 令和: 'R' }
    fc.assert(
      fc.property(aDay, (date) => {
        const iso = date.toString()
        const era = eraOf(date)
        const ways = [
          formatDateEra(date),
          `${letters[era?.name ?? '']}${era?.year}.${date.month}.${date.day}`,
          iso,
          iso.replaceAll('-', ''),
          formatDateYear(date, 'ja').slice(0, -3),
          new Date(`${iso}T00:00:00Z`),
        ]
        for (const way of ways) expect(read(way), String(way)).toBe(iso)
      }),
    )
  })

  test('an era that is accepted is the era of that day, and a refused one is offered by its right name', () => {
    const era = fc.constantFrom('明治', '大正', '昭和', '平成', '令和')
    const number = (max: number) => fc.integer({ min: 1, max })
    fc.assert(
      fc.property(era, number(120), number(12), number(28), (name, year, month, date) => {
        const parsed = parseJapaneseDate(`${name}${year}年${month}月${date}日`)
        if (parsed.ok) expect(eraOf(parsed.date)).toEqual({ name, year })
        else if (parsed.reason === 'era') expect(read(parsed.hint)).toMatch(/^\d{4}-\d{2}-\d{2}$/)
        else expect([name, year < 6]).toEqual(['明治', true])
      }),
    )
  })

  test('no text makes it throw', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.date({ noInvalidDate: false })),
        (value) => {
          expect(typeof parseJapaneseDate(value).ok).toBe('boolean')
        },
      ),
    )
  })
})
