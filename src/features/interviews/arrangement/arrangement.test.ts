import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { closedFrom } from '../../../../test/support/closure.ts'
import { freshDatabase, type TestDatabase, truncateAll } from '../../../../test/support/database.ts'
import {
  buttonsOf,
  desk,
  type InterviewCity,
  interviewCity,
  words,
} from '../../../../test/support/interview-city.ts'
import { at, testCore } from '../../../../test/support/small-city.ts'
import type { ActionData } from '../../../cards/card.ts'
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
  city = await interviewCity(db, 4)
  const made = testCore(db)
  planned = made.planned
  at_ = desk(made.core, db)
})
afterAll(() => db.drop())

const form = {
  from: '2027-05-17',
  to: '2027-05-17',
  weekdays: ['1', '2', '3', '4', '5'],
  hoursFrom: '10:00',
  hoursTo: '12:00',
  minutes: '30',
  answerBy: '2027-05-13',
}
const start = (values = {}) =>
  at_.submit(city.boss, 'interviews.arrange', { step: city.step }, { ...form, ...values })
const ids = async () =>
  (await db.prisma.slot.findMany({ orderBy: { startsAt: 'asc' } })).map((slot) => String(slot.id))
const key = (n: number) => ({ arrangement: 1, interview: city.interviews[n] ?? 0 })
const mark = (n: number, suits: string[], best: string[] = [], none = false) =>
  at_.submit(city.staff[n] ?? 0, 'interviews.suits', key(n), { suits, best, none: none ? ['none'] : [] })
const propose = () => at_.click(city.boss, 'interviews.propose', { arrangement: 1 })
const acceptOf = (seen: Awaited<ReturnType<typeof propose>>): ActionData =>
  buttonsOf(seen.card, 'interviews.accept')[0] ?? {}
const kinds = () => planned.get('arrangement:1')?.map((w) => [w.kind, w.rung, w.recipientId])

describe('asking what suits', () => {
  test('holds the hours back and asks everybody once; a second asking shows the first', async () => {
    const seen = await start()
    expect(seen.errors).toEqual({})
    expect(await db.prisma.slot.count({ where: { status: 'arranging' } })).toBe(4)
    expect(kinds()).toEqual([
      ...city.staff.map((id) => ['interviews.arrange', 'ask', id]),
      ['interviews.arranged', 'due', city.boss],
    ])
    expect(words(await start({ from: '2027-05-18', to: '2027-05-18' }))).toContain('すでに都合をうかがって')
    expect(await db.prisma.arrangement.count()).toBe(1)
    const picks = await at_.click(city.staff[0] ?? 0, 'interviews.pick', {
      interview: city.interviews[0] ?? 0,
    })
    expect(buttonsOf(picks.card, 'interviews.take')).toEqual([])
  })

  test.each<[string, Record<string, string>, string]>([
    ['answers after the first hour', { answerBy: '2027-05-17' }, 'answerBy'],
    ['answers by yesterday', { answerBy: '2027-05-09' }, 'answerBy'],
    ['a holiday', { from: '2027-11-03', to: '2027-11-03' }, 'from'],
    ['more than can be marked', { to: '2027-06-30', minutes: '10' }, 'to'],
  ])('%s is said at its field', async (_, values, field) => {
    expect(Object.keys((await start(values)).errors)).toEqual([field])
    expect(await db.prisma.arrangement.count()).toBe(0)
  })

  test('an answer is one’s own, says something, can be changed, and the last one tells the conductor', async () => {
    await start()
    const slots = await ids()
    const opened = await at_.click(city.staff[0] ?? 0, 'interviews.suits', key(0))
    expect(opened.form?.fields.map((field) => field.name)).toEqual(['suits', 'best', 'none'])
    expect((await mark(0, [])).errors.suits).toBeDefined()
    expect((await mark(0, slots, [], true)).errors.none).toBeDefined()
    expect((await mark(0, ['999'])).errors.suits).toBeDefined()
    await expect(
      at_.submit(city.staff[1] ?? 0, 'interviews.suits', key(0), { suits: slots }),
    ).rejects.toMatchObject({ kind: 'not-found' })
    await mark(0, slots)
    await mark(0, slots.slice(0, 1), slots.slice(1, 2))
    expect(await db.prisma.suits.count()).toBe(2)
    await mark(1, slots)
    await mark(2, [], [], true)
    expect(kinds()).toEqual([
      ['interviews.arrange', 'ask', city.staff[3]],
      ['interviews.arranged', 'due', city.boss],
    ])
    await mark(3, slots)
    expect(kinds()).toEqual([['interviews.arranged', 'all', city.boss]])
  })

  test('is among the next things of whoever is asked, and of who asked', async () => {
    await start()
    await mark(1, [], [], true)
    const texts = async (who: number) =>
      (await at_.home(who)).flatMap((item) =>
        item.button?.action.id.match(/suits|arrangement/) ? [item.text + (item.detail ?? '')] : [],
      )
    expect(await texts(city.staff[0] ?? 0)).toEqual(['期首面談のご都合をお知らせください'])
    expect(await texts(city.staff[1] ?? 0)).toEqual([])
    expect(await texts(city.boss)).toEqual(['期首面談の日程調整1名 / 4名'])
  })

  test('is the conductor’s alone to see and settle', async () => {
    await start()
    const stranger = city.staff[0] ?? 0
    for (const [id, data] of [
      ['interviews.arrangement', { arrangement: 1 }],
      ['interviews.propose', { arrangement: 1 }],
      ['interviews.accept', { arrangement: 1, made: 0 }],
      ['interviews.arrange-cancel', { arrangement: 1 }],
    ] as const)
      await expect(at_.click(stranger, id, data)).rejects.toMatchObject({ kind: 'not-found' })
  })
})

