import fc from 'fast-check'
import iconv from 'iconv-lite'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { asking, buttonsOf, cardOf } from '../../../test/support/ask.ts'
import { freshDatabase, type TestDatabase, truncateAll } from '../../../test/support/database.ts'
import { expectLegal, hostileText } from '../../../test/support/legal.ts'
import { at, day, type TestCore, testCore } from '../../../test/support/small-city.ts'
import type { Card, FormValues } from '../../cards/card.ts'
import { plainCard } from '../../cards/plain.ts'
import type { Reply } from '../../chat/chat.ts'
import { inTransaction } from '../../db/transaction.ts'
import type { DueNotice } from '../../delivery/notice.ts'
import type { DomainEvent } from '../../directory/events.ts'
import { addressesOfStaff, inviteGuest } from '../../directory/guests.ts'
import { keepMailAccounts } from '../../directory/mail-accounts.ts'
import type { Answer } from '../../intake/handler.ts'
import type { Core, Feature } from '../feature.ts'
import { importFile } from './import.ts'
import { staffList } from './index.ts'
import { sampleCity } from './sample/sample-city.ts'
import { understand } from './understand.ts'

let db: TestDatabase
let core: Core
let feature: Feature
let heard: DomainEvent[] = []
let planned: TestCore['planned']
const logged: unknown[] = []
beforeAll(async () => {
  db = await freshDatabase()
  const made = testCore(db, () => async (event) => {
    heard.push(event)
  })
  planned = made.planned
  const error = (...all: readonly unknown[]) => {
    logged.push(...all)
  }
  core = { ...made.core, log: { ...made.core.log, error } }
  feature = staffList(core)
})
afterAll(() => db.drop())

const plainText = (card: Card) => plainCard(card, 'ja')
const now = at('2027-05-10T09:00')
const hr = asking({ id: 1, grants: [{ role: 'hr', sectionId: null }], now })
const csv = (...rows: string[]) =>
  iconv.encode(
    `職員番号,氏名,所属コード,所属名,職名,級,メールアドレス,一次評価者\r\n${rows.join('\r\n')}`,
    'cp932',
  )
const chief = '001,山田　花子,0101,職員課,課長,６,hanako@city.example.lg.jp,'
const taro = '002,鈴木 太郎,0101,職員課,主事,2,,001'
const jiro = '003,佐藤 次郎,0102,税務課,主任,3,,001'

beforeEach(async () => {
  await truncateAll(db)
  const request = { bytes: csv(chief, taro, jiro), name: 'a.csv', apply: true, actorId: null }
  await importFile(core, { ...request, effectiveOn: Temporal.PlainDate.from('2027-04-01') })
  heard = []
})

const give = async (bytes: Uint8Array, ask = hr) => {
  const [handler] = feature.files ?? []
  if (!handler) throw new Error('no file handler')
  return cardOf(await handler.handle(ask, 'meibo.csv', bytes))
}
const press = async (id: string, data: unknown, ask = hr): Promise<Answer> => {
  const handler = feature.actions?.[id]
  if (!handler) throw new Error(`no action ${id}`)
  return (await handler.handle(ask, handler.data.parse(data))) as Answer
}
const moved = '002,鈴木 太郎,0102,税務課,主事,2,,001'

