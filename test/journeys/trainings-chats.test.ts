// A year's trainings as they go on Slack and on Teams, against their stand-ins: one that everybody must take part in and
// one that more people want than it has seats, from HR's plan to the record. One script, two chats.
import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { trainings } from '../../src/features/trainings/index.ts'
import { MovableClock } from '../../src/kernel/clock.ts'
import { type Arrival, type AtChat, chats, emailOf, startAtChat } from '../support/at-chat.ts'
import { freshDatabase, type TestDatabase, truncateAll } from '../support/database.ts'
import { addPerson, addRoute, addSection, at } from '../support/small-city.ts'

let db: TestDatabase
let chat: AtChat<Who>
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())

const people = {
  hr: '人事 一郎',
  boss: '佐藤 一郎',
  tanaka: '田中 花子',
  suzuki: '鈴木 健',
  ito: '伊藤 葵',
  watanabe: '渡辺 翼',
} as const
type Who = keyof typeof people
const staff = ['tanaka', 'suzuki', 'ito'] as const

/** Names are shown as they are, whatever a chat would make of them. */
const must = '<!channel> *防災*研修'
const wanted = '政策法務研修'

beforeEach(async () => {
  await truncateAll(db)
  const tx = db.prisma
  const office = await addSection(tx, '0100', '職員課')
  const general = await addSection(tx, '0200', '総務課')
  const tax = await addSection(tx, '0300', '税務課')
  const ids: Record<Who, number> = {
    hr: await addPerson(tx, people.hr, office, { title: '主査' }),
    boss: await addPerson(tx, people.boss, general, { title: '課長' }),
    tanaka: await addPerson(tx, people.tanaka, general),
    suzuki: await addPerson(tx, people.suzuki, general),
    ito: await addPerson(tx, people.ito, general),
    watanabe: await addPerson(tx, people.watanabe, tax),
  }
  for (const [who, id] of Object.entries(ids))
    await tx.person.update({ where: { id }, data: { email: emailOf(who) } })
  await addRoute(tx, 'first', { sectionId: general }, ids.boss)
  await tx.roleGrant.create({ data: { personId: ids.hr, role: 'hr', validFrom: new Date('2020-04-01') } })
})
afterEach(() => chat.stop())

const plan = `\ufeff研修コード,研修名,種別,開催日,時間,会場,定員,受付開始,受付終了,承認,選考,アンケート,復命,対象所属,指名
S-1,${must},必修,2027/6/2,13:30-15:00,第1研修室,10,2027/5/6,2027/5/20,不要,,要,7,総務課,未受講
S-1,${must},必修,2027/6/23,13:30-15:00,第1研修室,10,2027/5/6,2027/5/20,不要,,要,7,総務課,未受講
L-1,${wanted},専門,2027/6/3,10:00-12:00,第2研修室,1,2027/5/6,2027/5/12,要,抽選,,,総務課、税務課,
L-1,${wanted},専門,2027/6/4,10:00-12:00,第2研修室,1,2027/5/6,2027/5/12,要,抽選,,,総務課、税務課,
`

type Heard = readonly Arrival<Who>[]
/** Who heard something that says this, and when. */
const heard = (arrivals: Heard, words: string) =>
  arrivals.filter(({ text }) => text.includes(words)).map(({ who, at: when }) => `${when} ${who}`)
const morning = (day: string, ...who: readonly Who[]) => who.map((each) => `${day} 08:45 ${each}`)
const sorted = (lines: readonly string[]) => lines.toSorted()

