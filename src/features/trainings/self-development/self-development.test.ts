import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase, truncateAll } from '../../../../test/support/database.ts'
import { buttonsOf, desk, grant, words } from '../../../../test/support/interview-city.ts'
import { expectLegal } from '../../../../test/support/legal.ts'
import { addPerson, addRoute, at, day, testCore } from '../../../../test/support/small-city.ts'
import { addCourse, type TrainingCity, trainingCity } from '../../../../test/support/training-city.ts'
import { toDbDate } from '../../../db/time.ts'
import { inTransaction } from '../../../db/transaction.ts'
import type { WantedNotice } from '../../../delivery/notice.ts'
import { trainings } from '../index.ts'
import { after, type SelfCommand, type SelfStatus } from './rules.ts'

test('money is spent once it is granted and given back when it is withdrawn, whatever is pressed', () => {
  const command = fc.oneof<fc.Arbitrary<SelfCommand>[]>(
    fc.constant({ type: 'approve' }),
    fc.constant({ type: 'decline', reason: '' }),
    fc.record({ type: fc.constant('grant' as const), yen: fc.integer({ min: -5, max: 100 }) }),
    fc.constant({ type: 'withdraw' }),
    fc.constant({ type: 'report', result: '', url: '' }),
  )
  fc.assert(
    fc.property(
      fc.constantFrom('subsidy' as const, 'leave' as const),
      fc.array(command, { maxLength: 12 }),
      (kind, commands) => {
        let state: { kind: typeof kind; status: SelfStatus; grantedYen: number } = {
          kind,
          status: 'awaiting_approval',
          grantedYen: 0,
        }
        let spent = 0
        for (const each of commands) {
          const to = after(state, each)
          if (!to) continue
          spent += to.spends
          state = { kind, status: to.status, grantedYen: to.grantedYen }
          expect(spent).toBe(state.grantedYen)
          expect(state.grantedYen >= 0 && (kind === 'subsidy' || state.grantedYen === 0)).toBe(true)
          if (state.grantedYen > 0) expect(['granted', 'done']).toContain(state.status)
        }
      },
    ),
  )
})

let db: TestDatabase
let city: TrainingCity
let hall: ReturnType<typeof desk>
let planned: Map<string, readonly WantedNotice[]>

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
const form = { kind: 'subsidy', title: '建設業経理士2級', from: '2027-06-01', to: '2027-09-12', yen: '30000' }
const apply = (person: number, more: object = {}) =>
  hall.submit(person, 'trainings.self-save', {}, { ...form, ...more })
const budget = (yen: number) =>
  hall.submit(city.hr, 'trainings.self-budget-save', { year: 2027 }, { yen: String(yen) })
const last = () => db.prisma.selfDevelopment.findFirstOrThrow({ orderBy: { id: 'desc' } })
const data = async () => {
  const { id, version } = await last()
  return { application: id, version }
}
const wanted = (subject: string) =>
  (planned.get(subject) ?? []).map(({ kind, rung, recipientId }) => [kind, rung, recipientId])

/** What this person would be told now, drawn. */
async function told(personId: number, subject: string): Promise<string> {
  const to = await db.prisma.person.findUniqueOrThrow({ where: { id: personId } })
  const parts: unknown[] = []
  for (const kind of hall.feature.notices ?? []) {
    const due = (planned.get(subject) ?? []).filter(
      (each) => each.kind === kind.kind && each.recipientId === personId,
    )
    if (due.length === 0) continue
    const notices = due.map((each, id) => ({ id, subject, detail: {}, ...each }))
    const part = await kind.draw(db.prisma, notices, { ...to, language: 'ja' }, at('2027-05-11T08:45'))
    if (part) expectLegal({ summary: part.summary, blocks: part.blocks })
    parts.push(part)
  }
  return JSON.stringify(parts)
}

