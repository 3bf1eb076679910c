import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase, truncateAll } from '../../../../test/support/database.ts'
import { buttonsOf, desk, type Seen, words } from '../../../../test/support/interview-city.ts'
import { at, day, testCore } from '../../../../test/support/small-city.ts'
import {
  addCourse,
  statusesOf,
  type TrainingCity,
  trainingCity,
} from '../../../../test/support/training-city.ts'
import { toDbInstant } from '../../../db/time.ts'
import { inTransaction } from '../../../db/transaction.ts'
import { lotOf } from '../../../matching/selection.ts'
import { trainings } from '../index.ts'
import { commitmentOf, findDraw } from './draws.ts'
import { classOf, meets, type PriorityRule, priorityRule } from './rule.ts'

describe('the class', () => {
  const clauseArb = fc.oneof(
    fc.constant({ type: 'mandatory' } as const),
    fc.constant({ type: 'never' } as const),
    fc.constant({ type: 'recommended' } as const),
    fc.record({ type: fc.constant('grade' as const), from: fc.nat({ max: 5 }), to: fc.nat({ max: 9 }) }),
    fc.record({ type: fc.constant('years' as const), to: fc.integer({ min: 1, max: 60 }) }),
  )
  const ruleArb: fc.Arbitrary<PriorityRule> = fc.record({ first: fc.array(clauseArb, { maxLength: 4 }) })
  const candidateArb = fc.record({
    mandatory: fc.boolean(),
    completed: fc.boolean(),
    recommended: fc.boolean(),
    rank: fc.option(fc.nat({ max: 9 })),
    year: fc.option(fc.integer({ min: 1, max: 40 })),
  })

  test('is the first clause that holds, and the last one where none does', () => {
    fc.assert(
      fc.property(ruleArb, candidateArb, (rule, candidate) => {
        const found = classOf(rule, candidate)
        expect(priorityRule.parse(JSON.parse(JSON.stringify(rule)))).toEqual(rule)
        for (const [n, clause] of rule.first.entries())
          if (n + 1 < found) expect(meets(clause, candidate)).toBe(false)
        const at = rule.first[found - 1]
        if (at) expect(meets(at, candidate)).toBe(true)
        else expect(found).toBe(rule.first.length + 1)
      }),
    )
  })

  test('what is not known puts nobody first', () => {
    const unknown = { mandatory: false, completed: true, recommended: false, rank: null, year: null }
    expect(meets({ type: 'grade', from: 0, to: 1000 }, unknown)).toBe(false)
    expect(meets({ type: 'years', to: 60 }, unknown)).toBe(false)
  })
})

let db: TestDatabase
let city: TrainingCity
let hall: ReturnType<typeof desk>

beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())
beforeEach(async () => {
  await truncateAll(db)
  city = await trainingCity(db, 6)
  const { core } = testCore(db)
  hall = desk(core, db, trainings(core))
})

const staff = (n: number) => city.staff[n] ?? 0
const openDay = (iso: string) =>
  inTransaction(db, async (tx) =>
    hall.feature.on?.({ type: 'day-opened', on: day(iso) }, tx, at(`${iso}T00:01`)),
  )
const during = at('2027-05-20T10:00')
const after = at('2027-05-31T10:00')
const wish = (n: number, course: number, sessions: readonly number[], now = during) =>
  hall.submit(
    staff(n),
    'trainings.wished',
    { course },
    Object.fromEntries(sessions.map((session, i) => [`wish${i + 1}`, String(session)])),
    now,
  )
const look = (course: number, now = after) => hall.click(city.hr, 'trainings.selection', { course }, now)
const publish = async (seen: Seen, now = after) => {
  const [data] = buttonsOf(seen.card, 'trainings.selection-publish')
  if (!data) throw new Error('nothing to publish')
  return hall.click(city.hr, 'trainings.selection-publish', data, now)
}
const signUps = (courseId: number) =>
  db.prisma.signUp.findMany({ where: { courseId }, orderBy: { id: 'asc' }, include: { wishes: true } })

