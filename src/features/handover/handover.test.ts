import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { closedFrom } from '../../../test/support/closure.ts'
import { freshDatabase, type TestDatabase, truncateAll } from '../../../test/support/database.ts'
import { buttonsOf, desk, grant, words } from '../../../test/support/interview-city.ts'
import {
  addPerson,
  addRoute,
  addSection,
  at,
  day,
  testCore,
  transfer,
} from '../../../test/support/small-city.ts'
import { toDbDate } from '../../db/time.ts'
import { inTransaction } from '../../db/transaction.ts'
import type { DomainEvent } from '../../directory/events.ts'
import { handover } from './index.ts'

let db: TestDatabase
let planned: ReturnType<typeof testCore>['planned']
let at_: ReturnType<typeof desk>
let tax: number
let welfare: number
let chief: number
let old: number
let young: number
let stranger: number
let hr: number
beforeAll(async () => {
  db = await freshDatabase()
})
beforeEach(async () => {
  await truncateAll(db)
  const made = testCore(db)
  planned = made.planned
  at_ = desk(made.core, db, handover(made.core))
  tax = await addSection(db.prisma, '0200', '税務課')
  welfare = await addSection(db.prisma, '0300', '福祉課')
  chief = await addPerson(db.prisma, '税田 一郎', tax, { title: '課長' })
  old = await addPerson(db.prisma, '前野 任', tax)
  young = await addPerson(db.prisma, '後藤 任', welfare)
  stranger = await addPerson(db.prisma, '外野 守', welfare)
  hr = await addPerson(db.prisma, '人事 太郎', welfare)
  await grant(db, hr, 'hr')
  await addRoute(db.prisma, 'supervisor', { sectionId: tax }, chief)
  // On 10 May one goes and one comes.
  await transfer(db.prisma, old, welfare, '2027-05-10')
  await transfer(db.prisma, young, tax, '2027-05-10')
})
afterAll(() => db.drop())

/** Monday 10 May 2027, 09:00. */
const now = at('2027-05-10T09:00')
const hear = (event: DomainEvent, when = now) =>
  inTransaction(db, async (tx) => at_.feature.on?.(event, tx, when))
const moved = () => hear({ type: 'transfer-effective', personIds: [old, young], on: day('2027-05-10') })
const begin = (who = chief, from = old, to = young, due = '2027-05-21') =>
  at_.submit(who, 'handover.begin', {}, { from: `${from}`, to: `${to}`, due }, now)
const idOf = async () => (await db.prisma.handover.findFirstOrThrow({ orderBy: { id: 'desc' } })).id
const wanted = (kind: string) =>
  [...planned].flatMap(([subject, all]) =>
    all.filter((each) => each.kind === kind).map((each) => ({ ...each, subject })),
  )
async function drawn(kind: string, who: number, when: Temporal.Instant) {
  const found = at_.feature.notices?.find((each) => each.kind === kind)
  const due = wanted(kind)
    .filter(({ recipientId, dueAt }) => recipientId === who && Temporal.Instant.compare(dueAt, when) <= 0)
    .map((each, id) => ({ ...each, id: id + 1, detail: each.detail ?? {} }))
  if (!found || due.length === 0) return null
  return found.draw(db.prisma, due, { id: who, number: '1', name: '', language: 'ja' }, when)
}
/** Ticks all that is open to somebody. */
async function tickAll(who: number, handoverId: number) {
  for (;;) {
    const seen = await at_.click(who, 'handover.open', { handover: handoverId }, now)
    const [first] = buttonsOf(seen.card, 'handover.tick')
    if (!first) return seen
    await at_.click(who, 'handover.tick', first, now)
  }
}

