import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { loadActor } from '../../../../test/support/actor.ts'
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
import type { Action, Card, Form, FormValues } from '../../../cards/card.ts'
import { plainCard } from '../../../cards/plain.ts'
import { toDbDate, toDbInstant } from '../../../db/time.ts'
import { inTransaction } from '../../../db/transaction.ts'
import type { DomainEvent } from '../../../directory/events.ts'
import type { Ask, FormAnswer } from '../../../intake/handler.ts'
import type { Feature } from '../../feature.ts'
import { interviews } from '../index.ts'
import { loadInterviews } from '../load.ts'
import { onHeld } from './follow-ups.ts'
import { loadCycle } from './repository.ts'

let db: TestDatabase
let city: TestCore
let feature: Feature
let now = at('2027-04-05T09:00')
const who = {
  hr: 0,
  hr2: 0,
  partHr: 0,
  director: 0,
  taxChief: 0,
  welfareChief: 0,
  staff: 0,
  colleague: 0,
  carer: 0,
}
const where = { root: 0, tax: 0, welfare: 0 }

beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())

beforeEach(async () => {
  await truncateAll(db)
  now = at('2027-04-05T09:00')
  let heard: Feature['on']
  city = testCore(db, () => async (event, tx, when) => {
    await heard?.(event, tx, when)
  })
  feature = interviews(city.core)
  heard = feature.on
  const tx = db.prisma
  where.root = await addSection(tx, '1', '総務部')
  where.tax = await addSection(tx, '11', '税務課', where.root)
  where.welfare = await addSection(tx, '12', '福祉課', where.root)
  who.director = await addPerson(tx, '部長 一郎', where.root, { title: '部長' })
  who.hr = await addPerson(tx, '人事 花', where.root)
  who.hr2 = await addPerson(tx, '人事 実', where.root)
  who.partHr = await addPerson(tx, '福祉 人事', where.welfare)
  who.taxChief = await addPerson(tx, '山田 花子', where.tax, { title: '課長' })
  who.welfareChief = await addPerson(tx, '鈴木 次郎', where.welfare, { title: '課長' })
  who.staff = await addPerson(tx, '佐藤 三郎', where.tax)
  who.colleague = await addPerson(tx, '田中 四郎', where.tax)
  who.carer = await addPerson(tx, '高橋 五郎', where.welfare)
  await addRoute(tx, 'first', { sectionId: where.tax }, who.taxChief)
  await addRoute(tx, 'first', { sectionId: where.root }, who.director)
  for (const personId of [who.hr, who.hr2]) {
    await tx.roleGrant.create({ data: { personId, role: 'hr', validFrom: toDbDate(day('2020-04-01')) } })
  }
  await tx.roleGrant.create({
    data: {
      personId: who.partHr,
      role: 'hr',
      sectionId: where.welfare,
      validFrom: toDbDate(day('2020-04-01')),
    },
  })
})

async function askOf(personId: number): Promise<Ask> {
  const today = now.toZonedDateTimeISO('Asia/Tokyo').toPlainDate()
  const actor = await loadActor(db.prisma, personId, today)
  if (!actor) throw new Error('not on the staff list')
  const sender = { platform: 'playground', tenant: 't', user: actor.number, locale: 'ja' } as const
  return { actor, language: 'ja', now, today, flow: 'test', sender }
}

const cardOf = (answer: FormAnswer): Card => {
  const [reply] = answer.replies
  if (reply?.type !== 'card') throw new Error(`expected a card, got ${reply?.type}`)
  return reply.card
}

async function press(personId: number, action: Action): Promise<FormAnswer> {
  const handler = feature.actions?.[action.id]
  if (!handler) throw new Error(`no handler for ${action.id}`)
  const ask = await askOf(personId)
  if (!(await handler.permission.allows(ask.actor, ask.now))) throw new Error('not allowed')
  return handler.handle(ask, handler.data.parse(JSON.parse(JSON.stringify(action.data ?? null))))
}

async function submit(personId: number, id: string, data: unknown, values: FormValues) {
  const handler = feature.forms?.[id]
  if (!handler) throw new Error(`no handler for ${id}`)
  const ask = await askOf(personId)
  if (!(await handler.permission.allows(ask.actor, ask.now))) throw new Error('not allowed')
  return handler.handle(ask, handler.data.parse(data), values)
}