describe('a lottery', () => {
  test('whoever got none is asked about a free seat of any of their wishes, in the order of the lots', async () => {
    const course = await addCourse(db.prisma, { selection: 'lottery', capacities: [1, 1] })
    await openDay('2027-05-06')
    for (let n = 0; n < 4; n++) await wish(n, course.id, course.sessions)
    await publish(await look(course.id))
    const ranked = (await signUps(course.id)).toSorted((a, b) => (a.queueRank ?? 0) - (b.queueRank ?? 0))
    const [, second, third, fourth] = ranked
    if (!second || !third || !fourth) throw new Error('four have applied')
    // All wait for what they like best; the seat that becomes free is of the other day.
    expect(ranked.slice(2).map(({ sessionId }) => sessionId)).toEqual([
      course.sessions[0],
      course.sessions[0],
    ])
    const { id: signUp, version } = second
    await hall.click(second.personId, 'trainings.withdraw', { signUp, version }, after)
    const now = await signUps(course.id)
    const of = ({ id }: { id: number }) => now.find((each) => each.id === id)
    expect(of(third)).toMatchObject({ status: 'offered', sessionId: course.sessions[1] })
    expect(of(fourth)).toMatchObject({ status: 'waitlisted', sessionId: course.sessions[0] })
  })

  test('is sealed when sign-up opens, worked out after it closes, published once, and can be computed by hand', async () => {
    const course = await addCourse(db.prisma, { selection: 'lottery', capacities: [2, 1] })
    const [june10, june17] = course.sessions
    if (!june10 || !june17) throw new Error('two sessions')
    await openDay('2027-05-06')
    await openDay('2027-05-07')
    const sealed = await findDraw(db.prisma, course.id)
    expect(sealed).toMatchObject({ status: 'committed', commitment: commitmentOf(sealed?.seed ?? '') })
    for (let n = 0; n < 5; n++) await wish(n, course.id, n < 4 ? [june10, june17] : [june17])
    expect(words(await look(course.id, during))).toContain('受付は5月28日(金)までです')
    expect(buttonsOf((await look(course.id, during)).card, 'trainings.selection-publish')).toEqual([])

    const proposal = await look(course.id)
    expect(words(proposal)).toContain('5名のうち3名が席を得ます')
    expect(words(await publish(proposal))).toContain('3名が受講予定、2名が空き待ち')
    const rows = await signUps(course.id)
    expect(rows.filter(({ status }) => status === 'confirmed')).toHaveLength(3)

    // By hand: the smaller number first, each taking the best wish that is left.
    const numbers = await db.prisma.person.findMany({ select: { id: true, number: true } })
    const numberOf = new Map(numbers.map(({ id, number }) => [id, number]))
    const seed = sealed?.seed ?? ''
    const byHand = rows
      .map((row) => ({
        row,
        lot: createHash('sha256')
          .update(`${seed}|course-${course.id}|${numberOf.get(row.personId)}`)
          .digest('hex'),
      }))
      .toSorted((a, b) => (a.lot < b.lot ? -1 : 1))
    const left = new Map([
      [june10, 2],
      [june17, 1],
    ])
    for (const { row } of byHand) {
      const wishes = row.wishes.toSorted((a, b) => a.rank - b.rank).map(({ sessionId }) => sessionId)
      const got = wishes.find((session) => (left.get(session) ?? 0) > 0)
      if (got) left.set(got, (left.get(got) ?? 0) - 1)
      expect({ status: row.status, session: row.sessionId }).toEqual({
        status: got ? 'confirmed' : 'waitlisted',
        session: got ?? wishes[0],
      })
    }
    const again = await hall.click(
      city.hr,
      'trainings.selection-publish',
      buttonsOf(proposal.card, 'trainings.selection-publish')[0] ?? {},
      after,
    )
    expect(words(again)).toContain('その間に変更')
    expect(await signUps(course.id)).toEqual(rows)
  })

  test('everybody sees their own lot and the last to get a seat, and nobody else', async () => {
    const course = await addCourse(db.prisma, { selection: 'lottery', capacities: [1] })
    for (let n = 0; n < 3; n++) await hall.click(staff(n), 'trainings.apply', { course: course.id }, during)
    const before = await hall.click(staff(0), 'trainings.verify', { course: course.id }, during)
    expect(words(before)).toContain('まだ公表されていません')
    await publish(await look(course.id))
    const draw = await findDraw(db.prisma, course.id)
    const me = await db.prisma.person.findUniqueOrThrow({ where: { id: staff(0) } })
    const shown = JSON.stringify(await hall.click(staff(0), 'trainings.verify', { course: course.id }, after))
    expect(shown).toContain(lotOf(draw?.seed ?? '', `course-${course.id}`, me.number))
    expect(shown).toContain(`${draw?.seed}|course-${course.id}|${me.number}`)
    for (const other of city.staff.slice(1)) {
      const person = await db.prisma.person.findUniqueOrThrow({ where: { id: other } })
      expect(shown).not.toContain(person.number)
      expect(shown).not.toContain(person.name)
    }
    await expect(hall.click(city.boss, 'trainings.verify', { course: 999 }, after)).rejects.toThrow(
      /not exist/,
    )
  })

  test('what else one has at the hours one names is said when signing up', async () => {
    const course = await addCourse(db.prisma, { selection: 'lottery', capacities: [1, 1] })
    const busy = { subject: 'meeting:1', personId: staff(0), exclusive: false, status: 'booked' }
    await db.prisma.booking.create({
      data: {
        ...busy,
        startsAt: toDbInstant(at('2027-06-17T14:00')),
        endsAt: toDbInstant(at('2027-06-17T15:00')),
      },
    })
    expect(words(await wish(0, course.id, course.sessions))).toContain('6月17日(木) 14:00')
    expect(words(await wish(1, course.id, course.sessions))).not.toContain('14:00')
  })

  test('a supervisor’s recommendation is one click at approval, and counts where the course says so', async () => {
    const course = await addCourse(db.prisma, { selection: 'hr', capacities: [1], approvalNeeded: true })
    await openDay('2027-05-06')
    for (const n of [0, 1, 2]) await wish(n, course.id, course.sessions)
    const card = (await hall.click(city.boss, 'trainings.approvals', {}, during)).card
    const yes = buttonsOf(card, 'trainings.approve')
    expect(yes.map(({ recommend }) => recommend ?? false)).toEqual([true, false, true, false, true, false])
    const [, no0 = {}, rec1 = {}, , , no2 = {}] = yes
    expect(words(await hall.click(city.boss, 'trainings.approve', rec1, during))).toContain(
      '推薦を付けて承認',
    )
    for (const plain of [no0, no2])
      expect(words(await hall.click(city.boss, 'trainings.approve', plain, during))).not.toContain(
        '推薦を付けて',
      )
    // Pressed twice it is what it was.
    expect(words(await hall.click(city.boss, 'trainings.approve', rec1, during))).toContain('すでに処理')
    const proposal = words(await look(course.id))
    expect(proposal).toContain('必ず受ける方 → 上司の推薦がある方 → この研修を受けたことがない方')
    expect(proposal).toMatch(/1\. 職員2 花子[^}]*上司の推薦がある方 \/ 上司の推薦あり/)
    await publish(await look(course.id))
    const [a, b, c] = await signUps(course.id)
    expect([a?.status, b?.status, c?.status]).toEqual(['waitlisted', 'confirmed', 'waitlisted'])
    expect([a, b, c].map((row) => row?.recommendedById)).toEqual([null, city.boss, null])
    const trail = await db.prisma.audit.findMany({ where: { action: 'trainings.recommend' } })
    expect(trail).toMatchObject([{ actorId: city.boss, subjectPersonId: staff(1) }])
    await db.prisma.signUp.updateMany({
      where: { personId: staff(1) },
      data: { status: 'attended', doneOn: new Date('2027-06-10') },
    })
    expect(words(await hall.say(staff(1), 'trainings.history', '', after))).toContain('上司の推薦あり')
  })

  test('a recommendation is asked for and taken only where it counts, and only of the supervisor', async () => {
    const lottery = await addCourse(db.prisma, {
      selection: 'lottery',
      capacities: [1],
      approvalNeeded: true,
    })
    await wish(0, lottery.id, lottery.sessions)
    const approve = buttonsOf(
      (await hall.click(city.boss, 'trainings.approvals', {}, during)).card,
      'trainings.approve',
    )
    expect(approve).toHaveLength(1)
    const pressed = { ...approve[0], recommend: true }
    expect(words(await hall.click(city.boss, 'trainings.approve', pressed, during))).not.toContain('推薦を')
    // HR, who approves in place of a supervisor, knows nothing of the person's work.
    const chosen = await addCourse(db.prisma, { selection: 'hr', capacities: [1], approvalNeeded: true })
    await wish(1, chosen.id, chosen.sessions)
    const { id: signUp, version } = await db.prisma.signUp.findFirstOrThrow({
      where: { courseId: chosen.id },
    })
    await hall.click(city.hr, 'trainings.approve', { signUp, version, recommend: true }, during)
    expect(await db.prisma.signUp.findMany({ orderBy: { id: 'asc' } })).toMatchObject([
      { status: 'applied', recommendedById: null },
      { status: 'applied', recommendedById: null },
    ])
  })

  test('who goes first is settled before sign-up opens, and counts', async () => {
    const course = await addCourse(db.prisma, { selection: 'lottery', capacities: [1], series: 'S' })
    const earlier = await addCourse(db.prisma, { series: 'S', fiscalYear: 2026, code: 'E' })
    for (const n of [0, 1, 2, 3])
      await db.prisma.signUp.create({
        data: {
          courseId: earlier.id,
          personId: staff(n),
          status: 'completed',
          doneOn: new Date('2026-06-01'),
        },
      })
    const rule = { classes: ['never'] }
    const soon = at('2027-05-01T10:00')
    const saved = await hall.submit(
      city.hr,
      'trainings.priority',
      { course: course.id, version: 1 },
      rule,
      soon,
    )
    expect(words(saved)).toContain('優先の順を保存')
    const late = await hall.submit(
      city.hr,
      'trainings.priority',
      { course: course.id, version: 2 },
      {},
      during,
    )
    expect(words(late)).toContain('変えられません')
    for (let n = 0; n < 5; n++) await hall.click(staff(n), 'trainings.apply', { course: course.id }, during)
    await publish(await look(course.id))
    const [seated] = (await signUps(course.id)).filter(({ status }) => status === 'confirmed')
    expect(seated?.personId).toBe(staff(4))
  })

  test('nothing is published while a supervisor may still agree, or after what HR saw has changed', async () => {
    const course = await addCourse(db.prisma, { selection: 'lottery', capacities: [1], approvalNeeded: true })
    for (let n = 0; n < 2; n++) await hall.click(staff(n), 'trainings.apply', { course: course.id }, during)
    const [first, second] = await signUps(course.id)
    if (!first || !second) throw new Error('two')
    await hall.click(city.boss, 'trainings.approve', { signUp: first.id, version: first.version }, during)
    expect(words(await look(course.id))).toContain('承認を待っている応募が1名')
    await hall.click(city.boss, 'trainings.approve', { signUp: second.id, version: second.version }, after)
    const seen = await look(course.id)
    const [mine] = await signUps(course.id)
    await hall.click(
      staff(0),
      'trainings.withdraw',
      { signUp: mine?.id ?? 0, version: mine?.version ?? 0 },
      after,
    )
    expect(words(await publish(seen))).toContain('その間に変更')
    expect((await findDraw(db.prisma, course.id))?.status).toBe('committed')
    await publish(await look(course.id))
    expect(await statusesOf(db.prisma, course.id)).toEqual(['cancelled', 'confirmed'])
  })

  test('wishes are ranked, each once, and may be changed until sign-up closes', async () => {
    const course = await addCourse(db.prisma, { selection: 'lottery', capacities: [1, 1, 1] })
    const [a, b] = course.sessions
    if (!a || !b) throw new Error('sessions')
    expect(await wish(0, course.id, [a, a])).toMatchObject({
      errors: { wish2: '同じ日程が選ばれています。' },
    })
    expect(await wish(0, course.id, [])).toMatchObject({ errors: { wish1: '日程を選んでください。' } })
    await wish(0, course.id, [a, b])
    const [made] = await signUps(course.id)
    if (!made) throw new Error('one')
    const change = (values: Record<string, string>, who = staff(0), now = during) =>
      hall.submit(
        who,
        'trainings.wished',
        { course: course.id, signUp: made.id, version: made.version },
        values,
        now,
      )
    await expect(change({ wish1: String(b) }, staff(1))).rejects.toThrow(/not exist/)
    await change({ wish1: String(b) })
    await change({ wish1: String(a) }, staff(0), after)
    const [now] = await signUps(course.id)
    expect(now?.wishes.map(({ sessionId }) => sessionId)).toEqual([b])
  })
})

