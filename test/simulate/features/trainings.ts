// Trainings of a year: one of whose few seats the lot decides among some sections, a course for which supervisors agree
// and whose seats are few, one of two sessions that anybody takes at one click, and a mandatory one done at one's own
// time, whose window a transfer falls into. What must hold: never more people than seats nor a seat for two, the lots as
// anybody works them out, the line in order, whoever sent the code was there, nobody told whom it is not for, nobody
// chased who is done, no duty lost.

import { inTransaction } from '../../../src/db/transaction.ts'
import {
  enterSignUps,
  lockedSignUp,
  moveSignUp,
  moveUp,
} from '../../../src/features/trainings/sign-up/move.ts'
import { lockSessions, setCapacity } from '../../../src/features/trainings/sign-up/seats.ts'
import type { SignUpCommand } from '../../../src/features/trainings/state.ts'
import { at } from '../clock.ts'
import { workingDaysFrom } from '../japan.ts'
import type { Desk, Promised, Said, SimulatedFeature, Wrong } from './feature.ts'
import { Lottery } from './trainings-lottery.ts'
import { Room } from './trainings-room.ts'
import { inSections, verdictOf } from './trainings-verdict.ts'

const liking = {
  'trainings.mine': 0.3,
  'trainings.course': 6,
  'trainings.apply': 7,
  'trainings.wish': 7,
  'trainings.survey': 6,
  'trainings.report': 4,
  'trainings.verify': 0.5,
  'trainings.choose': 6,
  'trainings.accept': 6,
  'trainings.withdraw': 0.8,
  'trainings.pass': 1,
  'trainings.later': 0.7,
  'trainings.entry': 0.1,
  'trainings.approvals': 4,
  'trainings.approve': 7,
  'trainings.decline': 1,
}

/** Days around its deadline, in working days, on which whoever has not finished hears of it. */
const chased = [-10, -5, -1, 1, 5, 10]

interface CoursePlan {
  readonly code: string
  readonly kind: string
  readonly mandatory?: boolean
  readonly approval?: boolean
  readonly lottery?: boolean
  /** For every other section; a survey and a report follow. */
  readonly some?: boolean
  readonly opens: string
  readonly closes: string
  readonly deadline?: string
  readonly sessions: readonly { readonly day: string; readonly seats: number; readonly from?: string }[]
}

interface Row {
  readonly id: number
  readonly status: string
}

