import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase, truncateAll } from '../../../../test/support/database.ts'
import {
  buttonsOf,
  desk,
  grant,
  type InterviewCity,
  interviewCity,
  words,
} from '../../../../test/support/interview-city.ts'
import { addPerson, at, day, testCore } from '../../../../test/support/small-city.ts'
import { toDbDate } from '../../../db/time.ts'
import { inTransaction } from '../../../db/transaction.ts'

let db: TestDatabase
let city: InterviewCity
let planned: ReturnType<typeof testCore>['planned']
let at_: ReturnType<typeof desk>
beforeAll(async () => {
  db = await freshDatabase()
})
beforeEach(async () => {
  await truncateAll(db)
  city = await interviewCity(db)
  const made = testCore(db)
  planned = made.planned
  at_ = desk(made.core, db)
  await at_.submit(
    city.boss,
    'interviews.fix',
    { interview: interview(), version: 1 },
    { date: '2027-05-12', time: '10:00', minutes: '30' },
  )
})
afterAll(() => db.drop())

const interview = () => city.interviews[0] ?? 0
const staff = () => city.staff[0] ?? 0
const row = () => db.prisma.interview.findUniqueOrThrow({ where: { id: interview() } })
/** Wednesday 12 May, after the meeting. */
const after = at('2027-05-12T10:30')
const say = (who: number, answer: string, now = after, version = 2, own = true) =>
  at_.click(who, 'interviews.answer', { interview: interview(), version, answer, own }, now)
const morning = (date: string) =>
  inTransaction(db, async (tx) => {
    await at_.feature.on?.({ type: 'day-opened', on: day(date) }, tx, at(`${date}T00:05`))
  })
const asked = async (who: number, now = after) =>
  buttonsOf(
    (await at_.click(who, 'interviews.open', { interview: interview() }, now)).card,
    'interviews.answer',
  )

describe('was it held', () => {
  test('is asked of both after the end, and of nobody before', async () => {
    expect(await asked(staff(), at('2027-05-12T10:29'))).toEqual([])
    expect((await asked(staff())).map((data) => data.answer)).toEqual(['held', 'moved', 'not_held'])
    expect(await asked(city.boss)).toHaveLength(3)
    expect(words(await say(staff(), 'held', at('2027-05-12T10:10')))).toContain('終了後')
    expect(await db.prisma.confirmation.count()).toBe(0)
  })

  test('both say held: it is, on the day of the meeting', async () => {
    await say(staff(), 'held')
    const seen = await say(city.boss, 'held', at('2027-05-13T09:00'))
    expect(words(seen)).toContain('実施済み')
    expect(await row()).toMatchObject({ status: 'held', heldOn: toDbDate(day('2027-05-12')) })
    expect(await db.prisma.meeting.findMany({ select: { status: true } })).toEqual([{ status: 'held' }])
    expect(words(await say(staff(), 'not_held'))).toContain('すでに済んでいます')
    expect(await row()).toMatchObject({ status: 'held' })
  })

  test('the first answer is seen by nobody else, and can be changed until the second', async () => {
    await say(staff(), 'not_held')
    const boss = await at_.click(city.boss, 'interviews.open', { interview: interview() }, after)
    expect(words(boss)).not.toContain('承りました')
    expect(await asked(city.boss)).toHaveLength(3)
    await say(staff(), 'held')
    await say(city.boss, 'held')
    expect(await row()).toMatchObject({ status: 'held' })
  })

  test('neither says held: back to finding a time, both are told the same, reminders start anew', async () => {
    const { meetingId } = await row()
    await say(staff(), 'moved')
    await say(city.boss, 'not_held')
    expect(await row()).toMatchObject({ status: 'waiting', meetingId: null, generation: 2 })
    const told = planned.get(`meeting:${meetingId}`) ?? []
    expect(told.map((each) => [each.kind, each.recipientId]).sort()).toEqual(
      [staff(), city.boss].map((id) => ['interviews.again', id]).sort(),
    )
    expect(told.map((each) => JSON.stringify(each.detail))).toEqual(
      Array(2).fill(JSON.stringify({ interview: interview() })),
    )
  })

  test('a double click, and both at the same moment, count once', async () => {
    await Promise.all([say(staff(), 'held'), say(staff(), 'held'), say(city.boss, 'held')])
    expect(await row()).toMatchObject({ status: 'held', version: 3 })
    expect(await db.prisma.audit.count({ where: { action: 'interview.held' } })).toBe(1)
  })

  test('nobody else can answer; a button of a meeting given back shows what is now', async () => {
    for (const who of [city.staff[1] ?? 0, city.hr])
      await expect(say(who, 'held')).rejects.toMatchObject({ kind: 'not-found' })
    await at_.click(staff(), 'interviews.cancel', { interview: interview(), version: 2 })
    expect(words(await say(staff(), 'held'))).toContain('先ほど更新されました')
    await db.prisma.interview.update({ where: { id: interview() }, data: { status: 'suspended' } })
    expect(words(await say(staff(), 'held'))).toContain('お休み')
    expect(await db.prisma.confirmation.count()).toBe(0)
  })

  test('after a transfer the one who sat there still answers for it, and can do nothing else', async () => {
    await db.prisma.participant.updateMany({
      where: { interviewId: interview() },
      data: { toOn: toDbDate(day('2027-05-13')) },
    })
    const later = at('2027-05-13T09:00')
    await say(staff(), 'held', later)
    expect(await asked(city.boss, later)).toHaveLength(3)
    await say(city.boss, 'held', later)
    expect(await row()).toMatchObject({ status: 'held' })
  })
})

