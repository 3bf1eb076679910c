import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase, truncateAll } from '../../../test/support/database.ts'
import { testCore } from '../../../test/support/small-city.ts'
import type { DomainEvent } from '../../directory/events.ts'
import { loadOrganisation } from '../../directory/load.ts'
import type { Core } from '../feature.ts'
import { type ImportRequest, importFile } from './import.ts'
import { sampleCity } from './sample/sample-city.ts'

let db: TestDatabase
let core: Core
let heard: DomainEvent[] = []
beforeAll(async () => {
  db = await freshDatabase()
  core = testCore(db, () => async (event) => {
    heard.push(event)
  }).core
})
beforeEach(async () => {
  await truncateAll(db)
  heard = []
})
afterAll(() => db.drop())

const day = (iso: string) => Temporal.PlainDate.from(iso)
const heading = [
  '職員番号',
  '氏名',
  '所属コード',
  '所属名',
  '職名',
  '級',
  'メールアドレス',
  '任用区分',
  '上司',
  '一次評価者',
]
const csv = (...rows: readonly (readonly string[])[]) =>
  new TextEncoder().encode([heading, ...rows].map((row) => row.join(',')).join('\r\n'))

const chief = ['001', '山田 花子', '0101', '職員課', '課長', '6', 'hanako@city.example.lg.jp', '正規', '', '']
const taro = [
  '002',
  '鈴木 太郎',
  '0101',
  '職員課',
  '主事',
  '2',
  'taro@city.example.lg.jp',
  '正規',
  '001',
  '001',
]
const jiro = ['003', '佐藤 次郎', '0102', '税務課', '主任', '3', '', '会計年度任用', '001', '001']
const city = [chief, taro, jiro]
const withCells = (row: readonly string[], cells: Partial<Record<string, string>>) =>
  row.map((cell, i) => cells[heading[i] ?? ''] ?? cell)

async function bring(
  rows: readonly (readonly string[])[],
  on = '2027-04-01',
  more: Partial<ImportRequest> = {},
) {
  const request = {
    bytes: csv(...rows),
    name: 'list.csv',
    effectiveOn: day(on),
    apply: true,
    actorId: null,
    ...more,
  }
  const result = await importFile(core, request)
  if (!result.usable) throw new Error(result.code)
  return result
}

/** Every row of the directory, but the trail and the record of imports. */
async function everything() {
  const dump: Record<string, unknown> = {}
  for (const table of [
    'person',
    'section',
    'post',
    'route',
    'absence',
    'role_grant',
    'grade',
    'employment_kind',
  ])
    dump[table] = (await db.pool.query(`SELECT * FROM ${table} ORDER BY id`)).rows
  return dump
}

const idOf = async (number: string) => (await db.prisma.person.findUniqueOrThrow({ where: { number } })).id

describe('a first list', () => {
  test('makes people, sections, posts and routes, and tells of them', async () => {
    const result = await bring(city)
    expect(result.applied).toBe(true)
    expect(result.counts).toMatchObject({ new: 3, errors: 0, sections: 2 })
    const org = await loadOrganisation(db.prisma, day('2027-04-01'))
    const [one, two, three] = [await idOf('001'), await idOf('002'), await idOf('003')]
    expect(org.evaluator(two, 'first')).toBe(one)
    expect(org.evaluator(one, 'first')).toBe(null)
    expect(org.section(org.mainPost(three)?.sectionId ?? 0)?.name).toBe('税務課')
    expect(org.mainPost(one)?.gradeRank).toBe(6)
    expect(
      await loadOrganisation(db.prisma, day('2027-03-31')).then((then) => then.mainPost(one)),
    ).toBeUndefined()
    expect(heard).toEqual([
      { type: 'people-changed', personIds: [one, two, three] },
      { type: 'transfer-effective', personIds: [one, two, three], on: day('2027-04-01') },
    ])
  })
})

describe('3,000 people', () => {
  test('are previewed and applied in seconds, and the same file again changes nothing', async () => {
    const { csvCp932 } = sampleCity({ staff: 3000, seed: 5, fiscalYear: 2027 })
    const request = { bytes: csvCp932, name: 'a.csv', effectiveOn: day('2027-04-01'), actorId: null }
    const preview = await importFile(core, { ...request, apply: false })
    const applied = await importFile(core, { ...request, apply: true })
    const before = await everything()
    const again = await importFile(core, { ...request, apply: true })
    expect(preview).toMatchObject({ counts: { new: 3000, errors: 0 }, applied: false })
    expect(applied).toMatchObject({ applied: true })
    expect(again).toMatchObject({ applied: false, changes: [], sections: [], missing: [] })
    expect(await everything()).toEqual(before)
  })
})
