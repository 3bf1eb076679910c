// 相談: that somebody looked at the consultation desks is to be found nowhere: not in the database, the log, the figures
// or the audit trail, through either platform. And what HR keeps and sees of the desks.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ActionData, Card, Form, FormValues } from '../src/cards/card.ts'
import { tablesInOrder } from '../src/db/tables.ts'
import { toDbDate } from '../src/db/time.ts'
import { countOne, LEAST_TOLD, monthlyCounts } from '../src/features/consultation/desks.ts'
import { consultation } from '../src/features/consultation/index.ts'
import { features } from '../src/features/index.ts'
import { createRegistry } from '../src/intake/registry.ts'
import { createUnderstanding } from '../src/intake/understanding.ts'
import { createLog } from '../src/kernel/log.ts'
import { type StandIn, startSlackStandIn } from './slack-stand-in/index.ts'
import { asking, buttonsOf, cardOf } from './support/ask.ts'
import { freshDatabase, type TestDatabase, truncateAll } from './support/database.ts'
import { expectLegal } from './support/legal.ts'
import { plainText } from './support/plain.ts'
import { type SlackCity, signingSecret, startSlackCity } from './support/slack-city.ts'
import { addPerson, addSection, at, day, testCore } from './support/small-city.ts'
import { startTeamsCity, type TeamsCity } from './support/teams-city.ts'
import { startTeamsStandIn, type TeamsStandIn } from './teams-stand-in/index.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())
beforeEach(() => truncateAll(db))

const aDesk = {
  ordinal: 1,
  kind: 'harassment',
  name: 'ハラスメント相談員',
  phone: '内線 1234',
  nameEn: 'Harassment desk',
}

/** Every row of every table as text, but for the one number that is kept. */
async function everything(): Promise<string[]> {
  const client = await db.pool.connect()
  try {
    const rows: string[] = []
    for (const { name } of await tablesInOrder(client)) {
      if (name === 'desk_count') continue
      const found = await client.query<{ line: string }>(
        `SELECT row_to_json(t)::text AS line FROM "${name}" t`,
      )
      for (const { line } of found.rows) rows.push(`${name} ${line}`)
    }
    return rows.sort()
  } finally {
    client.release()
  }
}

/** One who is known already and has looked at Home: nothing new is to be learnt of them. */
const known = () =>
  db.prisma.person.create({ data: { number: '1', name: '田中 太郎', email: 'tanaka@city.example.jp' } })

test.each([
  ['パワハラを受けています', 'consultation.desks'],
  ['毎日しんどいです', 'consultation.desks'],
  ['仕事を辞めたい', 'consultation.desks'],
  ['I would like to talk to somebody', 'consultation.desks'],
  ['上司と話したい', 'one-on-ones.mine'],
  ['OJTの計画は？', 'one-on-ones.ojt'],
  ['1on1をやめたい', 'one-on-ones.mine'],
])('%s leads to %s, whatever else the bot does', (words, command) => {
  const { core } = testCore(db)
  const understood = createUnderstanding(createRegistry(features.map((feature) => feature(core))))(words)
  expect(understood.type === 'question' && understood.commands[0]).toBe(command)
})

