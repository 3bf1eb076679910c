import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readRoster, worksOn } from './roster-rules.ts'

describe('a roster', () => {
  test('is read with a line for each person and day', () => {
    expect(
      readRoster([
        ['７月 勤務表'],
        ['職員番号', '氏名', '日付', '勤務'],
        ['００１', '山田', 'R9.7.1', '出'],
        ['001', '山田', '2027/7/2', '公休'],
        [null, null, null, null],
      ]),
    ).toEqual({
      days: [
        { number: '001', date: '2027-07-01', works: true },
        { number: '001', date: '2027-07-02', works: false },
      ],
      problems: [],
    })
  })

  test('or with the days across; an empty square says nothing', () => {
    const read = readRoster([
      ['職員番号', '氏名', '2027/7/1', '2027/7/2', new Date('2027-07-03T00:00:00Z')],
      ['001', '山田', '夜勤', '明', ''],
      ['002', '佐藤', '', '○', '×'],
    ])
    expect(read?.problems).toEqual([])
    expect(read?.days.map(({ number, date, works }) => `${number} ${date} ${works}`)).toEqual([
      '001 2027-07-01 true',
      '001 2027-07-02 false',
      '002 2027-07-02 true',
      '002 2027-07-03 false',
    ])
  })

  test('says row by row what it does not understand', () => {
    const read = readRoster([
      ['番号', '勤務日', 'シフト'],
      ['001', '7月の頭', '出'],
      ['001', '2027/7/2', '要調整'],
      ['', '2027/7/2', '出'],
      ['001', '2027/7/3', '出'],
      ['001', '2027/7/3', '休'],
    ])
    expect(read?.problems.map(({ row, code }) => [row, code])).toEqual([
      [2, 'date'],
      [3, 'word'],
      [4, 'number'],
      [6, 'twice'],
    ])
    expect(
      readRoster([
        ['氏名', '所属'],
        ['山田', '課'],
      ]),
    ).toBeUndefined()
    expect(
      readRoster([
        ['職員番号', '氏名'],
        ['001', '山田'],
      ]),
    ).toBeUndefined()
  })

  test('never throws, whatever its cells hold, and a word is work, rest or unknown', () => {
    const cell = fc.oneof(
      fc.string(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.date({ noInvalidDate: false }),
    )
    fc.assert(
      fc.property(fc.array(fc.array(cell, { maxLength: 5 }), { maxLength: 6 }), (rows) => {
        readRoster([['職員番号', '日付', '勤務'], ...rows])
        for (const each of rows.flat()) expect([true, false, undefined]).toContain(worksOn(each))
      }),
    )
  })
})