describe('内定者 on the list of April', () => {
  const newcomer = '010,新田　花子,0101,職員課,主事,1,,001'
  const until = Temporal.PlainDate.from('2027-06-01')
  const invite = async (name: string, email: string) => {
    const invited = await inTransaction(db, (tx) =>
      inviteGuest(tx, { name, email }, until, day('2027-05-10')),
    )
    if (invited.type !== 'invited') throw new Error('not invited')
    return invited.id
  }
  const everybody = () => db.prisma.person.findMany({ orderBy: { id: 'asc' } })
  const apply = async (card: Card) => press('staff-list.apply', buttonsOf(card).get('staff-list.apply'))

  test('go on as who they are when HR says so: their row, under the number of the list, without their private address', async () => {
    const id = await invite('新田 花子', 'hana@home.example.jp')
    const card = await give(csv(chief, taro, jiro, newcomer))
    expectLegal(card)
    expect(plainText(card)).toContain('内定者としてご案内中の新田 花子さんと同じ氏名です')
    // They are not missing from the list, and nothing is taken for granted.
    expect(plainText(card)).not.toContain('名簿にない')
    const said = cardOf(await press('staff-list.join', buttonsOf(card).get('staff-list.join')))
    expectLegal(said)
    expect(plainText(said)).toContain('引き継ぎます')
    expect(cardOf(await apply(card))).not.toMatchObject({ summary: '反映しました' })
    expect((await everybody()).map(({ number }) => number)).not.toContain('010')
    await apply(said)
    const person = await db.prisma.person.findUniqueOrThrow({
      where: { number: '010' },
      include: { posts: true },
    })
    expect(person).toMatchObject({ id, name: '新田 花子', email: null, leftOn: null })
    expect(person.posts).toHaveLength(1)
    expect((await everybody()).length).toBe(4)
    expect(heard.some((event) => event.type === 'people-changed' && event.personIds.includes(id))).toBe(true)
    const trail = await db.prisma.audit.findMany({
      where: { action: 'staff-list.joined', subjectPersonId: id },
    })
    expect(trail).toHaveLength(1)
    expect(JSON.stringify(await db.prisma.audit.findMany())).not.toContain('home.example.jp')
    // The same list again changes nothing.
    const again = await give(csv(chief, taro, jiro, newcomer))
    expect(buttonsOf(again).has('staff-list.apply')).toBe(false)
  })

  test('are reached where they were until their first day; then where the list says', async () => {
    const id = await invite('新田 花子', 'hana@home.example.jp')
    const listed = '010,新田　花子,0101,職員課,主事,1,hana@city.example.jp,001'
    const card = await give(csv(chief, taro, jiro, listed))
    const dayForm = feature.forms?.['staff-list.day']
    const dated = cardOf(
      (await dayForm?.handle(hr, buttonsOf(card).get('staff-list.edit-day'), { day: '2027-05-20' })) ?? {
        errors: {},
      },
    )
    const said = cardOf(await press('staff-list.join', buttonsOf(dated).get('staff-list.join')))
    await apply(said)
    const places = async (on: string) => {
      await inTransaction(db, (tx) => keepMailAccounts(tx, day(on)))
      const found = await db.prisma.identity.findMany({ where: { personId: id, platform: 'email' } })
      return found.map(({ userId }) => userId)
    }
    expect(await db.prisma.person.findUniqueOrThrow({ where: { id } })).toMatchObject({ number: '010' })
    expect(await places('2027-05-19')).toEqual(['hana@home.example.jp'])
    // Who waits for their first day is not invited a second time by the address that still reaches them.
    const taken = await inTransaction(db, (tx) =>
      addressesOfStaff(tx, ['hana@home.example.jp', 'x@home.example.jp']),
    )
    expect([...taken]).toEqual(['hana@home.example.jp'])
    expect(await places('2027-05-20')).toEqual(['hana@city.example.jp'])
  })

  test('are never taken for somebody by themselves, and may be told apart again', async () => {
    const id = await invite('新田 花子', 'hana@home.example.jp')
    const other = await invite('新田花子', 'other@home.example.jp')
    const card = await give(csv(chief, taro, jiro, newcomer))
    const said = cardOf(await press('staff-list.join', buttonsOf(card).get('staff-list.join')))
    // One of the two was meant: the other is no longer asked about.
    expect(plainText(said).match(/同じ方です|別の方にする/g)).toEqual(['別の方にする'])
    const back = cardOf(await press('staff-list.join', buttonsOf(said).get('staff-list.join')))
    expect(plainText(back)).not.toContain('別の方にする')
    await apply(back)
    const made = await db.prisma.person.findUniqueOrThrow({ where: { number: '010' } })
    expect([id, other]).not.toContain(made.id)
    expect(await db.prisma.person.count({ where: { guestUntil: { not: null }, email: { not: null } } })).toBe(
      2,
    )
  })
})

