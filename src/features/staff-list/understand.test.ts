import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hostileText } from '../../../test/support/legal.ts'
import { readTable } from '../../tables/read-table.ts'
import { sampleCity } from './sample/sample-city.ts'
import { prefixParents } from './sections.ts'
import { type Known, understand } from './understand.ts'

const nobody: Known = { numbers: new Set(), sectionCodes: new Map() }
const read = async (bytes: Uint8Array, known = nobody) => {
  const table = await readTable(bytes)
  if ('code' in table) throw new Error(table.code)
  const understood = understand(table, known)
  if ('code' in understood) throw new Error(understood.code)
  return understood
}
const fixture = async (name: string, known = nobody) =>
  read(await readFile(new URL(`../../../test/fixtures/staff-lists/${name}`, import.meta.url)), known)
const text = (...lines: string[]) => new TextEncoder().encode(lines.join('\n'))
const found = ({ problems }: Awaited<ReturnType<typeof read>>, severity = 'error') =>
  problems
    .filter((each) => each.severity === severity)
    .map(({ row, column, value, code }) => [row, column, value, code])

describe('a messy list', () => {
  test('is understood: width, spaces, eras, notes above and below, rows twice', async () => {
    const understood = await fixture('cp932-messy.csv')
    expect(found(understood)).toEqual([])
    expect(found(understood, 'warning')).toEqual([
      [7, 'メールアドレス', '', 'email-missing'],
      [8, '職員番号', '000125', 'duplicate-row'],
    ])
    expect(found(understood, 'info')).toContainEqual([4, '備考', '', 'column-ignored'])
    const [hanako, sakito, ichiro] = understood.list.people
    expect(understood.list.people).toHaveLength(4)
    expect(hanako).toMatchObject({
      number: '000123',
      name: '山田 花子',
      kana: 'ヤマダ ハナコ',
      email: 'hanako.yamada@city.example.lg.jp',
      hiredOn: '1998-04-01',
      posts: [{ sectionCode: '0101', title: '課長', rank: 6, main: true, acting: false }],
      routes: { supervisor: null, first: null, second: null },
    })
    expect(sakito).toMatchObject({ name: '髙橋 﨑人', hiredOn: '2008-10-01', posts: [{ rank: 5 }] })
    expect(ichiro).toMatchObject({
      hiredOn: '2024-04-01',
      kind: { code: 'fiscal-year-part' },
      posts: [{ rank: 2 }],
      routes: { supervisor: '000124', first: '000123' },
    })
    expect(understood.list.sections).toEqual([
      { code: '0100', name: '総務部' },
      { code: '0101', name: '職員課', parentCode: '0100' },
      { code: '0102', name: '税務課', parentCode: '0100' },
    ])
  })

  test('a workbook: the sheet with the titles, dates as Excel keeps them, a supervisor by name', async () => {
    const understood = await fixture('book.xlsx')
    expect(found(understood)).toEqual([])
    expect(
      understood.list.people.map(({ number, hiredOn, routes }) => [number, hiredOn, routes.supervisor]),
    ).toEqual([
      ['123', '1998-04-01', null],
      ['124', '2024-04-01', '123'],
      ['125', '2024-04-01', '123'],
    ])
    expect(found(understood, 'info')).toContainEqual([7, '上司（職員番号）', '山田 花子', 'person-by-name'])
  })

  test('two posts: a main one, a second one, one held in charge', async () => {
    const { list, problems } = await fixture('two-posts.csv')
    expect(problems.filter((each) => each.severity === 'error')).toEqual([])
    expect(
      list.people.map((person) =>
        person.posts.map(({ sectionCode, main, acting }) => [sectionCode, main, acting]),
      ),
    ).toEqual([
      [
        ['0101', true, false],
        ['0102', false, true],
      ],
      [
        ['0102', true, false],
        ['0101', false, false],
      ],
    ])
  })

  test('sections by name of division, section and unit', async () => {
    const { list } = await fixture('divisions.csv')
    expect(list.people.map((person) => [person.name, person.posts[0]?.sectionCode])).toEqual([
      ['山田 花子', '総務部'],
      ['鈴木 一郎', '総務部/職員課'],
      ['佐藤 次郎', '総務部/職員課/人事係'],
      ['高木 三郎', '福祉部/福祉課'],
    ])
    expect(list.sections.map(({ code, parentCode }) => [code, parentCode])).toContainEqual([
      '総務部/職員課',
      '総務部',
    ])
    expect(list.sections).toContainEqual({ code: '福祉部', name: '福祉部', parentCode: null })
  })

  test('sections by the parent that a column names; loops are named once', async () => {
    const understood = await fixture('parents.csv')
    expect(understood.list.sections).toContainEqual({ code: 'B1', name: '総務部', parentCode: null })
    expect(understood.list.sections).toContainEqual({ code: 'K1', name: '職員課', parentCode: 'B1' })
    expect(found(understood)).toEqual([[4, '所属コード', 'X1', 'section-loop']])
    expect(found(understood, 'warning')).toEqual([[2, '所属コード', 'B1', 'parent-made']])
  })

  test('section codes: twos of digits, and never plain counting', () => {
    const parents = (...codes: string[]) => Object.fromEntries(prefixParents(codes))
    expect(parents('0100', '0101', '0110', '0200')).toEqual({ '0101': '0100', '0110': '0100' })
    expect(parents('010000', '010100', '010101')).toEqual({ '010100': '010000', '010101': '010100' })
    expect(parents('01', '0101', '02')).toEqual({ '0101': '01' })
    expect(parents('1', '2', '10', '11', '12')).toEqual({})
  })
})

