import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase, truncateAll } from '../../../test/support/database.ts'
import { type FakePlatform, fakePlatform } from '../../../test/support/fake-platform.ts'
import { desk, type InterviewCity, interviewCity, words } from '../../../test/support/interview-city.ts'
import { at, day } from '../../../test/support/small-city.ts'
import type { FormValues } from '../../cards/card.ts'
import { type City, composeCity } from '../../compose.ts'
import { inTransaction } from '../../db/transaction.ts'
import { calendarOf } from '../../directory/calendars.ts'
import { isWorkingDay } from '../../kernel/calendar.ts'
import { MovableClock } from '../../kernel/clock.ts'
import { createLog } from '../../kernel/log.ts'
import { secretOf } from '../../kernel/secret.ts'
import { replan } from '../interviews/reminders/replan.ts'

let db: TestDatabase
let city: City
let people: InterviewCity
let clock: MovableClock
let chat: FakePlatform
let hr: ReturnType<typeof desk>
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())

const thursday = at('2027-05-20T10:00')
beforeEach(async () => {
  await truncateAll(db)
  clock = new MovableClock(thursday)
  chat = fakePlatform({ platform: 'playground', now: () => clock.now() })
  const secret = secretOf(Buffer.alloc(32, 3))
  const log = createLog('silent')
  const options = { db, clock, zone: 'Asia/Tokyo', secret, log, platforms: [chat], processMetrics: false }
  city = composeCity(options)
  people = await interviewCity(db, 2)
  const ids = [people.boss, people.hr, ...people.staff]
  await db.prisma.identity.createMany({
    data: ids.map((personId) => ({
      personId,
      platform: 'playground',
      tenant: 'playground',
      userId: `${personId}`,
      conversation: `D${personId}`,
    })),
  })
  const feature = city.features.find(({ name }) => name === 'calendars')
  if (!feature) throw new Error('no calendars')
  hr = desk(city.core, db, feature)
  await inTransaction(db, (tx) => replan(city.core, tx, people.interviews, clock.now()))
})

const declare = (values: FormValues, data: { id?: number; mark?: string } = {}) =>
  hr.submit(people.hr, 'calendars.closure', data, { reason: '台風第15号', ...values }, clock.now())
const deadlines = async () => {
  const rows = await db.prisma.interview.findMany({ orderBy: { id: 'asc' }, include: { step: true } })
  return rows.map(({ deadline, step }) =>
    [deadline, step?.deadline].map((d) => d?.toISOString().slice(5, 10)),
  )
}
/** Lives through every morning and evening until then. */
const until = async (local: string) => {
  while (Temporal.Instant.compare(clock.now(), at(local)) < 0) {
    clock.advance({ minutes: 60 * 8 })
    await city.delivery.runDue()
  }
}
const row = async () => {
  const { id, fromOn, toOn } = await db.prisma.closure.findFirstOrThrow()
  const iso = (date: Date) => date.toISOString().slice(0, 10)
  return { id, mark: `${iso(fromOn)}/${iso(toOn)}` }
}

