// One announcement as it goes on Slack and on Teams, against their stand-ins: written, sent, received, acknowledged.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { broadcasts } from '../../src/features/broadcasts/index.ts'
import { startSlackStandIn } from '../slack-stand-in/index.ts'
import { freshDatabase, type TestDatabase, truncateAll } from '../support/database.ts'
import { signingSecret, startSlackCity } from '../support/slack-city.ts'
import { addPerson, addSection } from '../support/small-city.ts'
import { startTeamsCity } from '../support/teams-city.ts'
import { find, startTeamsStandIn } from '../teams-stand-in/index.ts'

let db: TestDatabase
const ends: (() => Promise<void>)[] = []
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

const poll = <Value>(look: () => Value) => expect.poll(look, { timeout: 8_000 })
const textOf = (value: unknown): string => JSON.stringify(value)
const title = '大雨 <!channel>'
const body = '*今夜*は早めにお帰りください。'

beforeEach(async () => {
  await truncateAll(db)
  const tx = db.prisma
  const office = await addSection(tx, '0100', '職員課')
  const hr = await addPerson(tx, '人事 一郎', office, { title: '課長' })
  const tanaka = await addPerson(tx, '田中 太郎', office)
  await tx.person.update({ where: { id: hr }, data: { email: 'hr@city.example.jp' } })
  await tx.person.update({ where: { id: tanaka }, data: { email: 'tanaka@city.example.jp' } })
  await tx.roleGrant.create({ data: { personId: hr, role: 'hr', validFrom: new Date('2020-04-01') } })
})

const acknowledged = () => db.prisma.broadcastRecipient.count({ where: { acknowledgedAt: { not: null } } })

test('on Slack', async () => {
  const standIn = await startSlackStandIn({ signingSecret })
  const { city, target, stop } = await startSlackCity({ db, standIn, features: [broadcasts] })
  ends.push(stop, () => standIn.stop())
  const hr = standIn.addUser({ name: '人事 一郎', email: 'hr@city.example.jp' })
  const tanaka = standIn.addUser({ name: '田中 太郎', email: 'tanaka@city.example.jp' })
  const last = (who: typeof hr) => standIn.messagesOf(who).at(-1)
  const shows = (who: typeof hr, words: string) =>
    poll(() => textOf(last(who)?.blocks ?? '')).toContain(words)
  const press = async (who: typeof hr, label: string) => {
    const on = last(who)
    if (!on) throw new Error('nothing to press')
    return standIn.click(target, { user: who, on, press: label })
  }
  const submit = async (values: Record<string, string | readonly string[]>) => {
    await poll(() => standIn.views.open(hr)).toBeDefined()
    const view = standIn.views.open(hr)
    if (!view) throw new Error('no form')
    const sent = await standIn.submit(target, { user: hr, view, values })
    expect(sent.problem).toBeUndefined()
    return sent
  }
  await standIn.say(target, { user: tanaka, text: 'お知らせ' })
  await shows(tanaka, 'まだお知らせはありません')
  await standIn.sendCommand(target, { user: hr, command: '/oshirase' })
  await shows(hr, 'お知らせを送る')
  await press(hr, '新しいお知らせ')
  const options = ['「確認しました」を押してもらう', '急ぎ: 勤務時間外や閉庁日にも送る']
  await submit({ 件名: title, 本文: body, 送り方: options })
  await shows(hr, '全職員')
  await press(hr, '送信へ進む')
  const wrong = await submit({ 人数の確認: '1' })
  expect(textOf(wrong.answer.body)).toContain('いまの対象は2名です')
  await submit({ 人数の確認: '2' })
  // It has reached its author, too, perhaps before the answer.
  await poll(() => textOf(standIn.messagesOf(hr))).toContain('2名への送信を始めました')
  // Slack takes one message a second in a conversation: what it put off goes with a later tick.
  await poll(async () => {
    await city.delivery.runDue()
    return textOf(last(tanaka)?.blocks ?? '')
  }).toContain('今夜')
  expect(textOf(last(tanaka)?.blocks)).not.toContain('mrkdwn')
  const count = standIn.messagesOf(tanaka).length
  await press(tanaka, '確認しました')
  await shows(tanaka, '確認済みです')
  expect(last(tanaka)?.edited).toBe(true)
  expect(standIn.messagesOf(tanaka)).toHaveLength(count)
  expect(await acknowledged()).toBe(1)
})

test('on Teams', async () => {
  const standIn = await startTeamsStandIn()
  const { city, target, stop } = await startTeamsCity({ db, standIn, features: [broadcasts] })
  ends.push(stop, () => standIn.stop())
  const hr = standIn.addUser({ name: '人事 一郎', email: 'hr@city.example.jp' })
  const tanaka = standIn.addUser({ name: '田中 太郎', email: 'tanaka@city.example.jp' })
  const last = (who: typeof hr) => standIn.messagesOf(who).at(-1)
  const shows = (who: typeof hr, words: string) =>
    poll(() => textOf(last(who)?.activity ?? '')).toContain(words)
  const press = async (who: typeof hr, label: string) => {
    const on = last(who)
    if (!on) throw new Error('nothing to press')
    return (await standIn.press(target, who, on, label)).body
  }
  const submit = async (dialog: unknown, inputs: object) => {
    const [send] = find(dialog, 'Action.Submit')
    const value = { data: { ...(send?.data as object), ...inputs }, context: { theme: 'default' } }
    const parts = { type: 'invoke', name: 'task/submit', value }
    return (await standIn.deliver(target, standIn.activity(hr, parts))).body
  }
  await standIn.say(target, tanaka, 'お知らせ')
  await shows(tanaka, 'まだお知らせはありません')
  await standIn.say(target, hr, 'お知らせ')
  await shows(hr, 'お知らせを送る')
  const written = { 'f.t.title': title, 'f.t.body': body, 'f.m.options': 'acknowledge,urgent' }
  await submit(await press(hr, '新しいお知らせ'), written)
  await shows(hr, '全職員')
  const form = await press(hr, '送信へ進む')
  const wrong = await submit(form, { 'f.t.count': '1' })
  expect(textOf(wrong)).toContain('いまの対象は2名です')
  await submit(wrong, { 'f.t.count': '2' })
  // It has reached its author, too, perhaps before the answer.
  await poll(() => textOf(standIn.messagesOf(hr))).toContain('2名への送信を始めました')
  await city.delivery.runDue()
  await shows(tanaka, '今夜')
  const answer = await press(tanaka, '確認しました')
  expect(textOf(answer)).toContain('確認済みです')
  expect(await acknowledged()).toBe(1)
})
