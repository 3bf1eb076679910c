import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { closedFrom } from '../../../../test/support/closure.ts'
import { freshDatabase, type TestDatabase, truncateAll } from '../../../../test/support/database.ts'
import { buttonsOf, desk, grant, type Seen, words } from '../../../../test/support/interview-city.ts'
import { expectLegal } from '../../../../test/support/legal.ts'
import { addPerson, at, testCore } from '../../../../test/support/small-city.ts'
import {
  addCourse,
  statusesOf,
  type TrainingCity,
  trainingCity,
} from '../../../../test/support/training-city.ts'
import type { FormValues } from '../../../cards/card.ts'
import { inTransaction } from '../../../db/transaction.ts'
import { trainings } from '../index.ts'
import { afterSubject, recordedSubject } from './after-rules.ts'

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
const during = at('2027-06-10T13:40')
const evening = at('2027-06-10T17:00')
const send = (person: number, text: string, now = during) => hall.say(person, 'trainings.code', text, now)
const codeOf = (seen: Seen) => /「(\d{6})」/.exec(words(seen))?.[1] ?? ''
const signUpOf = async (personId: number) => db.prisma.signUp.findFirstOrThrow({ where: { personId } })
const wantedOf = (subject: string) => (planned.get(subject) ?? []).map(({ kind, rung }) => `${kind} ${rung}`)
const actions = async () =>
  (await db.prisma.audit.findMany({ orderBy: { id: 'asc' } })).map(({ action }) => action)

/** A course with everybody of `people` confirmed in its first session. */
async function confirmed(people: readonly number[], more: object = {}, capacities = [4]) {
  const course = await addCourse(db.prisma, { capacities })
  await db.prisma.course.update({ where: { id: course.id }, data: more })
  for (const person of people)
    await hall.click(person, 'trainings.apply', { course: course.id, session: course.sessions[0] ?? 0 })
  const roll = { course: course.id, session: course.sessions[0] ?? 0 }
  return { ...course, roll }
}
const openCode = async (roll: { course: number; session: number }, now = at('2027-06-10T13:00')) =>
  codeOf(await hall.click(city.hr, 'trainings.code-open', roll, now))

