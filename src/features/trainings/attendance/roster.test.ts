import { describe, expect, test } from 'vitest'
import { day } from '../../../../test/support/small-city.ts'
import { matchRoster, mentionsRoster, resultIn, understandRoster } from './roster.ts'

const today = day('2027-07-01')
const read = (rows: (string | number | Date | null)[][]) => {
  const found = understandRoster({ kind: 'xlsx', sheets: [{ name: '', rows }] }, today)
  if ('code' in found) throw new Error(found.code)
  return found
}

test.each([
  ['○', 'attended'],
  ['出 席', 'attended'],
  ['受講済', 'attended'],
  ['修了', 'completed'],
  ['△（早退）', 'partly'],
  ['×', 'absent'],
  ['欠席', 'absent'],
  ['欠席（公務）', 'excused'],
  ['未受講', 'absent'],
  ['', null],
  ['？', undefined],
] as const)('%j is %s', (text, result) => expect(resultIn(text)).toBe(result))

test('a list is known by its words; a staff list and a plan are not taken for one', () => {
  expect(mentionsRoster('研修名簿 氏名 所属 出欠')).toBe(true)
  expect(mentionsRoster('職員番号,氏名,所属コード,職名,採用年月日')).toBe(false)
  expect(mentionsRoster('研修名,開催日,定員,受付開始,出席者氏名')).toBe(false)
  expect(mentionsRoster('氏名,所属')).toBe(false)
})

describe('a list', () => {
  test('is read below its title, with stray spaces, full width, notes and empty rows', () => {
    const { rows, problems } = read([
      ['令和9年度 ○○研修所 受講者名簿'],
      [],
      ['No.', '職員番号', '氏　名', '出欠', '備考', '受講日'],
      [1, '００１２', '山田　花子 ', '○', null, 'R9.6.10'],
      [2, 13, '鈴木 一郎', '欠席', '公務のため', new Date('2027-06-10T00:00:00Z')],
      [null, null, null, null, null, null],
      [3, '', '佐藤 次郎', '', '', '6月10日'],
      [4, '', '高橋 三郎', '？', '', 'いつか'],
      [5, '', '', '○', '', ''],
    ])
    expect(rows).toEqual([
      { row: 4, number: '0012', name: '山田 花子', result: 'attended', day: '2027-06-10' },
      { row: 5, number: '13', name: '鈴木 一郎', result: 'excused', day: '2027-06-10' },
      { row: 7, number: '', name: '佐藤 次郎', result: null, day: '2027-06-10' },
      { row: 8, number: '', name: '高橋 三郎', result: null, day: null },
    ])
    expect(problems.map(({ row, severity }) => [row, severity])).toEqual([
      [7, 'warning'],
      [8, 'error'],
      [8, 'warning'],
      [9, 'warning'],
    ])
  })

  test('without a column that says so holds those who were there', () => {
    expect(read([['氏名'], ['山田 花子']]).rows[0]?.result).toBe('attended')
    expect(
      understandRoster({ kind: 'xlsx', sheets: [{ name: '', rows: [['あ', 'い']] }] }, today),
    ).toHaveProperty('code')
  })
})

test('people are found by number, else by a name of one person; the rest is named', () => {
  const people = [
    { id: 1, number: '0012', name: '山田 花子' },
    { id: 2, number: '0013', name: '鈴木 一郎' },
    { id: 3, number: '0014', name: '佐藤 次郎' },
    { id: 4, number: '0015', name: '佐藤 次郎' },
  ]
  const row = (n: number, number: string, name: string) => ({
    row: n,
    number,
    name,
    result: 'attended' as const,
    day: null,
  })
  const rows = [
    row(2, '12', '山田花子'),
    row(3, '', '鈴木　一郎'),
    row(4, '', '佐藤次郎'),
    row(5, '99', '誰か'),
    row(6, '0013', '山田 花子'),
    row(7, '0012', ''),
  ]
  const { matched, problems } = matchRoster(rows, people, new Set())
  expect(matched.map(({ personId }) => personId)).toEqual([1, 2])
  expect(problems.map(({ row: at, text }) => [at, text.ja.slice(0, 8)])).toEqual([
    [4, '同じ氏名の方が複'],
    [5, '職員名簿に見つか'],
    [6, '職員番号と氏名が'],
    [7, '同じ方が2行あり'],
  ])
  // Of two of one name the one on the list is meant.
  expect(matchRoster([row(4, '', '佐藤次郎')], people, new Set([4])).matched).toMatchObject([{ personId: 4 }])
})
