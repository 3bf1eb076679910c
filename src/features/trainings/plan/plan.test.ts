import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import writeWorkbook from 'write-excel-file/node'
import { freshDatabase, type TestDatabase, truncateAll } from '../../../../test/support/database.ts'
import { buttonsOf, desk, grant, type Seen, words } from '../../../../test/support/interview-city.ts'
import { addPerson, at, day, testCore } from '../../../../test/support/small-city.ts'
import {
  addCourse,
  statusesOf,
  type TrainingCity,
  trainingCity,
} from '../../../../test/support/training-city.ts'
import { toDbDate } from '../../../db/time.ts'
import { inTransaction } from '../../../db/transaction.ts'
import type { DomainEvent } from '../../../directory/events.ts'
import { readTable } from '../../../tables/read-table.ts'
import { trainings } from '../index.ts'
import { signUpSubject } from '../state.ts'
import { looksLikePlan } from './import-chat.ts'
import { understandPlan } from './understand.ts'

const fixture = (name: string) =>
  readFile(new URL(`../../../../test/fixtures/training-plans/${name}`, import.meta.url))
const known = {
  today: day('2027-04-02'),
  sectionCodes: new Set(['0100', '0200']),
  sectionByName: new Map([['税務課', '0200']]),
}
const read = async (bytes: Uint8Array) => {
  const table = await readTable(bytes)
  if ('code' in table) throw new Error(table.code)
  const plan = understandPlan(table, known)
  if ('code' in plan) throw new Error(plan.code)
  return plan
}
const csv = (...lines: string[]) => new TextEncoder().encode(`\ufeff${lines.join('\r\n')}\r\n`)

describe('a plan is read as HR has it', () => {
  test('CP932, full-width digits, eras, merged rows, notes and doubled rows', async () => {
    const plan = await read(await fixture('cp932-messy.csv'))
    expect(plan.fiscalYear).toBe(2027)
    expect(plan.courses).toMatchObject([
      {
        code: 'K-101',
        name: '新規採用職員研修',
        kind: 'grade',
        mandatory: true,
        approvalNeeded: false,
        opensOn: '2027-04-05',
        closesOn: '2027-04-23',
        surveyWanted: true,
        target: { years: { from: 1, to: 1 } },
        nomination: { any: [{ type: 'hired' }] },
        sessions: [
          { startsAt: '2027-05-11T09:00', endsAt: '2027-05-11T16:30', capacity: 30, place: '第1研修室' },
          { startsAt: '2027-05-18T09:00', endsAt: '2027-05-18T16:30', capacity: 30 },
        ],
      },
      {
        code: 'D-1',
        kind: 'dispatch',
        selection: 'hr',
        reportDays: 14,
        target: { grades: { from: 4, to: 6 } },
        sessions: [{ startsAt: '2027-09-06T13:00', endsAt: '2027-09-10T12:00' }],
      },
    ])
    expect(plan.problems.map(({ code, row }) => `${code} ${row}`)).toEqual([
      'row-twice 5',
      'kind-unknown 7',
      'target-missing 7',
    ])
  })

  test('.xlsx with real dates and times, columns missing', async () => {
    const head = ['研修名', '種別', '開催日', '開始時刻', '終了時刻', '定員']
    const bytes = await writeWorkbook([
      head.map((value) => ({ value, type: String })),
      [
        { value: 'DX入門', type: String },
        { value: 'DX', type: String },
        { value: new Date('2027-10-05T00:00:00Z'), type: Date, format: 'yyyy/mm/dd' },
        { value: '１３時３０分', type: String },
        { value: 0.6875, type: Number },
        { value: 24, type: Number },
      ],
    ]).toBuffer()
    const plan = await read(new Uint8Array(bytes))
    expect(plan.courses).toMatchObject([
      {
        code: 'dx入門',
        kind: 'dx',
        opensOn: '2027-08-22',
        closesOn: '2027-09-21',
        target: null,
        sessions: [{ startsAt: '2027-10-05T13:30', endsAt: '2027-10-05T16:30', capacity: 24 }],
      },
    ])
    expect(plan.problems.map(({ code }) => code)).toEqual(['window-set', 'target-missing'])
    expect(looksLikePlan('計画.xlsx', new Uint8Array(bytes))).toBe(true)
  })

  test.each([
    ['6月31日', '13:00〜15:00', '20', 'date-bad'],
    ['6/10', '', '20', 'time-missing'],
    ['6/10', '昼から', '20', 'time-bad'],
    ['6/10', '15:00〜13:00', '20', 'ends-before'],
    ['6/10', '13:00〜15:00', '', 'capacity-missing'],
    ['6/10', '13:00〜15:00', '多数', 'capacity-bad'],
    ['6/10', '13:00〜15:00', '0', 'capacity-bad'],
  ])('a row with %s %s %s is left out and said: %s', async (date, time, capacity, code) => {
    const plan = await read(
      csv('研修名,種別,開催日,時間,定員,対象', `研修,必修,${date},${time},${capacity},全職員`),
    )
    expect(plan.courses).toEqual([])
    expect(plan.problems.filter(({ severity }) => severity === 'error')).toMatchObject([{ code, row: 2 }])
  })

  test('a staff list is not taken for a plan, nor a plan for a staff list', async () => {
    expect(looksLikePlan('名簿.csv', csv('職員番号,氏名,所属名,研修名,定員'))).toBe(false)
    expect(looksLikePlan('計画.csv', csv('研修名,定員,開催日'))).toBe(true)
    expect(looksLikePlan('写真.png', new Uint8Array([1, 2, 3]))).toBe(false)
  })
})

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
  const made = testCore(db)
  planned = made.planned
  hall = desk(made.core, db, trainings(made.core))
})
const staff = (n: number) => city.staff[n] ?? 0
const give = async (bytes: Uint8Array, now = at('2027-04-02T10:00')): Promise<Seen> => {
  const [handler] = hall.feature.files ?? []
  return hall.give(city.hr, handler, '研修計画.csv', bytes, now)
}
const press = (seen: Seen, id: string, now = at('2027-04-02T10:00')) => {
  const [data] = buttonsOf(seen.card, id)
  if (!data) throw new Error(`no ${id} in ${words(seen)}`)
  return hall.click(city.hr, id, data, now)
}
const courseOf = (code: string) =>
  db.prisma.course.findFirstOrThrow({
    where: { code },
    include: { sessions: { orderBy: { startsAt: 'asc' } } },
  })

