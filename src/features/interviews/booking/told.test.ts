import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase, truncateAll } from '../../../../test/support/database.ts'
import {
  buttonsOf,
  desk,
  type InterviewCity,
  interviewCity,
} from '../../../../test/support/interview-city.ts'
import { expectLegal } from '../../../../test/support/legal.ts'
import { addPerson, at, day, testCore } from '../../../../test/support/small-city.ts'
import { tellUntil } from '../../../../test/support/tell.ts'
import { toDbDate, toDbInstant } from '../../../db/time.ts'
import { inTransaction } from '../../../db/transaction.ts'
import { createNotices } from '../../../delivery/planner.ts'

let db: TestDatabase
let city: InterviewCity
let at_: ReturnType<typeof desk>
beforeAll(async () => {
  db = await freshDatabase()
})
beforeEach(async () => {
  await truncateAll(db)
  city = await interviewCity(db)
  at_ = desk({ ...testCore(db).core, notices: createNotices() }, db)
})
afterAll(() => db.drop())

const staffAt = (n: number) => city.staff[n] ?? 0
const interviewAt = (n: number) => city.interviews[n] ?? 0
const now = at('2027-05-10T09:00')
const evening = at('2027-05-10T16:30')
/** What is told by then, of these kinds, to whom. */
const told = async (until = now) => {
  const all = await tellUntil(db, at_.feature.notices ?? [], until)
  for (const each of all) expectLegal(each.card)
  return all.filter((each) =>
    ['interviews.offered', 'interviews.booked', 'interviews.released', 'interviews.again'].includes(
      each.kind,
    ),
  )
}
const offer = () =>
  at_.submit(
    city.boss,
    'interviews.offer',
    { step: city.step },
    {
      from: '2027-05-12',
      to: '2027-05-12',
      weekdays: ['3'],
      hoursFrom: '10:00',
      hoursTo: '12:00',
      minutes: '30',
    },
  )
const take = async (n: number) => {
  const seen = await at_.click(staffAt(n), 'interviews.pick', { interview: interviewAt(n) })
  return at_.click(staffAt(n), 'interviews.take', buttonsOf(seen.card, 'interviews.take')[0] ?? {})
}

test('hours on offer are told to whoever waits, once a day, and no names are in the preview', async () => {
  await offer()
  const first = await told()
  expect(first.map((each) => each.to).sort()).toEqual([...city.staff].sort())
  for (const each of first) {
    expect(each.words).toContain('4件')
    expect(buttonsOf(each.card, 'interviews.pick')).toHaveLength(1)
    expect(each.card.summary).not.toMatch(/佐藤|職員\d/)
  }
  await at_.submit(
    city.boss,
    'interviews.offer',
    { step: city.step },
    {
      from: '2027-05-13',
      to: '2027-05-13',
      weekdays: ['4'],
      hoursFrom: '10:00',
      hoursTo: '12:00',
      minutes: '30',
    },
  )
  expect(await told()).toEqual([])
})

test('who has chosen already is not told of hours; the conductor hears of all choices in one message', async () => {
  await offer()
  await take(0)
  await take(1)
  expect((await told()).map((each) => [each.kind, each.to])).toEqual([['interviews.offered', staffAt(2)]])
  const seen = await told(evening)
  const boss = seen.filter((each) => each.to === city.boss)
  expect(boss.map((each) => each.kind)).toEqual(['interviews.booked'])
  expect(boss[0]?.words).toContain('職員1さん 5月12日(水) 10:00〜10:30')
  expect(boss[0]?.words).toContain('職員2さん')
  expect(buttonsOf(boss[0]?.card, 'interviews.ics')).toHaveLength(2)
})

test('of an hour that is near the conductor hears at once; of one given back before the evening not at all', async () => {
  await offer()
  const soon = at('2027-05-12T09:30')
  await at_.click(staffAt(0), 'interviews.pick', { interview: interviewAt(0) }, soon)
  const seen = await at_.click(staffAt(0), 'interviews.pick', { interview: interviewAt(0) }, soon)
  await at_.click(staffAt(0), 'interviews.take', buttonsOf(seen.card, 'interviews.take')[0] ?? {}, soon)
  expect((await told(soon)).filter((each) => each.to === city.boss).map((each) => each.kind)).toEqual([
    'interviews.booked',
  ])
  await take(1)
  await at_.click(staffAt(1), 'interviews.cancel', { interview: interviewAt(1), version: 2 })
  expect((await told(evening)).filter((each) => each.to === city.boss)).toEqual([])
})

test('a time given back before it was told is told as given back, with the file that removes it', async () => {
  await offer()
  await take(0)
  await told()
  await at_.click(city.boss, 'interviews.cancel', { interview: interviewAt(0), version: 2, slot: 'offered' })
  const seen = await told()
  expect(seen.map((each) => [each.kind, each.to])).toContainEqual(['interviews.released', staffAt(0)])
  const released = seen.find((each) => each.kind === 'interviews.released')
  expect(released?.words).toContain('佐藤課長')
  expect(buttonsOf(released?.card, 'interviews.ics')).toHaveLength(1)
})