describe('where HR chooses', () => {
  test('each judgement has its reason, is audited, and changes the proposal; those passed over are told', async () => {
    const course = await addCourse(db.prisma, { selection: 'hr', capacities: [1] })
    for (let n = 0; n < 3; n++) await hall.click(staff(n), 'trainings.apply', { course: course.id }, during)
    const rows = await signUps(course.id)
    const judge = (n: number, values: Record<string, string>) =>
      hall.submit(city.hr, 'trainings.judged', { signUp: rows[n]?.id ?? 0 }, values, after)
    expect(await judge(0, { as: 'prefer' })).toMatchObject({ errors: { reason: '理由を選んでください。' } })
    for (const n of [0, 1, 2]) {
      await judge(n, { as: 'prefer', reason: 'work' })
      const shown = JSON.stringify(await look(course.id))
      expect(shown).toContain('担当業務との関連')
      await judge(n, { as: 'usual' })
    }
    await judge(2, { as: 'prefer', reason: 'recommended' })
    await judge(0, { as: 'pass', reason: 'history' })
    await publish(await look(course.id))
    expect(await signUps(course.id)).toMatchObject([
      { status: 'declined', declineReason: '人事担当の選考による(これまでの受講・派遣)' },
      { status: 'waitlisted' },
      { status: 'confirmed', seatNumber: 1 },
    ])
    expect(await db.prisma.audit.count({ where: { action: 'trainings.judged' } })).toBe(8)
  })

  test('is not for whoever has no part in the course', async () => {
    const course = await addCourse(db.prisma, { selection: 'lottery', capacities: [1] })
    const firstCome = await addCourse(db.prisma)
    await expect(look(firstCome.id)).rejects.toThrow(/not exist/)
    await hall.click(staff(0), 'trainings.apply', { course: course.id }, during)
    const [row] = await signUps(course.id)
    await expect(
      hall.submit(
        city.hr,
        'trainings.judged',
        { signUp: row?.id ?? 0 },
        { as: 'pass', reason: 'work' },
        after,
      ),
    ).rejects.toThrow(/not exist/)
  })
})
