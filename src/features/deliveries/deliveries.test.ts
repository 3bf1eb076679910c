import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { asking, cardOf } from '../../../test/support/ask.ts'
import { freshDatabase, type TestDatabase, truncateAll } from '../../../test/support/database.ts'
import { plainKind, quiet, tokyo, want } from '../../../test/support/delivery.ts'
import { type Fault, fakePlatform } from '../../../test/support/fake-platform.ts'
import { buttonsOf } from '../../../test/support/interview-city.ts'
import { expectLegal } from '../../../test/support/legal.ts'
import { plainText } from '../../../test/support/plain.ts'
import { addPerson, addSection, at, testCore } from '../../../test/support/small-city.ts'
import type { ActionData, Card, FormValues } from '../../cards/card.ts'
import { toDbDate } from '../../db/time.ts'
import { createDelivery } from '../../delivery/delivery.ts'
import type { Grant } from '../../directory/actor.ts'
import { MovableClock } from '../../kernel/clock.ts'
import type { Language } from '../../kernel/language.ts'
import type { Alarm, Feature } from '../feature.ts'
import { deliveries } from './index.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())
beforeEach(() => truncateAll(db))

const now = at('2027-05-10T09:00')
const pick = { ...plainKind('test.pick'), title: { ja: '日程選びの案内', en: 'pick a time' } }

/** A city hall with two sections, HR for all and HR for one section. */
async function city(faultOf: (user: string) => Fault = () => ({ type: 'none' })) {
  const tax = await addSection(db.prisma, 'A', '税務課')
  const roads = await addSection(db.prisma, 'B', '道路課')
  const [hr, yamada, suzuki, sato] = [
    await addPerson(db.prisma, '人事 一郎', tax),
    await addPerson(db.prisma, '山田 花子', tax),
    await addPerson(db.prisma, '鈴木 太郎', roads),
    await addPerson(db.prisma, '佐藤 次郎', roads),
  ] as const
  for (const personId of [yamada, suzuki])
    await db.prisma.identity.create({
      data: { personId, platform: 'slack', tenant: 'T1', userId: `U${personId}` },
    })
  const faults = { of: faultOf }
  let to = ''
  const port = fakePlatform({ fault: () => faults.of(to), during: () => {} })
  const sending = {
    ...port,
    send: (...args: Parameters<typeof port.send>) => {
      to = args[0].user
      return port.send(...args)
    },
  }
  const clock = new MovableClock(now)
  const timer = createDelivery({
    db,
    clock,
    zone: tokyo,
    ports: new Map([['slack', sending]]),
    features: [{ notices: [pick, plainKind('test.secret')] }],
    tell: async () => {},
    log: quiet,
  })
  const { core } = testCore(db)
  const others: Alarm[] = []
  const feature: Feature = deliveries({
    ...core,
    noticeTitle: (kind) => (kind === pick.kind ? pick.title : undefined),
    alarms: async (tx, ask) => [...others, ...((await feature.alarms?.(tx, ask)) ?? [])],
  })
  const grants = (sectionId: number | null): Grant[] => [{ role: 'hr', sectionId }]
  const askAs = (id: number, given: readonly Grant[], language: Language = 'ja') =>
    asking({ id, grants: given, now: clock.now(), language })
  const all = grants(null)
  const shown = (card: Card) => {
    expectLegal(card)
    return card
  }
  return {
    hr,
    yamada,
    suzuki,
    sato,
    tax,
    port,
    timer,
    clock,
    faults,
    feature,
    others,
    all,
    ofTax: grants(tax),
    tell: (recipientId: number, kind = pick.kind, subject = `s:${recipientId}`) =>
      want(db, subject, [{ kind, recipientId }], clock.now()),
    async status(given: readonly Grant[] = all, language: Language = 'ja') {
      const command = feature.commands?.find(({ id }) => id === 'deliveries.status')
      if (!command) throw new Error('no command')
      return shown(cardOf(await command.handle(askAs(hr, given, language), '')))
    },
    async click(id: string, data: ActionData, given: readonly Grant[] = all, person = hr) {
      const handler = feature.actions?.[id]
      if (!handler) throw new Error(`no action ${id}`)
      const ask = askAs(person, given)
      if (!(await handler.permission.allows(ask.actor, ask.now))) throw new Error('not allowed')
      return shown(cardOf(await handler.handle(ask, handler.data.parse(data))))
    },
    async submit(values: FormValues, given: readonly Grant[] = all) {
      return feature.forms?.['deliveries.person']?.handle(askAs(hr, given), {}, values)
    },
    ask: (given: readonly Grant[] = all) => askAs(hr, given),
    async submitTold(told: readonly string[], given: readonly Grant[] = all) {
      const handler = feature.forms?.['deliveries.told']
      if (!handler) throw new Error('no form')
      return handler.handle(askAs(hr, given), handler.data.parse({}), { told: [...told] })
    },
    home: (given: readonly Grant[]) => feature.home?.(askAs(hr, given)),
  }
}

