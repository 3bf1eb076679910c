// The law of the reminders: for any organisation, calendar and sequence of moves, no notice is planned for the wrong
// person, on a closed day or outside hours, twice for one rung and anchor, or after its interview is closed.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { noticeKey, type WantedNotice } from '../../../delivery/notice.ts'
import { isWorkingDay, type WorkingCalendar } from '../../../kernel/calendar.ts'
import { dueTimes } from './due.ts'
import { ladderKinds, wantedNotices } from './ladder.ts'
import { type Matter, type PeopleFacts, reminderSubject } from './matter.ts'
import { type Ladder, ladderSetting } from './settings.ts'

const zone = 'Asia/Tokyo'
const start = Temporal.PlainDate.from('2027-04-01')
const onDay = (days: number) => start.add({ days })
const moment = (days: number, minutes: number) =>
  onDay(days).toZonedDateTime({ timeZone: zone }).add({ minutes }).toInstant()
const dayOf = (instant: Temporal.Instant) => instant.toZonedDateTimeISO(zone).toPlainDate()
const { compare } = Temporal.PlainDate

const everybody = [1, 2, 3, 4, 5, 6, 7]
const person = fc.constantFrom(...everybody)
const aDay = fc.integer({ min: 0, max: 120 })
const calendar = fc.record({
  weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 2 }).map((days) => new Set(days)),
  observesHolidays: fc.boolean(),
  hours: fc.constantFrom(['08:30', '17:15'], ['09:30', '18:00'], ['13:00', '22:00'], ['06:00', '08:00']),
  closed: fc.array(aDay, { maxLength: 6 }),
})
type CalendarParts = typeof calendar extends fc.Arbitrary<infer Parts> ? Parts : never
const toCalendar = ({ weekdays, observesHolidays, hours, closed }: CalendarParts): WorkingCalendar => ({
  weekdays,
  observesHolidays,
  opensAt: Temporal.PlainTime.from(hours[0] ?? '08:30'),
  closesAt: Temporal.PlainTime.from(hours[1] ?? '17:15'),
  exceptions: new Map(closed.map((days) => [onDay(days).toString(), { open: false, note: '' }])),
})

type Move =
  | { type: 'transfer'; to: number }
  | { type: 'leave'; who: number; days: number; deputy: number | null }
  | { type: 'deadline'; on: number }
  | { type: 'offer'; until: number; minutes: number }
  | { type: 'withdraw' }
  | { type: 'arrange'; by: number; proposed: boolean; answered: boolean }
  | { type: 'book'; on: number; minutes: number }
  | { type: 'answer'; who: 'staff' | 'conductor' }
  | { type: 'status'; status: Matter['status'] }
  | { type: 'reopen' }
  | { type: 'quiet'; days: number }
  | { type: 'ask-later'; days: number }
  | { type: 'running'; running: boolean }
  | { type: 'holiday'; who: number; on: number }

const move: fc.Arbitrary<Move> = fc.oneof(
  fc.record({ type: fc.constant('transfer' as const), to: person }),
  fc.record({
    type: fc.constant('leave' as const),
    who: person,
    days: fc.integer({ min: 1, max: 40 }),
    deputy: fc.option(person),
  }),
  fc.record({ type: fc.constant('deadline' as const), on: aDay }),
  fc.record({
    type: fc.constant('offer' as const),
    until: aDay,
    minutes: fc.integer({ min: 480, max: 1080 }),
  }),
  fc.constant({ type: 'withdraw' as const }),
  fc.record({
    type: fc.constant('arrange' as const),
    by: aDay,
    proposed: fc.boolean(),
    answered: fc.boolean(),
  }),
  fc.record({ type: fc.constant('book' as const), on: aDay, minutes: fc.integer({ min: 0, max: 1400 }) }),
  fc.record({
    type: fc.constant('answer' as const),
    who: fc.constantFrom('staff' as const, 'conductor' as const),
  }),
  fc.record({
    type: fc.constant('status' as const),
    status: fc
      .constantFrom('held', 'unclear', 'suspended', 'exempt', 'cancelled', 'waiting')
      .map((status) => status as Matter['status']),
  }),
  fc.constant({ type: 'reopen' as const }),
  fc.record({ type: fc.constant('quiet' as const), days: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ type: fc.constant('ask-later' as const), days: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ type: fc.constant('running' as const), running: fc.boolean() }),
  fc.record({ type: fc.constant('holiday' as const), who: person, on: aDay }),
)

