import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase, truncateAll } from '../../../../test/support/database.ts'
import {
  addPerson,
  addRoute,
  addSection,
  at,
  day,
  type TestCore,
  testCore,
  transfer,
} from '../../../../test/support/small-city.ts'
import { toDbDate, toDbInstant } from '../../../db/time.ts'
import { inTransaction } from '../../../db/transaction.ts'
import type { DomainEvent } from '../../../directory/events.ts'
import { conductedBy, loadInterviews } from '../load.ts'
import { meetingSubject } from '../state.ts'
import { follow } from './follow.ts'
import { conductorNotices } from './notice-kinds.ts'
import { changedKind, releasedKind } from './notices.ts'
import { reassign } from './reassign.ts'

let db: TestDatabase
let city: TestCore
const ids = {
  tax: 0,
  welfare: 0,
  taxChief: 0,
  welfareChief: 0,
  director: 0,
  staff: 0,
  colleague: 0,
  cycle: 0,
}

beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())

beforeEach(async () => {
  await truncateAll(db)
  city = testCore(db)
  const tx = db.prisma
  const root = await addSection(tx, '1', '総務部')
  ids.tax = await addSection(tx, '11', '税務課', root)
  ids.welfare = await addSection(tx, '12', '福祉課', root)
  ids.director = await addPerson(tx, '部長 一郎', root, { title: '部長' })
  ids.taxChief = await addPerson(tx, '山田 花子', ids.tax, { title: '課長' })
  ids.welfareChief = await addPerson(tx, '鈴木 次郎', ids.welfare, { title: '課長' })
  ids.staff = await addPerson(tx, '佐藤 三郎', ids.tax)
  ids.colleague = await addPerson(tx, '田中 四郎', ids.tax)
  await addRoute(tx, 'first', { sectionId: ids.tax }, ids.taxChief)
  await addRoute(tx, 'first', { sectionId: ids.welfare }, ids.welfareChief)
  await addRoute(tx, 'second', { sectionId: root }, ids.director)
  const cycle = await tx.cycle.create({
    data: {
      name: '令和8年度',
      nameEn: 'FY2026',
      startsOn: toDbDate(day('2026-04-01')),
      endsOn: toDbDate(day('2027-03-31')),
      status: 'open',
      participation: {},
    },
  })
  ids.cycle = cycle.id
})

let ordinal = 0
async function interview(
  rule: 'record_date' | 'present',
  recordDate: string,
  deadline: string,
  personId = ids.staff,
) {
  ordinal += 1
  const step = await db.prisma.step.create({
    data: {
      cycleId: ids.cycle,
      ordinal,
      kind: 'feedback',
      name: '期末面談',
      nameEn: 'Feedback interview',
      opensOn: toDbDate(day(recordDate)),
      deadline: toDbDate(day(deadline)),
      recordDate: toDbDate(day(recordDate)),
      conductorRule: rule,
    },
  })
  const made = await db.prisma.interview.create({
    data: { stepId: step.id, personId, deadline: step.deadline },
  })
  return made.id
}

async function bookFor(interviewId: number, conductorId: number, start: Temporal.Instant) {
  const time = { startsAt: toDbInstant(start), endsAt: toDbInstant(start.add({ minutes: 30 })) }
  const meeting = await db.prisma.meeting.create({ data: { ...time, conductorId } })
  await db.prisma.slot.create({
    data: { ...time, ownerId: conductorId, status: 'taken', meetingId: meeting.id },
  })
  await db.prisma.booking.create({
    data: {
      personId: ids.staff,
      subject: meetingSubject(meeting.id),
      ...time,
      exclusive: true,
      status: 'booked',
    },
  })
  await db.prisma.interview.update({
    where: { id: interviewId },
    data: { status: 'booked', meetingId: meeting.id },
  })
  return meeting.id
}

const conductorOf = async (id: number) =>
  (await db.prisma.participant.findMany({ where: { interviewId: id, role: 'conductor', toOn: null } })).map(
    (row) => row.personId,
  )
const stateOf = (id: number) => db.prisma.interview.findUniqueOrThrow({ where: { id } })
const hear = (event: DomainEvent, now: Temporal.Instant) =>
  inTransaction(db, (tx) => follow(city.core, event, tx, now))
const assignNow = (interviewIds: readonly number[], now: Temporal.Instant) =>
  inTransaction(db, (tx) => reassign(city.core, tx, interviewIds, now))