describe('a code', () => {
  test('shown in the room records whoever is on the list and sends it, once', async () => {
    const { id, roll } = await confirmed([staff(0)], { surveyWanted: true, reportDays: 7 })
    const opened = await hall.click(city.hr, 'trainings.code-open', roll, at('2027-06-10T13:00'))
    expect(opened.files).toMatchObject([{ name: '受付コード.gif' }])
    expect(opened.files[0]?.text.slice(0, 4)).toBe('GIF8')
    const code = codeOf(opened)
    expect(JSON.stringify(await db.prisma.attendanceCode.findMany())).not.toContain(code)
    expect(words(await send(staff(0), code))).toContain('出席を記録しました')
    expect(await statusesOf(db.prisma, id)).toEqual(['attended'])
    expect(words(await send(staff(0), `研修 コード ${code}`))).toContain('すでに記録されています')
    const { id: signUp } = await signUpOf(staff(0))
    expect(wantedOf(afterSubject(signUp))).toEqual([
      'trainings.survey +1',
      'trainings.survey +4',
      'trainings.report -3',
      'trainings.report +1',
      'trainings.report +5',
      'trainings.report +10',
      'trainings.report +20',
    ])
    // Days of rest give as many days more to write it.
    const due = async () => (await db.prisma.report.findFirstOrThrow()).dueOn.toISOString().slice(0, 10)
    expect(await due()).toBe('2027-06-17')
    const event = await closedFrom(db.prisma, '2027-06-15', '2027-06-17', city.hr)
    await inTransaction(db, async (tx) => hall.feature.on?.(event, tx, evening))
    expect(await due()).toBe('2027-06-21')
    expect(planned.get(afterSubject(signUp))?.at(-1)?.anchor).toBe('2027-06-21')
    // Their own doing is not told to them.
    expect(wantedOf(recordedSubject(signUp))).toEqual([])
    expect((await actions()).slice(-3)).toEqual([
      'trainings.code-opened',
      'trainings.attend',
      'trainings.report-moved',
    ])
  })

  test('too early, too late, of another session, replaced or made up changes nothing and says so', async () => {
    const { id, roll } = await confirmed([staff(0)])
    const old = await openCode(roll)
    const code = await openCode(roll)
    expect(words(await send(staff(0), code, at('2027-06-10T13:00')))).toContain('6月10日(木) 13:15からです')
    expect(words(await send(staff(0), code, at('2027-06-10T16:30')))).toContain('16:30で終わりました')
    expect(words(await send(staff(1), code))).toContain('名簿に、お名前がありません')
    expect(words(await send(staff(0), old))).toContain('見つかりません')
    expect(words(await send(staff(0), ''))).toContain('6桁の受付コード')
    expect(await statusesOf(db.prisma, id)).toEqual(['confirmed'])
  })

  test('is not found by guessing: after five wrong ones even the right one waits', async () => {
    const { id, roll } = await confirmed([staff(0)])
    const code = await openCode(roll)
    const wrong = code === '000000' ? '000001' : '000000'
    for (let n = 0; n < 5; n++) expect(words(await send(staff(0), wrong))).toContain('見つかりません')
    expect(words(await send(staff(0), code))).toContain('13:55まで')
    expect(await statusesOf(db.prisma, id)).toEqual(['confirmed'])
    // Nobody else is held up by it, and a quarter of an hour later all is well.
    expect(words(await send(staff(1), code))).toContain('お名前がありません')
    expect(words(await send(staff(0), code, at('2027-06-10T13:55')))).toContain('出席を記録しました')
  })

  test('is given out by whoever runs the course, for a session that is not over', async () => {
    const { roll } = await confirmed([])
    expect(words(await hall.click(city.hr, 'trainings.code-open', roll, evening))).toContain(
      '受付時間は終わっています',
    )
    await expect(hall.click(city.boss, 'trainings.code-open', roll)).rejects.toThrow(/not allowed/)
    const other = await addPerson(db.prisma, '税務 研修', city.other)
    await grant(db, other, 'training', city.other)
    await expect(hall.click(other, 'trainings.code-open', roll)).rejects.toThrow(/not there|not exist/)
    expect(await db.prisma.attendanceCode.count()).toBe(0)
  })
})