describe('an application', () => {
  test('goes through the supervisor and HR to its result, and everybody concerned hears of it', async () => {
    await budget(100_000)
    expect(words(await apply(staff(0)))).toContain('佐藤課長に承認をお願いしています')
    const { id } = await last()
    expect(wanted(`self-development:${id}`)[0]).toEqual(['trainings.self-approve', 'ask', city.boss])
    expect(await told(city.boss, `self-development:${id}`)).toContain('職員1さん　建設業経理士2級')
    const card = (await hall.click(city.boss, 'trainings.self-approvals', {})).card
    const [approve = {}] = buttonsOf(card, 'trainings.self-approve')
    expect(words(await hall.click(city.boss, 'trainings.self-approve', approve))).toContain('承認しました')
    expect(wanted(`told:self-development:${id}`)).toEqual([['trainings.self-told', 'awaiting_hr', staff(0)]])
    expect(words(await hall.click(city.boss, 'trainings.self-approve', approve))).toContain('すでに処理')
    const opened = await hall.click(city.hr, 'trainings.self-decide', await data())
    expect(opened.form?.fields.map(({ name }) => name)).toEqual(['decision', 'yen', 'reason'])
    await hall.submit(city.hr, 'trainings.self-decide-save', await data(), {
      decision: 'grant',
      yen: '20000',
    })
    expect(await db.prisma.selfDevelopmentBudget.findFirst()).toMatchObject({
      yen: 100_000,
      grantedYen: 20_000,
    })
    expect(wanted(`self-development:${id}`).map(([kind, rung]) => `${kind} ${rung}`)).toEqual([
      'trainings.self-result +3',
      'trainings.self-result +10',
      'trainings.self-result +20',
    ])
    expect(await told(staff(0), `told:self-development:${id}`)).toContain('決定（20,000円）')
    expect(await told(staff(0), `self-development:${id}`)).toContain('結果を報告する')
    expect(words(await hall.say(staff(0), 'trainings.self'))).toContain('80,000円')
    await hall.submit(staff(0), 'trainings.self-report-save', await data(), { result: '合格' })
    expect(await last()).toMatchObject({ status: 'done', result: '合格', grantedYen: 20_000 })
    expect(wanted(`self-development:${id}`)).toEqual([])
    expect((await db.prisma.audit.findMany({ orderBy: { id: 'asc' } })).map(({ action }) => action)).toEqual([
      'trainings.self-budget',
      'trainings.self-applied',
      'trainings.self-approve',
      'trainings.self-grant',
      'trainings.self-report',
    ])
  })

  test('never takes more than is left, not even where several are granted at once', async () => {
    await budget(50_000)
    expect((await apply(staff(0), { yen: '50001' })).errors).toHaveProperty('yen')
    for (const person of city.staff) {
      await apply(person)
      const wants = await data()
      await hall.click(city.boss, 'trainings.self-approve', wants)
    }
    const waiting = await db.prisma.selfDevelopment.findMany({ where: { status: 'awaiting_hr' } })
    expect(waiting).toHaveLength(4)
    const answers = await Promise.all(
      waiting.map(({ id, version }) =>
        hall.submit(
          city.hr,
          'trainings.self-decide-save',
          { application: id, version },
          { decision: 'grant', yen: '30000' },
        ),
      ),
    )
    expect(answers.filter(({ errors }) => 'yen' in errors)).toHaveLength(3)
    expect(await db.prisma.selfDevelopmentBudget.findFirst()).toMatchObject({ grantedYen: 30_000 })
    expect((await budget(29_999)).errors.yen).toContain('30,000円')
    // Withdrawn: the money is there again for somebody else.
    const granted = await db.prisma.selfDevelopment.findFirstOrThrow({ where: { status: 'granted' } })
    const theirs = { application: granted.id, version: granted.version }
    await hall.click(granted.personId, 'trainings.self-withdraw', theirs)
    expect(await db.prisma.selfDevelopmentBudget.findFirst()).toMatchObject({ grantedYen: 0 })
  })

  test('is asked for properly: days, amount, a budget; leave needs none', async () => {
    expect((await apply(staff(0))).errors.yen).toContain('まだ決まっていません')
    await budget(100_000)
    expect((await apply(staff(0), { to: '2027-05-01' })).errors).toHaveProperty('to')
    expect((await apply(staff(0), { from: '2027-04-01', to: '2027-05-01' })).errors.to).toContain(
      'すでに終わった',
    )
    expect((await apply(staff(0), { yen: '0' })).errors).toHaveProperty('yen')
    expect((await apply(staff(0), { kind: 'x', title: '' })).errors).toHaveProperty('kind')
    expect(await db.prisma.selfDevelopment.count()).toBe(0)
    await apply(staff(0), { kind: 'leave', yen: '5' })
    expect(await last()).toMatchObject({ kind: 'leave', askedYen: 0, status: 'awaiting_approval' })
  })

  test('is decided by those alone whom it concerns', async () => {
    await budget(100_000)
    await apply(staff(0))
    const before = await last()
    const own = await data()
    for (const who of [staff(0), staff(1), city.hr]) {
      expect(words(await hall.click(who, 'trainings.self-approve', own))).toContain('すでに処理')
      expect(words(await hall.submit(who, 'trainings.self-decline-save', own, { reason: 'x' }))).toContain(
        'すでに処理',
      )
    }
    expect(words(await hall.click(staff(1), 'trainings.self-withdraw', own))).toContain('状況が変わって')
    await hall.click(city.boss, 'trainings.self-approve', own)
    const partly = await addPerson(db.prisma, '税務 人事', city.other)
    await grant(db, partly, 'hr', city.other)
    expect(
      words(
        await hall.submit(partly, 'trainings.self-decide-save', await data(), {
          decision: 'grant',
          yen: '1',
        }),
      ),
    ).toContain('すでに処理')
    await expect(hall.click(city.boss, 'trainings.self-decide', await data())).rejects.toThrow(/not allowed/)
    expect(await last()).toMatchObject({
      ...before,
      status: 'awaiting_hr',
      version: 2,
      approverId: null,
      decidedById: city.boss,
      decidedAt: expect.any(Date),
    })
  })

  test('is declined with a reason that the person reads', async () => {
    await budget(100_000)
    await apply(staff(0))
    const { id, version } = await last()
    const opened = await hall.click(city.boss, 'trainings.self-decline', {}, undefined, `${id}:${version}`)
    expect(opened.form?.id).toBe('trainings.self-decline-save')
    const own = { application: id, version }
    expect((await hall.submit(city.boss, 'trainings.self-decline-save', own, {})).errors).toHaveProperty(
      'reason',
    )
    await hall.submit(city.boss, 'trainings.self-decline-save', own, { reason: '繁忙期のため' })
    expect(words(await hall.say(staff(0), 'trainings.self'))).toContain('見送り（繁忙期のため）')
  })

  test('follows the supervisor, falls to HR where there is none, and ends when its person leaves', async () => {
    await budget(100_000)
    await apply(staff(0))
    await apply(staff(1))
    const tell = (now: Temporal.Instant) =>
      inTransaction(db, async (tx) =>
        hall.feature.on?.({ type: 'people-changed', personIds: [staff(1)] }, tx, now),
      )
    await db.prisma.person.update({ where: { id: staff(1) }, data: { leftOn: toDbDate(day('2027-05-12')) } })
    await db.prisma.route.deleteMany()
    await addRoute(db.prisma, 'first', { personId: staff(0) }, city.deputy)
    await tell(at('2027-05-12T00:01'))
    const rows = await db.prisma.selfDevelopment.findMany({ orderBy: { id: 'asc' } })
    expect(rows).toMatchObject([
      { status: 'awaiting_approval', approverId: city.deputy },
      { status: 'withdrawn' },
    ])
    await db.prisma.route.deleteMany()
    await tell(at('2027-05-13T00:01'))
    expect(await db.prisma.selfDevelopment.findFirst({ where: { personId: staff(0) } })).toMatchObject({
      status: 'awaiting_hr',
      approverId: null,
    })
    expect(JSON.stringify(await hall.home(city.hr))).toContain('自己啓発の申請の確認 1件')
  })
})