test('a record date before the first list goes by the first evaluator named since, and stays with them', async () => {
  const chief = ids.taxChief
  await db.prisma.route.deleteMany()
  const early = await interview('record_date', '2026-10-01', '2027-06-30')
  await assignNow([early], march)
  expect(await conductorOf(early)).toEqual([])
  // The list comes, with its evaluators from that day on.
  const route = { role: 'first', subjectPersonId: ids.staff, evaluatorId: chief }
  await db.prisma.route.create({
    data: { ...route, validFrom: toDbDate(day('2027-03-20')), validTo: toDbDate(day('2027-04-01')) },
  })
  await hear({ type: 'transfer-effective', personIds: [ids.staff], on: day('2027-03-20') }, march)
  expect(await conductorOf(early)).toEqual([chief])
  await db.prisma.route.create({
    data: { ...route, evaluatorId: ids.welfareChief, validFrom: toDbDate(day('2027-04-01')) },
  })
  await hear(transferred(), april)
  expect(await conductorOf(early)).toEqual([chief])
})

const march = at('2027-03-20T09:00')
const april = at('2027-04-01T00:05')
const transferred = (): DomainEvent => ({
  type: 'transfer-effective',
  personIds: [ids.staff],
  on: day('2027-04-01'),
})

describe('a transfer on 1 April', () => {
  test('the March feedback stays with the old evaluator, the open goal interview goes to the new one', async () => {
    const feedback = await interview('record_date', '2027-03-01', '2027-04-15')
    const goal = await interview('present', '2027-03-01', '2027-05-31')
    await assignNow([feedback, goal], march)
    await transfer(db.prisma, ids.staff, ids.welfare, '2027-04-01')
    await hear(transferred(), april)
    expect(await conductorOf(feedback)).toEqual([ids.taxChief])
    expect(await conductorOf(goal)).toEqual([ids.welfareChief])
    expect((await stateOf(goal)).version).toBe(3)
  })

  test('told twice it changes nothing the second time', async () => {
    const goal = await interview('present', '2027-03-01', '2027-05-31')
    await assignNow([goal], march)
    await transfer(db.prisma, ids.staff, ids.welfare, '2027-04-01')
    await hear(transferred(), april)
    const [before, audits] = [await stateOf(goal), await db.prisma.audit.count()]
    await hear(transferred(), april)
    expect(await stateOf(goal)).toEqual(before)
    expect(await db.prisma.audit.count()).toBe(audits)
  })

  test('a meeting ahead is taken back with its calendar entries and hour; one that already was stays', async () => {
    const goal = await interview('present', '2027-03-01', '2027-05-31')
    const past = await interview('present', '2027-03-01', '2027-04-30')
    await assignNow([goal, past], march)
    const ahead = await bookFor(goal, ids.taxChief, at('2027-04-12T10:00'))
    await bookFor(past, ids.taxChief, at('2027-03-30T10:00'))
    await transfer(db.prisma, ids.staff, ids.welfare, '2027-04-01')
    await hear(transferred(), april)

    expect(await stateOf(goal)).toMatchObject({ status: 'waiting', meetingId: null })
    expect(await db.prisma.meeting.findUniqueOrThrow({ where: { id: ahead } })).toMatchObject({
      status: 'released',
    })
    expect(
      await db.prisma.booking.findFirstOrThrow({ where: { subject: meetingSubject(ahead) } }),
    ).toMatchObject({ status: 'released', sequence: 1 })
    expect(
      await db.prisma.slot.findFirstOrThrow({ where: { startsAt: toDbInstant(at('2027-04-12T10:00')) } }),
    ).toMatchObject({ status: 'withdrawn', meetingId: null })
    expect(await stateOf(past)).toMatchObject({ status: 'booked' })
    expect(await conductorOf(past)).toEqual([ids.taxChief])
    expect(city.planned.get(`released:${ahead}`)?.map((notice) => notice.recipientId)).toEqual([ids.taxChief])
    expect(city.planned.get(`conductor:${goal}`)?.map((notice) => notice.recipientId)).toEqual([
      ids.staff,
      ids.welfareChief,
    ])
  })

  test('those concerned hear of it in working hours, in words that name the new conductor', async () => {
    const goal = await interview('present', '2027-03-01', '2027-05-31')
    await assignNow([goal], march)
    await bookFor(goal, ids.taxChief, at('2027-04-12T10:00'))
    await transfer(db.prisma, ids.staff, ids.welfare, '2027-04-01')
    await hear(transferred(), april)
    const [told] = city.planned.get(`conductor:${goal}`) ?? []
    expect(told?.dueAt.equals(at('2027-04-01T08:45'))).toBe(true)
    const kind = conductorNotices(city.core).find((one) => one.kind === changedKind)
    if (!kind || !told) throw new Error('nothing planned')
    const due = { id: 1, subject: `conductor:${goal}`, ...told, detail: told.detail ?? {} }
    const to = { id: ids.staff, number: '1', name: '佐藤 三郎', language: 'ja' as const }
    const part = await kind.draw(db.prisma, [due], to, at('2027-04-01T08:30'))
    const text = JSON.stringify(part)
    expect(text).toContain('期末面談は、鈴木課長がお受けします。')
    expect(text).toContain('4月12日(月) 10:00のお約束は取り消しになりました')
    expect(part?.summary).not.toContain('鈴木')
  })

  test('the same people again in October get the interview back, and history keeps who it was', async () => {
    const mid = await interview('present', '2026-04-01', '2027-12-20')
    await assignNow([mid], march)
    await transfer(db.prisma, ids.staff, ids.welfare, '2027-04-01')
    await hear(transferred(), april)
    await transfer(db.prisma, ids.staff, ids.tax, '2027-10-01')
    await hear(
      { type: 'transfer-effective', personIds: [ids.staff], on: day('2027-10-01') },
      at('2027-10-01T00:05'),
    )
    const rows = await db.prisma.participant.findMany({
      where: { interviewId: mid, role: 'conductor' },
      orderBy: { fromOn: 'asc' },
    })
    expect(rows.map((row) => row.personId)).toEqual([ids.taxChief, ids.welfareChief, ids.taxChief])
    expect(await conductorOf(mid)).toEqual([ids.taxChief])
  })

  test('a section that gets another evaluator moves the interviews of its people', async () => {
    const goal = await interview('present', '2027-03-01', '2027-05-31')
    await assignNow([goal], march)
    await db.prisma.route.updateMany({
      where: { subjectSectionId: ids.tax },
      data: { validTo: toDbDate(day('2027-04-01')) },
    })
    await addRoute(db.prisma, 'first', { sectionId: ids.tax }, ids.welfareChief, '2027-04-01')
    await hear({ type: 'transfer-effective', personIds: [], on: day('2027-04-01') }, april)
    expect(await conductorOf(goal)).toEqual([ids.welfareChief])
  })
})

