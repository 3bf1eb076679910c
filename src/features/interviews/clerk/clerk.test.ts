import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase, truncateAll } from '../../../../test/support/database.ts'
import {
  buttonsOf,
  desk,
  grant,
  type InterviewCity,
  interviewCity,
  words,
} from '../../../../test/support/interview-city.ts'
import { addPerson, addSection, at, testCore } from '../../../../test/support/small-city.ts'
import { tellUntil } from '../../../../test/support/tell.ts'
import { inTransaction } from '../../../db/transaction.ts'
import { createNotices } from '../../../delivery/planner.ts'
import type { Core } from '../../feature.ts'
import { replan } from '../reminders/replan.ts'

let db: TestDatabase
let core: Core
let city: InterviewCity
let clerk: number
let outside: number
let all: ReturnType<typeof desk>
const now = at('2027-05-10T09:00')
beforeAll(async () => {
  db = await freshDatabase()
  core = { ...testCore(db).core, notices: createNotices() }
})
afterAll(() => db.drop())
beforeEach(async () => {
  await truncateAll(db)
  city = await interviewCity(db, 2)
  clerk = await addPerson(db.prisma, '庶務 春子', city.section)
  await grant(db, clerk, 'clerk', city.section)
  const tax = await addSection(db.prisma, '0200', '税務課')
  outside = await addPerson(db.prisma, '他課 夏子', tax)
  await grant(db, outside, 'clerk', tax)
  all = desk(core, db)
})

const hours = {
  from: '2027-05-12',
  to: '2027-05-12',
  weekdays: ['3'],
  hoursFrom: '10:00',
  hoursTo: '12:00',
  minutes: '60',
  place: '会議室',
}
const first = () => city.interviews[0] ?? 0
const interview = () =>
  db.prisma.interview.findUniqueOrThrow({ where: { id: first() }, include: { meeting: true } })
const told = async () =>
  (await tellUntil(db, all.feature.notices ?? [], now.add({ hours: 1 }))).map(({ to, kind }) => [kind, to])
const audits = async () =>
  (await db.prisma.audit.findMany({ orderBy: { id: 'asc' } })).map((row) => [
    row.action,
    row.actorId,
    row.subjectPersonId,
  ])

test('a clerk offers times for the manager, books one for a colleague, and both are told', async () => {
  const list = await all.say(clerk, 'interviews.clerk')
  expect(words(list)).toContain('職員1')
  expect(words(list)).toContain('日程の決まっていない方が2名')
  const opened = await all.click(clerk, 'interviews.clerk-offer', { interview: first() })
  expect(JSON.stringify(opened.form)).toContain('佐藤課長')
  const wrong = await all.submit(
    clerk,
    'interviews.clerk-offer',
    { interview: first() },
    { ...hours, to: '' },
  )
  expect(Object.keys(wrong.errors)).toEqual(['to'])
  const offered = await all.submit(clerk, 'interviews.clerk-offer', { interview: first() }, hours)
  expect(words(offered)).toContain('候補日を2件出しました')
  expect(await db.prisma.slot.count({ where: { ownerId: city.boss, status: 'offered' } })).toBe(2)
  expect(await told()).toContainEqual(['interviews.clerk-did', city.boss])

  const choices = await all.click(clerk, 'interviews.clerk-pick', { interview: first() })
  const [take] = buttonsOf(choices.card, 'interviews.clerk-take')
  const booked = await all.click(clerk, 'interviews.clerk-take', take ?? {})
  expect(words(booked)).toContain('に決めました')
  expect(await interview()).toMatchObject({ status: 'booked', meeting: { conductorId: city.boss } })
  const twice = await all.click(clerk, 'interviews.clerk-take', take ?? {})
  expect(words(twice)).toContain('ほかの操作で変わっていました')
  const heard = await db.prisma.notice.findMany({ where: { kind: 'interviews.booked' } })
  expect(heard.map(({ recipientId }) => recipientId).toSorted()).toEqual(
    [city.boss, city.staff[0]].toSorted(),
  )
  expect(await audits()).toEqual([
    ['interview.offered-by-clerk', clerk, city.boss],
    ['interview.booked', clerk, city.staff[0]],
  ])
})

