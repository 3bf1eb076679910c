// The trainings of the watched city: one in every state in which somebody has something to press.
import type { Prisma } from '../../src/db/generated/client.ts'
import { toDbDate, toDbInstant } from '../../src/db/time.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { commit } from '../../src/features/trainings/selection/draws.ts'
import { enterSignUps } from '../../src/features/trainings/sign-up/move.ts'
import { type NewSignUp, systemBy } from '../../src/features/trainings/sign-up/store.ts'
import { at, day } from './small-city.ts'
import type { First, Role, Submit, WatchedCity } from './watched-city.ts'

interface Hands {
  readonly send: WatchedCity['send']
  readonly submit: Submit
  readonly first: First
}

type Plan = Partial<Prisma.CourseUncheckedCreateInput> & {
  readonly name: string
  /** Local beginnings of its sessions, two hours and a half each. */
  readonly at?: readonly string[]
  readonly seats?: number
}

const date = (text: string) => toDbDate(day(text))
const never = { any: [{ type: 'never' }] }

/** As HR's plan and people's sign-ups have left them on 17 May. */
export async function train(
  watched: Omit<WatchedCity, 'told'>,
  { send, submit, first }: Hands,
): Promise<void> {
  const { city, people } = watched
  const { core } = city
  const { prisma } = core.db
  const now = core.clock.now()

  const add = async ({ at: begins = [], seats = 3, ...plan }: Plan) => {
    const made = await prisma.course.create({
      data: {
        fiscalYear: 2027,
        code: plan.name,
        series: plan.name,
        kind: 'specialist',
        opensOn: date('2027-05-10'),
        closesOn: date('2027-05-31'),
        status: 'published',
        target: { sections: { codes: ['0100'], below: true } },
        ...plan,
      },
    })
    const sessions: number[] = []
    for (const [n, begin] of begins.entries()) {
      const startsAt = at(begin)
      const { id } = await prisma.courseSession.create({
        data: {
          courseId: made.id,
          ordinal: n + 1,
          startsAt: toDbInstant(startsAt),
          endsAt: toDbInstant(startsAt.add({ minutes: 150 })),
          seats: { create: Array.from({ length: seats }, (_, i) => ({ number: i + 1 })) },
        },
      })
      sessions.push(id)
    }
    return { course: made.id, session: sessions[0] ?? 0 }
  }
  const sign = (who: Role, course: number, state: NewSignUp['state'], more: Partial<NewSignUp> = {}) =>
    inTransaction(core.db, (tx) =>
      enterSignUps(
        core,
        tx,
        [{ courseId: course, personId: people[who], mandatory: false, reason: null, state, ...more }],
        'apply',
        systemBy(now),
      ),
    )
  const duty = { mandatory: true, reason: 'never' } as const

  // Somebody nominated, one application for the supervisor, one seat taken, a proposal for HR.
  const fire = await add({
    name: '防災研修',
    kind: 'mandatory',
    mandatory: true,
    nomination: never,
    at: ['2027-06-22T13:30'],
  })
  const { session: sessionId } = fire
  await sign('picks', fire.course, { status: 'nominated' }, duty)
  const asked = { status: 'awaiting_approval', sessionId, seat: 1, approverId: people.boss } as const
  await sign('booked', fire.course, asked)
  await sign('met', fire.course, { status: 'confirmed', sessionId, seat: 2 })
  const proposedOn = date('2027-05-17')
  await prisma.nomination.create({
    data: { courseId: fire.course, personId: people.asks, reason: 'never', proposedOn },
  })

  // It was held: one was there and owes a survey and a report, another one is not recorded, a code can be shown anew.
  const held = await add({
    name: '接遇研修',
    surveyWanted: true,
    reportDays: 7,
    at: ['2027-05-14T13:30', '2027-05-20T13:30'],
  })
  for (const [n, who] of (['met', 'booked', 'unclear'] as const).entries())
    await sign(who, held.course, { status: 'confirmed', sessionId: held.session, seat: n + 1 })
  const { id: present, version } = await prisma.signUp.findFirstOrThrow({
    where: { courseId: held.course, personId: people.met },
  })
  const roll = { course: held.course, session: held.session, seen: `${present}:${version}` }
  await submit('hr', 'trainings.tick-save', { present: [`${present}`] }, roll)

  // At one's own time: the day on which it is due comes near.
  const online = await add({
    name: '情報セキュリティ研修',
    kind: 'elearning',
    mandatory: true,
    nomination: never,
    deadline: date('2027-05-25'),
  })
  await sign('picks', online.course, { status: 'nominated' }, duty)
  await sign('asks', online.course, { status: 'confirmed', sessionId: null, seat: null }, duty)

  // By lot: still open, closed and to be published, not open yet; by HR's own judgement; a seat on offer.
  const lots = { selection: 'lottery', seats: 1 } as const
  const days = ['2027-06-24T13:30']
  const open = await add({ name: '政策法務研修', ...lots, at: [...days, '2027-06-25T13:30'] })
  const over = { opensOn: date('2027-05-06'), closesOn: date('2027-05-14') }
  const closed = await add({ name: '財務研修', ...lots, ...over, at: days })
  await add({
    name: '企画研修',
    ...lots,
    opensOn: date('2027-06-01'),
    closesOn: date('2027-06-10'),
    at: days,
  })
  const sent = await add({ name: '派遣研修', kind: 'dispatch', ...lots, ...over, selection: 'hr', at: days })
  for (const { course, session } of [open, closed, sent]) {
    await sign('asks', course, { status: 'applied' }, { wishes: [session] })
    await inTransaction(core.db, (tx) => commit(tx, course, now))
  }
  const free = await add({ name: '統計研修', at: days })
  const offerUntil = at('2027-05-20T00:00')
  const offered = { status: 'offered', sessionId: free.session, seat: 1, offerUntil } as const
  await sign('unclear', free.course, offered)

  // Drafts: one that can be published, and one whose teacher's section has been asked.
  await add({ name: '文章研修', status: 'draft', at: days })
  const lecture = await add({ name: '出前講座', kind: 'lecture', status: 'draft', at: days })
  await submit(
    'hr',
    'trainings.lecture-send',
    { person: `${people.boss}` },
    { course: lecture.course, version: 1 },
  )

  // Self-development: one application for the supervisor, one for HR, one that was granted.
  await submit('hr', 'trainings.self-budget-save', { yen: '100000' }, { year: 2027 })
  const applied = { kind: 'subsidy', from: '2027-06-01', to: '2027-06-30', yen: '20000' }
  const apply = async (who: Role, title: string) => {
    await submit(who, 'trainings.self-save', { ...applied, title })
    return prisma.selfDevelopment.findFirstOrThrow({ orderBy: { id: 'desc' } })
  }
  const approve = async ({ id, version: seen }: { id: number; version: number }) => {
    await watched.press('boss', {
      type: 'click',
      id: 'trainings.self-approve',
      data: { application: id, version: seen },
    })
    return prisma.selfDevelopment.findUniqueOrThrow({ where: { id } })
  }
  const toGrant = await approve(await apply('asks', '簿記の講座'))
  await submit(
    'hr',
    'trainings.self-decide-save',
    { decision: 'grant', yen: '20000' },
    {
      application: toGrant.id,
      version: toGrant.version,
    },
  )
  await approve(await apply('met', '通信講座'))
  await apply('booked', '語学講座')

  // Files that wait: a plan, and an academy's list.
  const csv = (text: string) => new TextEncoder().encode(`\ufeff${text}`)
  const plan = '研修名,種別,開催日,時間,定員,対象\r\n文書研修,専門,2027/7/6,9:00〜12:00,20,全職員\r\n'
  await send('hr', { type: 'file', name: 'plan.csv', bytes: csv(plan) })
  const list = `氏名,出欠\r\n${watched.names.booked},出席\r\n${watched.names.asks},出席\r\n新田 新,出席\r\n`
  const which = await send('hr', { type: 'file', name: '名簿.csv', bytes: csv(list) })
  await first('hr', 'trainings.roster-of', which)
}
