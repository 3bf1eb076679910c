import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase, truncateAll } from '../../../../test/support/database.ts'
import { fakePlatform } from '../../../../test/support/fake-platform.ts'
import { expectLegal } from '../../../../test/support/legal.ts'
import { addPerson, at, day, transfer } from '../../../../test/support/small-city.ts'
import { addCourse, type TrainingCity, trainingCity } from '../../../../test/support/training-city.ts'
import { pressedOn } from '../../../../test/support/watched-city.ts'
import type { ActionData } from '../../../cards/card.ts'
import type { InboundEvent } from '../../../chat/chat.ts'
import { type City, composeCity } from '../../../compose.ts'
import { toDbDate } from '../../../db/time.ts'
import { inTransaction } from '../../../db/transaction.ts'
import { cityCalendar, isWorkingDay } from '../../../kernel/calendar.ts'
import { MovableClock } from '../../../kernel/clock.ts'
import { createLog } from '../../../kernel/log.ts'
import { secretOf } from '../../../kernel/secret.ts'
import { replanCourse } from '../plan/change.ts'
import type { Course, SignUp, SignUpState } from '../state.ts'
import { trainingKinds, wantedOf } from './wanted.ts'

let db: TestDatabase
let city: TrainingCity
let clock: MovableClock
let platform: ReturnType<typeof fakePlatform>
let bot: City
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())
afterEach(() => bot.delivery.stop())
beforeEach(async () => {
  await truncateAll(db)
  city = await trainingCity(db, 3)
  await db.prisma.identity.createMany({
    data: [city.boss, city.deputy, city.hr, ...city.staff].map((personId) => ({
      personId,
      platform: 'playground',
      tenant: 'playground',
      userId: `${personId}`,
      conversation: `D${personId}`,
    })),
  })
  clock = new MovableClock(at('2027-05-06T00:10'))
  platform = fakePlatform({ platform: 'playground' })
  const secret = secretOf(Buffer.alloc(32, 5))
  const options = { db, clock, zone: 'Asia/Tokyo', secret, log: createLog('silent'), platforms: [platform] }
  bot = composeCity({ ...options, processMetrics: false })
})

const staff = (n: number) => city.staff[n] ?? 0
/** Lives until then; what arrived since the last time, by reader. */
let seen = 0
beforeEach(() => {
  seen = 0
})
/** What a click has set going may still look at the time before: the second look is at the present one. */
async function tick(): Promise<void> {
  await bot.delivery.runDue()
  await bot.delivery.runDue()
}
async function until(local: string): Promise<Map<number, string[]>> {
  // The night of that day, its morning, the moment itself: what fell due between comes together.
  const midnight = at(local).toZonedDateTimeISO('Asia/Tokyo').startOfDay()
  for (const moment of [midnight.add({ minutes: 1 }), midnight.add({ hours: 8, minutes: 50 })]) {
    const instant = moment.toInstant()
    if (
      Temporal.Instant.compare(instant, clock.now()) < 0 ||
      Temporal.Instant.compare(instant, at(local)) > 0
    )
      continue
    clock.set(instant)
    await tick()
  }
  clock.set(at(local))
  await tick()
  const told = new Map<number, string[]>()
  for (const { to, card } of platform.arrived.slice(seen)) {
    expectLegal(card)
    told.set(Number(to.user), [...(told.get(Number(to.user)) ?? []), JSON.stringify(card)])
  }
  seen = platform.arrived.length
  return told
}
let serial = 0
const click = (who: number, id: string, data: ActionData, selected?: string) => {
  serial += 1
  const sender = { platform: 'playground', tenant: 'playground', user: `${who}`, locale: 'ja' } as const
  const action = { id, data }
  return bot.intake.receive({
    key: `t${serial}`,
    sender,
    type: 'click',
    action,
    ...(selected && { selected }),
  } as InboundEvent)
}
const lastButton = (who: number, id: string) => {
  const card = platform.arrived.findLast(({ to }) => to.user === `${who}`)?.card
  const found = card && pressedOn(card).find((pressed) => pressed.id === id)
  if (!found) throw new Error(`no ${id} for ${who}`)
  return found
}