describe('through a platform', () => {
  const lines: string[] = []
  const log = createLog('trace', { write: (line) => lines.push(line) })
  let stop: () => Promise<void> = async () => {}
  afterEach(() => stop())

  /** What there is of it before and after, through somebody's way: words, the desk's button, the way back, closing. */
  async function leavesNoTrace(
    { metrics }: { metrics: { metrics(): Promise<string> } },
    walk: () => Promise<void>,
  ): Promise<void> {
    const figures = async () =>
      (await metrics.metrics()).split('\n').filter((line) => line.startsWith('hagukumi_'))
    const before = { rows: await everything(), figures: await figures() }
    lines.length = 0
    await walk()
    expect(await everything()).toEqual(before.rows)
    expect(await figures()).toEqual(before.figures)
    // That Slack takes one message a second names nobody.
    expect(lines.filter((line) => !line.includes('Slack asks for a pause'))).toEqual([])
    expect(await db.prisma.deskCount.findMany()).toMatchObject([{ count: 1 }])
  }

  test.each(['http', 'socket'] as const)('Slack over %s', async (way) => {
    const standIn: StandIn = await startSlackStandIn({ signingSecret })
    const tanaka = standIn.addUser({ name: '田中 太郎', email: 'tanaka@city.example.jp' })
    await known()
    await db.prisma.desk.create({ data: aDesk })
    const city: SlackCity = await startSlackCity({ db, standIn, way, features: [consultation], log })
    stop = async () => {
      await city.stop()
      await standIn.stop()
    }
    const target = city.target as 'socket'
    const last = () => {
      const message = standIn.messagesOf(tanaka).at(-1)
      if (!message) throw new Error('nothing was said')
      return message
    }
    const shows = (text: string) => expect.poll(() => JSON.stringify(last())).toContain(text)
    await standIn.say(target, { user: tanaka, text: 'ホーム' })
    await shows('田中')
    await leavesNoTrace(city.city, async () => {
      await standIn.say(target, { user: tanaka, text: '相談したいことがあります' })
      await shows('記録しません')
      await standIn.click(target, { user: tanaka, on: last(), press: '連絡先を見る' })
      await shows('内線 1234')
      await standIn.click(target, { user: tanaka, on: last(), press: '窓口の一覧' })
      await shows('連絡先を見る')
      await standIn.click(target, { user: tanaka, on: last(), press: 'この表示を閉じる' })
      await shows('表示を閉じました')
      await standIn.sendCommand(target, { user: tanaka, command: '/hagukumi', text: 'consult' })
      await shows('記録しません')
    })
    // The same instruction in other words is recorded: the comparison can fail.
    const before = await everything()
    await standIn.say(target, { user: tanaka, text: 'ホーム' })
    await expect.poll(everything).not.toEqual(before)
  })

  test('Teams', async () => {
    const standIn: TeamsStandIn = await startTeamsStandIn()
    const tanaka = standIn.addUser({ name: '田中 太郎', email: 'tanaka@city.example.jp' })
    await known()
    await db.prisma.desk.create({ data: aDesk })
    const city: TeamsCity = await startTeamsCity({ db, standIn, features: [consultation], log })
    stop = async () => {
      await city.stop()
      await standIn.stop()
    }
    const shown = async (count: number) => {
      await expect.poll(() => standIn.messagesOf(tanaka).length).toBe(count)
      const message = standIn.messagesOf(tanaka).at(-1)
      if (!message) throw new Error('nothing was said')
      return message
    }
    await standIn.say(city.target, tanaka, 'ホーム')
    await shown(1)
    await leavesNoTrace(city.city, async () => {
      await standIn.say(city.target, tanaka, '相談')
      const list = await shown(2)
      const desk = await standIn.press(city.target, tanaka, list, '連絡先を見る')
      expect(JSON.stringify(desk.body)).toContain('内線 1234')
      const closed = await standIn.press(city.target, tanaka, list, 'この表示を閉じる')
      expect(JSON.stringify(closed.body)).toContain('表示を閉じました')
    })
  })
})

const now = at('2027-05-10T09:00')