test('another conductor’s hour instead: the first one hears that theirs is free again', async () => {
  const second = await addPerson(db.prisma, '鈴木 次郎', city.section, { title: '課長補佐' })
  await db.prisma.participant.create({
    data: {
      interviewId: interviewAt(0),
      personId: second,
      role: 'conductor',
      fromOn: toDbDate(day('2027-04-01')),
    },
  })
  await offer()
  await take(0)
  await told(evening)
  const slot = await db.prisma.slot.create({
    data: {
      ownerId: second,
      startsAt: toDbInstant(at('2027-05-13T14:00')),
      endsAt: toDbInstant(at('2027-05-13T14:30')),
    },
  })
  await at_.click(staffAt(0), 'interviews.take', { interview: interviewAt(0), version: 2, slot: slot.id })
  const seen = await told(evening)
  expect(seen.map((each) => [each.kind, each.to]).sort()).toEqual(
    [
      ['interviews.booked', second],
      ['interviews.released', city.boss],
    ].sort(),
  )
  expect(seen.find((each) => each.to === city.boss)?.words).toContain('職員1さん 5月12日(水) 10:00〜10:30')
  expect(seen.find((each) => each.to === second)?.words).toContain('5月13日(木) 14:00〜14:30')
})

test('in English for who reads English', async () => {
  await db.prisma.person.update({ where: { id: staffAt(0) }, data: { language: 'en' } })
  await offer()
  const seen = (await told()).find((each) => each.to === staffAt(0))
  expect(seen?.words).toContain('Goal interview: 4 times on offer')
  expect(seen?.words).not.toMatch(/[ぁ-んァ-ン一-龥]/)
  const card = await at_.click(staffAt(0), 'interviews.open', { interview: interviewAt(0) })
  expect(JSON.stringify(card.card)).toContain('佐藤 一郎')
})

test('the neutral offer to both is the same for both, and gone once a time is found', async () => {
  await at_.submit(
    city.boss,
    'interviews.fix',
    { interview: interviewAt(0), version: 1 },
    { date: '2027-05-12', time: '10:00', minutes: '30' },
  )
  const after = at('2027-05-12T11:00')
  for (const who of [staffAt(0), city.boss])
    await at_.click(
      who,
      'interviews.answer',
      { interview: interviewAt(0), version: 2, answer: 'not_held' },
      after,
    )
  const seen = (await told(after)).filter((each) => each.kind === 'interviews.again')
  expect(seen.map((each) => each.to).sort()).toEqual([staffAt(0), city.boss].sort())
  for (const each of seen) expect(each.words).not.toMatch(/実施していない|実施した/)
})

test('on the day of disclosure whoever it concerns hears the day, the last day of complaint and the desk, once', async () => {
  const seen = async () =>
    buttonsOf(
      (await at_.click(city.hr, 'interviews.step', { step: city.step })).card,
      'interviews.step-disclose',
    )[0]
  const set = async (on: string, when = now) =>
    at_.submit(city.hr, 'interviews.step-disclosed', (await seen()) ?? {}, { day: on }, when)
  expect(Object.keys((await set('2027-05-09')).errors)).toEqual(['day'])
  // Two weeks on, on a Saturday: told on Monday.
  const changed = JSON.stringify((await set('2027-05-22')).card)
  expect(changed).toContain('開示日を5月22日(土)にしました')
  expect(changed).toContain(`${city.staff.length}名`)
  const overview = await at_.click(city.hr, 'interviews.cycle', { cycle: (await seen())?.cycle ?? 0 })
  expect(JSON.stringify(overview.card)).toContain('開示 5月22日(土)')
  const open = (on: string) =>
    inTransaction(db, async (tx) =>
      at_.feature.on?.({ type: 'day-opened', on: day(on) }, tx, at(`${on}T00:05`)),
    )
  await open('2027-05-21')
  const heard = async (until: string) =>
    (await tellUntil(db, at_.feature.notices ?? [], at(until))).filter(
      ({ kind }) => kind === 'interviews.disclosed',
    )
  expect(await heard('2027-05-23T12:00')).toEqual([])
  // Whoever is exempt meanwhile hears nothing.
  await db.prisma.interview.update({ where: { id: interviewAt(0) }, data: { status: 'exempt' } })
  const told = await heard('2027-05-24T09:00')
  expect(told.map(({ to }) => to)).toEqual(city.staff.slice(1))
  for (const { card, words } of told) {
    expectLegal(card)
    expect(words).toContain('開示日：5月22日(土)')
    expect(words).toContain('苦情の申出：6月7日(月)まで・窓口：職員課')
  }
  await open('2027-05-25')
  expect(await heard('2027-05-25T12:00')).toEqual([])
})
