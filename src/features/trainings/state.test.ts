import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cityCalendar } from '../../kernel/calendar.ts'
import { reasonFor } from './nomination/rule.ts'
import { matchSessions } from './plan/compare.ts'
import { approverOf } from './sign-up/approver.ts'
import { approvalEnds, offerEnd } from './sign-up/waitlist.ts'
import {
  isLive,
  type Session,
  type SignUpCommand,
  type SignUpState,
  seatOf,
  sessionOf,
  transition,
} from './state.ts'

const zone = 'Asia/Tokyo'
const at = (local: string) => Temporal.PlainDateTime.from(local).toZonedDateTime(zone).toInstant()
const day = (iso: string) => Temporal.PlainDate.from(iso)
const now = at('2027-05-10T10:00')

const id = fc.integer({ min: 1, max: 9 })
const orNull = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null })
const anyState: fc.Arbitrary<SignUpState> = fc.oneof(
  fc.constant<SignUpState>({ status: 'nominated' }),
  fc
    .record({
      status: fc.constant('awaiting_approval' as const),
      sessionId: orNull(id),
      seat: orNull(id),
      approverId: orNull(id),
    })
    .map((state) => ({ ...state, seat: state.sessionId === null ? null : state.seat })),
  fc.constant<SignUpState>({ status: 'applied' }),
  fc.record({ status: fc.constant('confirmed' as const), sessionId: id, seat: id }),
  fc.constant<SignUpState>({ status: 'confirmed', sessionId: null, seat: null }),
  fc.record({
    status: fc.constant('offered' as const),
    sessionId: id,
    seat: id,
    offerUntil: fc.constantFrom(now.subtract({ hours: 1 }), now, now.add({ hours: 1 })),
  }),
  fc.record({ status: fc.constant('waitlisted' as const), sessionId: id }),
  fc.constant<SignUpState>({ status: 'declined', reasonGiven: 'x' }),
  fc.constant<SignUpState>({ status: 'cancelled', because: 'self' }),
  fc.constant<SignUpState>({ status: 'attended', sessionId: 1, doneOn: day('2027-05-01') }),
  fc.constant<SignUpState>({ status: 'partly', sessionId: 1, excused: null }),
  fc.constant<SignUpState>({ status: 'absent', sessionId: 1, excused: true }),
  fc.constant<SignUpState>({ status: 'completed', sessionId: null, doneOn: day('2027-05-01') }),
)
const anyCommand: fc.Arbitrary<SignUpCommand> = fc.oneof(
  fc.record({
    type: fc.constant('approve' as const),
    gives: fc.constantFrom('now' as const, 'later' as const),
    seat: orNull(id),
  }),
  fc.constant<SignUpCommand>({ type: 'decline', reason: 'x' }),
  fc.record({ type: fc.constant('choose' as const), sessionId: orNull(id), seat: orNull(id) }),
  fc.record({ type: fc.constant('place' as const), sessionId: id, seat: id }),
  fc.record({ type: fc.constant('wait' as const), sessionId: id }),
  fc.record({ type: fc.constant('offer' as const), seat: id, until: fc.constant(now.add({ hours: 40 })) }),
  fc.constantFrom<SignUpCommand>({ type: 'accept' }, { type: 'lapse' }, { type: 'withdraw' }),
  fc
    .constantFrom(
      'course_cancelled' as const,
      'session_cancelled' as const,
      'hr' as const,
      'left' as const,
      'not_decided' as const,
    )
    .map((because): SignUpCommand => ({ type: 'end', because })),
  fc.constant<SignUpCommand>({ type: 'attend', on: day('2027-05-10') }),
  fc.record({ type: fc.constant('miss' as const), part: fc.boolean(), excused: orNull(fc.boolean()) }),
  fc.constant<SignUpCommand>({ type: 'complete', on: day('2027-05-10') }),
)

describe('what may follow what', () => {
  const step = (state: SignUpState, mandatory: boolean, command: SignUpCommand) =>
    transition({ ...state, mandatory }, command, now)

  test('a seat is held exactly in a session, by whoever has or is offered a place', () => {
    fc.assert(
      fc.property(anyState, fc.boolean(), anyCommand, (state, mandatory, command) => {
        const outcome = step(state, mandatory, command)
        if (outcome.type === 'refused') return
        const { to } = outcome
        if (seatOf(to) !== null) expect(sessionOf(to)).not.toBeNull()
        if (to.status === 'confirmed' && to.sessionId !== null) expect(to.seat).not.toBeNull()
        if (['applied', 'waitlisted', 'declined', 'cancelled', 'nominated'].includes(to.status))
          expect(seatOf(to)).toBeNull()
      }),
      { numRuns: 3_000 },
    )
  })

  test('a duty ends only by being done, or by HR, the course or the person’s leaving', () => {
    fc.assert(
      fc.property(anyState, anyCommand, (state, command) => {
        if (!isLive(state)) return
        const outcome = step(state, true, command)
        if (outcome.type === 'refused' || isLive(outcome.to)) return
        const ends =
          ['attend', 'miss', 'complete', 'decline'].includes(command.type) ||
          (command.type === 'end' && command.because !== 'session_cancelled')
        expect(ends).toBe(true)
      }),
      { numRuns: 3_000 },
    )
  })

  test('what is over is only put right by a record of what was', () => {
    fc.assert(
      fc.property(anyState, fc.boolean(), anyCommand, (state, mandatory, command) => {
        if (isLive(state)) return
        const moved = step(state, mandatory, command).type === 'moved'
        const records = ['attend', 'miss', 'complete'].includes(command.type)
        expect(moved).toBe(records && state.status !== 'declined' && state.status !== 'cancelled')
      }),
      { numRuns: 3_000 },
    )
  })

  test('an offer is taken until its moment and lapses from then on, never both', () => {
    fc.assert(
      fc.property(anyState, fc.boolean(), (state, mandatory) => {
        if (state.status !== 'offered') return
        const accepted = step(state, mandatory, { type: 'accept' }).type
        const lapsed = step(state, mandatory, { type: 'lapse' }).type
        expect(new Set([accepted, lapsed])).toEqual(new Set(['moved', 'refused']))
      }),
    )
  })
})