const ladder: fc.Arbitrary<Ladder> = fc.record({
  rungs: fc.oneof(
    fc.constant(ladderSetting.initial.rungs),
    fc.uniqueArray(
      fc.record({
        days: fc.integer({ min: -15, max: 15 }),
        who: fc.constantFrom('holder' as const, 'hr-phone' as const, 'superior' as const),
      }),
      { maxLength: 9, selector: ({ days, who }) => `${who}${days}` },
    ),
  ),
  at: fc.constantFrom('08:45', '10:00', '17:30'),
  upcoming: fc.boolean(),
  askAgain: fc.constantFrom([1, 3], [], [2]),
  officer: fc.constant(''),
})

interface Leave {
  readonly who: number
  readonly from: Temporal.PlainDate
  readonly to: Temporal.PlainDate
  readonly deputyId: number | null
}
interface World {
  matter: Matter
  readonly leaves: Leave[]
  readonly calendars: Map<number, WorkingCalendar>
}

const peopleOf = ({ leaves, calendars }: World): PeopleFacts => ({
  calendarOf: (id) => calendars.get(id) as WorkingCalendar,
  awayOn: (id, day) =>
    leaves.find((l) => l.who === id && compare(l.from, day) <= 0 && compare(day, l.to) < 0),
  hrOf: () => [6, 7],
  superiorOf: (id) => (id % 5) + 1,
})

/** What a move on a day changes; nonsense moves change nothing, as the handlers would refuse them. */
function apply(world: World, made: Move, today: Temporal.PlainDate): Partial<Matter> {
  const { matter } = world
  switch (made.type) {
    case 'transfer': {
      if (made.to === matter.personId) return {}
      const past = matter.conductors
        .filter(({ from, to }) => to !== null || compare(from, today) < 0)
        .map((term) => ({ ...term, to: term.to ?? today }))
      return { conductors: [...past, { personId: made.to, from: today, to: null }] }
    }
    case 'leave': {
      const to = today.add({ days: made.days })
      if (world.leaves.some((l) => l.who === made.who && compare(l.to, today) > 0)) return {}
      world.leaves.push({
        who: made.who,
        from: today.add({ days: made.days % 3 }),
        to,
        deputyId: made.deputy,
      })
      return {}
    }
    case 'deadline':
      if (matter.opensOn && compare(onDay(made.on), matter.opensOn) < 0) return {}
      return { deadline: onDay(made.on) }
    case 'offer':
      return { offeredUntil: moment(made.until, made.minutes) }
    case 'withdraw':
      return { offeredUntil: null, arrangement: null }
    case 'arrange': {
      const status = made.proposed ? 'proposed' : 'collecting'
      return { arrangement: { id: 1, status, answerBy: onDay(made.by), answered: made.answered } }
    }
    case 'book': {
      const conductor = matter.conductors.at(-1)
      if (matter.status !== 'waiting' || !conductor) return {}
      const startsAt = moment(made.on, made.minutes)
      const meeting = { id: 1, startsAt, endsAt: startsAt.add({ minutes: 30 }) }
      return {
        status: 'booked',
        meeting: { ...meeting, conductorId: conductor.personId, answeredBy: [] },
      }
    }
    case 'answer': {
      if (!matter.meeting) return {}
      const who = made.who === 'staff' ? matter.personId : matter.meeting.conductorId
      return { meeting: { ...matter.meeting, answeredBy: [...matter.meeting.answeredBy, who] } }
    }
    case 'status':
      return { status: made.status, meeting: null }
    case 'reopen': {
      const generation = `1.${Number(matter.generation.split('.')[1]) + 1}`
      return { status: 'waiting', meeting: null, generation }
    }
    case 'quiet':
      return { quietUntil: today.add({ days: made.days }) }
    case 'ask-later':
      return { askedUntil: today.add({ days: made.days }) }
    case 'running':
      return { running: made.running }
    case 'holiday': {
      const before = world.calendars.get(made.who)
      if (!before) return {}
      const exceptions = new Map(before.exceptions).set(onDay(made.on).toString(), { open: false, note: '' })
      world.calendars.set(made.who, { ...before, exceptions })
      return {}
    }
    default:
      return made satisfies never
  }
}

