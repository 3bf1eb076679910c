import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { freshDatabase, type TestDatabase, truncateAll } from '../../../../test/support/database.ts'
import {
  buttonsOf,
  desk,
  grant,
  type InterviewCity,
  interviewCity,
} from '../../../../test/support/interview-city.ts'
import { expectLegal } from '../../../../test/support/legal.ts'
import { plainText } from '../../../../test/support/plain.ts'
import { addPerson, addRoute, addSection, at, day, testCore } from '../../../../test/support/small-city.ts'
import { type Told, tellUntil } from '../../../../test/support/tell.ts'
import { toDbDate, toDbInstant } from '../../../db/time.ts'
import { inTransaction } from '../../../db/transaction.ts'
import { createNotices } from '../../../delivery/planner.ts'
import type { Ask } from '../../../intake/handler.ts'
import type { Core } from '../../feature.ts'
import { replan } from './replan.ts'

let db: TestDatabase
let core: Core
let city: InterviewCity
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())

const start = at('2027-05-01T10:00')
const plan = (ids: readonly number[], now = start) => inTransaction(db, (tx) => replan(core, tx, ids, now))
beforeEach(async () => {
  await truncateAll(db)
  core = { ...testCore(db).core, notices: createNotices() }
  city = await interviewCity(db)
  await plan(city.interviews)
})

const tell = async (until: string): Promise<Told[]> => {
  const told = await tellUntil(db, desk(core, db).feature.notices ?? [], at(until))
  for (const { card } of told) {
    expectLegal(card)
    // manners.md: what a notification previews names nobody, and nothing scolds.
    expect(card.summary).not.toMatch(/職員\d|佐藤|山本/)
    expect(plainText(card)).not.toMatch(/督促|未実施|至急|[!！]/)
  }
  return told
}
const when = ({ at: instant, to, kind }: Told) =>
  `${instant.toZonedDateTimeISO('Asia/Tokyo').toPlainDateTime().toString({ smallestUnit: 'minute' })} ${kind.slice(11)} ${to}`
const offerSlots = (from: string, minutes = 30) =>
  db.prisma.slot.create({
    data: {
      ownerId: city.boss,
      stepId: city.step,
      startsAt: toDbInstant(at(from)),
      endsAt: toDbInstant(at(from).add({ minutes })),
    },
  })
const book = async (interview: number, from: string) => {
  const [startsAt, endsAt] = [toDbInstant(at(from)), toDbInstant(at(from).add({ minutes: 30 }))]
  const meeting = await db.prisma.meeting.create({
    data: { conductorId: city.boss, startsAt, endsAt, place: '会議室A' },
  })
  await db.prisma.interview.update({
    where: { id: interview },
    data: { status: 'booked', meetingId: meeting.id },
  })
}