test('a transfer offers the chief a list on its day; begun, both are told, each ticks, and the chief sees how far they are', async () => {
  await moved()
  expect(wanted('handover.transfer').map(({ recipientId }) => recipientId)).toEqual([chief])
  const offer = await drawn('handover.transfer', chief, now)
  expect(JSON.stringify(offer)).toContain('税務課で5月10日(月)付けの異動')

  const form = (await at_.click(chief, 'handover.begin', {}, now)).form
  expect(JSON.stringify(form)).toContain('前野さん(転出・退職)')
  expect(words(await begin())).toContain('お二人にお知らせします')
  expect(wanted('handover.begun').map(({ recipientId }) => recipientId)).toEqual([old, young])
  const id = await idOf()
  const seen = await at_.click(old, 'handover.open', { handover: id }, now)
  const [first] = buttonsOf(seen.card, 'handover.tick')
  await at_.click(old, 'handover.tick', first ?? {}, now)
  await at_.click(old, 'handover.tick', first ?? {}, now)
  expect(words(await at_.say(chief, 'handover.list', '', now))).toContain(
    '10項目のうち、引き継いだ1・受けた0',
  )
  expect((await at_.home(old, now)).map(({ detail }) => detail)).toEqual(['残り9項目(5月21日(金)まで)'])
  expect((await at_.home(young, now)).map(({ detail }) => detail)).toEqual(['残り10項目(5月21日(金)まで)'])
  // What has to be done by whom is asked of them alone, around the day.
  expect(
    wanted('handover.due')
      .map(({ recipientId, rung }) => `${rung}:${recipientId}`)
      .sort(),
  ).toEqual([old, young].flatMap((who) => ['-3', '0', '5'].map((rung) => `${rung}:${who}`)).sort())
  expect(JSON.stringify(await drawn('handover.due', young, at('2027-05-18T09:30')))).toContain('残り10項目')

  await tickAll(old, id)
  expect(wanted('handover.due').map(({ recipientId }) => recipientId)).toEqual([young, young, young])
  await tickAll(young, id)
  expect(await db.prisma.handover.findFirst()).toMatchObject({ status: 'done' })
  expect(wanted('handover.due')).toEqual([])
  expect(wanted('handover.done').map(({ recipientId }) => recipientId)).toEqual([chief])
  expect(JSON.stringify(await drawn('handover.done', chief, now))).toContain('すべて済みました')
})

test('nobody hears of a transfer before its day, nor of a new title in the same section', async () => {
  await db.prisma.post.deleteMany({ where: { personId: old } })
  await db.prisma.post.create({
    data: { personId: old, sectionId: tax, title: '主事', validFrom: new Date('2020-04-01') },
  })
  await transfer(db.prisma, old, welfare, '2027-07-01')
  await hear({ type: 'transfer-effective', personIds: [old], on: day('2027-07-01') })
  expect(wanted('handover.transfer')).toEqual([])
  // The list of candidates holds no future either.
  expect(JSON.stringify((await at_.click(chief, 'handover.begin', {}, now)).form)).not.toContain('転出')
  await db.prisma.post.deleteMany({ where: { personId: old } })
  await db.prisma.post.create({
    data: { personId: old, sectionId: tax, title: '主事', validFrom: new Date('2020-04-01') },
  })
  await transfer(db.prisma, old, tax, '2027-05-10')
  await hear({ type: 'transfer-effective', personIds: [old], on: day('2027-05-10') })
  expect(wanted('handover.transfer')).toEqual([])
})

test('only their chief begins one, of people of the section or who have just left it; once for two people', async () => {
  expect((await begin(stranger)).errors.to).toBeDefined()
  expect((await begin(young, old, young)).errors.to).toBeDefined()
  expect((await begin(chief, stranger, young)).errors.from).toBeDefined()
  expect((await begin(chief, young, young)).errors.from).toContain('別の方')
  expect((await begin(chief, old, young, '2029-01-01')).errors.due).toBeDefined()
  await begin()
  expect((await begin()).errors.to).toContain('すでに')
  // A chief who has come hands over from whoever was chief before, or takes over themselves.
  expect((await begin(chief, old, chief)).errors).toEqual({})
  expect(await db.prisma.handover.count()).toBe(2)
})

