import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase, truncateAll } from '../../../test/support/database.ts'
import { at, testCore } from '../../../test/support/small-city.ts'
import { inTransaction } from '../../db/transaction.ts'
import { followReferences, sectionColumns } from '../../directory/change/follow-references.ts'
import { followers } from '../../directory/change/follow-sections.ts'
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

describe('a later list', () => {
  test('moves people from its day on and leaves the days before as they were', async () => {
    await bring(city)
    const moved = withCells(taro, { 所属コード: '0102', 所属名: '税務課', 職名: '主任', 級: '３' })
    const result = await bring([chief, moved, jiro], '2027-10-01')
    expect(result.changes).toEqual([
      {
        kind: 'moved',
        number: '002',
        name: '鈴木 太郎',
        fields: [
          { field: 'section', from: '職員課', to: '税務課' },
          { field: 'title', from: '主事', to: '主任' },
          { field: 'grade', from: '2', to: '3' },
        ],
      },
    ])
    const id = await idOf('002')
    const place = async (on: string) => {
      const org = await loadOrganisation(db.prisma, day(on))
      return org.section(org.mainPost(id)?.sectionId ?? 0)?.name
    }
    expect([await place('2027-09-30'), await place('2027-10-01')]).toEqual(['職員課', '税務課'])
  })

  test('a transfer taken back on its own day is as if it had never been', async () => {
    await bring(city)
    const before = await everything()
    const moved = withCells(taro, { 所属コード: '0102', 所属名: '税務課', 一次評価者: '003' })
    await bring([chief, moved, jiro], '2027-10-01')
    expect(await everything()).not.toEqual(before)
    await bring(city, '2027-10-01')
    expect(await everything()).toEqual(before)
  })

  test('a correction of today keeps what is already planned for April', async () => {
    await bring(city)
    await bring([chief, withCells(taro, { 所属コード: '0102', 所属名: '税務課' }), jiro], '2028-04-01')
    await bring([chief, withCells(taro, { 職名: '主任' }), jiro], '2027-11-01')
    const posts = await db.pool.query(
      `SELECT s.name, p.title, p.valid_from, p.valid_to FROM post p JOIN section s ON s.id = p.section_id
        WHERE p.person_id = $1 ORDER BY p.valid_from`,
      [await idOf('002')],
    )
    expect(posts.rows).toEqual([
      { name: '職員課', title: '主事', valid_from: '2027-04-01', valid_to: '2027-11-01' },
      { name: '職員課', title: '主任', valid_from: '2027-11-01', valid_to: '2028-04-01' },
      { name: '税務課', title: '主事', valid_from: '2028-04-01', valid_to: null },
    ])
  })

  test('two colleagues may swap their addresses', async () => {
    await bring(city)
    const swapped = [
      withCells(chief, { メールアドレス: 'taro@city.example.lg.jp' }),
      withCells(taro, { メールアドレス: 'hanako@city.example.lg.jp' }),
      jiro,
    ]
    expect(await bring(swapped)).toMatchObject({ applied: true, counts: { changed: 2, errors: 0 } })
    expect(await db.prisma.person.findUnique({ where: { number: '001' } })).toMatchObject({
      email: 'taro@city.example.lg.jp',
    })
  })

  test('an address of somebody outside the list, or a number that lost its zeros, stops everything', async () => {
    await bring(city)
    const before = await everything()
    const result = await bring([
      ['004', '高木 三郎', '0101', '職員課', '主事', '1', 'taro@city.example.lg.jp', '正規', '', ''],
      ['3', '佐藤 次郎', '0102', '税務課', '主任', '3', '', '正規', '', ''],
    ])
    const errors = result.problems.filter((problem) => problem.severity === 'error')
    expect(errors.map(({ row, code, value }) => [row, code, value])).toEqual([
      [2, 'email-taken', 'taro@city.example.lg.jp'],
      [3, 'number-form', '3'],
    ])
    expect(result.applied).toBe(false)
    expect(await everything()).toEqual(before)
  })

  test('an evaluator whom HR filled in survives an empty cell, until the person moves away', async () => {
    const open = withCells(taro, { 一次評価者: '' })
    await bring([chief, open, jiro])
    const [one, two] = [await idOf('001'), await idOf('002')]
    await db.prisma.route.create({
      data: { role: 'first', subjectPersonId: two, evaluatorId: one, validFrom: new Date('2027-04-10') },
    })
    await bring([chief, open, jiro], '2027-05-01')
    const first = async (on: string) => (await loadOrganisation(db.prisma, day(on))).evaluator(two, 'first')
    expect(await first('2027-05-02')).toBe(one)
    await bring([chief, withCells(open, { 所属コード: '0102', 所属名: '税務課' }), jiro], '2027-06-01')
    expect([await first('2027-05-31'), await first('2027-06-01')]).toEqual([one, null])
  })

  test('who is missing stays, unless HR says that they have left', async () => {
    await bring(city)
    const without = await bring([chief, taro], '2027-10-01')
    expect(without).toMatchObject({ applied: false, missing: [{ number: '003', name: '佐藤 次郎' }] })
    const marked = await bring([taro], '2027-10-01', { markMissingAsLeft: true })
    expect(marked.counts).toMatchObject({ left: 2, missing: 0 })
    const org = await loadOrganisation(db.prisma, day('2027-10-01'))
    const [one, two, three] = [await idOf('001'), await idOf('002'), await idOf('003')]
    expect(org.mainPost(three)).toBeUndefined()
    expect(org.evaluator(two, 'first')).toBe(null)
    expect((await loadOrganisation(db.prisma, day('2027-09-30'))).evaluator(two, 'first')).toBe(one)
    expect(org.sections().map((section) => section.name)).toEqual(['職員課'])
    const before = await everything()
    const unknown = withCells(taro, { 上司: '', 一次評価者: '' })
    expect(await bring([unknown], '2027-10-01', { markMissingAsLeft: true })).toMatchObject({
      applied: false,
    })
    expect(await everything()).toEqual(before)
    expect(await bring(city, '2028-04-01')).toMatchObject({ counts: { returned: 2 }, applied: true })
    expect((await loadOrganisation(db.prisma, day('2028-04-01'))).evaluator(two, 'first')).toBe(one)
  })

  test('a renamed section keeps its old name in history, and everything in it goes along', async () => {
    const divided = [['090', '部長 一', '0100', '総務部', '部長', '7', '', '正規', '', ''], ...city]
    await bring(divided)
    const hr = await db.prisma.section.findFirstOrThrow({ where: { code: '0100' } })
    await db.prisma.roleGrant.create({
      data: { personId: await idOf('002'), role: 'hr', sectionId: hr.id, validFrom: new Date('2027-04-01') },
    })
    const renamed = divided.map((row) =>
      row.map((cell) => (cell === '総務部' ? '経営部' : cell === '職員課' ? '人事課' : cell)),
    )
    const result = await bring(renamed, '2028-04-01')
    expect(result.changes).toEqual([])
    expect(result.sections.map(({ kind, from, to }) => [kind, from, to])).toEqual([
      ['renamed', '総務部', '経営部'],
      ['renamed', '職員課', '人事課'],
    ])
    const id = await idOf('002')
    const chain = async (on: string) => {
      const org = await loadOrganisation(db.prisma, day(on))
      return org.chain(org.mainPost(id)?.sectionId ?? 0).map((section) => section.name)
    }
    expect(await chain('2028-03-31')).toEqual(['職員課', '総務部'])
    expect(await chain('2028-04-01')).toEqual(['人事課', '経営部'])
    const grants = await db.pool.query(
      `SELECT s.name, g.valid_to FROM role_grant g JOIN section s ON s.id = g.section_id ORDER BY g.id`,
    )
    expect(grants.rows).toEqual([
      { name: '総務部', valid_to: '2028-04-01' },
      { name: '経営部', valid_to: null },
    ])
    const before = await everything()
    expect(await bring(renamed, '2028-04-01')).toMatchObject({ applied: false })
    expect(await everything()).toEqual(before)
  })

  test('a section that moves in the tree may bring another evaluator, so those in it are told of', async () => {
    const head = ['090', '部長 一', '0100', '総務部', '部長', '7', '', '正規', '', '']
    await bring([head, ...city])
    const two = await idOf('002')
    heard = []
    const titles = `${heading.join(',')},上位所属コード`
    const lines = [head, ...city].map(
      (row) => `${row.join(',')},${row[2] === '0100' ? '' : row[2] === '0102' ? '0101' : '0100'}`,
    )
    const bytes = new TextEncoder().encode([titles, ...lines].join('\n'))
    const effectiveOn = day('2027-05-01')
    const result = await importFile(core, { bytes, name: 'x.csv', effectiveOn, apply: true, actorId: null })
    expect(result).toMatchObject({
      applied: true,
      changes: [],
      sections: [{ kind: 'placed', code: '0102', from: '0100', to: '0101' }],
    })
    const told = heard.find((event) => event.type === 'transfer-effective')
    expect(told?.personIds).toContain(two)
  })

  test('nothing is written when a listener fails: all or nothing', async () => {
    const failing: Core = {
      ...core,
      tell: async () => {
        throw new Error('a programme failed')
      },
    }
    const request = {
      bytes: csv(...city),
      name: 'x.csv',
      effectiveOn: day('2027-04-01'),
      apply: true,
      actorId: null,
    }
    await expect(importFile(failing, request)).rejects.toThrow('a programme failed')
    expect(await db.prisma.person.count()).toBe(0)
    expect(await db.prisma.audit.count()).toBe(0)
    expect(await db.prisma.staffImport.count()).toBe(0)
  })

  test('each changed person has a line in the trail, with what was and what is', async () => {
    await bring(city)
    await bring([chief, withCells(taro, { 氏名: '高木 太郎' }), jiro], '2027-05-01')
    const trail = await db.prisma.audit.findMany({
      where: { subjectPersonId: await idOf('002') },
      orderBy: { id: 'asc' },
    })
    expect(trail.map((row) => row.action)).toEqual(['staff-list.new', 'staff-list.changed'])
    expect(trail[1]?.change).toEqual({ on: '2027-05-01', name: { from: '鈴木 太郎', to: '高木 太郎' } })
  })
})