describe('the proposed timetable', () => {
  test('has no hour on a day of rest, whatever was marked before', async () => {
    await start()
    for (const n of [0, 1, 2, 3]) await mark(n, await ids())
    await closedFrom(db.prisma, '2027-05-17', '2027-05-19', city.hr)
    expect(words(await propose())).toContain('4名のうち0名')
    await db.prisma.closure.deleteMany()
    expect(words(await propose())).toContain('4名のうち4名')
  })

  test('places all, the preferred hour first, and books them in one go', async () => {
    await start()
    const [a = '', b = '', c = '', d = ''] = await ids()
    await mark(0, [a, b], [c])
    await mark(1, [a])
    await mark(2, [a, b])
    await mark(3, [d, c])
    const seen = await propose()
    expect(words(seen)).toContain('4名のうち4名')
    expect(words(seen)).toContain('特に希望された時間')
    const accept = acceptOf(seen)
    const done = await Promise.all([1, 2].map(() => at_.click(city.boss, 'interviews.accept', accept)))
    for (const each of done) expect(words(each)).toContain('4名の面談の日時を登録')
    expect(await db.prisma.interview.count({ where: { status: 'booked', version: 2 } })).toBe(4)
    expect(await db.prisma.meeting.count()).toBe(4)
    const third = await db.prisma.interview.findUniqueOrThrow({
      where: { id: city.interviews[0] ?? 0 },
      include: { meeting: { include: { slot: true } } },
    })
    expect(third.meeting?.slot?.id).toBe(Number(c))
  })

  test('who cannot be placed is named with the reason, and chooses from what is left', async () => {
    await start()
    const [a = '', b = ''] = await ids()
    await mark(0, [a])
    await mark(1, [a])
    await mark(2, [], [], true)
    const seen = await propose()
    expect(words(seen)).toContain('2名の方は、同じ1つの枠だけを希望')
    expect(words(seen)).toContain('どの候補も難しい')
    expect(words(seen)).toContain('ご回答を待っています')
    const done = await at_.click(city.boss, 'interviews.accept', acceptOf(seen))
    expect(words(done)).toContain('1名の面談の日時を登録')
    expect(words(done)).toContain('残りの3件')
    expect(await db.prisma.slot.count({ where: { status: 'offered' } })).toBe(3)
    const free = await at_.click(city.staff[3] ?? 0, 'interviews.pick', {
      interview: city.interviews[3] ?? 0,
    })
    expect(buttonsOf(free.card, 'interviews.take').map((data) => String(data.slot))).toContain(b)
    expect(planned.get(`offer:${city.interviews[3]}`)).toHaveLength(1)
    // the arrangement is over for whoever comes late
    expect(words(await mark(3, [b]))).toContain('この日程調整は終わっています')
  })

  test('skips whoever moved on since, and says so; an older proposal is shown anew', async () => {
    await start()
    const [a = '', b = ''] = await ids()
    await mark(0, [a])
    await mark(1, [b])
    const accept = acceptOf(await propose())
    const old = await at_.click(city.boss, 'interviews.accept', { ...accept, made: 1 })
    expect(words(old)).toContain('その後に回答や予定が変わりました')
    await at_.submit(
      city.boss,
      'interviews.fix',
      { interview: city.interviews[0] ?? 0, version: 1 },
      { date: '2027-05-14', time: '09:00', minutes: '30' },
    )
    const slot = await db.prisma.slot.findUniqueOrThrow({ where: { id: Number(b) } })
    await db.prisma.booking.create({
      data: {
        personId: city.staff[1] ?? 0,
        subject: 'other:1',
        startsAt: slot.startsAt,
        endsAt: slot.endsAt,
        exclusive: true,
        status: 'booked',
      },
    })
    const done = await at_.click(city.boss, 'interviews.accept', accept)
    expect(words(done)).toContain('職員1さん')
    expect(words(done)).toContain('職員2さん')
    expect(await db.prisma.interview.count({ where: { status: 'booked' } })).toBe(1)
  })

  test('called off: hours and questions are withdrawn', async () => {
    await start()
    const [a = ''] = await ids()
    await mark(0, [a])
    await at_.click(city.boss, 'interviews.arrange-cancel', { arrangement: 1 })
    const trail = await db.prisma.audit.findMany({
      where: { subject: 'arrangement:1' },
      orderBy: { id: 'asc' },
    })
    expect(trail.map(({ action }) => action)).toEqual(['arrangement.started', 'arrangement.cancelled'])
    expect(await db.prisma.slot.count({ where: { status: 'withdrawn' } })).toBe(4)
    expect(kinds()).toEqual([])
    expect(words(await at_.click(city.boss, 'interviews.propose', { arrangement: 1 }))).toContain('終わって')
  })
})

test('the question is drawn for who has not answered, and obsolete for who has', async () => {
  await start()
  const [a = ''] = await ids()
  await mark(0, [a])
  const kind = at_.feature.notices?.find((each) => each.kind === 'interviews.arrange')
  const drawFor = (n: number) =>
    inTransaction(db, async (tx) =>
      kind?.draw(
        tx,
        [
          {
            id: 7,
            kind: 'interviews.arrange',
            subject: 'arrangement:1',
            recipientId: city.staff[n] ?? 0,
            dueAt: at('2027-05-10T09:00'),
            detail: { interview: city.interviews[n] ?? 0 },
          },
        ],
        { id: city.staff[n] ?? 0, number: '1', name: '', language: 'ja' },
        at('2027-05-10T09:05'),
      ),
    )
  expect(await drawFor(0)).toBeNull()
  expect(JSON.stringify(await drawFor(1))).toContain('4件の候補')
})