describe('内示: a list before its release', () => {
  const other = asking({ id: 2, grants: hr.actor.grants, now })
  const later = at('2027-09-17T09:00')
  const release = at('2027-09-17T09:00').toString()
  const submit = async (data: unknown, values: FormValues, ask = hr) => {
    const handler = feature.forms?.['staff-list.release']
    if (!handler) throw new Error('no form')
    return handler.handle(ask, handler.data.parse(data), values)
  }
  /** 鈴木 moves to the tax section on 1 October; held until 17 September, 09:00. */
  const hold = async (values: FormValues = {}, rows = [chief, moved, jiro]) => {
    // Officers are read from the rights that there are.
    for (const number of ['001', '002'])
      await db.prisma.roleGrant.create({
        data: {
          personId: (await db.prisma.person.findUniqueOrThrow({ where: { number } })).id,
          role: 'hr',
          validFrom: new Date('2027-04-01'),
        },
      })
    const card = await give(csv(...rows))
    const id = buttonsOf(card).get('staff-list.edit-day')
    const day = feature.forms?.['staff-list.day']
    const october = cardOf((await day?.handle(hr, id, { day: '2027-10-01' })) ?? { errors: {} })
    expectLegal(october)
    const data = buttonsOf(october).get('staff-list.release-hold')
    const opened = (await press('staff-list.release-hold', data)).replies[0] as Reply | undefined
    if (opened?.type !== 'form') throw new Error('no form')
    return { data, card: await submit(data, { date: '2027-09-17', time: '09:00', ...values }) }
  }
  const tick = async (when = later) => {
    const job = feature.jobs?.find(({ name }) => name === 'staff-list.release')
    if (!job || !('outside' in job)) throw new Error('no job')
    await job.outside(when, when)
  }
  const latest = () => db.prisma.staffImport.findFirstOrThrow({ orderBy: { id: 'desc' } })
  const sectionOf = async (number: string) => {
    const post = await db.prisma.post.findFirst({
      where: { person: { number }, main: true, validTo: null },
      include: { section: true },
    })
    return post?.section.code
  }
  const told = (kind: string) =>
    [...planned.values()].flat().filter((notice) => notice.kind === `staff-list.${kind}`)
  beforeEach(() => {
    planned.clear()
    logged.length = 0
  })

  test('waits unseen by others, is applied at its time, and each one concerned is told once', async () => {
    const { card } = await hold()
    const shown = cardOf(card as Answer)
    expectLegal(shown)
    expect(plainText(shown)).toContain('2027年10月1日(金)')
    expect(plainText(shown)).toContain('9月17日(金) 09:00')
    await tick(later.subtract({ minutes: 1 }))
    expect(await sectionOf('002')).toBe('0101')
    expect(heard).toEqual([])
    // Another officer of the whole city is answered as if there were none, whatever they press.
    const { id } = await latest()
    const scheduled = buttonsOf(shown)
    for (const [press1, data] of scheduled) {
      if (!press1.startsWith('staff-list.')) continue
      const answer = JSON.stringify(await press(press1, data, other))
      expect(answer).toContain('すでに反映されたか')
      expect(answer).not.toContain('鈴木')
    }
    expect(
      JSON.stringify(await submit({ id, mark: 'x' }, { date: '2027-09-01', time: '09:00' }, other)),
    ).toContain('すでに反映されたか')
    expect(await feature.home?.(other)).toEqual([])
    expect((await feature.home?.(hr))?.map(({ text }) => text)).toEqual([
      '公開前の名簿があります（9月17日(金) 09:00に公開）',
    ])

    await tick()
    expect(await sectionOf('002')).toBe('0102')
    expect(await latest()).toMatchObject({ status: 'applied', rows: null })
    const [suzuki, yamada] = await Promise.all(
      ['002', '001'].map((number) => db.prisma.person.findUniqueOrThrow({ where: { number } })),
    )
    // 山田 evaluates 鈴木 before and after: nothing changes for them.
    expect(told('released').map(({ recipientId, detail }) => [recipientId, detail?.mine])).toEqual([
      [suzuki?.id, true],
    ])
    expect(told('release-done').map(({ recipientId }) => recipientId)).toEqual([1])
    const kind = feature.notices?.find((each) => each.kind === 'staff-list.released')
    const notice = { id: 1, ...told('released')[0], subject: `staff-import:${id}` } as DueNotice
    const to = { id: suzuki?.id ?? 0, number: '002', name: '鈴木 太郎', language: 'ja' } as const
    const part = await kind?.draw(db.prisma, [notice], to, later)
    expect(part?.summary).not.toContain('鈴木')
    const words = plainText({ summary: '', blocks: part?.blocks ?? [] })
    expect(words).toContain('職員課 主事 → 税務課 主事')
    expect(words).toContain('2027年10月1日(金)付け')
    expect(yamada).toBeDefined()
    // Again, nothing more: it is no longer waiting.
    planned.clear()
    await tick(later.add({ minutes: 1 }))
    expect(planned.size).toBe(0)
    const done = await db.prisma.audit.findMany({
      where: { action: { in: ['staff-list.moved', 'staff-list.release-set'] } },
    })
    expect(done.map(({ via, actorId, at: when }) => [via, actorId, when.toISOString()])).toEqual([
      ['chat', 1, new Date(now.epochMilliseconds).toISOString()],
      ['system', 1, release.replace('Z', '.000Z')],
    ])
  })

  test('whose ground has shifted is held back whole; officers are told before and at its time, and decide', async () => {
    const { card } = await hold({ officers: [] })
    const scheduled = buttonsOf(cardOf(card as Answer))
    // 鈴木 has become 高橋 meanwhile, and the list would undo it.
    const meanwhile = csv(chief, taro.replace('鈴木', '高橋'), jiro)
    await importFile(core, { bytes: meanwhile, name: 'b.csv', apply: true, actorId: null })
    await feature.on?.({ type: 'people-changed', personIds: [2] }, db.prisma, now)
    expect(told('release-held').map(({ rung }) => rung)).toEqual(['doubt'])
    await tick()
    expect(await sectionOf('002')).toBe('0101')
    expect(await db.prisma.staffImport.count({ where: { status: 'scheduled' } })).toBe(1)
    expect(told('release-held').map(({ rung }) => rung)).toEqual(['doubt', 'held'])
    expect(told('released')).toEqual([])
    await tick(later.add({ minutes: 1 }))
    expect(told('release-held')).toHaveLength(2)
    // The button of before its time is out of date; what is shown now says what would be undone.
    const stale = cardOf(await press('staff-list.release-now', scheduled.get('staff-list.release-now')))
    expectLegal(stale)
    expect(plainText(stale)).toContain('氏名 高橋 太郎 → 鈴木 太郎')
    const done = cardOf(await press('staff-list.release-now', buttonsOf(stale).get('staff-list.release-now')))
    expect(plainText(done)).toContain('名簿を公開しました')
    expect(await sectionOf('002')).toBe('0102')
  })

  test('looked at again before its time, it is released by itself', async () => {
    await hold()
    const meanwhile = csv(chief, taro.replace('鈴木', '高橋'), jiro)
    await importFile(core, { bytes: meanwhile, name: 'b.csv', apply: true, actorId: null })
    const { id } = await latest().then(() =>
      db.prisma.staffImport.findFirstOrThrow({ where: { status: 'scheduled' } }),
    )
    const shown = cardOf(await press('staff-list.preview', { id }))
    const noted = cardOf(
      await press('staff-list.release-accept', buttonsOf(shown).get('staff-list.release-accept')),
    )
    expectLegal(noted)
    await tick()
    expect(await sectionOf('002')).toBe('0102')
  })

  test('is given another time and officers, replaced, cancelled; a stale press changes nothing', async () => {
    const officer = await db.prisma.person.findUniqueOrThrow({ where: { number: '002' } })
    const { card } = await hold({ officers: [`${officer.id}`, '999', '-1'] })
    const first = buttonsOf(cardOf(card as Answer)).get('staff-list.release-edit')
    const row = await latest()
    expect(row.officers.toSorted()).toEqual([1, officer.id].toSorted())
    const named = asking({ id: officer.id, grants: hr.actor.grants, now })
    const edited = await submit(first, { date: '2027-09-20', time: '08:30' }, named)
    expect(plainText(cardOf(edited as Answer))).toContain('9月20日(月) 08:30')
    expect(
      plainText(cardOf((await submit(first, { date: '2027-09-30', time: '08:30' })) as Answer)),
    ).toContain('ほかの操作で内容が変わっていました')
    const wrong: readonly FormValues[] = [
      { date: '2027-05-10', time: '08:59' },
      { date: '2027-10-02', time: '09:00' },
      { date: '2027-09-31', time: '09:00' },
      { date: '2027-09-20', time: '25:00' },
      {},
    ]
    for (const values of wrong) expect(await submit(first, values)).toHaveProperty('errors.date')
    const second = await hold({ replaces: `${row.id}` }, [chief, moved.replace('主事', '主任'), jiro])
    expect(await db.prisma.staffImport.findUnique({ where: { id: row.id } })).toMatchObject({
      status: 'cancelled',
      rows: null,
    })
    const cancel = buttonsOf(cardOf(second.card as Answer)).get('staff-list.release-cancel')
    expect(plainText(cardOf(await press('staff-list.release-cancel', cancel)))).toContain('取り消しました')
    expect(plainText(cardOf(await press('staff-list.release-cancel', cancel)))).toContain(
      'すでに反映されたか',
    )
    await tick()
    expect(await sectionOf('002')).toBe('0101')
    expect(await db.prisma.staffImport.count({ where: { status: 'scheduled' } })).toBe(0)
  })

  test('that meets a lost connection is released with the next look; held back only where that goes on', async () => {
    await hold()
    let lost = true
    const lose = () => Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' })
    const broken = {
      ...core,
      tell: async (...told: Parameters<Core['tell']>) => {
        if (lost) throw lose()
        await core.tell(...told)
      },
    }
    const job = staffList(broken).jobs?.find(({ name }) => name === 'staff-list.release')
    if (!job || !('outside' in job)) throw new Error('no job')
    await job.outside(later, later)
    expect(await latest()).toMatchObject({ status: 'scheduled', heldAt: null })
    const long = later.add({ minutes: 30 })
    await job.outside(long, long)
    expect(await latest()).toMatchObject({ status: 'scheduled', heldAt: new Date(long.epochMilliseconds) })
    await db.prisma.staffImport.updateMany({ data: { heldAt: null } })
    lost = false
    await job.outside(later, later)
    expect([await sectionOf('002'), (await latest()).status]).toEqual(['0102', 'applied'])
  })

  test('that the database refuses leaves nothing half applied, and the log names nobody', async () => {
    await hold()
    const broken = { ...core, tell: () => Promise.reject(new Error('鈴木 太郎')) }
    const job = staffList(broken).jobs?.find(({ name }) => name === 'staff-list.release')
    if (!job || !('outside' in job)) throw new Error('no job')
    await job.outside(later, later)
    expect(await sectionOf('002')).toBe('0101')
    expect(await latest()).toMatchObject({ status: 'scheduled', heldAt: new Date(later.epochMilliseconds) })
    expect(JSON.stringify(logged)).not.toContain('鈴木')
    expect(logged.length).toBeGreaterThan(0)
  })
})