async function done(answer: ReturnType<typeof submit>): Promise<string> {
  const given = await answer
  if ('errors' in given) throw new Error(JSON.stringify(given.errors))
  return plainCard(cardOf(given), 'ja')
}
const errorsOf = async (answer: ReturnType<typeof submit>) => {
  const given = await answer
  return 'errors' in given ? given.errors : {}
}
const shows = async (answer: Promise<FormAnswer>) => plainCard(cardOf(await answer), 'ja')
const formOf = async (answer: Promise<FormAnswer>): Promise<Form> => {
  const [reply] = (await answer).replies
  if (reply?.type !== 'form') throw new Error('expected a form')
  return reply.form
}
const hear = (event: DomainEvent) =>
  inTransaction(db, async (tx) => {
    await feature.on?.(event, tx, now)
  })

const create = (preset = 'four-steps', year = '2027') =>
  done(submit(who.hr, 'interviews.cycle-create', null, { preset, year }))
async function seen(cycle = 1) {
  const found = await loadCycle(db.prisma, cycle)
  if (!found) throw new Error('no cycle')
  return { cycle, seen: found.seen }
}
const start = async (personId = who.hr) =>
  shows(press(personId, { id: 'interviews.cycle-start', data: await seen() }))
const interviewsOf = (personId: number) =>
  db.prisma.interview.findMany({
    where: { personId },
    include: { step: true, participants: { where: { toOn: null, role: 'conductor' } } },
    orderBy: { deadline: 'asc' },
  })
const conductors = async (personId: number) =>
  (await interviewsOf(personId)).map((one) => [one.step?.kind, one.participants[0]?.personId ?? null])

describe('from preset to start', () => {
  test('a draft is made, checked and started: interviews, conductors, reminders, audit', async () => {
    expect(await create()).toContain('令和9年度 人事評価（準備中）')
    const preview = await shows(
      press(who.hr, { id: 'interviews.cycle-preview', data: { cycle: 1, page: 0 } }),
    )
    expect(preview).toContain('9名（面談 36件）')
    expect(preview).toContain('税務課　3名・12件')
    expect(await start()).toContain('開始しました。36件の面談をご案内します。')
    expect(await conductors(who.staff)).toEqual([
      ['goal', who.taxChief],
      ['mid', who.taxChief],
      ['evaluation', who.taxChief],
      ['feedback', who.taxChief],
    ])
    // The head of the section is seen by the director above.
    expect((await conductors(who.taxChief))[0]).toEqual(['goal', who.director])
    expect(city.planned.size).toBe(36)
    const audits = await db.prisma.audit.findMany({ where: { subject: 'cycle:1' }, orderBy: { id: 'asc' } })
    expect(audits.map((one) => one.action)).toEqual(['cycle.created', 'cycle.started'])
  })

  test('who was left out beforehand is not counted among those who take part', async () => {
    await create()
    const whom = { person: String(who.staff), what: 'exempt' }
    await done(submit(who.hr, 'interviews.cycle-exempt-save', { cycle: 1 }, whom))
    expect(await start()).toContain('開始しました。32件の面談をご案内します。')
  })

  test('two officers start at once: one wins, the other is told, nobody has two interviews', async () => {
    await create()
    const data = await seen()
    const both = await Promise.all(
      [who.hr, who.hr2].map((id) => shows(press(id, { id: 'interviews.cycle-start', data }))),
    )
    expect(both.filter((text) => text.includes('36件の面談をご案内します'))).toHaveLength(1)
    expect(both.filter((text) => text.includes('すでに開始されています'))).toHaveLength(1)
    expect(await db.prisma.interview.count()).toBe(36)
  })

  test('what somebody else has changed since is not started or saved over', async () => {
    await create()
    const old = await seen()
    await done(
      submit(who.hr2, 'interviews.cycle-rename', old, {
        name: '人事評価',
        startsOn: '2027-04-01',
        endsOn: '2028-03-31',
      }),
    )
    const text = await shows(press(who.hr, { id: 'interviews.cycle-start', data: old }))
    expect(text).toContain('ほかの方の変更があったため')
    expect(await done(submit(who.hr, 'interviews.cycle-participation', old, { joiners: ['yes'] }))).toContain(
      'ほかの方の変更があったため',
    )
    expect(await db.prisma.interview.count()).toBe(0)
  })

  test('the year is edited before: conditions, a step more, a step less', async () => {
    await create('one-step')
    await db.prisma.employmentKind.create({ data: { code: 'f', name: '正規' } })
    await db.prisma.person.updateMany({ where: { id: who.staff }, data: { employmentKindId: 1 } })
    await done(submit(who.hr, 'interviews.cycle-participation', await seen(), { kinds: ['1'] }))
    await done(
      submit(who.hr, 'interviews.step-save', await seen(), {
        kind: 'goal',
        name: '期首面談',
        opensOn: '2027-05-06',
        deadline: '2027-05-31',
        recordDate: '2027-04-01',
        rule: 'present',
        minutes: '20',
      }),
    )
    await press(who.hr, { id: 'interviews.step-remove', data: { ...(await seen()), step: 1 } })
    expect(await start()).toContain('1件の面談')
    expect((await interviewsOf(who.staff)).map((one) => one.step?.name)).toEqual(['期首面談'])
  })

  test('the form says what is wrong, field by field, and keeps the input', async () => {
    await create('one-step')
    const errors = await errorsOf(
      submit(who.hr, 'interviews.step-save', await seen(), {
        kind: 'goal',
        name: ' ',
        opensOn: '2027-05-06',
        deadline: '2027-05-30',
        recordDate: 'yesterday',
        rule: 'present',
        minutes: '0',
      }),
    )
    expect(errors).toEqual({
      name: 'ご入力ください。',
      deadline: '5月30日(日)は閉庁日です。前の開庁日は5月28日(金)、次の開庁日は5月31日(月)です。',
      recordDate: '日付として読めませんでした。カレンダーからお選びください。',
      minutes: '10から240までの数字でご入力ください。',
    })
    const order = { name: '年度', startsOn: '2027-04-01', endsOn: '2027-03-31' }
    expect(await errorsOf(submit(who.hr, 'interviews.cycle-rename', await seen(), order))).toHaveProperty(
      'endsOn',
    )
    expect(
      await errorsOf(submit(who.hr, 'interviews.cycle-create', null, { preset: 'four-steps', year: '1999' })),
    ).toHaveProperty('year')
  })

  test('a draft whose deadline has meanwhile passed does not start', async () => {
    await create()
    now = at('2027-06-01T09:00')
    expect(await start()).toContain('開始の前に直していただくこと')
    expect(await db.prisma.interview.count()).toBe(0)
  })
})