describe('what is told', () => {
  test('of a window: once when it opens, and before it closes only to who has not answered', async () => {
    const course = await addCourse(db.prisma, { capacities: [9], target: { people: city.staff } })
    expect([...(await until('2027-05-06T10:00')).keys()]).toEqual(city.staff)
    const { id, data } = lastButton(staff(0), 'trainings.apply')
    await click(staff(0), id, data)
    await click(staff(1), 'trainings.pass', { course: course.id })
    expect([...(await until('2027-05-25T17:00')).keys()]).toEqual([])
    const closing = await until('2027-05-27T17:00')
    expect([...closing.keys()]).toEqual([staff(2)])
    expect(closing.get(staff(2))?.join()).toContain('まもなく')
    expect(closing.get(staff(2))).toHaveLength(1)
  })

  test('of a window to whoever comes after it opened: once each, and to nobody again', async () => {
    const [first, second, away] = city.staff
    if (!first || !second || !away) throw new Error('three of them')
    const leave = { personId: away, kind: 'leave', fromOn: toDbDate(day('2027-05-01')) }
    await db.prisma.absence.create({ data: { ...leave, toOn: toDbDate(day('2027-05-13')) } })
    const course = await addCourse(db.prisma, {
      capacities: [9],
      target: { sections: { codes: ['0100'], below: true } },
    })
    const opened = await until('2027-05-06T10:00')
    expect([...opened.keys()].toSorted()).toEqual([city.boss, city.deputy, first, second].toSorted())
    expect([...(await until('2027-05-07T10:00')).keys()]).toEqual([])
    // Somebody joins, somebody moves in, somebody is told of a change that changes nothing for them.
    const joined = await addPerson(db.prisma, '新任 花子', city.section, { hiredOn: '2027-05-01' })
    const moved = await addPerson(db.prisma, '異動 太郎', city.other)
    await db.prisma.identity.createMany({
      data: [joined, moved].map((personId) => ({
        personId,
        platform: 'playground',
        tenant: 'playground',
        userId: `${personId}`,
        conversation: `D${personId}`,
      })),
    })
    await transfer(db.prisma, moved, city.section, '2027-05-10')
    await bot.core.tell({ type: 'people-changed', personIds: [joined, first] }, db.prisma, clock.now())
    const sameDay = await until('2027-05-07T11:00')
    expect([...sameDay.keys()]).toEqual([joined])
    expect(sameDay.get(joined)?.join()).toContain('受付が始まりました')
    await bot.core.tell({ type: 'people-changed', personIds: [joined] }, db.prisma, clock.now())
    expect([...(await until('2027-05-10T10:00')).keys()]).toEqual([moved])
    // Back from leave without anybody saying so.
    expect([...(await until('2027-05-13T10:00')).keys()]).toEqual([away])
    // HR looks at the course once more: nobody hears of it again.
    await bot.core.tell({ type: 'day-opened', on: day('2027-05-13') }, db.prisma, clock.now())
    await inTransaction(db, (tx) => replanCourse(bot.core, tx, course.id, clock.now()))
    expect([...(await until('2027-05-13T16:00')).keys()]).toEqual([])
    await click(joined, 'trainings.pass', { course: course.id })
    await until('2027-05-25T17:00')
    const closing = await until('2027-05-27T17:00')
    expect([...closing.keys()]).not.toContain(joined)
    expect([...closing.keys()].toSorted()).toEqual(
      [city.boss, city.deputy, first, second, away, moved].toSorted(),
    )
    // After that reminder somebody comes: they hear that it is open, the others nothing.
    const late = await addPerson(db.prisma, '臨時 三郎', city.section, { hiredOn: '2027-05-27' })
    await db.prisma.identity.create({
      data: {
        personId: late,
        platform: 'playground',
        tenant: 'playground',
        userId: `${late}`,
        conversation: `D${late}`,
      },
    })
    expect([...(await until('2027-05-28T10:00')).keys()]).toEqual([late])
    // The window is over: nobody is told any more.
    const never = await addPerson(db.prisma, '遅着 四郎', city.section)
    await bot.core.tell({ type: 'people-changed', personIds: [never] }, db.prisma, at('2027-05-31T09:00'))
    expect(await db.prisma.notice.count({ where: { recipientId: never } })).toBe(0)
  })

  test('of an approval: asked, asked again, and not any more once it is given; the person hears the result', async () => {
    const course = await addCourse(db.prisma, { approvalNeeded: true, target: { people: city.staff } })
    await until('2027-05-06T10:00')
    await click(staff(0), 'trainings.apply', { course: course.id })
    const asked = await until('2027-05-06T11:00')
    expect([...asked.keys()]).toEqual([city.boss])
    expect([...(await until('2027-05-10T10:00')).keys()]).toEqual([city.boss])
    const { id, data } = lastButton(city.boss, 'trainings.approve')
    await click(city.boss, id, data)
    const result = await until('2027-05-10T11:00')
    expect(result.get(staff(0))?.join()).toContain('受講が決まりました')
    expect([...(await until('2027-05-26T10:00')).keys()].filter((who) => who === city.boss)).toEqual([])
  })

  test('of a session: seven and one working days before, an hour before; the supervisor in one message', async () => {
    const course = await addCourse(db.prisma, { capacities: [9], target: { people: city.staff } })
    await until('2027-05-06T10:00')
    for (const person of [staff(0), staff(1)]) await click(person, 'trainings.apply', { course: course.id })
    await until('2027-05-28T18:00')
    const week = await until('2027-05-31T10:00')
    expect([...week.keys()]).toEqual([city.boss])
    expect(week.get(city.boss)).toHaveLength(1)
    expect(week.get(city.boss)?.join()).toMatch(/職員1さん.*職員2さん/)
    expect([...(await until('2027-06-01T10:00')).keys()]).toEqual([staff(0), staff(1)])
    expect([...(await until('2027-06-08T10:00')).keys()]).toEqual([])
    expect([...(await until('2027-06-09T10:00')).keys()]).toEqual([staff(0), staff(1)])
    const { signUp } = lastButton(staff(0), 'trainings.entry').data
    const replies = await click(staff(0), 'trainings.entry', { signUp: signUp ?? 0 })
    expect(replies.map(({ type }) => type)).toEqual(['file'])
    await db.prisma.courseSession.updateMany({ data: { status: 'cancelled' } })
    expect([...(await until('2027-06-10T12:40')).keys()]).toEqual([])
  })

  test('an hour before, and whoever is on leave is left in peace', async () => {
    const course = await addCourse(db.prisma, { capacities: [9], target: { people: city.staff } })
    await until('2027-05-06T10:00')
    for (const person of [staff(0), staff(1)]) await click(person, 'trainings.apply', { course: course.id })
    await until('2027-06-09T18:00')
    await db.prisma.absence.create({
      data: { personId: staff(1), kind: 'leave', fromOn: toDbDate(day('2027-06-10')) },
    })
    const soon = await until('2027-06-10T12:31')
    expect([...soon.keys()]).toEqual([staff(0)])
    expect(soon.get(staff(0))?.join()).toContain('まもなく始まります')
  })

  test('of a duty: until it is done, and then no more; the supervisor by HR’s button alone', async () => {
    const course = await addCourse(db.prisma, {
      capacities: [],
      mandatory: true,
      deadline: '2027-06-30',
      kind: 'elearning',
    })
    const made = await db.prisma.signUp.create({
      data: { courseId: course.id, personId: staff(0), status: 'nominated', mandatory: true, reason: 'all' },
    })
    await db.prisma.course.update({ where: { id: course.id }, data: { target: { people: [staff(1)] } } })
    await bot.core.tell({ type: 'people-changed', personIds: [staff(0)] }, db.prisma, clock.now())
    const first = await until('2027-05-06T10:00')
    expect(first.get(staff(0))?.join()).toContain('対象の理由: 対象の方全員')
    await click(staff(0), 'trainings.choose', { signUp: made.id, version: 1 })
    await until('2027-06-28T10:00')
    const near = await until('2027-06-29T10:00')
    expect(near.get(staff(0))?.join()).toContain('受講期限は6月30日(水)です')
    const past = await until('2027-07-01T10:00')
    expect(past.get(staff(0))?.join()).toContain('行き違いでしたらご容赦ください')
    expect([...past.keys()]).not.toContain(city.boss)
    await db.prisma.roleGrant.updateMany({ data: { validFrom: toDbDate(day('2020-04-01')) } })
    await click(city.hr, 'trainings.make-time', { course: course.id, version: 1 })
    expect((await until('2027-07-01T11:00')).get(city.boss)?.join()).toContain('職員1さん')
    await db.prisma.signUp.update({
      where: { id: made.id },
      data: { status: 'completed', doneOn: toDbDate(day('2027-07-01')) },
    })
    const after = await until('2027-08-02T10:00')
    expect([...after.keys()]).toEqual([])
  })

  test('of a duty to the supervisor by itself only where the city has said after how many days', async () => {
    await db.prisma.roleGrant.updateMany({ data: { validFrom: toDbDate(day('2020-04-01')) } })
    const course = await addCourse(db.prisma, {
      capacities: [],
      mandatory: true,
      deadline: '2027-06-30',
      kind: 'elearning',
      target: { people: [staff(1)] },
    })
    await db.prisma.signUp.create({
      data: { courseId: course.id, personId: staff(0), status: 'nominated', mandatory: true, reason: 'all' },
    })
    const save = async (escalateAfter: string) => {
      serial += 1
      const sender = {
        platform: 'playground',
        tenant: 'playground',
        user: `${city.hr}`,
        locale: 'ja',
      } as const
      const event = {
        key: `t${serial}`,
        sender,
        type: 'submit',
        form: 'trainings.reminders-save',
        data: {},
      } as const
      return JSON.stringify(await bot.intake.receive({ ...event, values: { escalateAfter } }))
    }
    for (const wrong of ['0', '61', 'たくさん', '2.5']) expect(await save(wrong)).toContain('1から60まで')
    expect(await save('３')).toContain('期限から3営業日後')
    expect((await until('2027-07-05T10:00')).get(city.boss)?.join()).toContain('職員1さん')
    expect(await save('')).toContain('自動では送りません')
    const trail = await db.prisma.audit.findMany({
      where: { action: 'trainings.reminders' },
      orderBy: { id: 'asc' },
    })
    expect(trail.map(({ change }) => change)).toEqual([
      { escalateAfter: { from: null, to: 3 } },
      { escalateAfter: { from: 3, to: null } },
    ])
  })

  test('of a seat that became free: asked at once and on the last morning, then the next in line', async () => {
    const course = await addCourse(db.prisma, { capacities: [1], target: { people: city.staff } })
    await until('2027-05-06T10:00')
    for (const person of city.staff) await click(person, 'trainings.apply', { course: course.id })
    const held = await db.prisma.signUp.findFirstOrThrow({ where: { personId: staff(0) } })
    await click(staff(0), 'trainings.withdraw', { signUp: held.id, version: held.version })
    const asked = await until('2027-05-06T11:00')
    expect(asked.get(staff(1))?.join()).toContain('5月10日(月)までにお返事')
    expect([...(await until('2027-05-10T10:00')).keys()]).toEqual([staff(1)])
    const next = await until('2027-05-11T10:00')
    expect([...next.keys()].toSorted()).toEqual([staff(1), staff(2)].toSorted())
    expect(next.get(staff(1))?.join()).toContain('お返事の期限が過ぎたため')
    const { id, data } = lastButton(staff(2), 'trainings.accept')
    await click(staff(2), id, data)
    expect((await db.prisma.signUp.findFirstOrThrow({ where: { personId: staff(2) } })).status).toBe(
      'confirmed',
    )
  })
})

