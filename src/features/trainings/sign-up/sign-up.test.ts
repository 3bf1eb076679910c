import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { loadActor } from '../../../../test/support/actor.ts'
import { closedFrom } from '../../../../test/support/closure.ts'
import { freshDatabase, type TestDatabase, truncateAll } from '../../../../test/support/database.ts'
import { buttonsOf, desk, type Seen, words } from '../../../../test/support/interview-city.ts'
import { addRoute, at, day, testCore } from '../../../../test/support/small-city.ts'
import {
  addCourse,
  statusesOf,
  type TrainingCity,
  trainingCity,
} from '../../../../test/support/training-city.ts'
import { busySpans } from '../../../agenda/bookings.ts'
import { toDbDate } from '../../../db/time.ts'
import { inTransaction } from '../../../db/transaction.ts'
import type { DomainEvent } from '../../../directory/events.ts'
import { trainings } from '../index.ts'
import { signUpSubject } from '../state.ts'

let db: TestDatabase
let city: TrainingCity
let hall: ReturnType<typeof desk>
let planned: ReturnType<typeof testCore>['planned']

beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())
beforeEach(async () => {
  await truncateAll(db)
  city = await trainingCity(db)
  const test = testCore(db)
  planned = test.planned
  hall = desk(test.core, db, trainings(test.core))
})

const staff = (n: number) => city.staff[n] ?? 0
const tell = (event: DomainEvent, now: Temporal.Instant) =>
  inTransaction(db, async (tx) => hall.feature.on?.(event, tx, now))
const openDay = (iso: string) => tell({ type: 'day-opened', on: day(iso) }, at(`${iso}T00:01`))
const only = async (personId: number) => {
  const rows = await db.prisma.signUp.findMany({ where: { personId }, orderBy: { id: 'desc' } })
  const [row] = rows
  if (!row) throw new Error('no sign-up')
  return row
}
const press = async (personId: number, id: string, now = at('2027-05-10T10:00'), more = {}) => {
  const { id: signUp, version } = await only(personId)
  return hall.click(personId, id, { signUp, version, ...more }, now)
}
const kindsOf = (signUp: number) =>
  (planned.get(signUpSubject(signUp)) ?? []).map(({ kind, rung }) => `${kind} ${rung}`)