describe('rights', () => {
  test('HR of a part sees the figures of that part and may neither start nor change', async () => {
    await create()
    const text = await shows(
      press(who.partHr, { id: 'interviews.cycle-preview', data: { cycle: 1, page: 0 } }),
    )
    expect(text).toContain('3名（面談 12件）')
    expect(text).not.toContain('税務課')
    await expect(press(who.partHr, { id: 'interviews.cycle-start', data: await seen() })).rejects.toThrow(
      'not allowed',
    )
    await expect(press(who.staff, { id: 'interviews.cycles', data: { page: 0 } })).rejects.toThrow(
      'not allowed',
    )
  })

  test('every handler of the folder refuses plain staff', async () => {
    const ask = await askOf(who.staff)
    const all = [...Object.entries(feature.actions ?? {}), ...Object.entries(feature.forms ?? {})].filter(
      ([id]) => /^interviews\.(cycle|step|gap|deputy|individual)/.test(id),
    )
    expect(all.length).toBeGreaterThan(25)
    for (const [id, handler] of all) {
      expect([id, await handler.permission.allows(ask.actor, ask.now)]).toEqual([id, false])
    }
  })
})

describe('gaps', () => {
  test('the director without an evaluator is named, and the gap is filled for that person', async () => {
    await create('one-step')
    const gaps = await shows(press(who.hr, { id: 'interviews.cycle-gaps', data: { cycle: 1, page: 0 } }))
    expect(gaps).toContain('部長 一郎（総務部）')
    const form = await formOf(
      press(who.hr, { id: 'interviews.gap', data: { cycle: 1, person: who.director } }),
    )
    expect(form.intro).toContain('部長')
    const data = { cycle: 1, person: who.director }
    expect(
      await errorsOf(
        submit(who.hr, 'interviews.gap-save', data, { evaluator: String(who.director), scope: 'person' }),
      ),
    ).toHaveProperty('evaluator')
    expect(
      await errorsOf(
        submit(who.hr, 'interviews.gap-save', data, { evaluator: String(who.hr), scope: 'section' }),
      ),
    ).toHaveProperty('scope')
    expect(
      await done(submit(who.hr, 'interviews.gap-save', data, { evaluator: String(who.hr), scope: 'person' })),
    ).toContain('評価者が未設定の方はいません')
    expect(await db.prisma.audit.count({ where: { action: 'route.filled' } })).toBe(1)
  })

  test('filled after the start, for a whole section, the interviews get their conductor', async () => {
    await db.prisma.route.deleteMany({ where: { subjectSectionId: where.root } })
    await create('one-step')
    await start()
    expect(await conductors(who.carer)).toEqual([['other', null]])
    const alarms = async (id: number) =>
      (await feature.alarms?.(db.prisma, await askOf(id)))?.map(({ text }) => /\d+名/.exec(text)?.[0])
    // Nobody is told before the step has begun.
    expect(await alarms(who.hr)).toEqual([])
    const { opensOn } = await db.prisma.step.findFirstOrThrow()
    now = Temporal.Instant.fromEpochMilliseconds(opensOn.getTime())
    expect(await alarms(who.hr)).toEqual(['7名'])
    expect(await alarms(who.partHr)).toEqual(['3名'])
    expect(await alarms(who.staff)).toEqual([])
    await done(
      submit(
        who.hr,
        'interviews.gap-save',
        { cycle: 1, person: who.carer },
        { evaluator: String(who.welfareChief), scope: 'section' },
      ),
    )
    expect(await conductors(who.carer)).toEqual([['other', who.welfareChief]])
    expect(await conductors(who.partHr)).toEqual([['other', who.welfareChief]])
    expect(await alarms(who.partHr)).toEqual(['1名'])
  })

  test('an evaluator away without a substitute is named, and gets a deputy', async () => {
    await create('one-step')
    await start()
    await db.prisma.absence.create({
      data: { personId: who.taxChief, kind: 'leave', fromOn: toDbDate(day('2027-04-01')) },
    })
    await hear({ type: 'absence-changed', personIds: [who.taxChief] })
    expect(await conductors(who.staff)).toEqual([['other', null]])
    const list = await shows(press(who.hr, { id: 'interviews.cycle-absent', data: { cycle: 1, page: 0 } }))
    expect(list).toContain('山田 花子（税務課）')
    expect(list).toContain('2名の面談が待っています')
    const data = { cycle: 1, person: who.taxChief }
    await done(submit(who.hr, 'interviews.deputy-save', data, { deputy: String(who.welfareChief) }))
    expect(await conductors(who.staff)).toEqual([['other', who.welfareChief]])
  })
})