describe('laws of what is wanted', () => {
  const sessions = ['2027-06-10T13:30', '2027-08-14T09:00'].map((local, n) => ({
    id: n + 1,
    courseId: 1,
    ordinal: n + 1,
    startsAt: at(local),
    endsAt: at(local).add({ hours: 3 }),
    place: '',
    url: '',
    status: 'planned' as const,
    version: 1,
    capacity: 5,
    taken: 0,
  }))
  const course = (more: object): Course =>
    ({
      id: 1,
      fiscalYear: 2027,
      code: 'A',
      series: 'A',
      name: '',
      nameEn: '',
      kind: 'mandatory',
      aims: '',
      teachers: '',
      materialsUrl: '',
      target: null,
      nomination: null,
      mandatory: true,
      approvalNeeded: true,
      selection: 'first_come',
      priority: null,
      opensOn: day('2027-05-06'),
      closesOn: day('2027-05-28'),
      deadline: day('2027-09-30'),
      minutes: null,
      surveyWanted: false,
      reportDays: null,
      sectionId: null,
      occupation: null,
      lecturerSectionId: null,
      lecturerConfirmedAt: null,
      status: 'published',
      version: 1,
      sessions,
      ...more,
    }) satisfies Course
  const states: readonly SignUpState[] = [
    { status: 'nominated' },
    { status: 'awaiting_approval', sessionId: 1, seat: 1, approverId: 7 },
    { status: 'applied' },
    { status: 'confirmed', sessionId: 1, seat: 1 },
    { status: 'confirmed', sessionId: 2, seat: 1 },
    { status: 'confirmed', sessionId: null, seat: null },
    { status: 'offered', sessionId: 1, seat: 1, offerUntil: at('2027-05-13T00:00') },
    { status: 'waitlisted', sessionId: 1 },
    { status: 'declined', reasonGiven: '' },
    { status: 'cancelled', because: 'self' },
    { status: 'attended', sessionId: 1, doneOn: day('2027-06-10') },
    { status: 'partly', sessionId: 1, excused: null },
    { status: 'absent', sessionId: 1, excused: null },
    { status: 'completed', sessionId: null, doneOn: day('2027-06-10') },
  ]
  const matter = fc.record({
    state: fc.constantFrom(...states),
    mandatory: fc.boolean(),
    version: fc.integer({ min: 1, max: 5 }),
    quiet: fc.option(fc.constantFrom(day('2027-05-20'), day('2027-06-05')), { nil: null }),
    days: fc.integer({ min: 0, max: 200 }),
    status: fc.constantFrom('draft', 'published', 'closed', 'cancelled'),
    escalateAfter: fc.option(fc.constantFrom(3, 5), { nil: null }),
    supervisorId: fc.option(fc.constant(9), { nil: null }),
  })
  const wanted = (given: Parameters<Parameters<typeof matter.map>[0]>[0], later = 0) => {
    const signUp = {
      id: 1,
      courseId: 1,
      personId: 3,
      mandatory: given.mandatory,
      reason: null,
      appliedAt: at('2027-05-10T10:00'),
      queueRank: null,
      wishes: [],
      recommendedById: null,
      surveyAnswered: false,
      quietUntil: given.quiet,
      version: given.version,
      ...given.state,
    } satisfies SignUp
    const now = at('2027-05-01T10:00').add({ hours: 24 * given.days + later })
    const facts = {
      signUp,
      course: course({ status: given.status }),
      supervisorId: given.supervisorId,
      calendarOf: () => cityCalendar,
    }
    return { now, notices: wantedOf(facts, { zone: 'Asia/Tokyo', now, escalateAfter: given.escalateAfter }) }
  }
  const keyOf = ({
    kind,
    recipientId,
    rung,
    anchor,
  }: {
    kind: string
    recipientId: number
    rung: string
    anchor: string
  }) => `${kind}:${recipientId}:${rung}:${anchor}`

  test('nobody who is done, refused or gone is reminded, and nothing is said of what is no plan or cancelled', () => {
    fc.assert(
      fc.property(matter, (given) => {
        const { notices } = wanted(given)
        const quiet = [
          'applied',
          'waitlisted',
          'declined',
          'cancelled',
          'attended',
          'partly',
          'absent',
          'completed',
        ]
        if (quiet.includes(given.state.status) || given.status === 'draft' || given.status === 'cancelled')
          expect(notices).toEqual([])
      }),
    )
  })

  test('each is told once: keys are unique, and the same hours later', () => {
    fc.assert(
      fc.property(matter, fc.integer({ min: 0, max: 5 }), (given, hours) => {
        const first = wanted(given).notices.map(keyOf)
        expect(new Set(first).size).toBe(first.length)
        const later = new Set(wanted(given, hours).notices.map(keyOf))
        expect(first.filter((key) => !later.has(key) && !key.startsWith(trainingKinds.away))).toEqual([])
      }),
    )
  })

  test('reminders fall on working mornings; the person asks for quiet and has it; a superior hears only where the city wants it', () => {
    fc.assert(
      fc.property(matter, (given) => {
        const { now, notices } = wanted(given)
        for (const { kind, recipientId, dueAt, rung } of notices) {
          const local = dueAt.toZonedDateTimeISO('Asia/Tokyo')
          const atOnce =
            dueAt.equals(now) || kind === trainingKinds.soon || rung === 'last' || rung === 'told'
          if (!atOnce) {
            expect(local.toPlainTime().toString()).toBe('08:45:00')
            expect(isWorkingDay(cityCalendar, local.toPlainDate())).toBe(true)
          }
          if (given.quiet && recipientId === 3 && /^[+-]\d+$/.test(rung) && kind !== trainingKinds.soon)
            expect(Temporal.PlainDate.compare(local.toPlainDate(), given.quiet)).toBeGreaterThanOrEqual(0)
          if (kind === trainingKinds.makeTime) expect(given.escalateAfter).not.toBeNull()
        }
      }),
    )
  })

  test('a duty is chased until it is done: whoever has not begun or not finished has a reminder to come before the deadline', () => {
    fc.assert(
      fc.property(matter, (given) => {
        const { notices } = wanted({ ...given, quiet: null, status: 'published' })
        const onDemand = given.state.status === 'confirmed' && given.state.sessionId === null
        if (given.state.status === 'nominated' || onDemand)
          expect(notices.some(({ kind }) => kind === trainingKinds.due)).toBe(true)
      }),
    )
  })
})