describe('a step on which nobody moves', () => {
  it('gives the conductor one list a rung, the staff one notice of the season, HR whom to telephone', async () => {
    const told = await tell('2027-07-01T00:00')
    const { boss, hr, staff } = city
    expect(told.map(when)).toEqual([
      `2027-05-06T08:45 offer ${boss}`,
      ...staff.map((id) => `2027-05-06T08:45 pick ${id}`),
      `2027-05-19T08:45 offer ${boss}`,
      `2027-05-25T08:45 offer ${boss}`,
      `2027-05-27T08:45 offer ${boss}`,
      `2027-05-28T08:45 offer ${boss}`,
      `2027-05-31T08:45 offer ${boss}`,
      `2027-06-02T08:45 offer ${boss}`,
      `2027-06-02T08:45 phone ${hr}`,
      `2027-06-08T08:45 offer ${boss}`,
    ])
    const lists = told.filter(({ kind }) => kind === 'interviews.offer')
    expect(lists[1]?.words).toContain(
      '期首面談：日程が未設定の方が3名いらっしゃいます。期限は5月28日(金)です。',
    )
    expect(lists[1]?.words).toContain('職員1さん、職員2さん、職員3さん')
    expect(lists[4]?.words).toContain('本日が期限')
    expect(lists[5]?.words).toContain('行き違いでしたらご容赦ください')
    expect(lists[6]?.words).toContain('期限を調整いたします')
    expect(lists[7]?.words).toContain('お電話')
    for (const list of lists) expect(buttonsOf(list.card, 'interviews.offer')).toEqual([{ step: city.step }])
    expect(buttonsOf(lists[0]?.card, 'interviews.later')).toEqual([])
    const phone = told.find(({ kind }) => kind === 'interviews.phone')
    expect(phone?.words).toContain('佐藤課長')
    expect(phone?.words).toContain('期首面談 候補日がまだの方3名分 期限5月28日(金)')
  })

  it('signs the last rung with the name of the HR officer that the city set', async () => {
    const changed = await desk(core, db).submit(
      city.hr,
      'interviews.ladder-form',
      {},
      {
        holder: '＋7',
        phone: '',
        superior: '',
        at: '09:00',
        again: '1, 3',
        officer: '鈴木',
        office: '総務課人事係',
        officeEn: 'the General Affairs Section',
      },
    )
    expect(plainText(changed.card ?? { summary: '', blocks: [] })).toContain('ご本人・面談者へ: +7')
    const told = await tell('2027-07-01T00:00')
    expect(told.map(when)).toContain(`2027-06-08T09:00 offer ${city.boss}`)
    expect(told.at(-1)?.words).toContain('総務課人事係 鈴木')
    expect(told.some(({ kind }) => kind === 'interviews.phone')).toBe(false)
  })

  it('signs it with the officer in charge where the city set no name, and speaks of the last day as such', async () => {
    const told = await tell('2027-06-08T12:00')
    const to = (kind: string, date: string) =>
      told.find((each) => when(each) === `${date}T08:45 ${kind} ${city.boss}`)?.words
    expect(to('offer', '2027-05-25')).toContain('期間と時間帯を選ぶだけで')
    expect(to('offer', '2027-05-27')).toContain('あと1開庁日です')
    expect(to('offer', '2027-06-02')).not.toContain('職員課 人事')
    expect(to('offer', '2027-06-08')).toContain('職員課 人事')
  })

  it('reads English in English', async () => {
    await db.prisma.person.update({ where: { id: city.boss }, data: { language: 'en' } })
    const [first] = await tell('2027-05-06T08:45')
    expect(first?.words).toContain('The Goal interview has opened. It is due on Fri 28 May, for 3 people.')
  })
})