describe('while it runs', () => {
  const begin = async () => {
    await create()
    await start()
  }
  const stepData = async (step: number) => ({ ...(await seen()), step })

  test('a moved deadline moves all, keeps a later one that was granted, and a section can move alone', async () => {
    await begin()
    const [goal] = await interviewsOf(who.staff)
    await db.prisma.interview.update({
      where: { id: goal?.id ?? 0 },
      data: { deadline: toDbDate(day('2027-06-30')) },
    })
    city.planned.clear()
    await done(submit(who.hr, 'interviews.step-deadline', await stepData(1), { deadline: '2027-06-11' }))
    const due = await db.prisma.interview.findMany({ where: { stepId: 1 }, orderBy: { deadline: 'asc' } })
    expect(due.map((one) => one.deadline.toISOString().slice(0, 10))).toEqual([
      ...Array(8).fill('2027-06-11'),
      '2027-06-30',
    ])
    expect(city.planned.size).toBe(8)

    const text = await done(
      submit(who.hr, 'interviews.step-deadline', await stepData(1), {
        deadline: '2027-06-18',
        section: String(where.welfare),
      }),
    )
    expect(text).toContain('3件の期限を6月18日(金)にしました。')
    expect((await db.prisma.step.findUniqueOrThrow({ where: { id: 1 } })).deadline).toEqual(
      toDbDate(day('2027-06-11')),
    )
    const wrong = await errorsOf(
      submit(who.hr, 'interviews.step-deadline', await stepData(1), { deadline: '2027-06-12' }),
    )
    expect(wrong.deadline).toContain('閉庁日')
  })

  async function bookGoal(personId: number, conductorId: number, start = at('2027-05-12T10:00')) {
    const [goal] = await interviewsOf(personId)
    const time = { startsAt: toDbInstant(start), endsAt: toDbInstant(start.add({ minutes: 30 })) }
    const meeting = await db.prisma.meeting.create({ data: { ...time, conductorId } })
    await db.prisma.slot.create({
      data: { ...time, ownerId: conductorId, stepId: 1, status: 'taken', meetingId: meeting.id },
    })
    await db.prisma.interview.update({
      where: { id: goal?.id ?? 0 },
      data: { status: 'booked', meetingId: meeting.id },
    })
    return { meeting: meeting.id, interview: goal?.id ?? 0 }
  }

  test('a cancelled step ends its interviews, meetings and slots, and tells those who had a meeting', async () => {
    await begin()
    const { meeting } = await bookGoal(who.staff, who.taxChief)
    await shows(press(who.hr, { id: 'interviews.step-cancel', data: await stepData(1) }))
    const statuses = await db.prisma.interview.groupBy({ by: ['stepId', 'status'], _count: true })
    expect(statuses.filter((one) => one.stepId === 1)).toEqual([
      { stepId: 1, status: 'cancelled', _count: 9 },
    ])
    expect(await db.prisma.slot.findFirstOrThrow()).toMatchObject({ status: 'withdrawn', meetingId: null })
    expect(city.planned.get(`released:${meeting}`)?.map((one) => one.recipientId)).toEqual([
      who.taxChief,
      who.staff,
    ])
  })

  test('closing takes meetings ahead back; opening again is a new generation', async () => {
    await begin()
    const { interview } = await bookGoal(who.staff, who.taxChief)
    await shows(press(who.hr, { id: 'interviews.cycle-close', data: await seen() }))
    expect(await db.prisma.interview.findUniqueOrThrow({ where: { id: interview } })).toMatchObject({
      status: 'waiting',
      generation: 1,
    })
    await shows(press(who.hr, { id: 'interviews.cycle-reopen', data: await seen() }))
    expect(await db.prisma.cycle.findUniqueOrThrow({ where: { id: 1 } })).toMatchObject({
      status: 'open',
      generation: 2,
    })
    expect(await db.prisma.interview.findUniqueOrThrow({ where: { id: interview } })).toMatchObject({
      generation: 2,
    })
  })

  test('a cancelled plan is over for good', async () => {
    await begin()
    await shows(press(who.hr, { id: 'interviews.cycle-cancel', data: await seen() }))
    expect(await db.prisma.interview.count({ where: { status: { not: 'cancelled' } } })).toBe(0)
    const again = await shows(press(who.hr, { id: 'interviews.cycle-reopen', data: await seen() }))
    expect(again).toContain('ほかの方の変更')
  })

  test('one person is left out and taken back in', async () => {
    await begin()
    const change = (what: string) =>
      done(submit(who.hr, 'interviews.cycle-exempt-save', { cycle: 1 }, { person: String(who.staff), what }))
    expect(await change('exempt')).toContain('佐藤さんを対象から外しました')
    expect((await interviewsOf(who.staff)).map((one) => one.status)).toEqual(Array(4).fill('exempt'))
    expect(await change('include')).toContain('佐藤さんを対象に加えました')
    expect((await interviewsOf(who.staff)).map((one) => one.status)).toEqual(Array(4).fill('waiting'))
    expect((await interviewsOf(who.staff)).map((one) => one.generation)).toEqual(Array(4).fill(2))
  })

  test('who joins in October takes part in the steps ahead, once', async () => {
    await begin()
    now = at('2027-10-01T08:00')
    const joiner = await addPerson(db.prisma, '新田 六郎', where.tax, { hiredOn: '2027-10-01' })
    const event: DomainEvent = { type: 'people-changed', personIds: [joiner] }
    await hear(event)
    await hear(event)
    expect(await conductors(joiner)).toEqual([
      ['evaluation', who.taxChief],
      ['feedback', who.taxChief],
    ])
  })

  test('April and October: each open step goes to the evaluator its own rule names', async () => {
    await addRoute(db.prisma, 'first', { sectionId: where.welfare }, who.welfareChief)
    await begin()
    now = at('2027-10-01T00:05')
    await transfer(db.prisma, who.staff, where.welfare, '2027-10-01')
    await hear({ type: 'transfer-effective', personIds: [who.staff], on: day('2027-10-01') })
    // September's mid-year interview is still open: it asks for the present evaluator, so do all to come.
    expect((await conductors(who.staff)).slice(1)).toEqual([
      ['mid', who.welfareChief],
      ['evaluation', who.welfareChief],
      ['feedback', who.welfareChief],
    ])
    now = at('2028-04-01T00:05')
    await transfer(db.prisma, who.staff, where.tax, '2028-04-01')
    await hear({ type: 'transfer-effective', personIds: [who.staff], on: day('2028-04-01') })
    expect(await conductors(who.staff)).toEqual([
      ['goal', who.taxChief],
      ['mid', who.taxChief],
      ['evaluation', who.welfareChief],
      ['feedback', who.welfareChief],
    ])
  })
})