describe('the list', () => {
  test('is ticked: some were there, some in part, some were excused, the rest stays', async () => {
    const { id, roll } = await confirmed(city.staff, { surveyWanted: true })
    const opened = await hall.click(city.hr, 'trainings.tick', roll, evening)
    const ids =
      opened.form?.fields.map((field) =>
        'options' in field ? field.options.map(({ value }) => value) : [],
      )[0] ?? []
    expect(ids).toHaveLength(4)
    const [a = '', b = '', c = ''] = ids
    const twice = await hall.submit(
      city.hr,
      'trainings.tick-save',
      opened.form?.data ?? {},
      { present: [a], part: [a] },
      evening,
    )
    expect(twice.errors).toHaveProperty('part')
    const seen = await hall.submit(
      city.hr,
      'trainings.tick-save',
      opened.form?.data ?? {},
      { present: [a], part: [b], away: [c] },
      evening,
    )
    expect(words(seen)).toContain('3名を記録しました')
    expect((await statusesOf(db.prisma, id)).toSorted()).toEqual([
      'absent',
      'attended',
      'confirmed',
      'partly',
    ])
    expect(wantedOf(recordedSubject(Number(a)))).toEqual(['trainings.recorded attended'])
    // A form that was open meanwhile leaves alone what has changed.
    const stale = await hall.submit(
      city.hr,
      'trainings.tick-save',
      opened.form?.data ?? {},
      { away: [a] },
      evening,
    )
    expect(words(stale)).toContain('1名は、そのままにしています')
    expect((await db.prisma.signUp.findUniqueOrThrow({ where: { id: Number(a) } })).status).toBe('attended')
  })

  test('of a duty attended in part asks for the rest, until it is done', async () => {
    const { id, sessions } = await confirmed([staff(0), staff(1)], { mandatory: true }, [4, 4])
    await db.prisma.signUp.updateMany({ data: { mandatory: true, reason: 'all' } })
    const [first, second] = await db.prisma.signUp.findMany({ orderBy: { id: 'asc' } })
    if (!first || !second) throw new Error('two of them')
    const save = async (signUp: number, result: string) => {
      const { version } = await db.prisma.signUp.findUniqueOrThrow({ where: { id: signUp } })
      return hall.submit(city.hr, 'trainings.attendance-save', { signUp, version }, { result }, evening)
    }
    await save(first.id, 'partly')
    await save(second.id, 'partly')
    const again = await db.prisma.signUp.findMany({ where: { status: 'nominated' }, orderBy: { id: 'asc' } })
    expect(again).toMatchObject([
      { personId: staff(0), mandatory: true, reason: 'partly' },
      { personId: staff(1), mandatory: true, reason: 'partly' },
    ])
    expect(wantedOf(`sign-up:${again[0]?.id}`)).toContain('trainings.choose told')
    expect(words(await hall.click(staff(0), 'trainings.course', { course: id }, evening))).toContain(
      '前回は一部の受講でしたので',
    )
    // One chooses another date; then it turns out that both had been there to the end: neither is asked any more.
    await hall.click(
      staff(0),
      'trainings.choose',
      { signUp: again[0]?.id ?? 0, version: 1, session: sessions[1] ?? 0 },
      evening,
    )
    await save(first.id, 'attended')
    await save(second.id, 'attended')
    expect(await statusesOf(db.prisma, id)).toEqual(['attended', 'attended', 'cancelled', 'cancelled'])
    expect(wantedOf(`sign-up:${again[1]?.id}`)).toEqual([])
    const taken = { subject: `sign-up:${again[0]?.id}`, status: 'booked' }
    expect(await db.prisma.booking.count({ where: taken })).toBe(0)
  })

  test('is closed once it is over: who is left was absent; who must take part chooses another date', async () => {
    const { id, roll } = await confirmed([staff(0), staff(1)], { mandatory: true })
    await db.prisma.signUp.updateMany({ where: { personId: staff(1) }, data: { mandatory: true } })
    expect(words(await hall.click(city.hr, 'trainings.roll-close', roll, during))).toContain(
      'まだ終わっていない',
    )
    await hall.click(city.hr, 'trainings.roll-close', roll, evening)
    expect(await statusesOf(db.prisma, id)).toEqual(['absent', 'absent', 'nominated'])
    expect(await db.prisma.courseSession.findFirst({ where: { id: roll.session } })).toMatchObject({
      status: 'held',
    })
  })

  test('is put right, one by one, and the person is told', async () => {
    const { id, roll } = await confirmed([staff(0)], { reportDays: 7 })
    await hall.click(city.hr, 'trainings.roll-close', roll, evening)
    const card = (await hall.click(city.hr, 'trainings.roll', roll, evening)).card
    const [data = {}] = buttonsOf(card, 'trainings.attendance-edit')
    await hall.click(city.hr, 'trainings.attendance-edit', data, evening)
    await hall.submit(city.hr, 'trainings.attendance-save', data, { result: 'attended' }, evening)
    expect(await statusesOf(db.prisma, id)).toEqual(['attended'])
    const { id: signUp } = await signUpOf(staff(0))
    expect(await db.prisma.report.findMany()).toMatchObject([{ signUpId: signUp, submittedOn: null }])
    expect(wantedOf(recordedSubject(signUp))).toEqual(['trainings.recorded attended'])
    expect(
      words(await hall.submit(city.hr, 'trainings.attendance-save', data, { result: 'absent' }, evening)),
    ).toContain('状況が変わっていました')
    // Taken back: the report is owed no more.
    const { version } = await signUpOf(staff(0))
    await hall.submit(
      city.hr,
      'trainings.attendance-save',
      { signUp, version },
      { result: 'excused' },
      evening,
    )
    expect(await db.prisma.signUp.findFirst()).toMatchObject({
      status: 'absent',
      excused: true,
      doneOn: null,
    })
    expect(await db.prisma.report.count()).toBe(0)
  })

  test('takes in who came unlisted: waiting, cancelled or never asked; and nobody twice', async () => {
    const { id, roll } = await confirmed([staff(0), staff(1)], {}, [1])
    await hall.submit(city.hr, 'trainings.walk-in-save', roll, { person: `${staff(1)}` }, evening)
    await hall.submit(city.hr, 'trainings.walk-in-save', roll, { person: `${staff(2)}` }, evening)
    const again = await hall.submit(
      city.hr,
      'trainings.walk-in-save',
      roll,
      { person: `${staff(2)}` },
      evening,
    )
    expect(words(again)).toContain('すでに受講済み')
    expect(await statusesOf(db.prisma, id)).toEqual(['confirmed', 'attended', 'attended'])
    expect(await actions()).toContain('trainings.walk-in')
  })

  test('stands on the Home of whoever runs it, today and until it is recorded', async () => {
    await confirmed([staff(0)])
    const home = async (now: Temporal.Instant) => JSON.stringify(await hall.home(city.hr, now))
    expect(await home(at('2027-06-09T09:00'))).not.toContain('出欠')
    expect(await home(at('2027-06-10T09:00'))).toContain('の出欠を取る')
    expect(await home(evening)).toContain('未記録1名')
    expect(JSON.stringify(await hall.home(city.boss, evening))).not.toContain('出欠')
  })
})