describe('a plan in the chat', () => {
  const head = '研修コード,研修名,種別,開催日,時間,会場,定員,受付開始,受付終了,承認,対象'
  const row = (code: string, date: string, capacity = 20) =>
    `${code},防災研修,専門,${date},13:30〜16:00,大会議室,${capacity},2027/5/6,2027/5/28,不要,全職員`

  test('is shown before it counts, becomes drafts, and is published with one click', async () => {
    const seen = await give(csv(head, row('A1', '2027/6/10'), row('A1', '2027/6/13')))
    expect(words(seen)).toContain('6月13日(日)は閉庁日です')
    expect(await db.prisma.course.count()).toBe(0)
    await press(seen, 'trainings.import-apply')
    expect(await courseOf('A1')).toMatchObject({ status: 'draft', fiscalYear: 2027 })
    const again = await press(seen, 'trainings.import-apply')
    expect(words(again)).toContain('すでに済んで')
    expect(await db.prisma.course.count()).toBe(1)
    expect((await db.prisma.trainingImport.findFirstOrThrow()).rows).toBeNull()
    const list = await hall.say(city.hr, 'trainings.plan', '', at('2027-04-02T10:00'))
    await press(list, 'trainings.publish-all')
    expect((await courseOf('A1')).status).toBe('published')
  })

  test('read again changes what has changed, moves the date of a session, and never goes below the seats held', async () => {
    await press(await give(csv(head, row('A1', '2027/6/10', 2))), 'trainings.import-apply')
    await db.prisma.course.updateMany({ data: { status: 'published' } })
    const { id } = await courseOf('A1')
    for (const n of [0, 1])
      await hall.click(staff(n), 'trainings.apply', { course: id }, at('2027-05-10T09:00'))
    const small = await give(csv(head, row('A1', '2027/6/10', 1)), at('2027-05-11T09:00'))
    expect(words(small)).toContain('すでに2名の席が決まっています')
    expect(buttonsOf(small.card, 'trainings.import-apply')).toEqual([])
    const moved = await give(csv(head, row('A1', '2027/6/17', 3)), at('2027-05-11T09:00'))
    await press(moved, 'trainings.import-apply', at('2027-05-11T09:00'))
    const course = await courseOf('A1')
    expect(course.sessions).toHaveLength(1)
    expect(course.sessions[0]?.startsAt).toEqual(new Date('2027-06-17T04:30:00Z'))
    expect(await statusesOf(db.prisma, id)).toEqual(['confirmed', 'confirmed'])
    const bookings = await db.prisma.booking.findMany({ where: { status: 'booked' } })
    expect(bookings.map(({ startsAt }) => startsAt.toISOString())).toEqual(
      Array.from({ length: 2 }, () => '2027-06-17T04:30:00.000Z'),
    )
    const signUp = await db.prisma.signUp.findFirstOrThrow({ where: { personId: staff(0) } })
    expect(planned.get(`changed:${signUpSubject(signUp.id)}`)).toMatchObject([{ kind: 'trainings.changed' }])
  })

  test('is stale when the courses have changed since it was shown', async () => {
    const seen = await give(csv(head, row('A1', '2027/6/10')))
    await addCourse(db.prisma, { code: 'A1' })
    expect(words(await press(seen, 'trainings.import-apply'))).toContain('この間に研修計画が変わりました')
    expect(await db.prisma.course.count()).toBe(1)
  })
})