test('who moves next month and is missing now leaves now, though their section is closed by the same list', async () => {
  const away = withCells(taro, { 所属コード: '0102', 所属名: '税務課' })
  await bring([chief, away], '2027-01-01')
  await bring([chief, taro], '2027-03-01')
  await bring([withCells(chief, { 所属名: '人事課' })], '2027-02-01', { markMissingAsLeft: true })
  const left = await db.prisma.person.findUniqueOrThrow({
    where: { number: '002' },
    include: { posts: true },
  })
  expect(left.leftOn?.toISOString().slice(0, 10)).toBe('2027-02-01')
  expect(left.posts.map(({ validTo }) => validTo?.toISOString().slice(0, 10))).toEqual(['2027-02-01'])
})

test('a renamed section takes along every column of what stands in it', async () => {
  for (const { table, section, carried } of followers) {
    const { rows } = await db.pool.query(
      'SELECT column_name FROM information_schema.columns WHERE table_name = $1',
      [table],
    )
    const taken = ['id', 'valid_from', 'valid_to', section, ...carried.split(', ')]
    expect(taken.toSorted()).toEqual(rows.map(({ column_name }) => column_name).toSorted())
  }
})

test('every column that names a section goes on with it', async () => {
  const { rows } = await db.pool.query(
    `SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns
      WHERE table_schema = 'public' AND column_name LIKE '%section\\_id'`,
  )
  const known = [
    ...followers.map(({ table, section }) => `${table}.${section}`),
    ...sectionColumns.map(({ table, column }) => `${table}.${column}`),
  ]
  expect(rows.map(({ table, column }) => `${table}.${column}`).toSorted()).toEqual(
    known.filter((each) => each !== 'section.parent_id').toSorted(),
  )
})