describe('a notice drawn when the world has moved on', () => {
  it('turns to the staff once hours are offered, and says nothing of whoever has booked', async () => {
    await offerSlots('2027-05-27T10:00')
    await plan(city.interviews)
    const [first, second] = city.interviews
    await book(first ?? 0, '2027-05-20T14:00')
    await plan([first ?? 0])
    const told = (await tell('2027-05-19T09:00')).filter(
      ({ at: t }) => Temporal.Instant.compare(t, at('2027-05-10T00:00')) > 0,
    )
    expect(told.map(when)).toEqual([
      `2027-05-19T08:45 pick ${city.staff[1]}`,
      `2027-05-19T08:45 pick ${city.staff[2]}`,
    ])
    expect(buttonsOf(told[0]?.card, 'interviews.pick')).toEqual([{ interview: second }])
  })

  it('is silent without a replanning, when the right person or the state has changed behind its back', async () => {
    await db.prisma.interview.updateMany({ where: {}, data: { status: 'exempt' } })
    expect(await tell('2027-07-01T00:00')).toEqual([])
    const left = await db.prisma.notice.groupBy({ by: ['status'], _count: true })
    expect(left.map(({ status }) => status)).toEqual(['obsolete'])
  })

  it('tells both of the day and asks both how it went, with the three answers', async () => {
    const [first] = city.interviews
    await db.prisma.notice.deleteMany()
    await book(first ?? 0, '2027-05-20T14:00')
    await plan([first ?? 0])
    const told = await tell('2027-05-24T09:00')
    const both = [city.boss, city.staff[0]]
    expect(told.map(when)).toEqual([
      ...both.map((id) => `2027-05-20T08:45 upcoming ${id}`),
      `2027-05-20T14:30 ask ${city.staff[0]}`,
      `2027-05-20T16:30 ask ${city.boss}`,
      ...both.map((id) => `2027-05-24T08:45 ask ${id}`),
    ])
    expect(told.map(({ words }) => words.includes('行き違いでしたらご容赦ください'))).toEqual([
      ...[false, false, false, false],
      ...[true, true],
    ])
    expect(told[0]?.words).toContain('5月20日(木) 14:00〜14:30 期首面談')
    expect(told[0]?.words).toContain('職員1さん／会議室A')
    expect(buttonsOf(told[2]?.card, 'interviews.answer').map(({ answer }) => answer)).toEqual([
      'held',
      'moved',
      'not_held',
    ])
  })

  it('asks who conducted several in a day once, in the evening, with one question over all of them', async () => {
    await db.prisma.notice.deleteMany()
    const [first, second] = city.interviews
    await book(first ?? 0, '2027-05-20T10:00')
    await book(second ?? 0, '2027-05-20T14:00')
    await plan(city.interviews.slice(0, 2))
    const told = (await tell('2027-05-20T18:00')).filter(({ to }) => to === city.boss)
    expect(told.map(when)).toEqual([
      `2027-05-20T08:45 upcoming ${city.boss}`,
      `2027-05-20T16:30 ask ${city.boss}`,
    ])
    const evening = told[1]
    expect(evening?.words.split('内容はお尋ねしません').length).toBe(2)
    // The greeting is the digest's, once over all parts.
    expect(evening?.words).not.toContain('お疲れさまです')
    const asked = buttonsOf(evening?.card, 'interviews.answer')
    expect(asked.map(({ interview }) => interview)).toEqual([first, first, first, second, second, second])
  })

  it('stays away from a cycle that is closed, and from a conductor on leave', async () => {
    await db.prisma.absence.create({
      data: {
        personId: city.boss,
        kind: 'leave',
        fromOn: toDbDate(day('2027-05-24')),
        toOn: toDbDate(day('2027-09-01')),
      },
    })
    await plan(city.interviews)
    const told = await tell('2027-05-27T09:00')
    expect(told.filter(({ to }) => to === city.boss).map(when)).toEqual([
      `2027-05-06T08:45 offer ${city.boss}`,
      `2027-05-19T08:45 offer ${city.boss}`,
    ])
    expect(told.filter(({ to }) => to === city.hr).at(-1)?.words).toContain(
      '面談者が決まっていない、または不在の面談が3件',
    )
    await db.prisma.cycle.updateMany({ data: { status: 'closed' } })
    expect(await tell('2027-07-01T00:00')).toEqual([])
  })
})