describe('a date', () => {
  const save = async (
    courseId: number,
    values: Record<string, string | string[]>,
    now = at('2027-05-10T09:00'),
  ) => {
    const session = await db.prisma.courseSession.findFirstOrThrow({
      where: { courseId },
      orderBy: { id: 'asc' },
    })
    return hall.submit(
      city.hr,
      'trainings.session-save',
      { course: courseId, session: session.id, version: session.version },
      { day: '2027-06-10', start: '13:30', end: '16:00', place: '第1研修室', capacity: '2', ...values },
      now,
    )
  }

  test('on a holiday is asked about, and taken once it is meant', async () => {
    const course = await addCourse(db.prisma)
    const asked = await save(course.id, { day: '2027-07-19' })
    expect(asked.errors.day).toContain('7月19日(月)は閉庁日です（海の日）')
    const taken = await save(course.id, { day: '2027-07-19', closedOk: ['yes'] })
    expect(taken.errors).toEqual({})
    expect(words(taken)).toContain('7月19日(月)')
  })

  test('is not made smaller than the seats held, and a larger one asks those who wait', async () => {
    const course = await addCourse(db.prisma, { capacities: [2] })
    for (const n of [0, 1, 2]) await hall.click(staff(n), 'trainings.apply', { course: course.id })
    expect((await save(course.id, { capacity: '1' })).errors.capacity).toContain(
      'すでに2名の席が決まっています',
    )
    await save(course.id, { capacity: '3' })
    expect(await statusesOf(db.prisma, course.id)).toEqual(['confirmed', 'confirmed', 'offered'])
  })

  test('that is cancelled frees everybody’s time; a duty remains', async () => {
    const course = await addCourse(db.prisma, { capacities: [2, 2], mandatory: true })
    await hall.click(staff(0), 'trainings.apply', { course: course.id, session: course.sessions[0] ?? 0 })
    await db.prisma.signUp.create({
      data: { courseId: course.id, personId: staff(1), status: 'nominated', mandatory: true },
    })
    const mine = await db.prisma.signUp.findFirstOrThrow({ where: { personId: staff(1) } })
    await hall.click(staff(1), 'trainings.choose', {
      signUp: mine.id,
      version: 1,
      session: course.sessions[0] ?? 0,
    })
    const session = await db.prisma.courseSession.findUniqueOrThrow({
      where: { id: course.sessions[0] ?? 0 },
    })
    await hall.click(city.hr, 'trainings.session-cancel', { session: session.id, version: session.version })
    expect(await statusesOf(db.prisma, course.id)).toEqual(['cancelled', 'nominated'])
    expect(await db.prisma.booking.count({ where: { status: 'booked' } })).toBe(0)
    await hall.click(city.hr, 'trainings.course-cancel', { course: course.id, version: 1 })
    expect(await statusesOf(db.prisma, course.id)).toEqual(['cancelled', 'cancelled'])
    expect(words(await hall.click(staff(1), 'trainings.course', { course: course.id }))).toContain(
      '中止になりました',
    )
  })
})