describe('機構改革: old and new sections', () => {
  const row = (number: string, code: string, name: string, more: Partial<Record<string, string>> = {}) =>
    withCells(taro, {
      職員番号: number,
      氏名: `職員 ${number}`,
      所属コード: code,
      所属名: name,
      メールアドレス: '',
      ...more,
    })
  const head = withCells(chief, { メールアドレス: '' })
  const before = [
    head,
    row('002', '0101', '職員課'),
    row('003', '0102', '税務課'),
    row('004', '0102', '税務課'),
  ]
  const placeOf = async (number: string, on: string) => {
    const org = await loadOrganisation(db.prisma, day(on))
    return org.section(org.mainPost(await idOf(number))?.sectionId ?? 0)
  }

  test('mapped, nobody has moved, history keeps the old names, and evaluators and rights go along', async () => {
    await bring(before)
    const tax = await db.prisma.section.findFirstOrThrow({ where: { code: '0102' } })
    await db.prisma.calendar.create({ data: { id: 7, code: 'x', name: 'x', weekdays: [1] } })
    await db.prisma.section.update({ where: { id: tax.id }, data: { calendarId: 7 } })
    const validFrom = new Date('2027-04-01')
    const three = await idOf('003')
    await db.prisma.roleGrant.create({
      data: { personId: three, role: 'clerk', sectionId: tax.id, validFrom },
    })
    await db.prisma.route.create({
      data: { role: 'second', subjectSectionId: tax.id, evaluatorId: await idOf('001'), validFrom },
    })
    // Every code changes, and each section takes the code that the other had.
    const after = [
      withCells(head, { 所属コード: '0102', 所属名: '人事課' }),
      row('002', '0102', '人事課', { 職名: '主任' }),
      row('003', '0101', '市民税課'),
      row('004', '0101', '市民税課'),
    ]
    const mapping = [
      { from: '0101', to: '0102' },
      { from: '0102', to: '0101' },
    ]
    // Saved by code, or by the section's own row; on the day all of it means what it meant.
    const audience = { sections: { codes: ['0102', '0101'], below: true }, except: { sections: ['0102'] } }
    const broadcast = {
      authorId: three,
      createdAt: validFrom,
      updatedAt: validFrom,
      title: 'x',
      body: 'x',
      audience: { sections: { codes: ['0102'], below: false } },
    }
    for (const status of ['draft', 'cancelled'])
      await db.prisma.broadcast.create({ data: { ...broadcast, status } })
    const series = await db.prisma.gatheringSeries.create({
      data: {
        name: 'x',
        nextOn: validFrom,
        createdAt: validFrom,
        cadence: 'monthly',
        size: 4,
        sectionId: tax.id,
        audience,
      },
    })
    await db.prisma.handoverTemplate.create({
      data: { sectionId: tax.id, items: ['x'], updatedAt: validFrom },
    })
    await db.prisma.setting.create({
      data: { key: 'one-on-ones.opt-in', value: { city: false, sections: [tax.id] }, updatedAt: validFrom },
    })
    const plain = await bring(after, '2028-04-01', { apply: false })
    expect(plain.counts).toMatchObject({ moved: 4 })
    const result = await bring(after, '2028-04-01', { mapping, markMissingAsLeft: true })
    expect(result.counts).toMatchObject({ moved: 0, changed: 1, left: 0 })
    expect(result.sections).toEqual([
      { kind: 'continued', code: '0101', from: '0102 税務課', to: '市民税課' },
      { kind: 'continued', code: '0102', from: '0101 職員課', to: '人事課' },
    ])
    expect(await placeOf('003', '2028-03-31')).toMatchObject({ code: '0102', name: '税務課' })
    expect(await placeOf('003', '2028-04-01')).toMatchObject({ code: '0101', name: '市民税課' })
    const org = await loadOrganisation(db.prisma, day('2028-04-01'))
    expect(org.evaluator(three, 'second')).toBe(await idOf('001'))
    const next = await db.prisma.section.findFirstOrThrow({ where: { code: '0101', validTo: null } })
    expect(next.calendarId).toBe(7)
    // Nothing before the day; then once, although each code is the other's now.
    const kept = async () => {
      const found = await db.prisma.gatheringSeries.findUniqueOrThrow({ where: { id: series.id } })
      const texts = await db.prisma.broadcast.findMany({ orderBy: { id: 'asc' } })
      const template = await db.prisma.handoverTemplate.findFirstOrThrow()
      const { value } = await db.prisma.setting.findUniqueOrThrow({ where: { key: 'one-on-ones.opt-in' } })
      return [
        found.sectionId,
        found.audience,
        ...texts.map((each) => each.audience),
        template.sectionId,
        value,
      ]
    }
    const untouched = await kept()
    const follow = (today: string) =>
      inTransaction(db, (tx) => followReferences(tx, day(today), at(`${today}T09:00`)))
    await follow('2028-03-31')
    expect(await kept()).toEqual(untouched)
    for (let twice = 0; twice < 2; twice++) await follow('2028-04-01')
    expect(await kept()).toEqual([
      next.id,
      { sections: { codes: ['0101', '0102'], below: true }, except: { sections: ['0101'] } },
      { sections: { codes: ['0101'], below: false } },
      { sections: { codes: ['0102'], below: false } },
      next.id,
      { city: false, sections: [next.id] },
    ])
    expect(await db.prisma.roleGrant.findFirst({ where: { validTo: null } })).toMatchObject({
      sectionId: next.id,
    })
    const rows = await everything()
    expect(await bring(after, '2028-04-01', { mapping })).toMatchObject({ applied: false })
    expect(await everything()).toEqual(rows)
  })

  test('two become one, and the evaluator of one of them holds; one is split, and nobody of it has moved', async () => {
    await bring([...before, row('005', '0103', '会計課'), row('006', '0103', '会計課')])
    const of = async (code: string) => (await db.prisma.section.findFirstOrThrow({ where: { code } })).id
    const validFrom = new Date('2027-04-01')
    for (const [code, evaluator] of [
      ['0101', '001'],
      ['0102', '002'],
    ] as const)
      await db.prisma.route.create({
        data: {
          role: 'adjuster',
          subjectSectionId: await of(code),
          evaluatorId: await idOf(evaluator),
          validFrom,
        },
      })
    const after = [
      withCells(head, { 所属コード: '0201', 所属名: '総務課' }),
      row('002', '0201', '総務課'),
      row('003', '0201', '総務課'),
      row('004', '0201', '総務課'),
      row('005', '0301', '出納課', { 一次評価者: '' }),
      row('006', '0302', '契約課', { 一次評価者: '' }),
    ]
    const mapping = [
      { from: '0101', to: '0201' },
      { from: '0102', to: '0201' },
      { from: '0103', to: '0301' },
      { from: '0103', to: '0302' },
    ]
    const audience = { sections: { codes: ['0103', '0102'], below: false } }
    const at0 = new Date('2028-03-01')
    await db.prisma.broadcast.create({
      data: { authorId: 1, title: 'x', body: 'x', audience, createdAt: at0, updatedAt: at0 },
    })
    const result = await bring(after, '2028-04-01', { mapping })
    expect(result.counts).toMatchObject({ moved: 0, changed: 1 })
    await inTransaction(db, (tx) => followReferences(tx, day('2028-04-01'), at('2028-04-01T00:05')))
    expect((await db.prisma.broadcast.findFirstOrThrow()).audience).toEqual({
      sections: { codes: ['0301', '0302', '0201'], below: false },
    })
    const org = await loadOrganisation(db.prisma, day('2028-04-01'))
    expect(org.evaluator(await idOf('003'), 'adjuster')).toBe(await idOf('001'))
    // Who has not moved keeps the evaluator whom HR has filled in.
    expect(org.evaluator(await idOf('006'), 'first')).toBe(await idOf('001'))
    expect(await placeOf('006', '2028-04-01')).toMatchObject({ name: '契約課' })
  })

  test('what no longer fits the day is left out, and people count as moved', async () => {
    await bring(before)
    const after = before.map((each) => withCells(each, { 所属コード: '0900', 所属名: '新課' }))
    const mapping = [
      { from: '0777', to: '0900' },
      { from: '0101', to: '0999' },
    ]
    expect((await bring(after, '2028-04-01', { mapping })).counts).toMatchObject({ moved: 4 })
  })
})