describe('signing up', () => {
  test('takes one click where nobody has to approve; the hour is taken and reminders are planned', async () => {
    const course = await addCourse(db.prisma)
    const seen = await hall.click(staff(0), 'trainings.apply', { course: course.id })
    expect(words(seen)).toContain('受講が決まりました')
    expect(words(seen)).toContain('6月10日(木) 13:30〜16:00')
    const row = await only(staff(0))
    expect(row).toMatchObject({ status: 'confirmed', seatNumber: 1 })
    expect(
      await busySpans(db.prisma, [staff(0)], at('2027-06-10T00:00'), at('2027-06-11T00:00')),
    ).toMatchObject([{ subject: `sign-up:${row.id}`, exclusive: false }])
    expect(kindsOf(row.id)).toEqual([
      'trainings.coming -7',
      'trainings.coming -1',
      'trainings.soon -1h',
      'trainings.away week',
    ])
  })

  test('a double click and a button of yesterday change nothing', async () => {
    const course = await addCourse(db.prisma)
    await Promise.all([0, 1].map(() => hall.click(staff(0), 'trainings.apply', { course: course.id })))
    expect(await statusesOf(db.prisma, course.id)).toEqual(['confirmed'])
    const { id, version } = await only(staff(0))
    await hall.click(staff(0), 'trainings.withdraw', { signUp: id, version })
    const seen = await hall.click(staff(0), 'trainings.withdraw', { signUp: id, version })
    expect(words(seen)).toContain('状況が変わって')
    expect(await statusesOf(db.prisma, course.id)).toEqual(['cancelled'])
  })

  test('is for whom the course is meant, while its window is open', async () => {
    const tax = await addCourse(db.prisma, { target: { sections: { codes: ['0200'], below: true } } })
    await expect(hall.click(staff(0), 'trainings.apply', { course: tax.id })).rejects.toThrow(/not exist/)
    const draft = await addCourse(db.prisma, { status: 'draft' })
    await expect(hall.click(staff(0), 'trainings.course', { course: draft.id })).rejects.toThrow(/not exist/)
    const course = await addCourse(db.prisma)
    const early = await hall.click(staff(0), 'trainings.apply', { course: course.id }, at('2027-05-01T10:00'))
    expect(words(early)).toContain('受付は5月6日(木)から')
    const late = await hall.click(staff(0), 'trainings.apply', { course: course.id }, at('2027-05-29T10:00'))
    expect(words(late)).toContain('受付は5月28日(金)で終わりました')
    expect(await db.prisma.signUp.count()).toBe(0)
  })

  test('says what else is booked at that hour', async () => {
    const course = await addCourse(db.prisma)
    await db.prisma.booking.create({
      data: {
        personId: staff(0),
        subject: 'meeting:1',
        startsAt: new Date('2027-06-10T05:00:00Z'),
        endsAt: new Date('2027-06-10T05:30:00Z'),
        exclusive: true,
        status: 'booked',
      },
    })
    const seen = await hall.click(staff(0), 'trainings.apply', { course: course.id })
    expect(words(seen)).toContain('同じ時間に別の予定（6月10日(木) 14:00〜14:30）')
    expect(await statusesOf(db.prisma, course.id)).toEqual(['confirmed'])
  })

  test('of twenty who press at once exactly one gets the last seat, and all others wait in a line', async () => {
    await truncateAll(db)
    city = await trainingCity(db, 20)
    const course = await addCourse(db.prisma, { capacities: [1] })
    const answers = await Promise.all(
      city.staff.map((person) => hall.click(person, 'trainings.apply', { course: course.id })),
    )
    expect(answers.filter((seen) => words(seen).includes('受講が決まりました'))).toHaveLength(1)
    expect(answers.filter((seen) => words(seen).includes('空き待ちに入りました'))).toHaveLength(19)
    const statuses = await statusesOf(db.prisma, course.id)
    expect(statuses.toSorted()).toEqual(['confirmed', ...Array.from({ length: 19 }, () => 'waitlisted')])
    // Nobody can be put there past the rules either: the database refuses.
    const waiting = await db.prisma.signUp.findFirstOrThrow({ where: { status: 'waitlisted' } })
    const seize = { status: 'confirmed', sessionId: course.sessions[0] ?? 0 }
    await expect(
      db.prisma.signUp.update({ where: { id: waiting.id }, data: { ...seize, seatNumber: 1 } }),
    ).rejects.toThrow()
    await expect(
      db.prisma.signUp.update({ where: { id: waiting.id }, data: { ...seize, seatNumber: 2 } }),
    ).rejects.toThrow()
    await expect(
      db.prisma.signUp.update({ where: { id: waiting.id }, data: { ...seize, seatNumber: null } }),
    ).rejects.toThrow()
  })

  test('"not this time" is an answer; signing up later stays possible', async () => {
    const course = await addCourse(db.prisma)
    await hall.click(staff(0), 'trainings.pass', { course: course.id })
    expect(words(await hall.say(staff(0), 'trainings.mine'))).not.toContain('防災研修')
    await hall.click(staff(0), 'trainings.apply', { course: course.id })
    expect(await statusesOf(db.prisma, course.id)).toEqual(['cancelled', 'confirmed'])
  })
})