async function office() {
  const section = await addSection(db.prisma, 'A', '職員課')
  const hr = await addPerson(db.prisma, '人事 一郎', section)
  const nurse = await addPerson(db.prisma, '保健 花子', section)
  const { core } = testCore(db)
  const feature = consultation(core)
  const ask = (language: 'ja' | 'en' = 'ja') =>
    asking({ id: hr, grants: [{ role: 'hr', sectionId: null }], now, language })
  const legal = (card: Card) => {
    expectLegal(card)
    return card
  }
  return {
    hr,
    nurse,
    async say(id: string, language: 'ja' | 'en' = 'ja') {
      const command = feature.commands?.find((one) => one.id === id)
      if (!command) throw new Error(`no command ${id}`)
      return legal(cardOf(await command.handle(ask(language), '')))
    },
    async press(id: string, data: ActionData) {
      const handler = feature.actions?.[id]
      if (!handler) throw new Error(`no action ${id}`)
      return legal(cardOf(await handler.handle(ask(), handler.data.parse(data))))
    },
    async form(desk: number): Promise<Form> {
      const handler = feature.actions?.['consultation.edit']
      const answer = await handler?.handle(ask(), handler.data.parse({ desk }))
      const [reply] = answer && 'replies' in answer ? answer.replies : []
      if (reply?.type !== 'form') throw new Error('no form')
      expectLegal(reply.form)
      return reply.form
    },
    async save(values: FormValues, data: ActionData = {}) {
      const handler = feature.forms?.['consultation.save']
      if (!handler) throw new Error('no form')
      return handler.handle(ask(), handler.data.parse(data), values)
    },
  }
}

describe('the list of desks', () => {
  const fields = { kind: 'health', name: '健康相談室', phone: '内線 55' }

  test('HR adds, changes and hides a desk; each is audited, and staff see what is shown', async () => {
    const { save, press, say, nurse } = await office()
    expect(plainText(await say('consultation.desks'))).toContain('まだ登録されていません')
    expect(plainText(cardOf(await save({ ...fields, person: String(nurse) })))).toContain(
      '「健康相談室」を保存',
    )
    const desk = await db.prisma.desk.findFirstOrThrow()
    expect(JSON.stringify(await press('consultation.desk', { desk: desk.id }))).toContain('保健')
    await save(
      { ...fields, name: '健康相談', nobody: 'yes', person: String(nurse) },
      { desk: desk.id, version: 1 },
    )
    expect(await db.prisma.desk.findFirstOrThrow()).toMatchObject({
      name: '健康相談',
      personId: null,
      version: 2,
    })
    const stale = await save({ ...fields, name: 'そのまえ' }, { desk: desk.id, version: 1 })
    expect(plainText(cardOf(stale))).toContain('その間に変更')
    const list = await say('consultation.manage')
    await press('consultation.show', buttonsOf(list).get('consultation.show') ?? {})
    expect(plainText(await say('consultation.desks'))).not.toContain('健康相談')
    expect(plainText(await press('consultation.desk', { desk: desk.id }))).toContain('いまは案内していません')
    const audited = await db.prisma.audit.findMany({ orderBy: { id: 'asc' } })
    expect(audited.map(({ action }) => action)).toEqual([
      'consultation.added',
      'consultation.changed',
      'consultation.hidden',
    ])
  })

  test('HR puts the desks into order; whoever leaves a place alone moves nothing', async () => {
    const { save, form, say } = await office()
    for (const name of ['キャリア', '健康', 'いじめ']) await save({ ...fields, name })
    const order = async () =>
      (await db.prisma.desk.findMany({ orderBy: [{ ordinal: 'asc' }, { id: 'asc' }] })).map(
        ({ name }) => name,
      )
    expect(await order()).toEqual(['キャリア', '健康', 'いじめ'])
    const bullying = await db.prisma.desk.findFirstOrThrow({ where: { name: 'いじめ' } })
    const opened = await form(bullying.id)
    const place = opened.fields.find(({ name }) => name === 'order')
    expect(place).toMatchObject({ type: 'number', min: 1, max: 3, value: 3 })
    await save({ ...fields, name: 'いじめ', order: '１' }, opened.data)
    expect(await order()).toEqual(['いじめ', 'キャリア', '健康'])
    const shown = plainText(await say('consultation.desks'))
    expect(shown.indexOf('いじめ')).toBeLessThan(shown.indexOf('キャリア'))
    expect(plainText(await say('consultation.manage'))).toMatch(/1\. いじめ.*2\. キャリア.*3\. 健康/s)
    // Two forms are open at once: what one of them moved the other, which moves nothing, leaves as it is.
    const career = await db.prisma.desk.findFirstOrThrow({ where: { name: 'キャリア' } })
    const other = await form(career.id)
    const again = await form(bullying.id)
    await save({ ...fields, name: 'いじめ', order: '3' }, again.data)
    await save({ ...fields, name: 'キャリア', phone: '内線 1', order: '2' }, other.data)
    expect(await order()).toEqual(['キャリア', '健康', 'いじめ'])
    await save({ ...fields, name: '窓口', order: '2' }, { at: 4 })
    expect(await order()).toEqual(['キャリア', '窓口', '健康', 'いじめ'])
    for (const wrong of ['0', '6', '1.5', 'あ'])
      expect(await save({ ...fields, name: '外', order: wrong }, { at: 5 }), wrong).toEqual({
        errors: { order: '1〜5の整数で入力してください。' },
      })
    expect(await db.prisma.desk.count()).toBe(4)
  })

  test('a colleague who has left is not shown any more', async () => {
    const { save, press, nurse } = await office()
    await save({ ...fields, person: String(nurse) })
    const desk = await db.prisma.desk.findFirstOrThrow()
    await db.prisma.person.update({ where: { id: nurse }, data: { leftOn: toDbDate(day('2027-05-10')) } })
    const shown = JSON.stringify(await press('consultation.desk', { desk: desk.id }))
    expect(shown).toContain('内線 55')
    expect(shown).not.toContain('保健')
  })

  test('what cannot be a desk is refused at its field', async () => {
    const { save } = await office()
    expect(await save({})).toEqual({
      errors: {
        kind: '入力してください。',
        name: '入力してください。',
        phone: expect.stringContaining('いずれか一つ'),
      },
    })
    const wrong = await save({ ...fields, name: 'あ'.repeat(61), email: 'somewhere', person: '999999' })
    expect(wrong).toEqual({
      errors: {
        name: '60文字以内で入力してください。',
        email: expect.stringContaining('形'),
        person: '名簿から選んでください。',
      },
    })
    expect(await db.prisma.desk.count()).toBe(0)
  })
})