describe('any sequence of lists', () => {
  const places = [
    ['0101', '職員課'],
    ['0102', '税務課'],
    ['0103', '市民課'],
  ] as const
  const person = fc.record({
    place: fc.nat({ max: 2 }),
    title: fc.constantFrom('主事', '主任'),
    boss: fc.constantFrom('', '101', '102', '103'),
    here: fc.boolean(),
    side: fc.boolean(),
  })
  const lists = fc.array(
    fc.record({
      on: fc.integer({ min: 1, max: 12 }),
      people: fc.array(person, { minLength: 4, maxLength: 4 }),
      names: fc.constantFrom('課', '室'),
      consent: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  )
  const rowsOf = (list: {
    people: readonly { place: number; title: string; boss: string; here: boolean; side: boolean }[]
    names: string
  }) =>
    list.people.flatMap(({ place, title, boss, here, side }, i) => {
      const number = String(101 + i)
      const [code = '', name = ''] = places[place] ?? []
      const named = (section: string) => section.replace('課', list.names)
      const [other = '', otherName = ''] = places[(place + 1) % 3] ?? []
      const lead = boss === number ? '' : boss
      const main = [number, `人 ${number}`, code, named(name), title, '2', '', '正規', '', lead]
      if (!here) return []
      return side
        ? [main, [number, `人 ${number}`, other, named(otherName), `兼務 ${title}`, '', '', '正規', '', '']]
        : [main]
    })

  test('gives on its day what the list says, and the same list again changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(lists, async (sequence) => {
        await truncateAll(db)
        for (const list of sequence) {
          const rows = rowsOf(list)
          if (rows.length === 0) continue
          const on = `2027-${String(list.on).padStart(2, '0')}-01`
          const consent = { markMissingAsLeft: list.consent }
          const result = await bring(rows, on, consent)
          if (result.counts.errors > 0) continue // an evaluator outside the list and the directory
          const before = await everything()
          expect(await bring(rows, on, consent)).toMatchObject({ applied: false, changes: [] })
          expect(await everything()).toEqual(before)
          const org = await loadOrganisation(db.prisma, day(on))
          for (const row of rows.filter((each) => !(each[4] ?? '').startsWith('兼務'))) {
            const main = org.mainPost(await idOf(row[0] ?? ''))
            expect([org.section(main?.sectionId ?? 0)?.code, main?.title]).toEqual([row[2], row[4]])
          }
          for (const post of org.posts(await idOf(rows[0]?.[0] ?? '')))
            expect(org.section(post.sectionId)).toBeDefined()
        }
        const lost = await db.pool.query(
          `SELECT count(*) FROM post p JOIN section s ON s.id = p.section_id
            WHERE p.valid_from < s.valid_from OR (s.valid_to IS NOT NULL AND (p.valid_to IS NULL OR p.valid_to > s.valid_to))`,
        )
        expect(lost.rows[0].count).toBe(0)
      }),
      { numRuns: 12 },
    )
  }, 120_000)
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