describe('leave', () => {
  const absent = (personId: number, from: string, to: string, deputyId?: number) =>
    db.prisma.absence.create({
      data: {
        personId,
        kind: 'leave',
        fromOn: toDbDate(day(from)),
        toOn: toDbDate(day(to)),
        deputyId: deputyId ?? null,
      },
    })

  test('of the staff member suspends, gives the hour to others, and comes back with time enough', async () => {
    const goal = await interview('present', '2027-03-01', '2027-05-31')
    await assignNow([goal], march)
    await bookFor(goal, ids.taxChief, at('2027-05-12T10:00'))
    await absent(ids.staff, '2027-05-06', '2027-06-01')
    await hear({ type: 'absence-changed', personIds: [ids.staff] }, at('2027-05-06T09:00'))
    expect(await stateOf(goal)).toMatchObject({ status: 'suspended', meetingId: null })
    expect(await db.prisma.slot.findFirstOrThrow()).toMatchObject({ status: 'offered' })

    await hear({ type: 'day-opened', on: day('2027-06-01') }, at('2027-06-01T06:00'))
    const back = await stateOf(goal)
    expect(back).toMatchObject({ status: 'waiting', generation: 2 })
    // 1 June is a Tuesday; ten working days later is Tuesday 15 June.
    expect(back.deadline).toEqual(toDbDate(day('2027-06-15')))
    await hear({ type: 'day-opened', on: day('2027-06-01') }, at('2027-06-01T06:00'))
    expect(await stateOf(goal)).toEqual(back)
  })

  test('of the evaluator: the deputy, and the evaluator again afterwards; a meeting after the return stays', async () => {
    const goal = await interview('present', '2027-03-01', '2027-05-31')
    const other = await interview('present', '2027-03-01', '2027-05-31', ids.colleague)
    await assignNow([goal, other], march)
    await bookFor(goal, ids.taxChief, at('2027-05-25T10:00'))
    await absent(ids.taxChief, '2027-05-06', '2027-05-20', ids.welfareChief)
    await hear({ type: 'absence-changed', personIds: [ids.taxChief] }, at('2027-05-06T09:00'))
    expect(await stateOf(goal)).toMatchObject({ status: 'booked' })
    expect(await conductorOf(other)).toEqual([ids.welfareChief])
    await hear({ type: 'day-opened', on: day('2027-05-20') }, at('2027-05-20T06:00'))
    expect(await conductorOf(other)).toEqual([ids.taxChief])
  })
})