describe('staff as lecturers', () => {
  test('teach once the manager of their section has agreed, in one click', async () => {
    const { id: course } = await addCourse(db.prisma, { kind: 'lecture', status: 'draft', name: '出前講座' })
    const opened = await hall.click(city.hr, 'trainings.lecture-ask', { course, version: 1 })
    const seen = await hall.submit(city.hr, 'trainings.lecture-send', opened.form?.data ?? {}, {
      person: `${staff(0)}`,
    })
    expect(words(seen)).toContain('佐藤課長に確認をお願いしました')
    expect(wanted(`lecture:course:${course}`)).toEqual([['trainings.lecture', 'ask', city.boss]])
    expect(await told(city.boss, `lecture:course:${course}`)).toContain('総務課の職員に講師')
    const data = { course, version: 2 }
    for (const who of [staff(0), city.deputy, city.hr])
      expect(words(await hall.click(who, 'trainings.lecture-agree', data))).toContain(
        '別の方にお願いしています',
      )
    expect(words(await hall.click(city.boss, 'trainings.lecture-agree', { course, version: 1 }))).toContain(
      '状況が変わって',
    )
    expect(words(await hall.click(city.boss, 'trainings.lecture-agree', data))).toContain('確認しました')
    expect(await db.prisma.course.findFirst()).toMatchObject({
      lecturerSectionId: city.section,
      lecturerConfirmedAt: expect.any(Date),
      teachers: '職員1 花子',
    })
    expect(wanted(`agreed:course:${course}`)).toEqual([['trainings.lecture-agreed', 'told', city.hr]])
    expect(await told(city.hr, `agreed:course:${course}`)).toContain('所属の確認が取れました')
    expect(words(await hall.click(city.boss, 'trainings.lecture-agree', data))).toContain('すでに済んでいる')
  })
})