describe('a pause for a disaster', () => {
  test('lets nothing out on its days, and everything is due as many working days later', async () => {
    const said = words(await declare({ from: '2027-05-21', last: '2027-05-25' }))
    expect(said).toContain('面談2件の期限を移し')
    // Friday, Monday and Tuesday are lost of 28 May.
    expect(await deadlines()).toEqual([
      ['06-02', '06-02'],
      ['06-02', '06-02'],
    ])
    await until('2027-05-26T00:00')
    const resting = chat.arrived.filter(({ at: when }) => {
      const on = when?.toZonedDateTimeISO('Asia/Tokyo').toPlainDate().toString() ?? ''
      return on >= '2027-05-21' && on <= '2027-05-25'
    })
    expect(resting).toEqual([])
    const before = chat.arrived.length
    await until('2027-06-02T18:00')
    expect(chat.arrived.length).toBeGreaterThan(before)
    // Nothing speaks of the day that is no longer the deadline.
    expect(JSON.stringify(chat.arrived)).not.toContain('5月28日')
    const trail = await db.prisma.audit.findMany({ orderBy: { id: 'asc' } })
    expect(trail.map(({ action }) => action)).toEqual([
      'calendar.closure-added',
      'interview.deadline-moved',
      'interview.deadline-moved',
    ])
    expect(trail[1]?.change).toEqual({ from: '2027-05-28', to: '2027-06-02' })
  })

  test('made longer moves them further; ended early gives the days back; taken back, all of them', async () => {
    await declare({ from: '2027-05-24', last: '2027-05-25' })
    expect((await deadlines())[0]).toEqual(['06-01', '06-01'])
    await declare({ from: '2027-05-24', last: '2027-05-26' }, await row())
    expect((await deadlines())[0]).toEqual(['06-02', '06-02'])
    clock.set(at('2027-05-25T09:00'))
    const ended = await hr.submit(
      people.hr,
      'calendars.closure',
      await row(),
      { remove: ['yes'], from: '2027-05-24', last: '2027-05-26', reason: 'x' },
      clock.now(),
    )
    expect(words(ended)).toContain('面談2件の期限を、実際に休止した勤務日の分に合わせました')
    // Only Monday was lost.
    expect((await deadlines())[0]).toEqual(['05-31', '05-31'])
    expect(await row()).toMatchObject({ mark: '2027-05-24/2027-05-25' })
  })

  test('concerns what is under way: what is held, over, or opens later stays', async () => {
    const [first, second] = people.interviews
    await db.prisma.interview.update({
      where: { id: first ?? 0 },
      data: { status: 'held', heldOn: new Date('2027-05-19') },
    })
    await db.prisma.interview.update({
      where: { id: second ?? 0 },
      data: { deadline: new Date('2027-05-20') },
    })
    await declare({ from: '2027-05-21', last: '2027-05-21' })
    expect((await deadlines()).map(([deadline]) => deadline)).toEqual(['05-28', '05-20'])
    await db.prisma.step.updateMany({
      data: { opensOn: new Date('2027-05-27'), deadline: new Date('2027-05-28') },
    })
    await db.prisma.interview.updateMany({
      data: { status: 'waiting', heldOn: null, deadline: new Date('2027-05-28') },
    })
    await declare({ from: '2027-05-24', last: '2027-05-26' })
    expect((await deadlines())[0]).toEqual(['05-28', '05-28'])
  })

  test('goes by the calendar of each person', async () => {
    const calendar = await db.prisma.calendar.create({
      data: { code: 'nursery', name: '保育園', weekdays: [2, 3, 4, 5, 6], observesHolidays: true },
    })
    await db.prisma.person.update({ where: { id: people.staff[0] ?? 0 }, data: { calendarId: calendar.id } })
    // Saturday and Monday: the nursery loses Saturday, the office Monday.
    await declare({ from: '2027-05-22', last: '2027-05-24' })
    expect((await deadlines()).map(([deadline]) => deadline)).toEqual(['05-29', '05-31'])
  })

  test('refuses days that make no sense, overlaps and stale presses, each at its field', async () => {
    const errors = async (values: FormValues, data = {}) => Object.keys((await declare(values, data)).errors)
    expect(await errors({ from: '', last: '' })).toEqual(['from', 'last'])
    expect(await errors({ from: '2027-05-10', last: '2027-05-11' })).toEqual(['from'])
    expect(await errors({ from: '2027-05-21', last: '2027-05-20' })).toEqual(['last'])
    expect(await errors({ from: '2027-05-21', last: '2027-07-20' })).toEqual(['last'])
    expect(await errors({ from: '2027-05-21', last: '2027-05-21', reason: ' ' })).toEqual(['reason'])
    expect(await errors({ from: '2027-05-20', last: '2027-05-21' })).toEqual([])
    expect(await errors({ from: '2027-05-21', last: '2027-05-22' })).toEqual(['last'])
    expect(await errors({ from: '2027-05-19', last: '2027-05-21' }, await row())).toEqual(['from'])
    const stale = await declare({ from: '2027-05-20', last: '2027-05-28' }, { ...(await row()), mark: 'x' })
    expect(words(stale)).toContain('すでに変更されたか')
    expect(await db.prisma.closure.count()).toBe(1)
    for (const command of ['calendars.closures'])
      expect(words(await hr.say(people.hr, command, '', clock.now()))).toContain('台風第15号')
    const edit = await hr.click(people.hr, 'calendars.closure-edit', await row(), clock.now())
    expect(edit.form?.fields.map(({ name }) => name)).toEqual(['from', 'last', 'reason', 'remove'])
  })
})

describe('a roster given to the bot', () => {
  const give = (rows: readonly string[], name = '7月勤務表.csv') =>
    hr.give(
      people.hr,
      hr.feature.files?.[0],
      name,
      new TextEncoder().encode(`\ufeff${rows.join('\r\n')}`),
      clock.now(),
    )
  const numberOf = async (id = people.staff[0] ?? 0) =>
    (await db.prisma.person.findUniqueOrThrow({ where: { id } })).number

  test('makes its days each one of the people, and the usual week goes on around it', async () => {
    const number = await numberOf()
    const read = await give(['職員番号,2027/5/29,2027/5/31', `${number},出,休`])
    expect(words(read)).toContain('1名、のべ2日分')
    await give(['職員番号,日付,勤務', `${number},2027/5/30,日勤`], 'shift.csv')
    const calendar = await calendarOf(db.prisma, people.staff[0] ?? 0, day('2027-05-20'))
    const works = ['05-28', '05-29', '05-30', '05-31', '06-01'].map((d) =>
      isWorkingDay(calendar, day(`2027-${d}`)),
    )
    expect(works).toEqual([true, true, true, false, true])
    expect(await db.prisma.audit.count({ where: { action: 'calendar.roster' } })).toBe(2)
    // A pause counts the days of the roster: Friday is lost, Saturday is worked.
    await declare({ from: '2027-05-28', last: '2027-05-28' })
    expect((await deadlines()).map(([deadline]) => deadline)).toEqual(['05-29', '05-31'])
  })

  test('changes nothing where something is not understood, and names each point', async () => {
    const number = await numberOf()
    const read = words(
      await give(['職員番号,日付,勤務', `${number},2027/5/29,出`, '9999,2027/5/29,出', `${number},x,出`]),
    )
    expect(read).toContain('職員番号「9999」の方が登録されていません')
    expect(read).toContain('4行目: 「x」は日付として読めません')
    expect(await db.prisma.calendar.count()).toBe(0)
    expect(words(await give(['氏名,所属']))).toContain('読み取れませんでした')
    await expect(give(['職員番号,氏名'], '名簿.csv')).rejects.toThrow('is not taken')
  })
})