describe('leaving', () => {
  test('cancels what was ahead, tells the conductor, and comes back when it was a mistake', async () => {
    const goal = await interview('present', '2027-03-01', '2027-05-31')
    await assignNow([goal], march)
    const meeting = await bookFor(goal, ids.taxChief, at('2027-04-12T10:00'))
    await db.prisma.person.update({
      where: { id: ids.staff },
      data: { leftOn: toDbDate(day('2027-04-01')) },
    })
    await hear({ type: 'people-changed', personIds: [ids.staff] }, april)
    expect(await stateOf(goal)).toMatchObject({ status: 'cancelled', meetingId: null })
    const told = city.planned.get(`released:${meeting}`) ?? []
    expect(told.map((notice) => [notice.kind, notice.recipientId])).toEqual([[releasedKind, ids.taxChief]])

    await db.prisma.person.update({ where: { id: ids.staff }, data: { leftOn: null } })
    await hear({ type: 'people-changed', personIds: [ids.staff] }, april)
    expect(await stateOf(goal)).toMatchObject({ status: 'waiting', generation: 2 })
  })

  test('of the evaluator hands the interviews to the substitute', async () => {
    const goal = await interview('present', '2027-03-01', '2027-05-31')
    await assignNow([goal], march)
    await db.prisma.person.update({
      where: { id: ids.taxChief },
      data: { leftOn: toDbDate(day('2027-04-01')) },
    })
    await hear({ type: 'people-changed', personIds: [ids.taxChief] }, april)
    expect(await conductorOf(goal)).toEqual([ids.director])
  })
})

test('whose card it is at each date, through an April and an October transfer', async () => {
  const tx = db.prisma
  const newChief = await addPerson(tx, '高橋 五郎', ids.tax, { title: '課長' })
  const feedback = await interview('record_date', '2027-03-01', '2027-04-30')
  const goal = await interview('present', '2027-04-01', '2027-05-31')
  const mid = await interview('record_date', '2027-09-01', '2027-10-29')
  const talk = await interview('present', '2027-11-01', '2027-11-30')
  const names = new Map([
    [feedback, 'feedback'],
    [goal, 'goal'],
    [mid, 'mid'],
    [talk, 'talk'],
  ])
  const happens = (on: string, personIds: readonly number[]) =>
    inTransaction(db, async (t) => {
      await follow(city.core, { type: 'transfer-effective', personIds, on: day(on) }, t, at(`${on}T07:00`))
    })
  /** What each of the three chiefs has before them on a day. */
  const cards = async (on: string) => {
    const shown: Record<string, string[]> = {}
    for (const [name, id] of [
      ['tax', ids.taxChief],
      ['welfare', ids.welfareChief],
      ['new', newChief],
    ] as const)
      shown[name] = (await loadInterviews(tx, conductedBy(id, day(on)), day(on))).map(
        (one) => names.get(one.id) ?? '',
      )
    return shown
  }
  await inTransaction(db, (t) => reassign(city.core, t, [...names.keys()], at('2027-03-01T09:00')))
  // Until the record date has come the present evaluator prepares.
  const march = { tax: ['feedback', 'goal', 'mid', 'talk'], welfare: [], new: [] }
  expect(await cards('2027-03-31')).toEqual(march)

  await transfer(tx, ids.staff, ids.welfare, '2027-04-01')
  await happens('2027-04-01', [ids.staff])
  // The March feedback stays with whoever evaluated on 1 March; what is open goes to the new section.
  const april = { tax: ['feedback'], welfare: ['goal', 'mid', 'talk'], new: [] }
  expect(await cards('2027-04-01')).toEqual(april)
  // The day before still says what was.
  expect(await cards('2027-03-31')).toEqual(march)
  await inTransaction(db, (t) => reassign(city.core, t, [...names.keys()], at('2027-09-01T09:00')))
  expect(await cards('2027-09-01')).toEqual(april)

  // In October they come back, and the tax section has another chief.
  await transfer(tx, ids.staff, ids.tax, '2027-10-01')
  await tx.route.updateMany({
    where: { subjectSectionId: ids.tax, role: 'first' },
    data: { validTo: toDbDate(day('2027-10-01')) },
  })
  await addRoute(tx, 'first', { sectionId: ids.tax }, newChief, '2027-10-01')
  await happens('2027-10-01', [ids.staff, newChief])
  expect(await cards('2027-10-01')).toEqual({ tax: ['feedback'], welfare: ['mid'], new: ['goal', 'talk'] })
  expect(await cards('2027-09-30')).toEqual(april)

  // Told again, nothing moves. The chief's post is empty, and the director holds it besides their own.
  await happens('2027-10-01', [ids.staff, newChief])
  await tx.route.deleteMany({ where: { evaluatorId: newChief } })
  await tx.post.create({
    data: {
      personId: ids.director,
      sectionId: ids.tax,
      title: '課長（事務取扱）',
      main: false,
      acting: true,
      validFrom: toDbDate(day('2027-10-15')),
    },
  })
  await happens('2027-10-15', [])
  expect(await conductorOf(talk)).toEqual([ids.director])
  expect(await cards('2027-10-15')).toEqual({ tax: ['feedback'], welfare: ['mid'], new: [] })
})