describe('officers', () => {
  test('run the courses of their part alone', async () => {
    const other = await addPerson(db.prisma, '研修 花子', city.other)
    await grant(db, other, 'training', city.other)
    const whole = await addCourse(db.prisma, { name: '全庁研修' })
    const theirs = await addCourse(db.prisma, { name: '税務研修', sectionId: city.other })
    const list = await hall.say(other, 'trainings.plan')
    expect(words(list)).toContain('税務研修')
    expect(words(list)).not.toContain('全庁研修')
    await expect(hall.click(other, 'trainings.plan-course', { course: whole.id })).rejects.toThrow(
      /outside your part/,
    )
    expect(words(await hall.click(other, 'trainings.plan-course', { course: theirs.id }))).toContain(
      '税務研修',
    )
  })

  test('add a course by a form, set whom it is for, and publish it', async () => {
    const values = {
      year: '2027',
      code: 'N1',
      name: '人権研修',
      kind: 'mandatory',
      opensOn: '2027-05-06',
      closesOn: '2027-05-28',
      selection: 'first_come',
      options: ['mandatory'],
    }
    expect(
      (
        await hall.submit(
          city.hr,
          'trainings.course-save',
          { year: 2027 },
          { ...values, closesOn: '2027-05-01' },
        )
      ).errors,
    ).toHaveProperty('closesOn')
    const made = await hall.submit(city.hr, 'trainings.course-save', { year: 2027 }, values)
    const early = await press(made, 'trainings.publish', at('2027-05-10T09:00'))
    expect(words(early)).toContain('対象を決める')
    expect(
      (await hall.submit(city.hr, 'trainings.course-save', { year: 2027 }, values)).errors,
    ).toHaveProperty('code')
    const { id, version } = await courseOf('N1')
    await hall.submit(
      city.hr,
      'trainings.target',
      { course: id, version },
      { whoSections: [String(city.section)] },
    )
    expect((await courseOf('N1')).target).toMatchObject({ sections: { codes: ['0100'] } })
    const added = await hall.submit(
      city.hr,
      'trainings.session-save',
      { course: id },
      { day: '2027-06-10', start: '09:00', end: '12:00', capacity: '5' },
    )
    await press(added, 'trainings.publish', at('2027-05-10T09:00'))
    // Those it is for, and nobody else, hear of it.
    const told = planned.get(`course:${id}`) ?? []
    expect(told.map(({ recipientId }) => recipientId).toSorted((a, b) => a - b)).toEqual(
      [city.boss, city.deputy, ...city.staff].toSorted((a, b) => a - b),
    )
    expect(new Set(told.map(({ kind }) => kind))).toEqual(new Set(['trainings.open']))
  })

  test('give somebody a seat past the window, but no seat that is not there', async () => {
    const course = await addCourse(db.prisma, { capacities: [1] })
    const late = at('2027-06-02T09:00')
    const enrol = (person: number) =>
      hall.submit(
        city.hr,
        'trainings.enrol',
        { course: course.id },
        { person: String(person), session: String(course.sessions[0]) },
        late,
      )
    expect(words(await enrol(staff(0)))).toContain('席を決めました')
    expect(words(await enrol(staff(1)))).toContain('満席です')
    const people = await hall.click(city.hr, 'trainings.people', { course: course.id, version: 1 }, late)
    await hall.click(city.hr, 'trainings.remove', buttonsOf(people.card, 'trainings.remove')[0] ?? {}, late)
    expect(await statusesOf(db.prisma, course.id)).toEqual(['cancelled'])
  })
})

test('announcements reach those who take part, and only officers of the course choose it', async () => {
  const course = await addCourse(db.prisma, { capacities: [1], name: '防災研修' })
  for (const n of [0, 1]) await hall.click(staff(n), 'trainings.apply', { course: course.id })
  const [group] = hall.feature.groups ?? []
  if (!group) throw new Error('no group')
  const now = at('2027-05-10T09:00')
  const options = (role: 'hr' | 'clerk') =>
    group.options(
      db.prisma,
      { id: 1, number: '1', name: '', language: 'ja', grants: [{ role, sectionId: null }] },
      now,
    )
  expect(await options('hr')).toMatchObject([{ id: course.id, name: { ja: '防災研修（令和9年度）' } }])
  expect(await options('clerk')).toEqual([])
  expect(await group.resolve(db.prisma, course.id, now)).toMatchObject({ personIds: [staff(0)] })
  expect(await group.resolve(db.prisma, 999, now)).toBeUndefined()
})