test('HR is told the volume of a month that is over, from five on; fewer and none read the same', async () => {
  const { say } = await office()
  const desks = [
    await db.prisma.desk.create({ data: aDesk }),
    await db.prisma.desk.create({ data: { ...aDesk, name: '別の窓口' } }),
  ]
  const [busy, quiet] = desks.map(({ id }) => id)
  if (!busy || !quiet) throw new Error('two desks')
  const times = async (desk: number, on: string, count: number) => {
    for (let i = 0; i < count; i++) await countOne(db.prisma, desk, day(on))
  }
  await times(busy, '2027-04-01', LEAST_TOLD)
  await times(busy, '2027-03-31', LEAST_TOLD - 1)
  await times(busy, '2027-05-10', LEAST_TOLD)
  await times(quiet, '2027-04-30', 1)
  const counts = await monthlyCounts(db.prisma, day('2027-05-10'))
  expect(counts.get(busy)?.map(({ count }) => count)).toEqual([LEAST_TOLD, ...Array(11).fill(undefined)])
  expect(counts.get(quiet)?.map(({ count }) => count)).toEqual(Array(12).fill(undefined))
  const told = plainText(await say('consultation.counts'))
  expect(told).toContain('2027年4月 5件')
  expect(told).not.toContain('2027年3月')
  expect(told).toContain('ほかの月は、いずれも5件未満です')
  expect(told).toContain('この12か月は、いずれの月も5件未満です')
  expect(told).not.toContain('2027年5月')
  expect(plainText(await say('consultation.counts', 'en'))).toContain('2027-04: 5')
})