describe('送信状況', () => {
  it('says what went out, what waits, who was not reached, why, and what to do about it', async () => {
    const c = await city((user) =>
      user.endsWith(String(c.suzuki)) ? { type: 'refused', reason: 'blocked' } : { type: 'none' },
    )
    for (const person of [c.yamada, c.suzuki, c.sato]) await c.tell(person)
    await want(db, 's:later', [{ kind: pick.kind, recipientId: c.yamada, dueAt: now.add({ hours: 3 }) }], now)
    await c.timer.runDue()
    const text = plainText(await c.status())
    expect(text).toContain('5月10日(月) 1通(届かず2通)')
    expect(text).toContain('鈴木さん(道路課)')
    expect(text).toContain('ブロック: ご本人に')
    expect(text).toContain('佐藤さん(道路課)')
    expect(text).toContain('アカウント未登録')
    expect(text).toContain('日程選びの案内')
    expect(JSON.stringify(await c.status())).toContain('"2名"')
    expect(text).not.toContain('山田')
    expect(plainText(await c.status(c.all, 'en'))).toContain('no account')
    expect((await c.home(c.all))?.map(({ text: line }) => line)).toEqual([
      'ご確認いただきたいことが1件あります',
    ])
    expect(await c.home([])).toEqual([])
  })

  it('shows a part of the city to who looks after that part', async () => {
    const c = await city(() => ({ type: 'refused', reason: 'not-installed' }))
    await c.tell(c.yamada)
    await c.tell(c.suzuki)
    await c.timer.runDue()
    const text = plainText(await c.status(c.ofTax))
    expect(text).toContain('山田さん(税務課)')
    expect(text).toContain('アプリ未導入')
    expect(text).not.toContain('鈴木')
    expect(text).toContain('0通(届かず1通)')
    // A button of the whole city's page is of no use to them.
    const [button] = buttonsOf(await c.status(), 'deliveries.again').filter(
      ({ person }) => person === c.suzuki,
    )
    expect(plainText(await c.click('deliveries.again', button ?? {}, c.ofTax))).toContain(
      'その後に状況が変わって',
    )
    expect(await db.prisma.notice.count({ where: { status: 'failed' } })).toBe(2)
    await expect(c.click('deliveries.overview', {}, [])).rejects.toThrow('not allowed')
  })

  it('sends again once, and says so in the trail; a second click finds it changed', async () => {
    const c = await city(() => ({ type: 'refused', reason: 'blocked' }))
    await c.tell(c.suzuki)
    await c.timer.runDue()
    const [button = {}] = buttonsOf(await c.status(), 'deliveries.again')
    c.faults.of = () => ({ type: 'none' })
    expect(plainText(await c.click('deliveries.again', button))).toContain(
      '1件のお知らせを送信待ちに入れました',
    )
    expect(plainText(await c.click('deliveries.again', button))).toContain('その後に状況が変わって')
    await c.timer.runDue()
    await c.timer.runDue()
    expect(c.port.arrived).toHaveLength(1)
    expect(plainText(await c.status())).toContain('届いていないお知らせはありません')
    expect(await db.prisma.audit.findMany()).toMatchObject([
      {
        action: 'deliveries.sent-again',
        actorId: c.hr,
        subjectPersonId: c.suzuki,
        change: { notices: 1, reason: 'blocked' },
      },
    ])
  })

  it('lets go of whom HR has told otherwise, in their own part alone, and says so in the trail', async () => {
    const c = await city(() => ({ type: 'refused', reason: 'not-installed' }))
    for (const person of [c.yamada, c.suzuki]) await c.tell(person)
    await c.timer.runDue()
    const [button = {}] = buttonsOf(await c.status(), 'deliveries.choose-told')
    const choose = c.feature.actions?.['deliveries.choose-told']
    const opened = await choose?.handle(c.ask(), choose.data.parse(button))
    const [reply] = opened?.replies ?? []
    if (reply?.type !== 'form') throw new Error('no form')
    const [field] = reply.form.fields
    const options = field?.type === 'checkboxes' ? field.options : []
    expect(options.map(({ label }) => label).join()).toContain('鈴木さん　日程選びの案内')
    const told = options.map(({ value }) => value)
    const card = plainText(cardOf(await c.submitTold(told, c.ofTax)))
    expect(card).toContain('1名の方を一覧から外しました')
    expect(await db.prisma.notice.findMany({ where: { status: 'failed' } })).toMatchObject([
      { recipientId: c.suzuki },
    ])
    // It went out again meanwhile: what was chosen is not what is there.
    expect(plainText(cardOf(await c.submitTold([`${c.suzuki}|9.9`])))).toContain('その後に状況が変わって')
    await c.submitTold(told)
    expect(plainText(await c.status())).toContain('届いていないお知らせはありません')
    await c.timer.runDue()
    expect(c.port.sends).toBe(2)
    expect(await db.prisma.audit.findMany({ orderBy: { id: 'asc' } })).toMatchObject([
      { action: 'deliveries.told-otherwise', subjectPersonId: c.yamada },
      { action: 'deliveries.told-otherwise', subjectPersonId: c.suzuki },
    ])
  })

  it('leaves out who has left, and pages through many', async () => {
    const c = await city()
    const people: number[] = []
    for (let n = 0; n < 17; n++) people.push(await addPerson(db.prisma, `職員 ${n}`, c.tax))
    for (const person of people) await c.tell(person)
    await c.timer.runDue()
    await db.prisma.person.update({
      where: { id: people[0] },
      data: { leftOn: toDbDate(Temporal.PlainDate.from('2027-05-10')) },
    })
    const first = await c.status()
    expect(JSON.stringify(first)).toContain('"16名"')
    expect(buttonsOf(first, 'deliveries.again')).toHaveLength(8)
    const second = await c.click('deliveries.overview', { page: 2 })
    const ids = [first, second].flatMap((card) =>
      buttonsOf(card, 'deliveries.again').map(({ person }) => person),
    )
    expect(new Set(ids)).toEqual(new Set(people.slice(1)))
    expect(plainText(await c.click('deliveries.overview', { page: 9 }))).toContain('2 / 2')
  })
})