test('others see and change nothing of it, HR included; either of the two may add what is particular', async () => {
  await begin()
  const handoverId = await idOf()
  const item = (await db.prisma.handoverItem.findFirstOrThrow()).id
  for (const who of [stranger, hr]) {
    for (const [action, data] of [
      ['handover.open', { handover: handoverId }],
      ['handover.tick', { item }],
      ['handover.add', { handover: handoverId, version: 1 }],
      ['handover.stop', { handover: handoverId, version: 1 }],
      ['handover.template', { section: tax }],
    ] as const)
      await expect(at_.click(who, action, data, now), action).rejects.toMatchObject(
        who === hr && action === 'handover.template' ? { kind: 'not-found' } : { kind: 'not-found' },
      )
    expect(words(await at_.say(who, 'handover.list', '', now))).not.toContain('前野')
  }
  // The chief looks on and ticks nothing.
  await expect(at_.click(chief, 'handover.tick', { item }, now)).rejects.toMatchObject({ kind: 'not-found' })
  await expect(
    at_.click(old, 'handover.stop', { handover: handoverId, version: 1 }, now),
  ).rejects.toMatchObject({ kind: 'not-found' })
  const add = (items: string) => at_.submit(old, 'handover.add', { handover: handoverId }, { items }, now)
  expect((await add('  ')).errors.items).toBeDefined()
  expect((await add('あ'.repeat(201))).errors.items).toBeDefined()
  expect((await add(Array.from({ length: 51 }, (_, i) => `項目${i}`).join('\n'))).errors.items).toBeDefined()
  await add('滞納整理の台帳\n家屋評価の資料')
  expect(words(await at_.click(young, 'handover.open', { handover: handoverId }, now))).toContain(
    '滞納整理の台帳',
  )
  const stopped = await at_.click(chief, 'handover.stop', { handover: handoverId, version: 1 }, now)
  expect(words(stopped)).toContain('取りやめました')
  expect(wanted('handover.stopped').map(({ recipientId }) => recipientId)).toEqual([old, young])
  expect(words(await at_.click(old, 'handover.tick', { item }, now))).toContain('その間に変更')
})

test('the section’s own template counts before that above, and that before the city’s', async () => {
  const department = await addSection(db.prisma, '0100', '総務部')
  await db.prisma.section.update({ where: { id: tax }, data: { parentId: department } })
  const save = (who: number, data: Record<string, number>, items: string) =>
    at_.submit(who, 'handover.template', data, { items }, now)
  await save(hr, {}, '市の項目')
  await begin()
  const texts = async () =>
    (await db.prisma.handoverItem.findMany({ orderBy: { id: 'asc' } })).map(({ text }) => text)
  expect(await texts()).toEqual(['市の項目'])
  await expect(save(stranger, { section: tax }, 'x')).rejects.toMatchObject({ kind: 'not-found' })
  await expect(save(chief, {}, 'x')).rejects.toMatchObject({ kind: 'not-found' })
  expect((await save(hr, {}, '')).errors.items).toBeDefined()
  await save(chief, { section: tax }, '課の項目\n二つ目')
  await db.prisma.handover.deleteMany()
  await begin()
  expect(await texts()).toEqual(['課の項目', '二つ目'])
  await save(chief, { section: tax }, '')
  await db.prisma.handoverTemplate.create({
    data: { sectionId: department, items: ['部の項目'], updatedAt: new Date(0) },
  })
  await db.prisma.handover.deleteMany()
  await begin()
  expect(await texts()).toEqual(['部の項目'])
  expect(JSON.stringify((await at_.click(chief, 'handover.template', { section: tax }, now)).form)).toContain(
    '部の項目',
  )
})

describe('somebody leaves', () => {
  const leave = async (who: number) => {
    await db.prisma.person.update({ where: { id: who }, data: { leftOn: toDbDate(day('2027-05-10')) } })
    await hear({ type: 'people-changed', personIds: [who] })
    await hear({ type: 'people-changed', personIds: [who] })
  }
  test('the predecessor: the successor’s ticks are enough', async () => {
    await begin()
    const id = await idOf()
    await leave(old)
    expect(words(await at_.click(young, 'handover.open', { handover: id }, now))).toContain('前任 退職')
    await tickAll(young, id)
    expect(await db.prisma.handover.findFirst()).toMatchObject({ status: 'done' })
  })
  test('the successor: there is nobody to go on with', async () => {
    await begin()
    await leave(young)
    expect(await db.prisma.handover.findFirst()).toMatchObject({ status: 'cancelled' })
    expect(wanted('handover.due')).toEqual([])
  })
})