describe('approval', () => {
  const apply = async (options = {}) => {
    const course = await addCourse(db.prisma, { approvalNeeded: true, ...options })
    const seen = await hall.click(staff(0), 'trainings.apply', {
      course: course.id,
      session: course.sessions[0] ?? 0,
    })
    return { course, seen }
  }
  const approve = async (who: number, now = at('2027-05-10T11:00')) => {
    const { id: signUp, version } = await only(staff(0))
    return hall.click(who, 'trainings.approve', { signUp, version }, now)
  }

  test('is asked of the supervisor, holds the seat meanwhile, and takes one click', async () => {
    const { course, seen } = await apply({ capacities: [1] })
    expect(words(seen)).toContain('佐藤課長に承認をお願いしています')
    expect(words(seen)).toContain('席は確保してあります')
    expect(kindsOf((await only(staff(0))).id)[0]).toBe('trainings.approve ask')
    const list = await hall.click(city.boss, 'trainings.approvals', {})
    expect(buttonsOf(list.card, 'trainings.approve')).toHaveLength(1)
    const answer = await approve(city.boss)
    expect(words(answer)).toContain('承認しました')
    expect(await statusesOf(db.prisma, course.id)).toEqual(['confirmed'])
    const told = planned.get(`told:${signUpSubject((await only(staff(0))).id)}`)
    expect(told).toMatchObject([{ kind: 'trainings.result', recipientId: staff(0) }])
    expect(words(await approve(city.boss))).toContain('すでに処理')
  })

  test('goes to the deputy while the supervisor is away, and back; nobody else can give it', async () => {
    await db.prisma.absence.create({
      data: {
        personId: city.boss,
        kind: 'leave',
        fromOn: toDbDate(day('2027-05-01')),
        deputyId: city.deputy,
      },
    })
    await apply()
    expect((await only(staff(0))).approverId).toBe(city.deputy)
    expect(words(await approve(staff(1)))).toContain('すでに処理')
    await db.prisma.absence.deleteMany()
    await tell({ type: 'absence-changed', personIds: [city.boss] }, at('2027-05-10T10:30'))
    expect((await only(staff(0))).approverId).toBe(city.boss)
    await approve(city.boss)
    expect((await only(staff(0))).status).toBe('confirmed')
  })

  test('follows a transfer to the new supervisor', async () => {
    await apply()
    await addRoute(db.prisma, 'first', { personId: staff(0) }, city.deputy, '2027-05-10')
    await tell(
      { type: 'transfer-effective', personIds: [staff(0)], on: day('2027-05-10') },
      at('2027-05-10T08:00'),
    )
    expect((await only(staff(0))).approverId).toBe(city.deputy)
    expect(kindsOf((await only(staff(0))).id)[0]).toBe('trainings.approve ask')
  })

  test('is refused with a reason that reaches the person, and frees the seat', async () => {
    const { course } = await apply({ capacities: [1] })
    const { id: signUp, version } = await only(staff(0))
    const opened = await hall.click(
      city.boss,
      'trainings.decline',
      {},
      at('2027-05-10T11:00'),
      `${signUp}:${version}`,
    )
    expect(opened.form?.id).toBe('trainings.decline')
    expect(
      (await hall.submit(city.boss, 'trainings.decline', { signUp, version }, { reason: '　' })).errors,
    ).toHaveProperty('reason')
    await hall.submit(city.boss, 'trainings.decline', { signUp, version }, { reason: '議会対応のため' })
    expect(await only(staff(0))).toMatchObject({
      status: 'declined',
      declineReason: '議会対応のため',
      seatNumber: null,
    })
    expect(words(await hall.click(staff(0), 'trainings.course', { course: course.id }))).toContain(
      '議会対応のため',
    )
  })

  test('after its time is answered with clear words, and HR still can', async () => {
    const { course } = await apply()
    await openDay('2027-06-01')
    expect(await statusesOf(db.prisma, course.id)).toEqual(['awaiting_approval'])
    await openDay('2027-06-02')
    expect(await only(staff(0))).toMatchObject({ status: 'cancelled', cancelReason: 'not_decided' })
    await db.prisma.notice.create({
      data: {
        key: 'k',
        kind: 'trainings.approve',
        subject: signUpSubject((await only(staff(0))).id),
        recipientId: city.boss,
        dueAt: new Date(0),
      },
    })
    const late = await hall.click(
      city.boss,
      'trainings.approve',
      { signUp: (await only(staff(0))).id, version: 1 },
      at('2027-06-02T10:00'),
    )
    expect(words(late)).toContain('承認の期限（6月1日(火)）を過ぎたため')
  })
})