describe('what is wrong is said by row, column and value', () => {
  test('a loop in the reporting line is named, with the way round', async () => {
    const understood = await fixture('loop.csv')
    expect(found(understood)).toEqual([
      [2, '上司', '2', 'line-loop'],
      [6, '上司', '5', 'line-loop'],
    ])
    expect(understood.problems[0]?.text.ja).toContain('1 山田 花子 → 2 鈴木 一郎 → 3 佐藤 次郎 → 1 山田 花子')
  })

  test('numbers twice, addresses twice or malformed, evaluators unknown or oneself', async () => {
    const understood = await fixture('duplicates.csv')
    expect(found(understood)).toEqual([
      [4, '職員番号', '1', 'duplicate-number'],
      [5, 'メール', 'A@example.jp', 'email-twice'],
      [5, '一次評価者', '2', 'evaluator-self'],
      [6, 'メール', 'jiro(at)example.jp', 'email-bad'],
      [6, '一次評価者', '9', 'person-unknown'],
    ])
    expect(found(understood, 'warning')).toContainEqual([3, '職員番号', '1', 'duplicate-row'])
  })

  test('dates that are none, with the right era where there is one', async () => {
    const understood = await fixture('bad-dates.csv')
    expect(found(understood).map(([row, , , code]) => [row, code])).toEqual([
      [2, 'date-bad'],
      [3, 'date-bad'],
      [4, 'date-bad'],
    ])
    expect(understood.problems[0]?.text.ja).toContain('令和元年5月1日')
  })

  test('no number, no name, no section', async () => {
    const understood = await read(
      text(
        '職員番号,氏名,所属コード,職名',
        ',山田 花子,0101,課長',
        '2,,0101,主事',
        '3,佐藤 次郎,,主事',
        '山の4,高木,0101,',
      ),
    )
    expect(found(understood)).toEqual([
      [2, '職員番号', '', 'number-missing'],
      [3, '氏名', '', 'name-missing'],
      [4, '所属コード', '', 'section-missing'],
      [5, '職員番号', '山の4', 'number-bad'],
    ])
  })

  test('an evaluator whom only the directory knows is taken', async () => {
    const list = text('職員番号,氏名,所属名,一次評価者', '1,山田 花子,職員課,900')
    expect(found(await read(list, { ...nobody, numbers: new Set(['900']) }))).toEqual([])
    expect(found(await read(list))).toEqual([[2, '一次評価者', '900', 'person-unknown']])
  })

  test('no row of titles', async () => {
    await expect(fixture('no-header.csv')).rejects.toThrow('no-header')
  })

  test('every problem says in both languages what to do', async () => {
    for (const name of ['loop.csv', 'duplicates.csv', 'bad-dates.csv', 'parents.csv', 'cp932-messy.csv'])
      for (const { text: said, code } of (await fixture(name)).problems) {
        expect(said.ja, code).not.toMatch(/[$！!]|督促|至急/)
        expect(said.en, code).not.toMatch(/[$!]/)
        expect(said.ja.length).toBeGreaterThan(5)
      }
  })

  test('nothing in a cell makes it throw, and nobody appears twice', () => {
    const titles = [
      '職員番号',
      '氏名',
      '所属コード',
      '所属名',
      '上位所属コード',
      '職名',
      '級',
      '採用年月日',
      'メール',
      '兼務',
      '上司',
      '一次評価者',
    ]
    const cell = fc.oneof(
      hostileText,
      fc.constantFrom('1', '2', '3', '０１', '兼務', 'R6.4.1', '', null),
      fc.double(),
      fc.date(),
      fc.boolean(),
    )
    fc.assert(
      fc.property(fc.array(fc.array(cell, { maxLength: titles.length + 2 }), { maxLength: 12 }), (rows) => {
        const understood = understand(
          { kind: 'xlsx', sheets: [{ name: '', rows: [titles, ...rows] }] },
          nobody,
        )
        if ('code' in understood) throw new Error(understood.code)
        const numbers = understood.list.people.map((person) => person.number)
        expect(new Set(numbers).size).toBe(numbers.length)
      }),
      { numRuns: 300 },
    )
  })
})

describe('the city that does not exist', () => {
  test('is the same for the same seed, another for another', () => {
    const of = (seed: number) => sampleCity({ staff: 120, seed, fiscalYear: 2027 }).csvCp932
    expect(of(1)).toEqual(of(1))
    expect(of(1)).not.toEqual(of(2))
  })

  test('has as many people as asked, in eight sections for 120, without an error in its list', async () => {
    for (const staff of [20, 120, 400]) {
      const { csvCp932, rows } = sampleCity({ staff, seed: staff, fiscalYear: 2027 })
      const understood = await read(csvCp932)
      expect(found(understood)).toEqual([])
      expect(understood.list.people).toHaveLength(staff)
      expect(rows).toHaveLength(staff + 2)
      if (staff === 120) {
        const sections = understood.list.sections.filter(
          ({ code }) => /^\d{4}00$/.test(code) && !/0000$/.test(code),
        )
        expect(sections.filter(({ name }) => name?.endsWith('課'))).toHaveLength(8)
      }
      const withoutEvaluator = understood.list.people.filter((person) => person.routes.first === null)
      expect(withoutEvaluator).toHaveLength(1)
    }
  })
})