test('the chief moves the day, and nobody else; both are told and asked anew around it; a tick can be taken back', async () => {
  await begin()
  const handover = await idOf()
  const seen = await at_.click(old, 'handover.open', { handover }, now)
  expect(buttonsOf(seen.card, 'handover.move')).toEqual([])
  const [first] = buttonsOf(seen.card, 'handover.tick')
  await at_.click(old, 'handover.tick', first ?? {}, now)
  const [mistake] = buttonsOf(
    (await at_.click(old, 'handover.open', { handover }, now)).card,
    'handover.untick',
  )
  expect(mistake).toEqual(first)
  for (const who of [chief, stranger])
    await expect(at_.click(who, 'handover.untick', mistake ?? {}, now)).rejects.toMatchObject({
      kind: 'not-found',
    })
  expect(words(await at_.click(old, 'handover.untick', mistake ?? {}, now))).toContain('引き継いだ0・受けた0')

  const move = (who: number, due: string, version = 1) =>
    at_.submit(who, 'handover.move', { handover, version }, { due }, now)
  for (const who of [old, young, stranger])
    await expect(move(who, '2027-05-31')).rejects.toMatchObject({ kind: 'not-found' })
  expect((await move(chief, '2027-05-01')).errors.due).toContain('1年以内')
  expect(words(await move(chief, '2027-05-31'))).toContain('期日を5月31日(月)に変えました')
  expect(words(await move(chief, '2027-06-30'))).toContain('その間に変更')
  expect(new Set(wanted('handover.due').map(({ anchor }) => anchor))).toEqual(new Set(['2027-05-31']))
  expect(wanted('handover.moved').map(({ recipientId }) => recipientId)).toEqual([old, young])
  await move(chief, '2027-06-30', 2)
  const late = await at_.click(chief, 'handover.move', { handover, version: 3 }, at('2027-07-05T09:00'))
  expect(JSON.stringify(late.form)).toContain('2027-07-19')
  const told = JSON.stringify(await drawn('handover.moved', young, now))
  expect(told.match(/になりました/g)).toHaveLength(1)
  expect(told).toContain('6月30日(水)')
  expect(await db.prisma.audit.count({ where: { action: 'handover.moved' } })).toBe(2)
})

test('a head whose staff are named one by one has their section’s template too; a deputy has not', async () => {
  const head = await addPerson(db.prisma, '福田 長', welfare, { title: '課長' })
  const deputy = await addPerson(db.prisma, '福田 補', welfare, { title: '課長補佐' })
  await addRoute(db.prisma, 'supervisor', { personId: stranger }, head)
  await addRoute(db.prisma, 'supervisor', { personId: hr }, deputy)
  const save = (who: number) =>
    at_.submit(who, 'handover.template', { section: welfare }, { items: '鍵' }, now)
  expect(words(await at_.say(head, 'handover.list', '', now))).toContain('福祉課のひな形')
  expect(words(await save(head))).toContain('ひな形を保存しました')
  await expect(save(deputy)).rejects.toMatchObject({ kind: 'not-found' })
})

test('a chief who has moved on sees no more of what they began, and hears nothing of its end', async () => {
  await begin()
  const handover = await idOf()
  const next = await addPerson(db.prisma, '新任 課長', tax, { title: '課長' })
  await db.prisma.route.updateMany({
    where: { subjectSectionId: tax },
    data: { validTo: toDbDate(day('2027-05-10')) },
  })
  await addRoute(db.prisma, 'supervisor', { sectionId: tax }, next, '2027-05-10')
  await expect(at_.click(chief, 'handover.open', { handover }, now)).rejects.toMatchObject({
    kind: 'not-found',
  })
  expect(words(await at_.say(chief, 'handover.list', '', now))).not.toContain('前野')
  expect(words(await at_.click(next, 'handover.open', { handover }, now))).toContain('前野さんから後藤さんへ')
  for (const who of [old, young]) await tickAll(who, handover)
  expect(wanted('handover.done').map(({ recipientId }) => recipientId)).toEqual([next])
})

test('days of rest leave both as many working days, and taken back the day is the one it was', async () => {
  await moved()
  await begin()
  const due = async () => (await db.prisma.handover.findFirstOrThrow()).dueOn.toISOString().slice(0, 10)
  const event = await closedFrom(db.prisma, '2027-05-18', '2027-05-20', hr)
  await hear(event)
  expect(await due()).toBe('2027-05-25')
  expect(new Set(wanted('handover.due').map(({ anchor }) => anchor))).toEqual(new Set(['2027-05-25']))
  const trail = await db.prisma.audit.findFirstOrThrow({ where: { action: 'handover.moved' } })
  expect(trail).toMatchObject({ actorId: hr, change: { from: '2027-05-21', to: '2027-05-25' } })
  await db.prisma.closure.deleteMany()
  if (event.type === 'closure-changed') await hear({ ...event, was: event.is, is: [] })
  expect(await due()).toBe('2027-05-21')
})