describe('機構改革: a list with other sections', () => {
  const after = [chief, taro, jiro].map((row) =>
    row.replace('0101,職員課', '0201,人事課').replace('0102,税務課', '0202,市民税務課'),
  )

  test('is confirmed section by section before it is applied, and nobody has moved', async () => {
    const card = await give(csv(...after))
    expectLegal(card)
    expect(plainText(card)).toContain('2件の対応案があります')
    const { id } = await db.prisma.staffImport.findFirstOrThrow({ orderBy: { id: 'desc' } })
    expect(buttonsOf(card).has('staff-list.apply')).toBe(false)
    const forced = await press('staff-list.apply', { id, mark: 'x' })
    expect(plainText(cardOf(forced))).toContain('対応案があります')
    expect(await db.prisma.post.count({ where: { validTo: { not: null } } })).toBe(0)

    const mapping = cardOf(await press('staff-list.mapping', { id }))
    expectLegal(mapping)
    expect(plainText(mapping)).toContain('→ 0201 人事課')
    expect(plainText(mapping)).toContain('2名中2名がこの所属')
    expect(plainText(mapping)).toContain('名称が近い・1名中1名がこの所属')
    const [opened] = (await press('staff-list.mapping-edit', { id, from: '0101' }))
      .replies as readonly Reply[]
    if (opened?.type !== 'form') throw new Error('no form')
    const form = feature.forms?.['staff-list.mapping']
    const send = async (values: FormValues) => form?.handle(hr, opened.form.data, values)
    expect(await send({ to: '0201', code: '0999' })).toHaveProperty('errors.code')
    const none = cardOf((await send({ to: 'none' })) as Answer)
    expect(plainText(none)).toContain('引き継ぎ先なし')
    await send({ to: 'none', code: '０２０１', also: ['0202', '0777'] })
    const confirmed = cardOf(await press('staff-list.mapping-confirm', { id }))
    expectLegal(confirmed)
    expect(plainText(confirmed)).toContain('所属：2件の変更')
    const done = cardOf(await press('staff-list.apply', buttonsOf(confirmed).get('staff-list.apply')))
    expect(plainText(done)).toContain('反映しました')
    expect(await db.prisma.audit.count({ where: { action: 'staff-list.moved' } })).toBe(0)
    expect(await db.prisma.audit.count({ where: { action: 'staff-list.section-continued' } })).toBe(2)
    const old = await db.prisma.section.findFirstOrThrow({ where: { code: '0101' } })
    expect(old).toMatchObject({ name: '職員課', continuedAs: '0201' })
  })

  test('may be taken as it is, with nobody staying; nobody else sees it', async () => {
    await give(csv(...after))
    const { id } = await db.prisma.staffImport.findFirstOrThrow({ orderBy: { id: 'desc' } })
    const other = asking({ id: 2, grants: hr.actor.grants, now })
    for (const action of ['staff-list.mapping', 'staff-list.mapping-confirm', 'staff-list.mapping-none'])
      expect(plainText(cardOf(await press(action, { id }, other)))).toContain('すでに反映されたか')
    const none = cardOf(await press('staff-list.mapping-none', { id }))
    expect(plainText(none)).toContain('異動 3名')
  })
})