describe('the quiet ways out', () => {
  it('reminds again on the next working day of whoever asked for it', async () => {
    await tell('2027-05-21T00:00')
    // A Friday: the next working day is Monday.
    const seen = await desk(core, db).click(
      city.boss,
      'interviews.later',
      { step: city.step },
      at('2027-05-21T09:00'),
    )
    expect(seen.card && plainText(seen.card)).toContain('5月24日(月)の朝にあらためてお知らせします')
    const told = await tell('2027-05-24T12:00')
    expect(told.map(when)).toEqual([`2027-05-24T08:45 offer ${city.boss}`])
    expect(await db.prisma.audit.count({ where: { action: 'interview.quiet' } })).toBe(3)
  })

  it('has nothing to put off for somebody with whom the matter is not', async () => {
    const d = desk(core, db)
    for (const id of [city.hr, city.staff[0] ?? 0]) {
      const seen = await d.click(id, 'interviews.later', {
        step: city.step,
        interview: city.interviews[0] ?? 0,
      })
      expect(seen.card && plainText(seen.card)).toContain('お手続きは必要ありません')
    }
    expect(await db.prisma.interview.count({ where: { quietUntil: { not: null } } })).toBe(0)
  })

  it('asks HR for a later deadline, which one click grants and moves every notice', async () => {
    const d = desk(core, db)
    const now = at('2027-05-25T10:00')
    await tell('2027-05-25T10:00')
    const opened = await d.click(city.boss, 'interviews.ask-deadline', { step: city.step }, now)
    if (!opened.form) throw new Error('no form')
    expectLegal(opened.form)
    const { id, data = {} } = opened.form
    for (const [date, problem] of [
      ['', '日付を選んで'],
      ['2027-02-31', '日付を選んで'],
      ['2027-05-28', '今の期限'],
      ['2028-04-03', '3月31日'],
      ['2027-06-06', '閉庁日'],
    ] as const)
      expect((await d.submit(city.boss, id, data, { date }, now)).errors.date).toContain(problem)
    await d.submit(city.boss, id, data, { date: '2027-06-09' }, now)
    await d.submit(city.boss, id, data, { date: '2027-06-11' }, now)
    const asked = await tell('2027-05-25T12:00')
    expect(asked.map(when)).toEqual([`2027-05-25T10:00 deadline-asked ${city.hr}`])
    expect(asked[0]?.words).toContain('相談が1件')
    // While HR thinks, whoever asked is left in peace.
    expect(await tell('2027-05-28T07:00')).toEqual([])

    const actor = { id: city.hr, grants: [{ role: 'hr', sectionId: null }] }
    const home = await d.feature.home?.({
      actor,
      language: 'ja',
      now,
      today: day('2027-05-28'),
    } as unknown as Ask)
    expect(home?.map(({ text }) => text)).toEqual(['期限の相談が1件あります'])
    const list = await d.click(city.hr, 'interviews.deadlines', {}, at('2027-05-28T07:30'))
    if (!list.card) throw new Error('no list')
    expectLegal(list.card)
    expect(plainText(list.card)).toContain('佐藤課長 期首面談 3名分\n5月28日(金) → 6月11日(金)')
    const [button] = buttonsOf(list.card, 'interviews.deadline-grant')
    const granted = await d.click(city.hr, 'interviews.deadline-grant', button ?? {}, at('2027-05-28T08:00'))
    expect(granted.card && plainText(granted.card)).toContain('3件の期限を6月11日(金)に変更し')
    const again = await d.click(city.hr, 'interviews.deadline-grant', button ?? {}, at('2027-05-28T08:00'))
    expect(again.card && plainText(again.card)).toContain('すでにお返事が済んで')
    const told = await tell('2027-06-10T12:00')
    expect(told.map(when)).toEqual([
      `2027-05-28T08:45 deadline-settled ${city.boss}`,
      `2027-06-02T08:45 offer ${city.boss}`,
      `2027-06-08T08:45 offer ${city.boss}`,
      `2027-06-10T08:45 offer ${city.boss}`,
    ])
    expect(told[0]?.words).toContain('期首面談の期限を6月11日(金)に調整しました')
    const moved = await db.prisma.interview.findMany()
    expect(moved.map(({ version }) => version)).toEqual([2, 2, 2])
    expect(
      await db.prisma.audit.count({ where: { action: 'interview.deadline-granted', actorId: city.hr } }),
    ).toBe(3)
  })

  it('keeps the deadline when HR declines, and tells whoever asked so kindly', async () => {
    const d = desk(core, db)
    const now = at('2027-05-25T10:00')
    await offerSlots('2027-05-27T10:00')
    await plan(city.interviews)
    const [staff, interview] = [city.staff[0] ?? 0, city.interviews[0] ?? 0]
    await d.submit(staff, 'interviews.deadline-form', { interview }, { date: '2027-06-04' }, now)
    await d.click(city.hr, 'interviews.deadline-decline', { request: 1 }, now)
    const told = (await tell('2027-05-25T12:00')).filter(({ kind }) => kind.startsWith('interviews.deadline'))
    expect(told.map(when)).toEqual([`2027-05-25T10:00 deadline-settled ${staff}`])
    expect(told[0]?.words).toContain('5月28日(金)のままとなりました')
  })

  it('lets HR of another part neither see nor answer', async () => {
    const fire = await addSection(db.prisma, '0900', '消防本部')
    const other = await addPerson(db.prisma, '消防 次郎', fire)
    await grant(db, other, 'hr', fire)
    const d = desk(core, db)
    const now = at('2027-05-25T10:00')
    await d.submit(city.boss, 'interviews.deadline-form', { step: city.step }, { date: '2027-06-11' }, now)
    const list = await d.click(other, 'interviews.deadlines', {}, now)
    expect(list.card && plainText(list.card)).toContain('お返事を待っている相談はありません')
    await expect(d.click(other, 'interviews.deadline-grant', { request: 1 }, now)).rejects.toThrow(
      'outside your part',
    )
    const tellIt = { step: city.step, holder: city.boss }
    await expect(d.click(other, 'interviews.tell-superior', tellIt, now)).rejects.toThrow('outside your part')
    const seen = await d.say(other, 'interviews.outlook-ahead', '30', now)
    expect(seen.card && plainText(seen.card)).toContain('送る予定のお知らせはありません')
  })
})