describe('届いたお知らせ', () => {
  it('is one’s own for everybody, by kind and time, page by page', async () => {
    const c = await city()
    for (let n = 1; n <= 17; n++) {
      await c.tell(c.yamada, n === 17 ? 'test.secret' : pick.kind, `s:${n}`)
      await c.timer.runDue()
      c.clock.advance({ hours: 1 })
    }
    await c.tell(c.suzuki)
    await c.timer.runDue()
    const first = await c.click('deliveries.mine', {}, [], c.yamada)
    // The latest first; a kind without a name stays unnamed.
    expect(plainText(first).split('\n').slice(1, 4)).toEqual([
      'あなたに届いたお知らせ',
      'その他のお知らせ',
      '5月11日(火) 01:00',
    ])
    const [older = {}] = buttonsOf(first, 'deliveries.mine')
    const second = await c.click('deliveries.mine', older, [], c.yamada)
    expect(plainText(second).match(/日程選びの案内/g)).toHaveLength(2)
    expect(plainText(await c.click('deliveries.mine', {}, [], c.sato))).toContain('まだお知らせはありません')
  })

  it('is anybody’s within their part for HR', async () => {
    const c = await city()
    await c.tell(c.suzuki)
    await c.timer.runDue()
    const found = await c.submit({ person: String(c.suzuki) })
    if (!found || 'errors' in found) throw new Error('not found')
    expect(plainText(cardOf(found))).toContain('鈴木さんに届いたお知らせ')
    expect(await c.submit({ person: String(c.suzuki) }, c.ofTax)).toMatchObject({
      errors: { person: expect.any(String) },
    })
    expect(await c.submit({ person: 'x' })).toMatchObject({ errors: {} })
    expect(plainText(await c.click('deliveries.history', { person: c.suzuki }, c.ofTax))).not.toContain(
      '鈴木',
    )
  })
})