describe('HR', () => {
  const desk = 'trainings.self-desk'
  const approve = async (n: number) => {
    await apply(staff(n))
    const one = await data()
    await hall.click(city.boss, 'trainings.self-approve', one, at('2027-05-10T15:00'))
    return `self-development:${one.application}`
  }

  test('hears next morning, in one message, of what has come to wait for it; of what is settled nothing more', async () => {
    await budget(1_000_000)
    const partHr = await addPerson(db.prisma, '税務 人事', city.other)
    await grant(db, partHr, 'hr', city.other)
    const [a, b] = [await approve(0), await approve(1)]
    for (const subject of [a, b]) {
      const due = (planned.get(subject) ?? []).filter(({ kind }) => kind === desk)
      expect(due.map(({ recipientId, rung }) => [recipientId, rung])).toEqual([
        [city.hr, '+1'],
        [city.hr, '+5'],
        [city.hr, '+10'],
      ])
      expect(due[0]?.dueAt.equals(at('2027-05-11T08:45'))).toBe(true)
    }
    const kind = hall.feature.notices?.find((each) => each.kind === desk)
    const to = await db.prisma.person.findUniqueOrThrow({ where: { id: city.hr } })
    const notices = [a, b].map((subject, id) => ({
      id,
      kind: desk,
      subject,
      recipientId: city.hr,
      dueAt: at('2027-05-11T08:45'),
      detail: {},
    }))
    const draw = (language: 'ja' | 'en') =>
      kind?.draw(db.prisma, notices, { ...to, language }, at('2027-05-11T08:45'))
    const part = await draw('ja')
    expect(JSON.stringify(part)).toMatch(/2件あります.*職員1さん.*職員2さん/)
    expect(part?.summary).not.toContain('職員')
    expect(JSON.stringify(await draw('en'))).toContain('2 applications wait')
    if (part) expectLegal({ summary: part.summary, blocks: part.blocks })
    const first = await db.prisma.selfDevelopment.findFirstOrThrow({ orderBy: { id: 'asc' } })
    await hall.submit(
      city.hr,
      'trainings.self-decide-save',
      { application: first.id, version: first.version },
      { decision: 'grant', yen: '1000' },
    )
    expect((await draw('ja'))?.obsolete).toEqual([0])
    expect((planned.get(a) ?? []).filter((each) => each.kind === desk)).toEqual([])
  })

  test('that takes over hears of it too, and what is still to be told to the person stays planned', async () => {
    await budget(1_000_000)
    const subject = await approve(0)
    const next = await addPerson(db.prisma, '後任 人事', city.other)
    await grant(db, next, 'hr')
    await inTransaction(db, async (tx) =>
      hall.feature.on?.({ type: 'day-opened', on: day('2027-05-20') }, tx, at('2027-05-20T00:01')),
    )
    const due = (planned.get(subject) ?? []).filter(
      ({ recipientId, rung }) => recipientId === next && rung === '+1',
    )
    expect(due.map(({ dueAt }) => dueAt.toString())).toEqual([at('2027-05-21T08:45').toString()])
    expect(planned.get(`told:${subject}`)).toHaveLength(1)
  })
})