/** Everything the law says of one planned notice, said again in other words than the rule's. */
function lawful(notice: WantedNotice, world: World): void {
  const { matter } = world
  const people = peopleOf(world)
  const { recipientId: to, kind } = notice
  const day = dayOf(notice.dueAt)
  const time = notice.dueAt.toZonedDateTimeISO(zone).toPlainTime()
  const hours = people.calendarOf(to)
  expect(isWorkingDay(hours, day), 'an open day').toBe(true)
  expect(Temporal.PlainTime.compare(time, hours.opensAt), 'not before work').toBeGreaterThanOrEqual(0)
  expect(Temporal.PlainTime.compare(time, hours.closesAt), 'not after work').toBeLessThan(0)
  expect(people.awayOn(to, day), 'nobody on leave').toBeUndefined()
  expect(matter.running, 'a running cycle').toBe(true)

  const conducts = matter.conductors.some((term) => {
    const inForce = compare(term.from, day) <= 0 && (term.to === null || compare(day, term.to) < 0)
    const away = people.awayOn(term.personId, day)
    return inForce && (away ? away.deputyId === to : term.personId === to)
  })
  const hours_left = matter.offeredUntil && Temporal.Instant.compare(matter.offeredUntil, notice.dueAt) > 0
  const collecting =
    matter.arrangement?.status === 'collecting' && compare(day, matter.arrangement.answerBy) <= 0
  const staffsTurn = hours_left || (collecting && !matter.arrangement?.answered)
  const conductorsTurn = !hours_left && !collecting

  if (kind === ladderKinds.upcoming || kind === ladderKinds.ask) {
    expect(matter.status).toBe('booked')
    expect([matter.personId, matter.meeting?.conductorId]).toContain(to)
    const { startsAt, endsAt, answeredBy } = matter.meeting ?? { answeredBy: [] }
    if (!startsAt || !endsAt) throw new Error('a meeting notice without a meeting')
    if (kind === ladderKinds.upcoming) {
      expect(Temporal.Instant.compare(notice.dueAt, startsAt)).toBeLessThan(0)
    } else {
      expect(Temporal.Instant.compare(notice.dueAt, endsAt)).toBeGreaterThanOrEqual(0)
      expect(answeredBy).not.toContain(to)
    }
    return
  }
  expect(matter.status).toBe('waiting')
  if (matter.opensOn) expect(compare(day, matter.opensOn)).toBeGreaterThanOrEqual(0)
  if (
    notice.rung !== 'opens' &&
    kind !== ladderKinds.phone &&
    kind !== ladderKinds.superior &&
    matter.quietUntil
  )
    expect(compare(day, matter.quietUntil), 'quiet was asked for').toBeGreaterThanOrEqual(0)
  switch (kind) {
    case ladderKinds.offer:
      expect(conducts, 'conducts that day').toBe(true)
      expect(conductorsTurn, 'the conductor’s turn').toBe(true)
      expect(to).not.toBe(matter.personId)
      return
    case ladderKinds.pick:
      expect(to).toBe(matter.personId)
      if (notice.rung !== 'opens') expect(Boolean(staffsTurn), 'the staff member’s turn').toBe(true)
      return
    case ladderKinds.phone:
      expect(people.hrOf(matter.personId)).toContain(to)
      return
    case ladderKinds.superiorSoon:
      expect(conducts || to === matter.personId).toBe(true)
      return
    case ladderKinds.superior:
      expect(to).not.toBe(matter.personId)
      return
    default:
      throw new Error(`a kind that the law does not know: ${kind}`)
  }
}