describe('the waitlist', () => {
  const full = async (capacity = 1, waiting = 2) => {
    const course = await addCourse(db.prisma, { capacities: [capacity] })
    for (let n = 0; n < capacity + waiting; n++)
      await hall.click(staff(n), 'trainings.apply', { course: course.id }, at(`2027-05-10T09:0${n}`))
    return course
  }

  test('moves up at once when somebody cancels, and the offer is taken in one click', async () => {
    const course = await full()
    const seen = await press(staff(0), 'trainings.withdraw')
    expect(words(seen)).toContain('取り消しました')
    expect(await statusesOf(db.prisma, course.id)).toEqual(['cancelled', 'offered', 'waitlisted'])
    const offered = await only(staff(1))
    // Two working days after the day of the offer, to its end.
    expect(offered.offerUntil).toEqual(new Date('2027-05-12T15:00:00Z'))
    expect(kindsOf(offered.id)).toEqual(['trainings.offer ask', 'trainings.offer last'])
    await press(staff(1), 'trainings.accept')
    expect(await only(staff(1))).toMatchObject({ status: 'confirmed', seatNumber: 1 })
  })

  test('passes an offer that ran out to the next in line, in order', async () => {
    await full()
    await press(staff(0), 'trainings.withdraw')
    await openDay('2027-05-12')
    expect((await only(staff(1))).status).toBe('offered')
    await openDay('2027-05-13')
    expect(await only(staff(1))).toMatchObject({ status: 'cancelled', cancelReason: 'offer_expired' })
    expect((await only(staff(2))).status).toBe('offered')
    const late = await press(staff(1), 'trainings.accept', at('2027-05-13T09:00')).catch(
      (error: Error) => error,
    )
    expect(late).toBeInstanceOf(Error)
  })

  test('lets nobody jump the line: a free seat goes to whoever waits', async () => {
    const course = await full(1, 1)
    await press(staff(0), 'trainings.withdraw')
    await hall.click(staff(2), 'trainings.apply', { course: course.id })
    expect(await statusesOf(db.prisma, course.id)).toEqual(['cancelled', 'offered', 'waitlisted'])
    await press(staff(1), 'trainings.withdraw')
    expect((await only(staff(2))).status).toBe('offered')
  })

  test('moves up when somebody with a seat leaves the city or is away on the day', async () => {
    await full()
    await db.prisma.person.update({ where: { id: staff(0) }, data: { leftOn: toDbDate(day('2027-05-11')) } })
    await tell({ type: 'people-changed', personIds: [staff(0)] }, at('2027-05-11T09:00'))
    expect(await only(staff(0))).toMatchObject({ status: 'cancelled', cancelReason: 'left' })
    await press(staff(1), 'trainings.accept', at('2027-05-11T10:00'))
    await db.prisma.absence.create({
      data: { personId: staff(1), kind: 'leave', fromOn: toDbDate(day('2027-06-01')) },
    })
    await tell({ type: 'absence-changed', personIds: [staff(1)] }, at('2027-05-12T09:00'))
    expect((await only(staff(1))).status).toBe('cancelled')
    expect((await only(staff(2))).status).toBe('offered')
    expect(await busySpans(db.prisma, [staff(1)], at('2027-06-10T00:00'), at('2027-06-11T00:00'))).toEqual([])
  })
})

describe('a mandatory course', () => {
  const nominate = async (personId: number, courseId: number) =>
    db.prisma.signUp.create({
      data: { courseId, personId, status: 'nominated', mandatory: true, reason: 'hired' },
    })

  test('is chosen in one click, changed to another date, and never lost', async () => {
    const course = await addCourse(db.prisma, { capacities: [1, 1], mandatory: true })
    await nominate(staff(0), course.id)
    const seen = await hall.click(staff(0), 'trainings.course', { course: course.id })
    expect(words(seen)).toContain('受講が必須です（新規採用の方）')
    await press(staff(0), 'trainings.choose', undefined, { session: course.sessions[0] })
    expect(await only(staff(0))).toMatchObject({ status: 'confirmed', sessionId: course.sessions[0] })
    await press(staff(0), 'trainings.choose', undefined, { session: course.sessions[1] })
    expect(await only(staff(0))).toMatchObject({ status: 'confirmed', sessionId: course.sessions[1] })
    expect(await db.prisma.booking.count({ where: { status: 'booked' } })).toBe(1)
    await press(staff(0), 'trainings.withdraw')
    expect(await only(staff(0))).toMatchObject({ status: 'nominated', seatNumber: null })
    await expect(press(staff(0), 'trainings.withdraw')).rejects.toThrow(/must take part/)
    await tell(
      { type: 'transfer-effective', personIds: [staff(0)], on: day('2027-05-20') },
      at('2027-05-20T08:00'),
    )
    expect((await only(staff(0))).status).toBe('nominated')
  })

  test('keeps the seat where the wished one is full', async () => {
    const course = await addCourse(db.prisma, { capacities: [1, 1], mandatory: true })
    await nominate(staff(0), course.id)
    await press(staff(0), 'trainings.choose', undefined, { session: course.sessions[0] })
    await hall.click(staff(1), 'trainings.apply', { course: course.id, session: course.sessions[1] ?? 0 })
    const seen: Seen = await press(staff(0), 'trainings.choose', undefined, { session: course.sessions[1] })
    expect(words(seen)).toContain('満席')
    expect(await only(staff(0))).toMatchObject({ status: 'confirmed', sessionId: course.sessions[0] })
  })
})