describe.each(Object.keys(chats) as (keyof typeof chats)[])('on %s', (platform) => {
  test('a mandatory and an over-subscribed course', { timeout: 120_000 }, async () => {
    const clock = new MovableClock(at('2027-04-26T09:00'))
    chat = await startAtChat(platform, { db, clock, features: [trainings], people })
    const { say, press, fill, until, all } = chat
    for (const who of Object.keys(people) as Who[]) await say(who, '研修', '受付中の研修も')

    // HR's plan: seen before it counts, a draft until it is published; nobody is nominated before HR has looked.
    await chat.give('hr', '研修計画.csv', new TextEncoder().encode(plan), '研修計画の確認')
    await press('hr', '取り込む', { hears: '研修計画を取り込みました' })
    await say('hr', '研修計画', wanted)
    await press('hr', '下書き2件を公開する', { hears: '2件を公開しました。' })
    await press('hr', '開く', { of: '防災', hears: '指名候補を見る' })
    await press('hr', '指名候補を見る', {
      hears: ['名簿から4名が候補です。', '田中 花子（総務課）', 'まだ受講されていない方'],
    })
    expect(all('hr')).not.toContain('渡辺')
    expect(await db.prisma.signUp.count()).toBe(0)
    await press('hr', '4名の指名を確定する', { hears: '4名の指名を確定しました。受付開始日にご案内します。' })
    expect(await until(at('2027-05-06T08:00'))).toEqual([])

    // The windows open: whoever must and whoever may hear of it, with the reason; nobody else does.
    const opened = await until(at('2027-05-06T09:00'))
    expect(sorted(heard(opened, '対象の理由: まだ受講されていない方'))).toEqual(
      sorted(morning('05-06', 'boss', ...staff)),
    )
    expect(sorted(heard(opened, '次の研修の受付が始まりました'))).toEqual(
      sorted(morning('05-06', 'boss', 'watanabe', ...staff)),
    )
    expect(opened).toHaveLength(5)

    // Two choose a day of the one; three want the two seats of the other, and their supervisor agrees by one click each.
    for (const who of ['tanaka', 'suzuki'] as const) {
      await say(who, '研修', wanted)
      await press(who, '日程を選ぶ', { of: '防災', hears: 'この日に受講する' })
      await press(who, 'この日に受講する', { of: '6月2日', hears: '受講が決まりました。' })
    }
    for (const who of staff) {
      await say(who, '研修', wanted)
      await press(who, '見る', { of: wanted, hears: '申込期間のあとに抽選で決まります' })
      const values = { 第1希望: '6月3日(木) 10:00〜12:00', 第2希望: '6月4日(金) 10:00〜12:00' }
      await fill(who, '申し込む', { values, hears: '佐藤課長に承認をお願いしています' })
    }
    const asked = await until(at('2027-05-07T09:00'))
    expect(new Set(asked.map(({ who }) => who))).toEqual(new Set(['boss']))
    expect(heard(asked, '次の申込みの承認をお願いいたします')).not.toEqual([])
    await say('boss', '研修', '承認待ちの申込みが3件あります')
    await press('boss', '承認する', { hears: '田中さん' })
    for (const who of ['田中', '鈴木', '伊藤'])
      await press('boss', '承認する', {
        of: `${who}さん`,
        hears: `${who}さんの「${wanted}」の申込みを承認しました。`,
      })

    // Shortly before it closes those hear of it who have not answered; who has not chosen a day is asked.
    const closing = await until(at('2027-05-10T09:00'))
    expect(sorted(heard(closing, 'まもなく受付を終わります'))).toEqual(
      sorted(morning('05-10', 'boss', 'watanabe')),
    )
    await say('watanabe', '研修', wanted)
    await press('watanabe', '見る', { of: wanted, hears: '今回は見送る' })
    await press('watanabe', '今回は見送る', { hears: '今回は見送りました。' })

    // The window has closed: HR sees the result before anybody hears of it, then everybody can work out the lots.
    const waiting = await until(at('2027-05-13T09:00'))
    expect(sorted(heard(waiting, '次の研修の日程をお選びください'))).toEqual(morning('05-13', 'boss', 'ito'))
    await say('hr', '研修計画', wanted)
    await press('hr', '開く', { of: wanted, hears: '選考' })
    await press('hr', '選考', {
      hears: ['この案では、3名のうち2名が席を得ます。', '抽選番号', 'まだ公表していません。'],
    })
    await say('tanaka', '研修', '結果待ち')
    await press('hr', '結果を公表する', { hears: '公表しました。2名が受講予定、1名が空き待ちです。' })
    const results = await until(at('2027-05-13T10:00'))
    expect(results).toHaveLength(3)
    expect(heard(results, '受講が決まりました。')).toHaveLength(2)
    const out = results.find(({ text }) => text.includes('空き待ち（1番目）'))?.who
    const gives = results.find(({ text }) => text.includes('受講が決まりました。6月4日'))?.who
    if (!out || !gives) throw new Error('nobody waits')
    for (const who of staff) {
      await say(who, '研修', wanted)
      await press(who, '見る', { of: wanted, hears: '結果の確かめ方' })
      await press(who, '選考のしくみと結果の確かめ方', { hears: 'あなたの抽選番号' })
      const shown = all(who)
      const inputs = new Set([...shown.matchAll(/printf '%s' '([^']+)'/g)].map(([, input = '']) => input))
      expect(inputs.size).toBe(2)
      for (const input of inputs)
        expect(shown).toContain(createHash('sha256').update(input).digest('hex').slice(0, 8))
    }

    // Somebody gives a seat back, of the day that the third one likes less: they are asked at once, and take it.
    await say(gives, '研修', wanted)
    await press(gives, '見る', { of: wanted, hears: '申込みを取り消す' })
    await press(gives, '申込みを取り消す', { hears: '申込みを取り消しました。' })
    const offered = await until(at('2027-05-13T11:00'))
    expect(offered.map(({ who }) => who)).toEqual([out])
    expect(offered[0]?.text).toContain('席が空きました。5月17日(月)までにお返事をお願いします')
    await press(out, '参加する', { hears: '参加が決まりました。6月4日' })

    // A week and a day before, an hour before; the supervisor hears once who is away. Who has not chosen is chased.
    const before = await until(at('2027-06-02T13:00'))
    const coming = (name: string) =>
      heard(
        before.filter(({ text }) => text.includes(name)),
        '受講予定の研修が近づきました',
      )
    expect(sorted(coming('第1研修室'))).toEqual(
      sorted([...morning('05-24', 'tanaka', 'suzuki'), ...morning('06-01', 'tanaka', 'suzuki')]),
    )
    expect(heard(before, 'まもなく始まります。')).toEqual(['06-02 12:30 tanaka', '06-02 12:30 suzuki'])
    const away = before.filter(({ text }) => text.includes('次の方が研修で席を外されます'))
    expect(away.map(({ who, at: when }) => `${when} ${who}`)).toEqual(morning('05-24', 'boss'))
    for (const name of ['田中', '鈴木', '6月2日', '6月3日', '6月4日']) expect(away[0]?.text).toContain(name)
    const chased = before.filter(({ text }) =>
      text.includes('が過ぎておりますが、いまからでも受講いただけます'),
    )
    const days = ['05-21', '05-27'].flatMap((day) => morning(day, 'boss', 'ito'))
    expect(sorted(chased.map(({ who, at: when }) => `${when} ${who}`))).toEqual(sorted(days))
    // Nobody above hears of it unless HR asks for it.
    expect(heard(before, '時間の確保にお力添え')).toEqual([])
    expect(before.some(({ who }) => who === 'hr' || who === 'watanabe')).toBe(false)

    // The room shows a code; whoever sends it was there. The officer ticks off the other one.
    await say('hr', '出欠', '未記録2名')
    await press('hr', '開く', { of: '防災', hears: '受付コードを出す' })
    await press('hr', '受付コードを出す', { hears: '受付コード' })
    const code = () => /「(\d{6})」/.exec(all('hr'))?.[1] ?? ''
    await expect.poll(code, { interval: 5 }).toMatch(/^\d{6}$/)
    await say('tanaka', `研修 コード ${code()}`, '受付は6月2日(水) 13:15からです。')
    await until(at('2027-06-02T13:20'))
    await say(
      'tanaka',
      `研修 コード ${code() === '000000' ? '000001' : '000000'}`,
      'このコードの研修は見つかりません',
    )
    await say('watanabe', `研修 コード ${code()}`, 'お名前がありません')
    for (const who of ['tanaka', 'suzuki'] as const)
      await say(who, `研修 コード ${code()}`, '出席を記録しました。')
    await say('tanaka', `研修 コード ${code()}`, 'すでに記録されています')

    // Three questions, once asked; the report is asked for until it is handed in, and then no more.
    const after = await until(at('2027-06-03T09:00'))
    expect(sorted(heard(after, '3問のアンケート'))).toEqual(sorted(morning('06-03', 'tanaka', 'suzuki')))
    const answers = { 内容は役に立ちましたか: '5 とても', 仕事で使えそうですか: '4 まあまあ' }
    for (const who of ['tanaka', 'suzuki'] as const)
      await fill(who, '回答する', { of: '防災', values: answers, hears: 'ご回答ありがとうございました。' })
    const reports = await until(at('2027-06-04T12:30'))
    expect(sorted(heard(reports, '研修の報告（復命）をお願いいたします'))).toEqual(
      sorted(morning('06-04', 'tanaka', 'suzuki')),
    )
    await fill('tanaka', '報告する', { values: {}, hears: '報告を提出済みにしました。' })
    const later = await until(at('2027-06-11T09:00'))
    expect(heard(later, '研修の報告の期限が過ぎております')).toEqual(morning('06-10', 'suzuki'))
    expect(heard(later, '3問のアンケート')).toEqual([])

    // HR asks the supervisor to make time: then it is done on the second day.
    await say('hr', '研修計画', wanted)
    await press('hr', '開く', { of: '防災', hears: '上司に時間の確保を依頼' })
    await press('hr', '上司に時間の確保を依頼', { hears: '依頼を、上司にお届けします。' })
    const escalated = await until(at('2027-06-11T10:00'))
    expect(escalated.map(({ who }) => who)).toEqual(['boss'])
    expect(escalated[0]?.text).toContain('時間の確保にお力添えをお願いいたします')
    for (const who of ['boss', 'ito'] as const) {
      await say(who, '研修', '防災')
      await press(who, '日程を選ぶ', { of: '防災', hears: 'この日に受講する' })
      await press(who, 'この日に受講する', { of: '6月23日', hears: '受講が決まりました。' })
    }
    const last = await until(at('2027-06-23T15:30'))
    expect(heard(last, '受講期限')).toEqual([])
    await say('hr', '出欠', '未記録2名')
    await press('hr', '開く', { of: '未記録2名', hears: '名簿に記録する' })
    await fill('hr', '名簿に記録する', { values: { 出席した方: '伊藤 葵' }, hears: '1名を記録しました。' })

    // The record: mine, my staff's, the year's.
    await say('tanaka', '研修 履歴', '1件・1.5時間')
    await say('boss', '研修 部下', '部下の受講履歴', '田中', '修了1件・1.5時間')
    await say('hr', '研修 実績', '必修の修了率', '75%')
    const done = await db.prisma.signUp.groupBy({ by: ['status'], _count: true, orderBy: { status: 'asc' } })
    expect(Object.fromEntries(done.map(({ status, _count }) => [status, _count]))).toEqual({
      attended: 3,
      cancelled: 2,
      confirmed: 3,
    })
  })
})