describe('a roster', () => {
  const give = (text: string, now = evening) =>
    hall.give(
      city.hr,
      hall.feature.files?.[1],
      '研修所名簿.csv',
      new TextEncoder().encode(`\ufeff${text}`),
      now,
    )

  test('is looked at, matched with the list and applied at once; who is unknown is named', async () => {
    const { id, roll } = await confirmed([staff(0), staff(1)])
    const number = async (person: number) =>
      (await db.prisma.person.findUniqueOrThrow({ where: { id: person } })).number
    const text = [
      '職員番号,氏名,出欠,備考',
      `${await number(staff(0))},職員1 花子,○,`,
      `,職員2　花子,欠席,公務のため`,
      `,職員3 花子,○,`,
      `,知ら ない人,○,`,
    ].join('\r\n')
    const given = await give(text)
    const [data = {}] = buttonsOf(given.card, 'trainings.roster-of')
    const seen = await hall.click(
      city.hr,
      'trainings.roster-of',
      data,
      evening,
      `${roll.course}:${roll.session}`,
    )
    expect(words(seen)).toContain('名簿にない参加者')
    expect(words(seen)).toContain('5行目 知ら ない人')
    const [only = {}, all = {}] = buttonsOf(seen.card, 'trainings.roster-apply')
    expect(await statusesOf(db.prisma, id)).toEqual(['confirmed', 'confirmed'])
    // What changed since is shown anew instead of applied.
    await send(staff(0), await openCode(roll))
    const stale = await hall.click(city.hr, 'trainings.roster-apply', only, evening)
    expect(words(stale)).toContain('状況が変わっていました')
    expect(await statusesOf(db.prisma, id)).toEqual(['attended', 'confirmed'])
    const [fresh = {}, everybody = {}] = buttonsOf(stale.card, 'trainings.roster-apply')
    expect([all.unlisted, fresh.unlisted]).toEqual([true, false])
    // Nobody joins the list by a file alone: HR says so.
    await hall.click(city.hr, 'trainings.roster-apply', everybody, evening)
    expect(await statusesOf(db.prisma, id)).toEqual(['attended', 'absent', 'attended'])
    expect(await db.prisma.signUp.findFirst({ where: { personId: staff(1) } })).toMatchObject({
      excused: true,
    })
    expect(words(await hall.click(city.hr, 'trainings.roster-apply', everybody, evening))).toContain(
      'すでに終わって',
    )
    expect(await db.prisma.trainingImport.findFirst()).toMatchObject({ status: 'applied', rows: null })
    expect(await actions()).toContain('trainings.roster-applied')
  })

  test('of a training long past is found by its name or its day, or by the name of the file', async () => {
    const old = await addCourse(db.prisma, { name: '窓口応対研修', firstDay: '2026-06-10', fiscalYear: 2026 })
    await addCourse(db.prisma, { name: '会計研修', firstDay: '2026-11-05', fiscalYear: 2026 })
    await db.prisma.signUp.create({
      data: {
        courseId: old.id,
        personId: staff(0),
        status: 'confirmed',
        sessionId: old.sessions[0] ?? 0,
        seatNumber: 1,
      },
    })
    const given = await give('氏名,出欠\r\n職員1 花子,○')
    expect(words(given)).toContain('この2週間に')
    const [data = {}] = buttonsOf(given.card, 'trainings.roster-find')
    const opened = await hall.click(city.hr, 'trainings.roster-find', data, evening)
    const find = (values: FormValues, who = city.hr) =>
      hall.submit(who, 'trainings.roster-found', opened.form?.data ?? {}, values, evening)
    const bad: FormValues[] = [
      {},
      { name: '　' },
      { from: '6/10' },
      { from: '2026-07-01', to: '2026-06-01' },
      { name: '宇宙' },
    ]
    for (const [n, field] of ['name', 'name', 'from', 'to', 'name'].entries())
      expect(Object.keys((await find(bad[n] ?? {})).errors)).toEqual([field])
    expect(words(await find({ name: '応対' }))).toContain('窓口応対研修')
    expect(words(await find({ name: '応対' }))).not.toContain('会計研修')
    expect(words(await find({ name: 'きんむ', to: '2026-12-31' }))).not.toContain('会計研修')
    const found = await find({ from: '2026-06-01', to: '2026-06-30' })
    expect(words(found)).not.toContain('会計研修')
    const [choose = {}] = buttonsOf(found.card, 'trainings.roster-of')
    const seen = await hall.click(
      city.hr,
      'trainings.roster-of',
      choose,
      evening,
      `${old.id}:${old.sessions[0]}`,
    )
    const [apply = {}] = buttonsOf(seen.card, 'trainings.roster-apply')
    await hall.click(city.hr, 'trainings.roster-apply', apply, evening)
    expect(await db.prisma.signUp.findFirst()).toMatchObject({
      status: 'attended',
      doneOn: new Date('2026-06-10T00:00:00Z'),
    })
    // Settled: there is nothing to look for any more. And a file that names its training offers it first.
    expect(words(await find({ name: '応対' }))).toContain('すでに終わって')
    const named = await hall.give(
      city.hr,
      hall.feature.files?.[1],
      '会計研修_名簿.csv',
      new TextEncoder().encode('氏名,出欠\r\n職員1 花子,○'),
      evening,
    )
    expect(words(named)).toContain('会計研修')
    expect(words(named)).not.toContain('窓口応対研修')
    // Whoever does not run it does not find it.
    const officer = await addPerson(db.prisma, '税務 研修', city.other)
    await grant(db, officer, 'training', city.other)
    const theirs = await hall.give(
      officer,
      hall.feature.files?.[1],
      '会計研修.csv',
      new TextEncoder().encode('氏名,出欠\r\n職員1 花子,○'),
      evening,
    )
    expect(words(theirs)).not.toContain('会計研修 ')
    const [own = {}] = buttonsOf(theirs.card, 'trainings.roster-find')
    const answer = await hall.submit(officer, 'trainings.roster-found', own, { name: '会計' }, evening)
    expect(answer.errors.name).toContain('見つかりません')
  })

  test('of e-learning completes it; somebody else’s file is nobody’s, and a staff list is none', async () => {
    const course = await addCourse(db.prisma, { capacities: [] })
    await hall.click(staff(0), 'trainings.apply', { course: course.id })
    const given = await give('氏名,修了状況,修了日\r\n職員1 花子,修了,2027/6/9')
    const [data = {}] = buttonsOf(given.card, 'trainings.roster-of')
    const other = await addPerson(db.prisma, '全庁 研修', city.other)
    await grant(db, other, 'training')
    expect(words(await hall.click(other, 'trainings.roster', data, evening))).toContain('すでに終わって')
    const seen = await hall.click(city.hr, 'trainings.roster-of', data, evening, `${course.id}:0`)
    const [apply = {}] = buttonsOf(seen.card, 'trainings.roster-apply')
    await hall.click(city.hr, 'trainings.roster-apply', apply, evening)
    const row = await db.prisma.signUp.findFirstOrThrow()
    expect([row.status, row.doneOn?.toISOString().slice(0, 10)]).toEqual(['completed', '2027-06-09'])
    expect(words(await give('氏名,出欠,結果'))).toContain('roster')
    await expect(give('職員番号,氏名,所属コード,職名,採用年月日\r\n1,山田,1,主事,2020/4/1')).rejects.toThrow(
      'not taken',
    )
  })
})