export function trainings(desk: Desk): SimulatedFeature {
  const { world, year } = desk
  const { chance } = world
  /** Whom HR has nominated for the mandatory course, and when. */
  const nominated = new Map<number, string>()
  const lots = new Lottery(desk)
  const room = new Room(desk)

  const courses: readonly CoursePlan[] = [
    {
      code: 'lots',
      kind: 'specialist',
      lottery: true,
      some: true,
      opens: `${year}-04-21`,
      closes: `${year}-04-27`,
      // While people are about: they send the code that the room shows.
      sessions: [
        { day: `${year}-05-07`, seats: 2, from: '11:00' },
        { day: `${year}-05-10`, seats: 1, from: '11:00' },
      ],
    },
    {
      code: 'few',
      kind: 'specialist',
      approval: true,
      opens: `${year}-06-21`,
      closes: `${year}-07-09`,
      sessions: [{ day: `${year}-07-28`, seats: 3 }],
    },
    {
      code: 'must',
      kind: 'mandatory',
      mandatory: true,
      opens: `${year}-08-30`,
      closes: `${year}-10-29`,
      deadline: `${year}-10-29`,
      sessions: [],
    },
    {
      code: 'two',
      kind: 'dx',
      opens: `${year}-10-25`,
      closes: `${year}-11-12`,
      sessions: [
        { day: `${year}-11-25`, seats: 3 },
        { day: `${year}-11-26`, seats: 2 },
      ],
    },
  ]

  async function addCourse(plan: CoursePlan): Promise<void> {
    const { code, kind, mandatory = false, approval = false, lottery = false, some = false } = plan
    const { opens, closes, deadline, sessions } = plan
    const [course] = await world.ask<{ id: number }>(
      `INSERT INTO course (fiscal_year, code, series, name, kind, mandatory, approval_needed, opens_on, closes_on,
                           deadline, status, target, selection, survey_wanted, report_days)
       VALUES ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, 'published', $10, $11, $12, $13) RETURNING id`,
      [
        year,
        code,
        `研修 ${code}`,
        kind,
        mandatory,
        approval,
        opens,
        closes,
        deadline ?? null,
        mandatory ? null : some ? { sections: { codes: await everyOther(), below: false } } : {},
        lottery ? 'lottery' : 'first_come',
        some,
        some ? 2 : null,
      ],
    )
    if (lottery) await lots.seal(course?.id ?? 0)
    for (const [n, { day, seats, from = '13:30' }] of sessions.entries())
      await world.ask(
        `WITH s AS (INSERT INTO course_session (course_id, ordinal, starts_at, ends_at, place)
           VALUES ($1, $2, $3, $4, '第1研修室') RETURNING id)
         INSERT INTO seat (session_id, number) SELECT id, n FROM s, generate_series(1, $5::int) n`,
        [
          course?.id ?? 0,
          n + 1,
          at(`${day}T${from}`).toString(),
          at(`${day}T${from}`).add({ minutes: 150 }).toString(),
          seats,
        ],
      )
  }

  /** Half of the sections that have anybody. */
  const everyOther = async () => {
    const rows = await world.ask<{ code: string }>(
      'SELECT DISTINCT s.code FROM section s JOIN post o ON o.section_id = s.id ORDER BY s.code',
    )
    return rows.flatMap(({ code }, n) => (n % 2 === 0 ? [code] : []))
  }

  const courseId = async (code: string) =>
    (await world.ask<{ id: number }>('SELECT id FROM course WHERE code = $1', [code]))[0]?.id ?? 0

  /** HR accepts those whom the rule names: some have done it elsewhere. */
  async function nominate(): Promise<void> {
    const course = await courseId('must')
    const named = desk.staff.filter((person) => chance.hits(0.6, 'must', person.number))
    await world.command((city) =>
      inTransaction(city.core.db, (tx) =>
        enterSignUps(
          city.core,
          tx,
          named.map(({ id }) => ({
            courseId: course,
            personId: id,
            mandatory: true,
            reason: 'never',
            state: { status: 'nominated' },
            applied: false,
          })),
          'nominate',
          { actorId: desk.hr.id, via: 'chat', now: world.time.now },
        ),
      ),
    )
    for (const { id } of named) nominated.set(id, world.today.toString())
  }

  /** HR records what became of a sign-up that still is as it was; a second time changes nothing. */
  const record = (id: number, command: SignUpCommand) =>
    world.command((city) =>
      inTransaction(city.core.db, async (tx) => {
        const signUp = await lockedSignUp(tx, id)
        if (signUp?.status !== 'confirmed') return
        await moveSignUp(city.core, tx, signUp, command, {
          actorId: desk.hr.id,
          via: 'chat',
          now: world.time.now,
        })
      }),
    )

  /** The list of those who were there, on the next working day. */
  async function attendance(day: string): Promise<void> {
    const rows = await world.ask<{ id: number; number: string }>(
      `SELECT u.id, p.number FROM sign_up u JOIN person p ON p.id = u.person_id
       JOIN course_session s ON s.id = u.session_id
       WHERE u.status = 'confirmed' AND s.ends_at < $1 ORDER BY u.id`,
      [at(`${day}T00:00`).toString()],
    )
    for (const { id, number } of rows)
      await record(
        id,
        chance.hits(0.85, 'there', number, day)
          ? { type: 'attend', on: world.today }
          : { type: 'miss', part: false, excused: null },
      )
  }

  /** What people have done at their own time. */
  async function completions(day: string): Promise<void> {
    const rows = await world.ask<{ id: number; number: string }>(
      `SELECT u.id, p.number FROM sign_up u JOIN person p ON p.id = u.person_id
       WHERE u.status = 'confirmed' AND u.session_id IS NULL ORDER BY u.id`,
    )
    for (const { id, number } of rows)
      if (chance.hits(0.12, 'done', number, day)) await record(id, { type: 'complete', on: world.today })
  }

  /** A larger room: whoever waits moves up. */
  const enlarge = async () => {
    const [session] = await world.ask<{ id: number }>(
      `SELECT s.id FROM course_session s JOIN course c ON c.id = s.course_id WHERE c.code = 'few'`,
    )
    const id = session?.id ?? 0
    await world.command((city) =>
      inTransaction(city.core.db, async (tx) => {
        await lockSessions(tx, [id])
        await setCapacity(tx, id, 4)
        await moveUp(city.core, tx, id, world.time.now)
      }),
    )
  }

  /** Never more people than seats nor a seat for two, as many answers as people who answered, no duty lost. */
  async function check(): Promise<Wrong[]> {
    const broken = (text: string): Wrong => ({ what: 'broken', text })
    const shared = await world.ask<{ session: number; seat: number }>(
      `SELECT session_id AS session, seat_number AS seat FROM sign_up WHERE seat_number IS NOT NULL
       GROUP BY 1, 2 HAVING count(*) > 1`,
    )
    const surveys = await world.ask<{ course: number; said: number; kept: number }>(
      `SELECT c.id AS course, (SELECT count(*)::int FROM sign_up u WHERE u.course_id = c.id AND u.survey_answered) AS said,
              (SELECT count(*)::int FROM survey_answer a WHERE a.course_id = c.id) AS kept FROM course c`,
    )
    const over = await world.ask<{ id: number; held: number; seats: number }>(
      `SELECT s.id, h.held, (SELECT count(*)::int FROM seat x WHERE x.session_id = s.id) AS seats
       FROM course_session s JOIN (SELECT session_id, count(*)::int AS held FROM sign_up
         WHERE status IN ('confirmed', 'offered') AND session_id IS NOT NULL GROUP BY session_id) h ON h.session_id = s.id
       WHERE h.held > (SELECT count(*) FROM seat x WHERE x.session_id = s.id)`,
    )
    const kept = new Set(
      (
        await world.ask<{ person_id: number }>(
          `SELECT u.person_id FROM sign_up u JOIN course c ON c.id = u.course_id
           WHERE c.code = 'must' AND u.mandatory AND u.status IN ('nominated', 'confirmed', 'completed')
           UNION SELECT id FROM person WHERE left_on <= $1`,
          [world.today.toString()],
        )
      ).map((row) => row.person_id),
    )
    return [
      ...lots.wrong,
      ...room.wrong,
      ...shared.map(({ session, seat }) => broken(`seat ${seat} of session ${session} is held by two`)),
      ...surveys.flatMap(({ course, said, kept: answers }) =>
        said === answers
          ? []
          : [broken(`course ${course}: ${said} have answered, ${answers} answers are kept`)],
      ),
      ...over.map(({ id, held, seats }) => broken(`session ${id}: ${held} people on ${seats} seats`)),
      ...[...nominated.keys()].flatMap((id) =>
        kept.has(id) ? [] : [broken(`person ${id} has lost what they must take part in`)],
      ),
    ]
  }

  /** Goes through the trail: whoever was offered a seat was the first in line, and nobody went past a line. */
  async function inOrder(): Promise<Wrong[]> {
    const rows = await world.ask<{
      sign_up: number
      action: string
      from: string | null
      to: string
      session: number | null
      rank: number | null
      applied: Date | null
    }>(
      `SELECT u.id AS sign_up, a.action, a.change->>'from' AS from, a.change->>'to' AS to,
              (a.change->>'session')::int AS session, u.queue_rank AS rank, u.applied_at AS applied
       FROM audit a JOIN sign_up u ON a.subject = 'sign-up:' || u.id
       WHERE a.action LIKE 'trainings.%' ORDER BY a.id`,
    )
    const wishes = await world.ask<{ sign_up: number; sessions: readonly number[] }>(
      'SELECT sign_up_id AS sign_up, array_agg(session_id) AS sessions FROM sign_up_wish GROUP BY 1',
    )
    const wrong: Wrong[] = []
    /** Who waits, for which sessions, and where in the order. */
    const waits = new Map<number, { readonly for: readonly number[]; readonly rank: readonly number[] }>()
    const isBefore = (a: readonly number[], b: readonly number[]) => {
      const i = a.findIndex((each, n) => each !== b[n])
      return i >= 0 && (a[i] ?? 0) < (b[i] ?? 0)
    }
    for (const { sign_up, action, to, session, rank, applied } of rows) {
      const own = waits.get(sign_up)
      waits.delete(sign_up)
      if (session === null) continue
      const others = [...waits.values()].filter((other) => other.for.includes(session))
      if (action === 'trainings.offer' && own && others.some((other) => isBefore(other.rank, own.rank)))
        wrong.push({ what: 'broken', text: `sign-up ${sign_up} was offered a seat before its turn` })
      if (to === 'waitlisted')
        waits.set(sign_up, {
          for: [session, ...(wishes.find((each) => each.sign_up === sign_up)?.sessions ?? [])],
          rank: [rank ?? Number.MAX_SAFE_INTEGER, applied?.getTime() ?? 0, sign_up],
        })
      const took = to === 'confirmed' && ['trainings.apply', 'trainings.choose'].includes(action)
      if (took && others.length > 0)
        wrong.push({ what: 'broken', text: `sign-up ${sign_up} went past those who wait` })
    }
    return wrong
  }

  /** Whoever must take part and has not finished hears of it on the days of the chase. */
  async function chase(): Promise<Promised[]> {
    const { today } = world
    const deadline = Temporal.PlainDate.from(`${year}-10-29`)
    const days = chased.find((each) => workingDaysFrom(deadline, each).equals(today))
    if (days === undefined) return []
    const rows = await world.ask<{ id: number; person_id: number }>(
      `SELECT u.id, u.person_id FROM sign_up u JOIN course c ON c.id = u.course_id JOIN person p ON p.id = u.person_id
       WHERE c.code = 'must' AND (u.status = 'nominated' OR u.status = 'confirmed')
         AND (u.quiet_until IS NULL OR u.quiet_until <= $1) AND (p.left_on IS NULL OR p.left_on > $1)`,
      [today.toString()],
    )
    const rung = days > 0 ? `+${days}` : `${days}`
    return rows.map(
      ({ id, person_id }): Promised => ({
        text: `${today}: nobody planned rung ${rung} of sign-up ${id} to ${person_id}`,
        kept: async () => {
          const planned = await world.ask(
            `SELECT FROM notice WHERE kind = 'trainings.due' AND subject = $1 AND recipient_id = $2 AND key LIKE $3
               AND status <> 'planned'`,
            [`sign-up:${id}`, person_id, `%:${person_id}:${rung}:%`],
          )
          return planned.length > 0
        },
      }),
    )
  }

  /** Everybody in its sections who is at work, and has not answered before it opened. */
  async function invited(course: number): Promise<Promised[]> {
    const { today } = world
    const rows = await world.ask<{ id: number }>(
      `SELECT p.id FROM person p, course c WHERE c.id = $1 AND (p.left_on IS NULL OR p.left_on > $2)
         AND (p.hired_on IS NULL OR p.hired_on <= $2) AND ${inSections('c.target', 'p.id', '$2')}
         AND NOT EXISTS (SELECT FROM absence a WHERE a.person_id = p.id AND a.from_on <= $2
                           AND (a.to_on IS NULL OR a.to_on > $2))`,
      [course, today.toString()],
    )
    return rows.map(({ id }) => ({
      text: `${today}: nobody told ${id} that course ${course} has opened`,
      kept: async () => {
        const told = await world.ask(
          `SELECT FROM notice WHERE kind = 'trainings.open' AND subject = $1 AND recipient_id = $2 AND status <> 'planned'
           UNION ALL SELECT FROM sign_up WHERE course_id = $3 AND person_id = $2`,
          [`course:${course}`, id, course],
        )
        return told.length > 0
      },
    }))
  }

  const click = (id: string, data: Readonly<Record<string, number>> = {}): Said => ({
    type: 'click',
    action: { id, data },
  })

  return {
    name: 'trainings',
    liking,

    async start() {
      for (const plan of courses) await addCourse(plan)
    },

    async office(day) {
      if (day === `${year}-08-30`) await nominate()
      if (day === `${year}-07-12`) await enlarge()
      await lots.office(day)
      await room.office()
    },

    async afternoon(day) {
      await room.afternoon()
      if (day < `${year}-05-07` || day > `${year + 1}-01-31`) return
      await attendance(day)
      await completions(day)
    },

    /** Whoever has an open course unanswered, something to decide or to take, or applications to approve. */
    async busy(day) {
      const rows = await world.ask<{ id: number }>(
        `SELECT p.id FROM person p, course c WHERE c.status = 'published' AND c.target IS NOT NULL
           AND c.opens_on <= $1 AND c.closes_on >= $1
           AND NOT EXISTS (SELECT FROM sign_up u WHERE u.course_id = c.id AND u.person_id = p.id)
         UNION SELECT person_id FROM sign_up WHERE status IN ('nominated', 'offered')
         UNION SELECT u.person_id FROM sign_up u JOIN course c ON c.id = u.course_id
           WHERE u.status = 'attended' AND (c.survey_wanted AND NOT u.survey_answered
             OR EXISTS (SELECT FROM report r WHERE r.sign_up_id = u.id AND r.submitted_on IS NULL))
         UNION SELECT approver_id FROM sign_up WHERE status = 'awaiting_approval' AND approver_id IS NOT NULL`,
        [day.toString()],
      )
      return rows.map((row) => row.id)
    },

    async openings(person) {
      const [row] = await world.ask<{ own: Row[]; owed: number[]; open: number[]; asked: number }>(
        `SELECT ARRAY(SELECT jsonb_build_object('id', u.id, 'status', u.status) FROM sign_up u
                  WHERE u.person_id = $1 AND u.status IN ('nominated', 'offered', 'waitlisted', 'confirmed')
                  ORDER BY u.id) AS own,
                ARRAY(SELECT u.id FROM sign_up u JOIN course c ON c.id = u.course_id
                  WHERE u.person_id = $1 AND u.status = 'attended' AND c.survey_wanted ORDER BY u.id) AS owed,
                ARRAY(SELECT c.id FROM course c WHERE c.status = 'published' AND c.target IS NOT NULL
                  AND c.opens_on <= $2 AND c.closes_on >= $2
                  AND NOT EXISTS (SELECT FROM sign_up u WHERE u.course_id = c.id AND u.person_id = $1)
                  ORDER BY c.id) AS open,
                (SELECT count(*)::int FROM sign_up WHERE approver_id = $1 AND status = 'awaiting_approval') AS asked`,
        [person.id, world.today.toString()],
      )
      if (!row) return []
      const { own, owed, open, asked } = row
      const late = own.find(({ status }) => status === 'nominated')
      return [
        ...(own.length + open.length > 0 ? [{ type: 'words', text: '研修' } as Said] : []),
        ...open.map((course) => click('trainings.course', { course })),
        ...(late ? [click('trainings.later', { signUp: late.id })] : []),
        ...owed.flatMap((signUp) => [
          click('trainings.survey', { signUp }),
          click('trainings.report', { signUp }),
        ]),
        ...(asked > 0 ? [click('trainings.approvals'), click('trainings.approvals')] : []),
      ]
    },

    verdict: (told) => verdictOf(world, told),

    /** Whom a course is for hears of it on the day it opens; whoever must take part and has not finished is chased. */
    async morning() {
      const { today } = world
      const opening = courses.find(({ opens, mandatory }) => opens === today.toString() && !mandatory)
      return [...(opening ? await invited(await courseId(opening.code)) : []), ...(await chase())]
    },

    check,
    end: inOrder,

    state: [
      `SELECT concat_ws(' ', 'sign-up', p.number, c.code, s.ordinal, 'seat', u.seat_number, u.status, u.mandatory,
           u.cancel_reason, u.excused, u.done_on, u.survey_answered, 'v', u.version, 'quiet', u.quiet_until, 'by', a.number)
         FROM sign_up u JOIN course c ON c.id = u.course_id JOIN person p ON p.id = u.person_id
         LEFT JOIN course_session s ON s.id = u.session_id LEFT JOIN person a ON a.id = u.approver_id`,
      `SELECT concat_ws(' ', 'session', c.code, s.ordinal, s.status, 'seats', count(x.number)) FROM course_session s
         JOIN course c ON c.id = s.course_id LEFT JOIN seat x ON x.session_id = s.id
         GROUP BY c.code, s.ordinal, s.status`,
    ],

    notices: `SELECT concat_ws(' ', n.kind, r.number, p.number, c.code,
           substr(n.key, length(concat(n.kind, ':', n.subject, ':', n.recipient_id, ':')) + 1)) AS name, n.status
       FROM notice n JOIN person r ON r.id = n.recipient_id
       LEFT JOIN sign_up u ON n.subject ~ '^(told:|after:|recorded:)?sign-up:' AND u.id::text = substring(n.subject from '[0-9]+$')
       LEFT JOIN person p ON p.id = u.person_id
       LEFT JOIN course c ON c.id = u.course_id
         OR (n.subject LIKE 'course:%' AND c.id::text = substring(n.subject from '[0-9]+$'))
       WHERE n.kind LIKE 'trainings.%'`,
  }
}
