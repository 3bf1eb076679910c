// Busy times of a groupware: given, read again, left out of what is offered, and gone when their owner says so.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase, truncateAll } from '../../../test/support/database.ts'
import { buttonsOf, desk, type InterviewCity, interviewCity } from '../../../test/support/interview-city.ts'
import { at, testCore } from '../../../test/support/small-city.ts'
import type { Fetched } from '../../agenda/groupware/fetch.ts'
import { plainCard } from '../../cards/plain.ts'
import { MovableClock } from '../../kernel/clock.ts'
import { secretOf } from '../../kernel/secret.ts'
import { groupware } from './index.ts'

const start = at('2027-05-10T09:00')
let db: TestDatabase
let city: InterviewCity
let clock: MovableClock
let answers: Fetched[]
const fetched: string[] = []
const calendar = (...hours: [string, string][]) =>
  new TextEncoder().encode(
    [
      'BEGIN:VCALENDAR',
      ...hours.flatMap(([from, to], n) => [
        'BEGIN:VEVENT',
        `UID:${n}@x`,
        'SUMMARY:市長協議（秘）',
        `DTSTART;TZID=Asia/Tokyo:${from}`,
        `DTEND;TZID=Asia/Tokyo:${to}`,
        'END:VEVENT',
      ]),
      'END:VCALENDAR',
    ].join('\r\n'),
  )
const morning = calendar(['20270512T093000', '20270512T110000'])

beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())
beforeEach(async () => {
  await truncateAll(db)
  clock = new MovableClock(start)
  city = await interviewCity(db)
  answers = []
  fetched.length = 0
})

const coreOf = () => {
  const secret = secretOf(Buffer.alloc(32, 5))
  return {
    ...testCore(db).core,
    clock,
    sealing: secret,
    fetchCalendar: async (url: string): Promise<Fetched> => {
      fetched.push(url)
      return answers.shift() ?? { type: 'ok', bytes: morning }
    },
  }
}
const own = () => desk(coreOf(), db, groupware(coreOf()))
const interviewsDesk = () => desk(coreOf(), db)
const give = (personId: number, bytes: Uint8Array, name = 'calendar.ics') =>
  own().give(personId, groupware(coreOf()).files?.[0], name, bytes, clock.now())
const look = async () => {
  for (const job of groupware(coreOf()).jobs ?? [])
    if ('beside' in job) await job.beside(clock.now(), new AbortController().signal)
}
const week = {
  from: '2027-05-12',
  to: '2027-05-12',
  weekdays: ['1', '2', '3', '4', '5'],
  hoursFrom: '09:00',
  hoursTo: '12:00',
  minutes: '60',
  place: '',
}
const offer = () =>
  interviewsDesk().submit(city.boss, 'interviews.offer', { step: city.step }, week, clock.now())
const hours = async () =>
  (await db.prisma.slot.findMany({ orderBy: { startsAt: 'asc' } })).map(({ startsAt }) =>
    startsAt.toISOString().slice(11, 16),
  )
const card = async (personId: number) => {
  const seen = await own().say(personId, 'groupware.show')
  return seen.card ? plainCard(seen.card, 'ja') : ''
}

test('a file given to the bot leaves its hours out of what is offered, and nothing of it is kept but the times', async () => {
  await give(city.boss, morning)
  await offer()
  // 9:00-9:30 is too short, 11:00-12:00 is left.
  expect(await hours()).toEqual(['02:00'])
  expect(await card(city.boss)).toContain('5月12日(水) 09:30〜11:00')
  const { rows } = await db.pool.query(
    `SELECT row_to_json(b)::text AS row FROM busy_time b UNION ALL SELECT row_to_json(a)::text FROM audit a`,
  )
  expect(JSON.stringify(rows)).not.toContain('市長')
  // Another file takes its place.
  await give(city.boss, calendar())
  expect(await db.prisma.busyTime.count()).toBe(0)
})

test('an hour on offer at which either is busy by now is not shown to choose, and may be settled all the same', async () => {
  await offer()
  const [staff = 0] = city.staff
  const [interview = 0] = city.interviews
  const choices = async () =>
    buttonsOf(
      (await interviewsDesk().click(staff, 'interviews.pick', { interview }, clock.now())).card,
      'interviews.take',
    )
  const before = await choices()
  expect(before).toHaveLength(3)
  await give(staff, morning)
  expect(await choices()).toHaveLength(1)
  await give(city.boss, calendar(['20270512T110000', '20270512T120000']))
  expect(await choices()).toHaveLength(0)
  await interviewsDesk().click(staff, 'interviews.take', before[0] ?? {}, clock.now())
  expect(await db.prisma.interview.count({ where: { status: 'booked' } })).toBe(1)
})

describe('an address', () => {
  const address = 'https://outlook.example.com/owa/secret-token/calendar.ics'
  const save = (url = address) => own().submit(city.boss, 'groupware.address', {}, { url }, clock.now())

  test('is kept sealed, read within minutes and every hour, and what it says now replaces what it said', async () => {
    expect((await save('ftp://x')).errors.url).toContain('https://')
    await save('webcal://outlook.example.com/owa/secret-token/calendar.ics')
    await look()
    await look()
    expect(fetched).toEqual([address])
    expect(await db.prisma.busyTime.count()).toBe(1)
    const { rows } = await db.pool.query(`SELECT encode(address, 'escape') AS a FROM busy_source`)
    expect(JSON.stringify(rows)).not.toContain('secret-token')
    expect(await card(city.boss)).not.toContain('secret-token')
    answers.push({ type: 'ok', bytes: calendar() })
    clock.advance({ minutes: 61 })
    await look()
    expect(await db.prisma.busyTime.count()).toBe(0)
  })

  test('that cannot be read keeps what it said, says why, and is asked less and less often', async () => {
    await save()
    await look()
    for (let n = 0; n < 4; n += 1) answers.push({ type: 'bad', why: 'refused' })
    clock.advance({ minutes: 61 })
    await look()
    expect(await card(city.boss)).toContain('予定表を開けませんでした')
    expect(await db.prisma.busyTime.count()).toBe(1)
    for (const minutes of [61, 61]) {
      clock.advance({ minutes })
      await look()
    }
    // The second failure waits for two hours.
    expect(fetched).toHaveLength(3)
    answers.length = 0
    await own().click(city.boss, 'groupware.again', {}, clock.now())
    await look()
    expect(await card(city.boss)).not.toContain('開けませんでした')
  })

  test('is read by one process at a time, and not for who has left', async () => {
    await save()
    await Promise.all([look(), look()])
    expect(fetched).toHaveLength(1)
    await db.prisma.person.update({ where: { id: city.boss }, data: { leftOn: new Date('2027-05-01') } })
    clock.advance({ hours: 2 })
    await look()
    expect(fetched).toHaveLength(1)
  })

  test('and all that was read goes at one word of its owner, and a reading under way leaves nothing behind', async () => {
    await save()
    await look()
    await give(city.boss, morning)
    await own().click(city.boss, 'groupware.remove', {}, clock.now())
    expect([await db.prisma.busySource.count(), await db.prisma.busyTime.count()]).toEqual([0, 0])
    const trail = await db.prisma.audit.findMany({
      select: { action: true, change: true },
      orderBy: { id: 'asc' },
    })
    expect(trail).toEqual(
      ['address-given', 'file-given', 'removed'].map((action) => ({
        action: `groupware.${action}`,
        change: {},
      })),
    )
  })
})