/** What this person would be told of these kinds now, drawn. */
async function told(personId: number, subject: string, now = at('2027-06-11T08:45')): Promise<string> {
  const to = await db.prisma.person.findUniqueOrThrow({ where: { id: personId } })
  const parts: unknown[] = []
  for (const kind of hall.feature.notices ?? []) {
    const due = (planned.get(subject) ?? []).filter(
      (each) => each.kind === kind.kind && each.recipientId === personId,
    )
    if (due.length === 0) continue
    const notices = due.map((each, id) => ({ id, subject, detail: {}, ...each }))
    const part = await kind.draw(db.prisma, notices, { ...to, language: 'ja' }, now)
    if (part) expectLegal({ summary: part.summary, blocks: part.blocks })
    parts.push(part)
  }
  return JSON.stringify(parts)
}

test('what follows a training is drawn from the present, and says nothing once it is settled', async () => {
  const { roll } = await confirmed([staff(0)], { surveyWanted: true, reportDays: 7 })
  await hall.submit(city.hr, 'trainings.walk-in-save', roll, { person: `${staff(0)}` }, evening)
  const { id: signUp } = await signUpOf(staff(0))
  expect(await told(staff(0), recordedSubject(signUp))).toContain('受講記録を更新しました')
  const after = await told(staff(0), afterSubject(signUp))
  expect(after).toContain('3問のアンケート')
  expect(after).toContain('期限 6月17日(木)')
  const late = await told(staff(0), afterSubject(signUp), at('2027-06-18T08:45'))
  expect(late).toContain('行き違いでしたらご容赦ください')
  const was = planned.get(afterSubject(signUp)) ?? []
  await hall.submit(staff(0), 'trainings.survey-send', { signUp }, { useful: '5', applied: '5' }, evening)
  await hall.submit(staff(0), 'trainings.report-send', { signUp }, {}, evening)
  planned.set(afterSubject(signUp), was)
  expect(await told(staff(0), afterSubject(signUp))).toBe('[null,null]')
})