/** The staff member's turn on their own working day, the conductor's on theirs, and one superior above both. */
const monday = [1, 2]
const sharedSuperior = {
  calendars: [everybody, ...Array.from({ length: 6 }, () => monday)].map((weekdays) => ({
    weekdays: new Set(weekdays),
    observesHolidays: false,
    hours: ['08:30', '17:15'] as ['08:30', '17:15'],
    closed: [],
  })),
  conductor: 6,
  opens: null,
  length: 0,
  ladder: {
    rungs: [{ days: 1, who: 'superior' as const }],
    at: '17:30' as const,
    upcoming: false,
    askAgain: [1, 3],
    officer: '' as const,
  },
  moves: [
    [0, { type: 'offer', until: 41, minutes: 511 }],
    [0, { type: 'deadline', on: 40 }],
  ] as [number, Move][],
}

describe('whatever happens to an interview', () => {
  it('nobody is reminded wrongly, at the wrong time, twice, or after it is closed', () => {
    fc.assert(
      fc.property(
        fc.record({
          calendars: fc.array(calendar, { minLength: everybody.length, maxLength: everybody.length }),
          conductor: fc.integer({ min: 2, max: 7 }),
          opens: fc.option(fc.integer({ min: 0, max: 40 })),
          length: fc.integer({ min: 0, max: 60 }),
          ladder,
          moves: fc.array(fc.tuple(fc.integer({ min: 0, max: 12 * 24 * 60 }), move), { maxLength: 12 }),
        }),
        (given) => {
          const world: World = {
            matter: {
              id: 1,
              stepId: given.opens === null ? null : 1,
              personId: 1,
              status: 'waiting',
              running: true,
              opensOn: given.opens === null ? null : onDay(given.opens),
              deadline: onDay((given.opens ?? 0) + given.length),
              generation: '1.1',
              quietUntil: null,
              conductors: [{ personId: given.conductor, from: start, to: null }],
              offeredUntil: null,
              arrangement: null,
              meeting: null,
              askedUntil: null,
            },
            leaves: [],
            calendars: new Map(given.calendars.map((parts, i) => [everybody[i] ?? 0, toCalendar(parts)])),
          }
          let now = moment(0, 600)
          const told = new Set<string>()
          let planned = new Map<string, WantedNotice>()
          const replan = () => {
            const wanted = wantedNotices(world.matter, {
              ladder: given.ladder,
              people: peopleOf(world),
              now,
              due: dueTimes(zone, given.ladder.at),
            })
            const keys = wanted.map((notice) => noticeKey(reminderSubject(1), notice))
            expect(new Set(keys).size, 'one key, one notice').toBe(keys.length)
            for (const notice of wanted) lawful(notice, world)
            // As the planner does: what is past when first wanted, and what was told, is left out.
            planned = new Map(
              wanted.flatMap((notice, i) => {
                const key = keys[i] ?? ''
                const come = Temporal.Instant.compare(notice.dueAt, now) >= 0
                return come && !told.has(key) ? [[key, notice] as const] : []
              }),
            )
          }
          const pass = (until: Temporal.Instant) => {
            for (const [key, notice] of planned)
              if (Temporal.Instant.compare(notice.dueAt, until) <= 0) {
                lawful(notice, world)
                expect(told.has(key), 'told once').toBe(false)
                told.add(key)
                planned.delete(key)
              }
            now = until
          }
          replan()
          for (const [minutes, made] of given.moves) {
            pass(now.add({ minutes }))
            world.matter = { ...world.matter, ...apply(world, made, dayOf(now)) }
            replan()
          }
          pass(now.add({ hours: 24 * 90 }))
        },
      ),
      { numRuns: 500, examples: [[sharedSuperior]] },
    )
  }, 60_000)
})
