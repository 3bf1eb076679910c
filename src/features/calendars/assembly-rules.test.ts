import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cityCalendar } from '../../kernel/calendar.ts'
import type { Cell } from '../../tables/read-xlsx.ts'
import { mergeYear, readSessions } from './assembly-list.ts'
import { readYear, sittings } from './assembly-rules.ts'

const hours = { opensAt: '09:00', closesAt: '17:00' }
const read = (values: Record<string, string>) => readYear({ ...hours, ...values }, 2027)
const said = ({ sessions }: ReturnType<typeof read>) =>
  sessions.map(({ name, from, to }) => `${name} ${from} ${to}`)

describe('a year of sessions', () => {
  test('the four in one form, others as lines as people write them', () => {
    const entered = read({
      from0: '2027-06-04',
      last0: '令和9年6月25日',
      from3: '2028-02-25',
      last3: '2028-03-22',
      others: '７月臨時会　7/20(火)～7/22(木)\r\n\r\n臨時会, 2027-11-01\n決算委員会 R9.10.4 - R9.10.8まで',
    })
    expect(entered.problems).toEqual([])
    expect(said(entered)).toEqual([
      '6月定例会 2027-06-04 2027-06-26',
      '3月定例会 2028-02-25 2028-03-23',
      '7月臨時会 2027-07-20 2027-07-23',
      '臨時会 2027-11-01 2027-11-02',
      '決算委員会 2027-10-04 2027-10-09',
    ])
  })

  test('as the list of its secretariat has them, with columns or in lines', () => {
    const today = Temporal.PlainDate.from('2027-05-10')
    const read = (rows: readonly (readonly Cell[])[]) => {
      const list = readSessions(rows, today)
      return (
        list && [
          ...list.sessions.map(({ name, from, to }) => `${name} ${from} ${to}`),
          ...list.problems.map(({ row, code }) => `${row} ${code}`),
        ]
      )
    }
    const columns = [
      ['令和9年度　議会日程'],
      ['No.', '会議名', '開会日', '閉会日', '備考'],
      [1, '６月定例会', new Date('2027-06-04T00:00:00Z'), '令和9年6月25日', '一般質問 6/10'],
      [2, '７月臨時会', '7/20', null, null],
      [3, '', '2027-09-03', '2027-09-04', null],
      [null, null, null, null, null],
      [4, '12月定例会', '2027-12-03', '2028-12-17', null],
      [5, '決算委員会', '2027-06-20', '2027-06-28', null],
    ]
    const found = [
      '６月定例会 2027-06-04 2027-06-26',
      '７月臨時会 2027-07-20 2027-07-21',
      '5 line',
      '7 long',
      '8 overlap',
    ]
    expect(read(columns)).toEqual(found)
    expect(
      read([
        ['会議名', '会期'],
        ['６月定例会', '6月4日(金)〜6月25日(金)'],
      ]),
    ).toEqual([found[0]?.replace('６', '6')])
    expect(read([['議会日程'], ['6月定例会 6/4〜6/25'], ['次回は未定']])).toEqual([
      found[0]?.replace('６', '6'),
      '3 line',
    ])
    expect(read([['x 2030-06-04']])).toEqual(['1 year'])
    expect(
      read([
        ['職員番号', '氏名'],
        ['1001', '山田'],
      ]),
    ).toBeUndefined()
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.oneof(fc.string(), fc.integer(), fc.constantFrom('会議名', '会期', '7/20')))),
        (rows) => {
          const list = readSessions(rows, today)
          for (const { from, to } of list?.sessions ?? [])
            expect(Temporal.PlainDate.compare(from, to)).toBe(-1)
        },
      ),
    )
  })

  test('brought in beside those that stand: what it names or overlaps is replaced', () => {
    const session = (name: string, from: string, to: string) => ({
      name,
      from: Temporal.PlainDate.from(from),
      to: Temporal.PlainDate.from(to),
    })
    const june = session('6月定例会', '2027-06-04', '2027-06-26')
    const july = session('臨時会', '2027-07-20', '2027-07-21')
    const later = session('6月定例会', '2027-06-11', '2027-06-30')
    const other = session('第3回臨時会', '2027-07-20', '2027-07-23')
    expect(mergeYear([june, july], [later])).toEqual([later, july])
    expect(mergeYear([june, july], [other])).toEqual([june, other])
    const many = Array.from({ length: 21 }, (_, n) =>
      session(`臨時会${n}`, `2027-08-${n + 1 < 10 ? '0' : ''}${n + 1}`, `2027-09-01`),
    )
    expect(mergeYear([], many)).toBeUndefined()
  })

  test('what makes no sense is said at its field', () => {
    const wrong = (values: Record<string, string>) =>
      read(values).problems.map(({ field, code, line }) => [field, code, ...(line ? [line] : [])])
    expect(wrong({ from0: '2027-06-04' })).toEqual([['last0', 'needed']])
    expect(wrong({ from0: 'x', last0: '2027-06-04' })).toEqual([['from0', 'needed']])
    expect(wrong({ from0: '2027-06-04', last0: '2027-06-03' })).toEqual([['last0', 'order']])
    expect(wrong({ from0: '2027-06-04', last0: '2027-08-04' })).toEqual([['last0', 'long']])
    expect(wrong({ from0: '2028-06-04', last0: '2028-06-05' })).toEqual([['last0', 'year']])
    expect(wrong({ from3: '2028-03-20', last3: '2028-04-01' })).toEqual([['last3', 'year']])
    const june = { from0: '2027-06-04', last0: '2027-06-25' }
    expect(wrong({ ...june, others: 'x 6/25' })).toEqual([['others', 'overlap', 1]])
    expect(wrong({ ...june, opensAt: '17:00' })).toEqual([['closesAt', 'hours']])
    expect(wrong({ ...june, closesAt: '24:30' })).toEqual([['closesAt', 'hours']])
    // A part that could be a day is never guessed.
    for (const line of [
      '臨時会',
      '7/20',
      '臨時会 7/20〜22',
      '臨時会 7/32',
      '臨時会 7/1 7/2 7/3',
      '臨時会 7/20 午後',
    ])
      expect(wrong({ others: line }), line).toEqual([['others', 'line', 1]])
  })

  test('never fails, whatever is entered, and what it takes lies in the year, in order, apart', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('7/20', '2027-06-04', '令和9年', '〜', '\n', '(月)'))
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('from0', 'last0', 'from2', 'last3', 'others', 'opensAt', 'closesAt'),
          fc.array(text, { maxLength: 4 }).map((parts) => parts.join(' ')),
        ),
        (values) => {
          const { sessions, problems } = readYear(values, 2027)
          if (problems.length > 0) return
          for (const { from, to } of sessions) {
            expect(Temporal.PlainDate.compare(from, to)).toBe(-1)
            expect([`${from}` >= '2027-04-01', `${to}` <= '2028-04-01']).toEqual([true, true])
          }
        },
      ),
      { numRuns: 200 },
    )
  })
})

test('it sits on the days on which the office works', () => {
  const from = Temporal.PlainDate.from('2027-06-04')
  const found = sittings({ name: '', from, to: from.add({ days: 5 }) }, hours, cityCalendar, 'Asia/Tokyo')
  // Friday, Monday and Tuesday.
  expect(found.map(({ start, end }) => `${start} ${end}`)).toEqual([
    '2027-06-04T00:00:00Z 2027-06-04T08:00:00Z',
    '2027-06-07T00:00:00Z 2027-06-07T08:00:00Z',
    '2027-06-08T00:00:00Z 2027-06-08T08:00:00Z',
  ])
})