describe('a list given to the bot', () => {
  test('is shown, applied on confirmation, and its rows are erased', async () => {
    const card = await give(csv(chief, moved, jiro))
    expectLegal(card)
    expect(plainText(card)).toContain('異動 1名')
    expect(card.summary).not.toContain('鈴木')
    const apply = buttonsOf(card).get('staff-list.apply')
    const done = cardOf(await press('staff-list.apply', apply))
    expectLegal(done)
    expect(plainText(done)).toContain('異動 1名を反映しました')
    const [row] = await db.prisma.staffImport.findMany({ orderBy: { id: 'desc' }, take: 1 })
    expect(row).toMatchObject({ status: 'applied', rows: null, createdById: 1 })
    expect(heard.map((event) => event.type)).toEqual(['people-changed', 'transfer-effective'])
  })

  test('with every column there is means the same after it has waited', async () => {
    await truncateAll(db)
    const card = await give(sampleCity({ staff: 40, seed: 3, fiscalYear: 2027 }).csvCp932)
    expectLegal(card)
    const done = cardOf(await press('staff-list.apply', buttonsOf(card).get('staff-list.apply')))
    expect(plainText(done)).toContain('新規 40名を反映しました')
    expectLegal(cardOf((await feature.commands?.[0]?.handle(hr, '')) ?? { replies: [] }))
  })

  test('pressed twice, or by two officers, is applied once', async () => {
    const apply = buttonsOf(await give(csv(chief, moved, jiro))).get('staff-list.apply')
    const other = asking({ id: 2, grants: hr.actor.grants, now })
    const answers = await Promise.all([
      press('staff-list.apply', apply),
      press('staff-list.apply', apply, other),
    ])
    const texts = answers.map((answer) => plainText(cardOf(answer))).toSorted()
    expect(texts.filter((text) => text.includes('を反映しました'))).toHaveLength(1)
    expect(texts.filter((text) => text.includes('すでに反映された'))).toHaveLength(1)
    expect(await db.prisma.audit.count({ where: { action: 'staff-list.moved' } })).toBe(1)
  })

  test('whose ground has shifted is worked out anew instead of being applied', async () => {
    const apply = buttonsOf(await give(csv(chief, moved, jiro))).get('staff-list.apply')
    const meanwhile = csv(chief.replace('山田', '高木'), taro, jiro)
    await importFile(core, { bytes: meanwhile, name: 'b.csv', apply: true, actorId: null })
    const again = cardOf(await press('staff-list.apply', apply))
    expect(plainText(again)).toContain('計算し直しました')
    expect(await db.prisma.audit.count({ where: { action: 'staff-list.moved' } })).toBe(0)
    await press('staff-list.apply', buttonsOf(again).get('staff-list.apply'))
    expect(await db.prisma.audit.count({ where: { action: 'staff-list.moved' } })).toBe(1)
  })

  test('does not take the missing for the departed before HR says so', async () => {
    const card = await give(csv(chief, moved))
    expect(plainText(card)).toContain('名簿にいない登録済みの方 1名')
    const turned = cardOf(await press('staff-list.consent', buttonsOf(card).get('staff-list.consent')))
    expectLegal(turned)
    expect(plainText(turned)).toContain('退職 1名')
    const back = cardOf(await press('staff-list.consent', buttonsOf(turned).get('staff-list.consent')))
    expect(plainText(back)).not.toContain('退職 1名')
    await press('staff-list.apply', buttonsOf(back).get('staff-list.apply'))
    expect(await db.prisma.person.count({ where: { leftOn: { not: null } } })).toBe(0)
  })

  test('may hold from another day; a day that makes no sense is refused at its field', async () => {
    const card = await give(csv(chief, moved, jiro))
    const id = buttonsOf(card).get('staff-list.edit-day')
    const form = feature.forms?.['staff-list.day']
    expect(await form?.handle(hr, id, { day: '2999-01-01' })).toHaveProperty('errors.day')
    expect(await form?.handle(hr, id, { day: '2027-02-30' })).toHaveProperty('errors.day')
    const later = cardOf((await form?.handle(hr, id, { day: '2028-04-01' })) ?? { errors: {} })
    expect(plainText(later)).toContain('2028年4月1日(土)')
    await press('staff-list.apply', buttonsOf(later).get('staff-list.apply'))
    expect(heard.map((event) => event.type)).toEqual(['people-changed'])
    heard = []
    const on = Temporal.PlainDate.from('2028-04-01')
    await feature.on?.({ type: 'day-opened', on: on.subtract({ days: 1 }) }, db.prisma, now)
    expect(heard).toEqual([])
    await feature.on?.({ type: 'day-opened', on }, db.prisma, now)
    const two = (await db.prisma.person.findUniqueOrThrow({ where: { number: '002' } })).id
    expect(heard).toContainEqual({ type: 'transfer-effective', personIds: [two], on })
  })

  test('with errors has no way to be applied, and every point can be taken along', async () => {
    const card = await give(csv(chief, taro.replace(/001$/, '999'), jiro))
    expectLegal(card)
    const buttons = buttonsOf(card)
    expect(buttons.has('staff-list.apply')).toBe(false)
    const { id } = await db.prisma.staffImport.findFirstOrThrow({ orderBy: { id: 'desc' } })
    const forced = cardOf(await press('staff-list.apply', { id, mark: 'x' }))
    expect(plainText(forced)).toContain('先に直していただきたい点が1件')
    const [reply] = (await press('staff-list.problems', buttons.get('staff-list.problems'))).replies
    if (reply?.type !== 'file') throw new Error('no file')
    expect([...reply.file.bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    expect(new TextDecoder().decode(reply.file.bytes)).toContain('要修正,3,一次評価者,999,')
  })

  test('that is no list is answered with what to do', async () => {
    const card = await give(new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]))
    expectLegal(card)
    expect(plainText(card)).toContain('中身は画像です')
  })

  test('is erased when it is discarded, replaced, or forgotten', async () => {
    const first = await give(csv(chief, moved, jiro))
    await give(csv(chief, taro, jiro))
    expect(cardOf(await press('staff-list.preview', buttonsOf(first).get('staff-list.cancel')))).toBeDefined()
    const waiting = () => db.prisma.staffImport.count({ where: { status: 'preview' } })
    expect(await waiting()).toBe(1)
    const later = now.add({ hours: 24 * 15 })
    await feature.on?.(
      { type: 'day-opened', on: later.toZonedDateTimeISO('Asia/Tokyo').toPlainDate() },
      db.prisma,
      later,
    )
    expect(await waiting()).toBe(0)
  })

  test('gives cards that both platforms take, whatever stands in its cells', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(hostileText, { minLength: 6, maxLength: 6 }), { maxLength: 5 }),
        async (rows) => {
          const quote = (text: string) => `"${text.replaceAll('"', '""').replaceAll('\u0000', '')}"`
          const text = [
            '職員番号,氏名,所属コード,所属名,職名,一次評価者',
            ...rows.map((row) => row.map(quote).join(',')),
          ].join('\r\n')
          expectLegal(await give(new TextEncoder().encode(`\ufeff${text}\r\n010,田中 一,0101,職員課,主事,`)))
        },
      ),
      { numRuns: 25 },
    )
  }, 60_000)

  test('is read without a database being asked for more than numbers and codes', () => {
    const table = {
      kind: 'utf-8' as const,
      sheets: [
        {
          name: '',
          rows: [
            ['職員番号', '氏名', '所属名'],
            ['1', '山田', '課'],
          ],
        },
      ],
    }
    expect(understand(table, { numbers: new Set(), sectionCodes: new Map() })).toMatchObject({ rows: 1 })
  })
})