describe('telling a superior', () => {
  it('is a button of HR: the person hears of it first, the superior the next morning', async () => {
    const director = await addPerson(db.prisma, '山本 部夫', city.section, { title: '部長' })
    await addRoute(db.prisma, 'supervisor', { personId: city.boss }, director)
    await tell('2027-06-02T09:00')
    const d = desk(core, db)
    const seen = await d.click(
      city.hr,
      'interviews.tell-superior',
      { step: city.step, holder: city.boss },
      at('2027-06-02T10:00'),
    )
    expect(seen.card && plainText(seen.card)).toContain('佐藤課長に先にお伝えし')
    const told = await tell('2027-06-03T12:00')
    expect(told.map(when)).toEqual([
      `2027-06-02T10:00 superior-soon ${city.boss}`,
      `2027-06-03T08:45 superior ${director}`,
    ])
    expect(told[0]?.words).toContain('山本部長にもご相談')
    expect(told[1]?.words).toContain('佐藤課長の期首面談')
    expect(told[1]?.words).not.toContain('職員1')
  })

  it('does not reach the superior when dates are found in time', async () => {
    const director = await addPerson(db.prisma, '山本 部夫', city.section, { title: '部長' })
    await addRoute(db.prisma, 'supervisor', { personId: city.boss }, director)
    await tell('2027-06-02T09:00')
    await desk(core, db).click(
      city.hr,
      'interviews.tell-superior',
      { step: city.step, holder: city.boss },
      at('2027-06-02T10:00'),
    )
    await tell('2027-06-02T11:00')
    for (const [i, interview] of city.interviews.entries()) await book(interview, `2027-06-04T1${i}:00`)
    await plan(city.interviews, at('2027-06-02T15:00'))
    expect(await tell('2027-06-03T12:00')).toEqual([])
  })

  it('is not offered where no superior is known', async () => {
    const seen = await desk(core, db).click(city.hr, 'interviews.tell-superior', {
      step: city.step,
      holder: city.boss,
    })
    expect(seen.card && plainText(seen.card)).toContain('上司の登録がない')
  })
})

describe('what HR sees and sets', () => {
  it('looks ahead by message, pages, and looks no further than asked', async () => {
    const d = desk(core, db)
    const seen = await d.say(city.hr, 'interviews.outlook-ahead', '30日', at('2027-05-17T09:00'))
    if (!seen.card) throw new Error('no card')
    expectLegal(seen.card)
    const words = plainText(seen.card)
    expect(words).toContain('5月19日(水) 08:45 佐藤課長(総務課)')
    expect(words).toContain('候補日の案内 3件')
    expect(words).toContain('連絡先の一覧 3件')
    const short = await d.say(city.hr, 'interviews.outlook-ahead', '', at('2027-05-17T09:00'))
    expect(short.card && plainText(short.card)).not.toContain('5月25日(火) 08:45')
  })

  it('says at each field what is wrong with a ladder', async () => {
    const seen = await desk(core, db).submit(
      city.hr,
      'interviews.ladder-form',
      {},
      {
        holder: '-7, よろしく',
        phone: '99',
        superior: '',
        at: '05:00',
        again: '0',
      },
    )
    expect(Object.keys(seen.errors).sort()).toEqual(['again', 'at', 'holder', 'phone'])
    const opened = await desk(core, db).click(city.hr, 'interviews.ladder', {})
    if (!opened.form) throw new Error('no form')
    expectLegal(opened.form)
  })
})
