// One announcement as it goes on Slack and on Teams, against their stand-ins: written, counted, sent at night because it
// is urgent, received by its audience alone, acknowledged, sent again to who has not. One script, two chats.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { broadcasts } from '../../src/features/broadcasts/index.ts'
import { MovableClock } from '../../src/kernel/clock.ts'
import { type AtChat, chats, emailOf, startAtChat } from '../support/at-chat.ts'
import { freshDatabase, type TestDatabase, truncateAll } from '../support/database.ts'
import { addPerson, addSection, at } from '../support/small-city.ts'

const people = { hr: '人事 一郎', tanaka: '田中 太郎', suzuki: '鈴木 花', sato: '佐藤 葵' } as const
type Who = keyof typeof people

let db: TestDatabase
let chat: AtChat<Who>
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())
afterEach(() => chat.stop())

const title = '大雨 <!channel>'
const body = '*今夜*は早めにお帰りください。'
const options = ['「確認しました」を押してもらう', '急ぎ: 勤務時間外や閉庁日にも送る']

beforeEach(async () => {
  await truncateAll(db)
  const tx = db.prisma
  const office = await addSection(tx, '0100', '職員課')
  const water = await addSection(tx, '0200', '水道課')
  for (const [who, name] of Object.entries(people)) {
    const id = await addPerson(tx, name, ['hr', 'sato'].includes(who) ? office : water)
    await tx.person.update({ where: { id }, data: { email: emailOf(who) } })
    if (who === 'hr')
      await tx.roleGrant.create({ data: { personId: id, role: 'hr', validFrom: new Date('2020-04-01') } })
  }
})

describe.each(Object.keys(chats) as (keyof typeof chats)[])('on %s', (platform) => {
  test('an announcement', async () => {
    const clock = new MovableClock(at('2027-07-01T20:00'))
    chat = await startAtChat(platform, { db, clock, features: [broadcasts], people })
    const { say, press, fill, refused, submit, until } = chat
    for (const who of ['tanaka', 'suzuki', 'sato'] as const)
      await say(who, 'お知らせ', 'まだお知らせはありません')
    await say('hr', 'お知らせ', 'お知らせを送る')
    await fill('hr', '新しいお知らせ', {
      values: { 件名: title, 本文: body, 送り方: options },
      hears: '全職員',
    })
    await press('hr', '送信へ進む', { hears: [] })
    // Everybody by mistake: the count has to be typed.
    expect(await refused('hr', { 人数の確認: '1' })).toContain('いまの対象は4名です')
    await submit('hr', { 人数の確認: '4' }, '4名への送信を始めました')
    expect(await db.prisma.broadcastRecipient.count()).toBe(4)
    const told = await until(at('2027-07-01T20:01'))
    expect(told.map(({ who }) => who).toSorted()).toEqual(['hr', 'sato', 'suzuki', 'tanaka'])
    for (const { text } of told) {
      expect(text).toContain('早めにお帰りください')
      expect(text).not.toContain('mrkdwn')
    }

    // One click; who has pressed is not written to again.
    await press('tanaka', '確認しました', { hears: '確認済みです' })
    await press('hr', '確認しました', { hears: '確認済みです' })
    await say('hr', 'お知らせ', 'お知らせを送る')
    await press('hr', '開く', { of: '大雨', hears: '送信状況' })
    await press('hr', '2名にもう一度送る', { hears: '2名にもう一度送ります。' })
    const again = await until(at('2027-07-01T21:00'))
    expect(again.map(({ who }) => who).toSorted()).toEqual(['sato', 'suzuki'])
    for (const { text } of again) expect(text).toContain('行き違いでしたらご容赦ください')
    await press('suzuki', '確認しました', { hears: '確認済みです' })
    const acknowledged = { where: { acknowledgedAt: { not: null } } }
    expect(await db.prisma.broadcastRecipient.count(acknowledged)).toBe(3)

    // To one section, on the next morning: nobody else hears of it.
    await say('hr', 'お知らせ', 'お知らせを送る')
    await fill('hr', '新しいお知らせ', { values: { 件名: '断水', 本文: '本文' }, hears: '全職員' })
    await fill('hr', '選ぶ', { of: '宛先', values: { 所属: ['水道課'] }, hears: '2名' })
    await fill('hr', '送信へ進む', { values: {}, hears: '2名への送信を始めました' })
    expect(await until(at('2027-07-02T08:00'))).toEqual([])
    const morning = await until(at('2027-07-02T12:00'))
    expect(morning.map(({ who, at: when }) => `${when} ${who}`).toSorted()).toEqual([
      '07-02 08:45 suzuki',
      '07-02 08:45 tanaka',
    ])
  })
})