describe('one person at any time', () => {
  const values = (more: FormValues = {}): FormValues => ({
    person: String(who.staff),
    kind: 'development',
    deadline: '2027-05-31',
    ...more,
  })
  const begin = (by: number, more?: FormValues) =>
    submit(by, 'interviews.individual-start', null, values(more))

  test('the supervisor starts a development interview with the own line only, and never a second one', async () => {
    expect(await done(begin(who.taxChief))).toContain('佐藤 三郎（税務課）　育成面談')
    expect(await conductors(who.staff)).toEqual([[undefined, who.taxChief]])
    expect(await errorsOf(begin(who.taxChief))).toHaveProperty('person')
    expect(await errorsOf(begin(who.taxChief, { person: String(who.carer) }))).toHaveProperty('person')
    expect(await errorsOf(begin(who.taxChief, { kind: 'return' }))).toHaveProperty('kind')
    await expect(begin(who.staff)).rejects.toThrow('not allowed')
    await expect(begin(who.carer)).rejects.toThrow('not allowed')
  })

  test('HR of a part stays within that part', async () => {
    expect(await errorsOf(begin(who.partHr))).toHaveProperty('person')
    await done(begin(who.partHr, { person: String(who.carer), kind: 'return' }))
    expect(
      await shows(press(who.taxChief, { id: 'interviews.individuals', data: { page: 0 } })),
    ).not.toContain('高橋')
  })

  test('a stale button changes nothing; the present one cancels', async () => {
    await done(begin(who.hr))
    const cancel = (version: number) =>
      shows(press(who.hr, { id: 'interviews.individual-cancel', data: { interview: 1, version } }))
    const version = (await db.prisma.interview.findUniqueOrThrow({ where: { id: 1 } })).version
    expect(await cancel(version + 5)).toContain('先ほど変わりました')
    expect(await cancel(version)).toContain('取り消しました')
    expect((await interviewsOf(who.staff))[0]?.status).toBe('cancelled')
  })

  test('a return interview is followed up after the weeks that were chosen, once', async () => {
    await done(begin(who.hr, { kind: 'return', followUps: ['4', '2'] }))
    await db.prisma.interview.update({
      where: { id: 1 },
      data: { status: 'held', heldOn: toDbDate(day('2027-05-10')) },
    })
    const held = () =>
      inTransaction(db, async (tx) => {
        const [interview] = await loadInterviews(tx, { id: 1 }, day('2027-05-11'))
        if (interview?.status === 'held') await onHeld(city.core, tx, interview, at('2027-05-11T09:00'))
      })
    await held()
    await held()
    const followUps = await db.prisma.interview.findMany({ where: { followsId: 1 }, orderBy: { id: 'asc' } })
    expect(followUps.map((one) => one.deadline.toISOString().slice(0, 10))).toEqual([
      '2027-05-24',
      '2027-06-07',
    ])
  })

  test('with somebody still on leave it begins on the return', async () => {
    await db.prisma.absence.create({
      data: {
        personId: who.staff,
        kind: 'leave',
        fromOn: toDbDate(day('2027-02-01')),
        toOn: toDbDate(day('2027-05-10')),
      },
    })
    await done(begin(who.hr, { kind: 'return', deadline: '2027-05-14' }))
    expect((await interviewsOf(who.staff))[0]?.status).toBe('suspended')
    now = at('2027-05-10T06:00')
    await hear({ type: 'day-opened', on: day('2027-05-10') })
    const [back] = await interviewsOf(who.staff)
    expect(back).toMatchObject({ status: 'waiting', deadline: toDbDate(day('2027-05-24')) })
  })
})