describe('days of rest', () => {
  test('leave as many working days to apply, to agree and to take an offered seat', async () => {
    const course = await addCourse(db.prisma, { capacities: [1], deadline: '2027-06-30' })
    for (const n of [0, 1])
      await hall.click(staff(n), 'trainings.apply', { course: course.id }, at(`2027-05-10T09:0${n}`))
    await press(staff(0), 'trainings.withdraw')
    expect((await only(staff(1))).offerUntil).toEqual(new Date('2027-05-12T15:00:00Z'))
    const event = await closedFrom(db.prisma, '2027-05-11', '2027-05-13', city.hr)
    await tell(event, at('2027-05-10T17:00'))
    const moved = await db.prisma.course.findUniqueOrThrow({ where: { id: course.id } })
    const iso = (date: Date | null) => date?.toISOString().slice(0, 10)
    expect([iso(moved.closesOn), iso(moved.deadline)]).toEqual(['2027-06-01', '2027-07-02'])
    expect((await only(staff(1))).offerUntil).toEqual(new Date('2027-05-14T15:00:00Z'))
    const trail = await db.prisma.audit.findFirstOrThrow({ where: { action: 'trainings.course-moved' } })
    expect(trail).toMatchObject({ actorId: city.hr, flow: 'closure' })
    // Taken back, they are due as before.
    await db.prisma.closure.deleteMany()
    if (event.type === 'closure-changed')
      await tell({ ...event, was: event.is, is: [] }, at('2027-05-10T17:30'))
    const back = await db.prisma.course.findUniqueOrThrow({ where: { id: course.id } })
    expect([iso(back.closesOn), iso(back.deadline)]).toEqual(['2027-05-28', '2027-06-30'])
  })

  test('never let anybody sign up for what has begun, and put a session on them to HR alone', async () => {
    const course = await addCourse(db.prisma, { closesOn: '2027-06-08', firstDay: '2027-06-10' })
    const closure = await closedFrom(db.prisma, '2027-06-07', '2027-06-11', city.hr)
    await tell(closure, at('2027-05-20T09:00'))
    const moved = await db.prisma.course.findUniqueOrThrow({ where: { id: course.id } })
    expect(moved.closesOn.toISOString().slice(0, 10)).toBe('2027-06-09')
    const alarms = async (who: number) => (await hall.feature.alarms?.(db.prisma, await asked(who))) ?? []
    const [alarm] = await alarms(city.hr)
    expect(alarm).toMatchObject({
      text: expect.stringContaining('休止の期間にあたる研修が1回'),
      detail: expect.stringContaining('6月10日(木)'),
      remedy: { action: { id: 'trainings.plan-course', data: { course: course.id } } },
    })
    expect(await alarms(staff(0))).toEqual([])
    // Nobody is called to it meanwhile, an hour before, whatever the hour.
    await hall.click(staff(0), 'trainings.apply', { course: course.id })
    const soon = hall.feature.notices?.find(({ kind }) => kind === 'trainings.soon')
    const notice = {
      id: 1,
      kind: 'trainings.soon',
      subject: signUpSubject((await only(staff(0))).id),
      recipientId: staff(0),
      dueAt: at('2027-06-10T12:30'),
      detail: {},
    }
    const to = { id: staff(0), number: '1', name: '', language: 'ja' as const }
    expect(await soon?.draw(db.prisma, [notice], to, at('2027-06-10T12:30'))).toBeNull()
    // Its hour passes undecided: nobody is asked who was there, and it waits to be decided until somebody records it.
    const after = at('2027-06-11T09:00')
    const undecided = async () =>
      (await hall.feature.alarms?.(db.prisma, {
        ...(await asked(city.hr)),
        now: after,
        today: day('2027-06-11'),
      })) ?? []
    const home = async () => (await hall.home(city.hr, after)).map(({ text }) => text).join()
    expect(await undecided()).toHaveLength(1)
    expect(await home()).toContain('は休止の日にあたります')
    expect(await home()).not.toContain('未記録')
    const plan = await hall.click(city.hr, 'trainings.plan-course', { course: course.id }, after)
    expect(buttonsOf(plan.card, 'trainings.session-edit')).toHaveLength(1)
    await db.prisma.signUp.updateMany({ data: { status: 'attended', doneOn: toDbDate(day('2027-06-10')) } })
    expect(await undecided()).toEqual([])
    await db.prisma.signUp.updateMany({ data: { status: 'confirmed', doneOn: null } })
    await db.prisma.closure.deleteMany()
    expect(await home()).toContain('未記録1名')
    expect(await soon?.draw(db.prisma, [notice], to, at('2027-06-10T12:30'))).not.toBeNull()
  })
})

const asked = async (personId: number) => {
  const now = at('2027-05-20T09:30')
  const actor = await loadActor(db.prisma, personId, day('2027-05-20'))
  if (!actor) throw new Error('nobody')
  const sender = { platform: 'playground', tenant: 'playground', user: '1', locale: 'ja' } as const
  return { actor, language: 'ja' as const, now, today: day('2027-05-20'), flow: 'test', sender }
}