describe('deadlines', () => {
  test('an offer ends at a midnight after two working days, before the session, or is not made', () => {
    const end = (from: string, starts: string) =>
      offerEnd(cityCalendar, zone, at(from), at(starts))
        ?.toZonedDateTimeISO(zone)
        .toPlainDateTime()
        .toString()
    expect(end('2027-05-10T10:00', '2027-06-10T09:00')).toBe('2027-05-13T00:00:00')
    // A weekend between.
    expect(end('2027-05-13T10:00', '2027-06-10T09:00')).toBe('2027-05-18T00:00:00')
    expect(end('2027-06-08T10:00', '2027-06-10T09:00')).toBe('2027-06-10T00:00:00')
    expect(end('2027-06-10T07:00', '2027-06-10T09:00')).toBeUndefined()
  })

  test('an approval is possible for two working days after the window', () => {
    expect(approvalEnds(cityCalendar, { closesOn: day('2027-05-28') }).toString()).toBe('2027-06-01')
    expect(approvalEnds(cityCalendar, { closesOn: day('2027-05-30') }).toString()).toBe('2027-06-01')
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 700 }), (days) => {
        const closesOn = day('2026-06-01').add({ days })
        expect(
          Temporal.PlainDate.compare(approvalEnds(cityCalendar, { closesOn }), closesOn),
        ).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})

describe('who approves', () => {
  const routes = { supervisor: 2, first: 3, second: 4 } as const
  const org = (known: Partial<Record<string, number>>) => ({
    evaluator: (_: number, role: string) => known[role] ?? null,
  })
  const none = { absent: new Map(), left: new Set<number>() }

  test('the supervisor, else the first evaluator; while away the deputy, else the second; never oneself', () => {
    expect(approverOf(1, { org: org(routes), ...none })).toBe(2)
    expect(approverOf(1, { org: org({ first: 3 }), ...none })).toBe(3)
    const away = (deputyId: number | null) => ({ ...none, absent: new Map([[2, { deputyId }]]) })
    expect(approverOf(1, { org: org(routes), ...away(9) })).toBe(9)
    expect(approverOf(1, { org: org(routes), ...away(1) })).toBe(4)
    expect(approverOf(1, { org: org(routes), ...away(null) })).toBe(4)
    expect(approverOf(1, { org: org({}), ...none })).toBeNull()
    expect(approverOf(1, { org: org(routes), ...none, left: new Set([2, 4]) })).toBeNull()
  })
})

describe('nomination', () => {
  const nominee = { personId: 1, hiredYear: 2020, rank: 4, rankBefore: 4, completed: true }
  const reason = (any: Parameters<typeof reasonFor>[0]['any'], more = {}) =>
    reasonFor({ any }, { ...nominee, ...more }, 2027)

  test('is by the first clause that holds', () => {
    expect(reason([{ type: 'hired' }], { hiredYear: 2027 })).toBe('hired')
    expect(reason([{ type: 'year', nth: 1 }], { hiredYear: 2027 })).toBe('hired')
    expect(reason([{ type: 'hired' }, { type: 'year', nth: 8 }])).toBe('year:8')
    expect(reason([{ type: 'promoted', to: 5 }], { rank: 5 })).toBe('promoted')
    expect(reason([{ type: 'promoted', to: 5 }], { rank: 5, rankBefore: null })).toBeUndefined()
    expect(reason([{ type: 'promoted', to: 5 }], { rank: 6, rankBefore: 5 })).toBeUndefined()
    expect(reason([{ type: 'never' }])).toBeUndefined()
    expect(reason([{ type: 'never' }], { completed: false })).toBe('never')
    expect(reason([{ type: 'all' }])).toBe('all')
    expect(reason([{ type: 'hired' }], { hiredYear: null })).toBeUndefined()
  })
})

describe('sessions of a list', () => {
  const session = (each: number, local: string): Session => ({
    id: each,
    courseId: 1,
    ordinal: each,
    startsAt: at(local),
    endsAt: at(local).add({ hours: 2 }),
    place: '',
    url: '',
    status: 'planned',
    version: 1,
    capacity: 5,
    taken: 0,
  })
  const draft = (local: string) => ({ startsAt: local, endsAt: local, place: '', url: '', capacity: 5 })
  const matched = (drafts: string[], sessions: Session[]) =>
    matchSessions(drafts.map(draft), sessions, zone, now).map(({ session: found }) => found?.id ?? null)

  test('are those of the same time, then those that were moved, else new', () => {
    const two = [session(1, '2027-06-10T13:30'), session(2, '2027-06-17T13:30')]
    expect(matched(['2027-06-10T13:30', '2027-06-24T13:30'], two)).toEqual([1, 2])
    expect(matched(['2027-06-10T13:30', '2027-06-24T13:30', '2027-07-01T13:30'], two)).toEqual([
      1,
      null,
      null,
    ])
    expect(matched(['2027-06-24T13:30'], two)).toEqual([null])
    expect(matched(['2027-06-24T13:30'], [session(1, '2027-05-01T13:30')])).toEqual([null])
  })
})