describe('afterwards', () => {
  test('three answers are kept without a name, and shown from five on', async () => {
    await truncateAll(db)
    city = await trainingCity(db, 5)
    const { id, roll } = await confirmed(city.staff, { surveyWanted: true }, [5])
    const code = await openCode(roll)
    const result = () => hall.click(city.hr, 'trainings.survey-result', { course: id }, evening)
    for (const [n, person] of city.staff.entries()) {
      await send(person, code)
      const { id: signUp } = await signUpOf(person)
      expect(words(await result())).toContain(`回答は${n}件です`)
      const missing = await hall.submit(person, 'trainings.survey-send', { signUp }, { useful: '5' }, evening)
      expect(missing.errors).toHaveProperty('applied')
      const given = { useful: String(n + 1), applied: '4', comment: `感想${n}` }
      expect(words(await hall.submit(person, 'trainings.survey-send', { signUp }, given, evening))).toContain(
        'ありがとう',
      )
      expect(words(await hall.submit(person, 'trainings.survey-send', { signUp }, given, evening))).toContain(
        'すでに',
      )
      expect(wantedOf(afterSubject(signUp))).toEqual([])
    }
    const shown = words(await result())
    expect(shown).toContain('平均 3.0')
    expect(shown).toContain('感想4')
    // Nothing leads from an answer to a person.
    expect(Object.keys((await db.prisma.surveyAnswer.findFirstOrThrow()) as object).toSorted()).toEqual([
      'applied',
      'comment',
      'courseId',
      'id',
      'sessionId',
      'useful',
    ])
    expect(JSON.stringify(await db.prisma.audit.findMany())).not.toMatch(/survey|感想/)
    await expect(hall.click(city.boss, 'trainings.survey-result', { course: id }, evening)).rejects.toThrow()
  })

  test('nobody answers for somebody else, nor who was not there', async () => {
    const { roll } = await confirmed([staff(0)], { surveyWanted: true })
    const { id: signUp } = await signUpOf(staff(0))
    const given = { useful: '5', applied: '5' }
    expect(words(await hall.submit(staff(0), 'trainings.survey-send', { signUp }, given))).toContain(
      '対象ではありません',
    )
    await send(staff(0), await openCode(roll))
    expect(words(await hall.submit(staff(1), 'trainings.survey-send', { signUp }, given))).toContain(
      '対象ではありません',
    )
    expect(await db.prisma.surveyAnswer.count()).toBe(0)
  })

  test('the report is owed until it is handed in, as a link or by saying so', async () => {
    const { roll } = await confirmed([staff(0), staff(1)], { reportDays: 7 })
    const code = await openCode(roll)
    for (const person of [staff(0), staff(1)]) await send(person, code)
    const [first, second] = [await signUpOf(staff(0)), await signUpOf(staff(1))]
    expect(JSON.stringify(await hall.home(staff(0), evening))).toContain('の報告を出す')
    const bad = { url: 'javascript:alert(1)' }
    const refused = await hall.submit(staff(0), 'trainings.report-send', { signUp: first.id }, bad, evening)
    expect(refused.errors).toHaveProperty('url')
    const good = { url: 'https://docs.city.example.lg.jp/1' }
    await hall.submit(staff(0), 'trainings.report-send', { signUp: first.id }, good, evening)
    expect(wantedOf(afterSubject(first.id))).toEqual([])
    expect(
      words(await hall.submit(staff(0), 'trainings.report-send', { signUp: second.id }, {}, evening)),
    ).toContain('お願いしている報告はありません')
    const { version } = second
    await hall.submit(
      city.hr,
      'trainings.attendance-save',
      { signUp: second.id, version },
      { result: 'attended', report: ['received'] },
      evening,
    )
    expect(await db.prisma.report.count({ where: { submittedOn: null } })).toBe(0)
    expect((await actions()).filter((each) => each === 'trainings.report-handed-in')).toHaveLength(2)
  })

  test('what is done at one’s own time is completed by saying so', async () => {
    const course = await addCourse(db.prisma, { capacities: [] })
    await hall.click(staff(0), 'trainings.apply', { course: course.id })
    const card = (await hall.click(staff(0), 'trainings.course', { course: course.id })).card
    const [data = {}] = buttonsOf(card, 'trainings.complete')
    await expect(hall.click(staff(1), 'trainings.complete', data)).rejects.toThrow()
    expect(words(await hall.click(staff(0), 'trainings.complete', data))).toContain('修了を記録しました')
    expect(await statusesOf(db.prisma, course.id)).toEqual(['completed'])
    expect(words(await hall.click(staff(0), 'trainings.complete', data))).toContain('いまは記録できません')
  })
})