test("a colleague's word on how it went is recorded for them; the manager's own is still asked", async () => {
  await all.submit(clerk, 'interviews.clerk-offer', { interview: first() }, hours)
  const choices = await all.click(clerk, 'interviews.clerk-pick', { interview: first() })
  await all.click(clerk, 'interviews.clerk-take', buttonsOf(choices.card, 'interviews.clerk-take')[0] ?? {})
  const { version } = await interview()
  const data = { interview: first(), version, answer: 'held' }
  const early = await all.click(clerk, 'interviews.clerk-answer', data)
  expect(words(early)).toContain('ほかの操作で')
  const after = at('2027-05-12T12:00')
  const recorded = await all.click(clerk, 'interviews.clerk-answer', data, after)
  expect(words(recorded)).toContain('「実施した」と記録しました')
  expect(await interview()).toMatchObject({ status: 'booked' })
  const again = await all.click(clerk, 'interviews.clerk-answer', { ...data, answer: 'not_held' }, after)
  expect(words(again)).toContain('ほかの操作で')
  const notice = await db.prisma.notice.findFirstOrThrow({
    where: { kind: 'interviews.clerk-did', status: 'planned' },
    orderBy: { id: 'desc' },
  })
  expect(notice.recipientId).toBe(city.staff[0])
  await all.click(city.boss, 'interviews.answer', data, after)
  expect(await interview()).toMatchObject({ status: 'held' })
  const trail = await db.prisma.audit.findFirstOrThrow({ where: { action: 'interview.answered-by-clerk' } })
  expect(JSON.stringify(trail.change)).not.toContain('held')
})

test('a clerk of another section finds nothing, and neither does anybody a return from leave', async () => {
  expect(words(await all.say(outside, 'interviews.clerk'))).not.toContain('職員1')
  const { version } = await interview()
  const tries = [
    ['interviews.clerk-open', {}],
    ['interviews.clerk-pick', {}],
    ['interviews.clerk-offer', {}],
    ['interviews.clerk-take', { version, slot: 1 }],
    ['interviews.clerk-answer', { version, answer: 'held' }],
  ] as const
  const refused = async (who: number, id: number) => {
    for (const [action, data] of tries)
      await expect(all.click(who, action, { interview: id, ...data }), action).rejects.toMatchObject({
        kind: 'not-found',
      })
    await expect(all.submit(who, 'interviews.clerk-offer', { interview: id }, hours)).rejects.toThrow()
  }
  await refused(outside, first())
  const talk = await db.prisma.interview.create({
    data: { kind: 'return', personId: city.staff[0] ?? 0, deadline: new Date('2027-05-28') },
  })
  await refused(clerk, talk.id)
  // Who has moved away is no longer theirs.
  const tax = await db.prisma.section.findFirstOrThrow({ where: { code: '0200' } })
  await db.prisma.post.updateMany({ where: { personId: city.staff[0] ?? 0 }, data: { sectionId: tax.id } })
  await refused(clerk, first())
  expect(words(await all.say(clerk, 'interviews.clerk'))).not.toContain('職員1')
})

test('a manager leaves it to the clerk of the section, who is asked once; without one they are told so', async () => {
  await inTransaction(db, (tx) => replan(core, tx, city.interviews, now))
  const left = await all.click(city.boss, 'interviews.to-clerk', { step: city.step })
  expect(words(left)).toContain('庶務さんに手配をお願いしました')
  await all.click(city.boss, 'interviews.to-clerk', { step: city.step })
  expect((await told()).filter(([kind]) => kind === 'interviews.clerk-asked')).toEqual([
    ['interviews.clerk-asked', clerk],
  ])
  const rows = await db.prisma.interview.findMany()
  expect(rows.map(({ quietUntil }) => quietUntil?.toISOString().slice(0, 10))).toEqual([
    '2027-05-13',
    '2027-05-13',
  ])
  const staff = await all.click(city.staff[0] ?? 0, 'interviews.to-clerk', { step: city.step })
  expect(words(staff)).toContain('いまお任せいただく面談はありません')
  await db.prisma.roleGrant.deleteMany({ where: { personId: clerk } })
  const none = await all.click(city.boss, 'interviews.to-clerk', { step: city.step })
  expect(words(none)).toContain('庶務担当の登録がありません')
})