describe('nominations', () => {
  const tell = (event: DomainEvent, now: Temporal.Instant) =>
    inTransaction(db, async (tx) => hall.feature.on?.(event, tx, now))
  const proposed = async (courseId: number) =>
    (await db.prisma.nomination.findMany({ where: { courseId }, orderBy: { personId: 'asc' } })).map(
      ({ personId, reason, status }) => [personId, reason, status],
    )

  test('come from the directory, count once HR has looked, and follow who joins, is promoted or goes', async () => {
    for (const rank of [4, 5]) await db.prisma.grade.create({ data: { id: rank, rank, name: `${rank}級` } })
    const course = await addCourse(db.prisma, {
      mandatory: true,
      nomination: { any: [{ type: 'hired' }, { type: 'year', nth: 2 }, { type: 'promoted', to: 5 }] },
    })
    const fresh = await addPerson(db.prisma, '新人 一', city.section, { hiredOn: '2027-04-01' })
    const second = await addPerson(db.prisma, '二年 目', city.section, { hiredOn: '2026-10-01' })
    const promoted = await addPerson(db.prisma, '昇任 者', city.section, { gradeId: 4 })
    await db.prisma.post.updateMany({
      where: { personId: promoted },
      data: { validTo: toDbDate(day('2027-04-01')) },
    })
    await db.prisma.post.create({
      data: {
        personId: promoted,
        sectionId: city.section,
        title: '係長',
        gradeId: 5,
        validFrom: toDbDate(day('2027-04-01')),
      },
    })
    await tell({ type: 'people-changed', personIds: [fresh] }, at('2027-04-01T08:00'))
    const all = [
      [fresh, 'hired', 'proposed'],
      [second, 'year:2', 'proposed'],
      [promoted, 'promoted', 'proposed'],
    ]
    expect(await proposed(course.id)).toEqual(all)
    expect(await db.prisma.signUp.count()).toBe(0)

    const seen = await hall.click(city.hr, 'trainings.nominations', { course: course.id, version: 1 })
    expect(words(seen)).toContain('今年度昇任された方')
    await press(await press(seen, 'trainings.dismiss'), 'trainings.nominate')
    expect(await proposed(course.id)).toEqual([
      [fresh, 'hired', 'dismissed'],
      [second, 'year:2', 'accepted'],
      [promoted, 'promoted', 'accepted'],
    ])
    const nominated = await db.prisma.signUp.findMany({ orderBy: { personId: 'asc' } })
    expect(
      nominated.map(({ personId, status, mandatory, reason }) => [personId, status, mandatory, reason]),
    ).toEqual([
      [second, 'nominated', true, 'year:2'],
      [promoted, 'nominated', true, 'promoted'],
    ])
    expect(planned.get(signUpSubject(nominated[0]?.id ?? 0))?.[0]).toMatchObject({
      kind: 'trainings.choose',
      rung: 'told',
    })

    // A new colleague is proposed; who was dismissed is not proposed again.
    const later = await addPerson(db.prisma, '途中 採用', city.section, { hiredOn: '2027-05-01' })
    await tell({ type: 'people-changed', personIds: [later] }, at('2027-05-10T08:00'))
    expect((await proposed(course.id)).filter(([, , status]) => status === 'proposed')).toEqual([
      [later, 'hired', 'proposed'],
    ])
    await db.prisma.person.update({ where: { id: later }, data: { leftOn: toDbDate(day('2027-05-11')) } })
    await tell({ type: 'people-changed', personIds: [later] }, at('2027-05-11T08:00'))
    expect((await proposed(course.id)).filter(([personId]) => personId === later)).toEqual([
      [later, 'hired', 'withdrawn'],
    ])
  })

  test('name whoever has never completed the series, in whatever year', async () => {
    const past = await addCourse(db.prisma, { code: 'P', series: 'human-rights', fiscalYear: 2025 })
    await db.prisma.signUp.create({
      data: {
        courseId: past.id,
        personId: staff(0),
        status: 'completed',
        doneOn: toDbDate(day('2025-10-01')),
      },
    })
    const course = await addCourse(db.prisma, {
      series: 'human-rights',
      nomination: { any: [{ type: 'never' }] },
      target: { people: [staff(0), staff(1)] },
    })
    await hall.click(city.hr, 'trainings.propose', { course: course.id, version: 1 })
    expect(await proposed(course.id)).toEqual([[staff(1), 'never', 'proposed']])
  })

  test('accepts exactly those who were shown', async () => {
    const course = await addCourse(db.prisma, {
      nomination: { any: [{ type: 'all' }] },
      target: { people: [staff(0)] },
    })
    const seen = await hall.click(city.hr, 'trainings.propose', { course: course.id, version: 1 })
    await db.prisma.nomination.create({
      data: {
        courseId: course.id,
        personId: staff(1),
        reason: 'all',
        proposedOn: toDbDate(day('2027-05-10')),
      },
    })
    await press(seen, 'trainings.nominate')
    expect(await db.prisma.signUp.findMany({ select: { personId: true } })).toEqual([{ personId: staff(0) }])
  })
})