describe('what the two answers leave open', () => {
  test('silence waits five working days, then is HR’s; the day runs twice without harm', async () => {
    await say(staff(), 'held')
    await morning('2027-05-19')
    expect(await row()).toMatchObject({ status: 'booked' })
    await morning('2027-05-20')
    await morning('2027-05-20')
    expect(await row()).toMatchObject({ status: 'unclear', version: 3 })
    expect(await db.prisma.audit.count({ where: { action: 'interview.unclear' } })).toBe(1)
    // a late answer may still complete it
    const late = at('2027-05-20T10:00')
    expect(await asked(staff(), late)).toEqual([])
    await say(city.boss, 'held', late, 3)
    expect(await row()).toMatchObject({ status: 'held' })
  })

  test('differences are on the list of HR of that part of the tree alone, and settled there', async () => {
    await say(staff(), 'held')
    const seen = await say(city.boss, 'not_held')
    expect(words(seen)).toContain('人事担当が確認')
    expect(words(seen)).not.toContain('実施した')
    const elsewhere = await addPerson(db.prisma, '別課 人事', city.section)
    const other = await db.prisma.section.create({
      data: { code: '0200', name: '税務課', validFrom: toDbDate(day('2020-04-01')) },
    })
    await grant(db, elsewhere, 'hr', other.id)
    expect(words(await at_.say(elsewhere, 'interviews.unclear'))).toContain('確認が必要な面談はありません')
    const forged = { interview: interview(), version: 3, as: 'held' }
    await expect(at_.click(elsewhere, 'interviews.settle', forged)).rejects.toMatchObject({
      kind: 'not-found',
    })
    await expect(at_.click(city.boss, 'interviews.settle', forged)).rejects.toThrow('not allowed')

    const [open = {}] = buttonsOf((await at_.say(city.hr, 'interviews.unclear')).card, 'interviews.check')
    const card = await at_.click(city.hr, 'interviews.check', open)
    expect(words(card)).toContain('実施していない')
    const settle = buttonsOf(card.card, 'interviews.settle')
    await at_.click(city.hr, 'interviews.settle', settle[1] ?? {})
    expect(await row()).toMatchObject({ status: 'waiting', version: 4 })
    expect(words(await at_.click(city.hr, 'interviews.settle', settle[0] ?? {}))).toContain('すでに')
    expect(await row()).toMatchObject({ status: 'waiting' })
    expect(await db.prisma.audit.findFirst({ where: { action: 'interview.again' } })).toMatchObject({
      actorId: city.hr,
      subjectPersonId: staff(),
    })
  })

  test('an officer does not settle their own interview', async () => {
    await grant(db, city.boss, 'hr')
    await say(staff(), 'held')
    await say(city.boss, 'not_held')
    expect(words(await at_.say(city.boss, 'interviews.unclear'))).toContain('確認が必要な面談はありません')
    const forged = { interview: interview(), version: 3, as: 'held' }
    await expect(at_.click(city.boss, 'interviews.settle', forged)).rejects.toMatchObject({
      kind: 'not-found',
    })
  })
})