describe('what HR should know', () => {
  const alarmsOf = async (c: Awaited<ReturnType<typeof city>>, given = c.all, page = 1) =>
    c.click('deliveries.alarm', { page }, given)
  const remedies = (card: Card) =>
    card.blocks.flatMap((block) =>
      block.type === 'list' ? block.rows.map(({ button }) => button?.action.id) : [],
    )

  it('is one card of all programmes, the oldest first, each with its remedy', async () => {
    const c = await city(() => ({ type: 'refused', reason: 'blocked' }))
    expect(plainText(await alarmsOf(c))).toContain('ご確認いただきたいことはありません')
    expect(await c.home(c.all)).toEqual([])
    await c.tell(c.suzuki)
    await c.timer.runDue()
    c.clock.set(now.add({ hours: 2 }))
    await c.tell(c.yamada)
    await c.timer.runDue()
    const remedy = {
      label: '面談者を決める',
      action: { id: 'interviews.cycle-preview', data: { cycle: 1, page: 0 } },
    }
    c.others.push(
      {
        at: null,
        text: 'チャットで届かない方',
        remedy: { label: '届かない方', action: { id: 'accounts.unreached' } },
        quiet: true,
      },
      { at: now.add({ hours: 1 }), text: '面談者が決まっていない方', remedy },
    )
    await db.prisma.inbox.createMany({
      data: [-5, -4].map((hours) => ({
        keyHmac: `k${hours}`,
        platform: 'slack',
        type: 'click',
        receivedAt: new Date(now.add({ hours }).epochMilliseconds),
        status: 'failed',
        outcome: 'error',
        flow: 'f',
      })),
    })
    const card = await alarmsOf(c)
    const text = plainText(card)
    const order = [
      '処理できなかった操作が2件',
      '鈴木さん',
      '面談者が決まっていない方',
      '山田さん',
      'チャットで届かない方',
    ]
    expect(order.map((each) => text.indexOf(each)).every((at, i, all) => at > (all[i - 1] ?? 0))).toBe(true)
    expect(text).toMatch(/日程選びの案内[\s\S]*ブロック: ご本人に/)
    expect(remedies(card)).toEqual([
      'deliveries.inbox-seen',
      'deliveries.again',
      'interviews.cycle-preview',
      'deliveries.again',
      'accounts.unreached',
    ])
    // What is a normal state, or said by Home already, is not counted there.
    expect(await c.home(c.all)).toMatchObject([
      {
        text: 'ご確認いただきたいことが4件あります',
        detail: expect.stringContaining('処理できなかった操作'),
      },
    ])
  })

  it('loses what is settled, and shows what happens anew', async () => {
    const c = await city((user) => ({ type: 'refused', reason: user === 'x' ? 'left' : 'blocked' }))
    await c.tell(c.yamada)
    await c.timer.runDue()
    const given = { platform: 'slack', type: 'click', status: 'failed', outcome: 'dead', flow: 'f' }
    const at = (hours: number) => new Date(now.add({ hours }).epochMilliseconds)
    await db.prisma.inbox.create({ data: { ...given, keyHmac: 'a', receivedAt: at(-1) } })
    const card = await alarmsOf(c)
    const [seen] = buttonsOf(card, 'deliveries.inbox-seen')
    const [again] = buttonsOf(card, 'deliveries.again')
    const settled = await c.click('deliveries.inbox-seen', seen ?? {})
    expect(plainText(settled)).toContain('確認済みにしました')
    expect(plainText(settled)).not.toContain('処理できなかった')
    c.faults.of = () => ({ type: 'none' })
    const after = await c.click('deliveries.again', again ?? {})
    expect(plainText(after)).toMatch(
      /1件のお知らせを送信待ちに入れました[\s\S]*ご確認いただきたいことはありません/,
    )
    await db.prisma.inbox.create({ data: { ...given, keyHmac: 'b', receivedAt: at(1) } })
    expect(plainText(await alarmsOf(c))).toContain('処理できなかった操作が1件')
    expect((await db.prisma.audit.findMany()).map(({ action }) => action)).toContain('deliveries.inbox-seen')
  })

  it('is a part of the city for whoever looks after that part, in pages, and nothing for anybody else', async () => {
    const c = await city(() => ({ type: 'refused', reason: 'blocked' }))
    for (const person of [c.yamada, c.suzuki]) await c.tell(person)
    await c.timer.runDue()
    const part = plainText(await alarmsOf(c, c.ofTax))
    expect(part).toContain('山田さん')
    expect(part).not.toMatch(/鈴木|処理できなかった/)
    expect(await c.home([])).toEqual([])
    const remedy = { label: '見る', action: { id: 'accounts.unreached' } }
    for (let n = 0; n < 12; n += 1) c.others.push({ at: null, text: `気がかり ${n}`, remedy })
    expect(plainText(await alarmsOf(c, c.all, 2))).toContain('2 / 2')
    expect(plainText(await alarmsOf(c, c.all, 9))).toContain('気がかり 11')
  })
})
