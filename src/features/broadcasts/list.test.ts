import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import writeWorkbook from 'write-excel-file/node'
import { wordsOf } from '../../tables/glance.ts'
import { readTable } from '../../tables/read-table.ts'
import { type Known, listedIn, looksListed, lookUp, zeroless } from './list.ts'

const csv = (...lines: string[]) => new TextEncoder().encode(lines.join('\r\n'))
const read = async (bytes: Uint8Array) => {
  const table = await readTable(bytes)
  if ('code' in table) throw new Error(table.code)
  const found = listedIn(table)
  return 'code' in found ? found.code : found.map(({ row, number }) => `${row}:${number}`)
}

describe('a file of staff numbers', () => {
  test.each([
    [
      'a titled column among others, below a heading',
      csv('防災研修 対象者', '氏名,職員番号', '山田,１００１', ',', '鈴木,1002.0'),
      ['3:1001', '5:1002'],
    ],
    ['one column of numbers alone', csv('1001', '', "'0012", 'A-7'), ['1:1001', '3:0012', '4:A-7']],
    ['a title and nobody', csv('職員番号', ''), 'no-header'],
    ['names', csv('山田 花子', '鈴木 太郎'), 'no-header'],
    ['several columns without a title', csv('1001,2', '1002,3'), 'no-header'],
  ])('%s', async (_, bytes, wanted) => {
    expect(await read(bytes)).toEqual(wanted)
  })

  test('a workbook, whose numbers Excel has made numbers', async () => {
    const cells = [['職員番号'], [1001], [12]].map((line) =>
      line.map((value) => (typeof value === 'number' ? { value, type: Number } : { value, type: String })),
    )
    const bytes = new Uint8Array(await writeWorkbook(cells).toBuffer())
    expect(await read(bytes)).toEqual(['2:1001', '3:12'])
    expect(looksListed('宛先.xlsx', wordsOf('宛先.xlsx', bytes) ?? '')).toBe('list')
  })

  test.each([
    ['x.csv', '職員番号,氏名\n1001,山田', 'list'],
    ['x.csv', '1001\n1002\n', 'list'],
    ['x.csv', '職員番号,氏名,所属名\n1001,山田,税務課', 'perhaps'],
    ['送付先.csv', '職員番号,氏名,所属名\n1001,山田,税務課', 'list'],
    ['x.csv', '職員番号,氏名,所属コード,職名\n1001,山田,0100,主事', undefined],
    ['x.csv', '職員番号,氏名,出欠\n1001,山田,○', undefined],
    ['x.csv', '研修名,定員,受付開始\n防災,20,5/1', undefined],
    ['x.csv', '議題\n予算について', undefined],
    ['x.csv', '', undefined],
  ])('%s %s is %s', (name, words, wanted) => {
    expect(looksListed(name, words)).toBe(wanted)
  })
})

describe('looking up', () => {
  const person = (id: number, number: string, more: Partial<Known> = {}): Known => ({
    id,
    number,
    state: 'here',
    absent: false,
    ...more,
  })
  const rows = (...numbers: string[]) => numbers.map((number, n) => ({ row: n + 2, number }))

  test('says of each number that reaches nobody what it is, with its place', () => {
    const people = [
      person(1, '0012'),
      person(2, '2000', { absent: true }),
      person(3, '3000', { state: 'left' }),
      person(4, '4000', { state: 'outside' }),
    ]
    expect(lookUp(rows('12', '0012', '2000', '3000', '4000', '9'), people)).toEqual({
      personIds: [1, 2],
      absent: 1,
      problems: [
        { row: 3, number: '0012', why: 'twice', first: 2 },
        { row: 5, number: '3000', why: 'left' },
        { row: 6, number: '4000', why: 'outside' },
        { row: 7, number: '9', why: 'unknown' },
      ],
    })
    // Without its zeros a number may be two people's: then it is nobody's.
    expect(lookUp(rows('12'), [person(1, '012'), person(2, '0012')]).personIds).toEqual([])
    expect(lookUp(rows('012'), [person(1, '012'), person(2, '0012')]).personIds).toEqual([1])
  })

  test('every number is somebody, once, or a problem; nobody who is not here is ever meant', () => {
    const number = fc.nat({ max: 30 }).map((n) => `00${n}`.slice(-3))
    const people = fc
      .uniqueArray(
        fc.record({
          number,
          state: fc.constantFrom('here' as const, 'left' as const, 'outside' as const),
          absent: fc.boolean(),
        }),
        { selector: ({ number: each }) => each },
      )
      .map((all) => all.map((each, id) => ({ ...each, id })))
    fc.assert(
      fc.property(fc.array(number), people, (numbers, all) => {
        const { personIds, problems, absent } = lookUp(rows(...numbers.map(zeroless)), all)
        expect(personIds.length + problems.length).toBe(numbers.length)
        expect(new Set(personIds).size).toBe(personIds.length)
        expect(absent).toBeLessThanOrEqual(personIds.length)
        for (const id of personIds) expect(all[id]?.state).toBe('here')
      }),
    )
  })
})
