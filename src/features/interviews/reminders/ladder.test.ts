import { describe, expect, it } from 'vitest'
import { cityCalendar, type WorkingCalendar } from '../../../kernel/calendar.ts'
import { dueTimes } from './due.ts'
import { type LadderContext, ladderKinds, wantedNotices } from './ladder.ts'
import type { Matter, PeopleFacts } from './matter.ts'
import { ladderSetting } from './settings.ts'

const zone = 'Asia/Tokyo'
const day = (iso: string) => Temporal.PlainDate.from(iso)
const at = (iso: string) => Temporal.PlainDateTime.from(iso).toZonedDateTime(zone).toInstant()
const local = (instant: Temporal.Instant) =>
  instant.toZonedDateTimeISO(zone).toPlainDateTime().toString({ smallestUnit: 'minute' })

const [staff, manager, deputy, officer] = [1, 2, 3, 4]
/** 期首面談, due on Monday 31 May 2027. */
const matter = (change: Partial<Matter> = {}): Matter => ({
  id: 12,
  stepId: 5,
  personId: staff,
  status: 'waiting',
  running: true,
  opensOn: day('2027-05-06'),
  deadline: day('2027-05-31'),
  generation: '1.1',
  quietUntil: null,
  conductors: [{ personId: manager, from: day('2027-04-01'), to: null }],
  offeredUntil: null,
  arrangement: null,
  meeting: null,
  askedUntil: null,
  ...change,
})
interface World {
  readonly away?: Readonly<Record<number, readonly [from: string, to: string, deputyId?: number]>>
  readonly calendars?: Readonly<Record<number, WorkingCalendar>>
  readonly now?: string
  readonly ladder?: Partial<LadderContext['ladder']>
}
const people = ({ away = {}, calendars = {} }: World): PeopleFacts => ({
  calendarOf: (id) => calendars[id] ?? cityCalendar,
  awayOn: (id, on) => {
    const leave = away[id]
    if (!leave || on.toString() < leave[0] || on.toString() >= leave[1]) return undefined
    return { deputyId: leave[2] ?? null }
  },
  hrOf: () => [officer],
  superiorOf: (id) => (id === manager ? 9 : manager),
})
const plan = (which: Matter, world: World = {}) => {
  const ladder = { ...ladderSetting.initial, ...world.ladder }
  return wantedNotices(which, {
    ladder,
    people: people(world),
    now: at(world.now ?? '2027-05-01T10:00'),
    due: dueTimes(zone, ladder.at),
  })
    .sort((a, b) => Temporal.Instant.compare(a.dueAt, b.dueAt))
    .map(({ kind, recipientId, rung, dueAt }) => `${local(dueAt)} ${kind.slice(11)} ${recipientId} ${rung}`)
}

describe('the ladder of an interview', () => {
  it('reminds the conductor on each rung while no hours are offered, and shows HR whom to telephone at +3', () => {
    expect(plan(matter())).toEqual([
      '2027-05-06T08:45 offer 2 opens',
      '2027-05-06T08:45 pick 1 opens',
      '2027-05-20T08:45 offer 2 -7',
      '2027-05-26T08:45 offer 2 -3',
      '2027-05-28T08:45 offer 2 -1',
      '2027-05-31T08:45 offer 2 0',
      '2027-06-01T08:45 offer 2 +1',
      '2027-06-03T08:45 offer 2 +3',
      '2027-06-03T08:45 phone 4 phone+3',
      '2027-06-09T08:45 offer 2 +7',
    ])
  })

  it('turns to the staff member while hours are on offer, and back to the conductor when they have passed', () => {
    const offered = matter({ offeredUntil: at('2027-05-28T15:00') })
    expect(plan(offered, { now: '2027-05-10T10:00' })).toEqual([
      '2027-05-11T08:45 pick 1 opens',
      '2027-05-20T08:45 pick 1 -7',
      '2027-05-26T08:45 pick 1 -3',
      '2027-05-28T08:45 pick 1 -1',
      '2027-05-31T08:45 offer 2 0',
      '2027-06-01T08:45 offer 2 +1',
      '2027-06-03T08:45 offer 2 +3',
      '2027-06-03T08:45 phone 4 phone+3',
      '2027-06-09T08:45 offer 2 +7',
    ])
  })

  it('asks the staff member for what suits while an arrangement collects, then the conductor to settle it', () => {
    const arrangement = { id: 3, status: 'collecting', answerBy: day('2027-05-21'), answered: false } as const
    const only = { ladder: { rungs: [-7, -3].map((days) => ({ days, who: 'holder' as const })) } }
    const now = '2027-05-20T09:00'
    expect(plan(matter({ arrangement }), { ...only, now: '2027-05-19T09:00' })).toEqual([
      '2027-05-20T08:45 pick 1 -7',
      '2027-05-20T08:45 pick 1 answer-1',
      '2027-05-21T08:45 pick 1 answer0',
      '2027-05-26T08:45 offer 2 -3',
    ])
    expect(plan(matter({ arrangement: { ...arrangement, answered: true } }), { ...only, now })).toEqual([
      '2027-05-26T08:45 offer 2 -3',
    ])
    const proposed = matter({ arrangement: { ...arrangement, status: 'proposed', answered: true } })
    expect(plan(proposed, { ...only, now })).toContain('2027-05-26T08:45 offer 2 -3')
  })

  it('tells both on the morning of a booked day, asks both at its end and again whoever has not said', () => {
    const meeting = {
      id: 7,
      startsAt: at('2027-05-20T16:00'),
      endsAt: at('2027-05-20T16:30'),
      conductorId: manager,
      answeredBy: [manager],
    }
    expect(plan(matter({ status: 'booked', meeting }))).toEqual([
      '2027-05-20T08:45 upcoming 1 day',
      '2027-05-20T08:45 upcoming 2 day',
      '2027-05-20T16:30 ask 1 ask',
      '2027-05-24T08:45 ask 1 ask+2',
      '2027-05-26T08:45 ask 1 ask+4',
    ])
    expect(
      plan(matter({ status: 'booked', meeting }), { ladder: { upcoming: false, askAgain: [] } }),
    ).toEqual(['2027-05-20T16:30 ask 1 ask'])
  })

  it('tells of an early interview the working day before, and asks after a late one the next morning', () => {
    const meeting = {
      id: 7,
      startsAt: at('2027-05-24T08:30'),
      endsAt: at('2027-05-24T17:15'),
      conductorId: manager,
      answeredBy: [manager],
    }
    expect(plan(matter({ status: 'booked', meeting })).slice(0, 3)).toEqual([
      '2027-05-21T08:45 upcoming 1 day',
      '2027-05-21T08:45 upcoming 2 day',
      '2027-05-25T08:45 ask 1 ask',
    ])
    // Asked on Tuesday morning: the next questions are counted from then.
    expect(plan(matter({ status: 'booked', meeting })).slice(3)).toEqual([
      '2027-05-27T08:45 ask 1 ask+2',
      '2027-05-31T08:45 ask 1 ask+4',
    ])
  })

  it('asks the staff member at the end, and the conductor of many once in the evening', () => {
    const of = (hour: string) => ({
      id: 7,
      startsAt: at('2027-05-20T10:00'),
      endsAt: at(`2027-05-20T${hour}`),
      conductorId: manager,
      answeredBy: [],
    })
    const asked = (hour: string) =>
      plan(matter({ status: 'booked', meeting: of(hour) })).filter((line) => line.endsWith(' ask'))
    expect(asked('10:30')).toEqual(['2027-05-20T10:30 ask 1 ask', '2027-05-20T16:30 ask 2 ask'])
    expect(asked('17:00')).toEqual(['2027-05-20T17:00 ask 1 ask', '2027-05-21T08:45 ask 2 ask'])
    expect(asked('18:00')).toEqual(['2027-05-21T08:45 ask 1 ask', '2027-05-21T08:45 ask 2 ask'])
  })

  it('says nothing once the interview is closed, suspended, or its cycle does not run', () => {
    for (const status of ['held', 'unclear', 'suspended', 'exempt', 'cancelled'] as const)
      expect(plan(matter({ status }))).toEqual([])
    expect(plan(matter({ running: false }))).toEqual([])
  })

  it('turns to the deputy of a conductor on leave, else to HR, and never writes to anybody on leave', () => {
    const rungs = [{ days: -7, who: 'holder' as const }]
    const leave = ['2027-05-10', '2027-06-30'] as const
    const only = { ladder: { rungs }, now: '2027-05-20T08:00' }
    expect(plan(matter(), { ...only, away: { [manager]: [...leave, deputy] } })).toEqual([
      '2027-05-20T08:45 offer 3 -7',
    ])
    expect(plan(matter(), { ...only, away: { [manager]: leave } })).toEqual(['2027-05-20T08:45 phone 4 -7'])
    expect(plan(matter({ conductors: [] }), only)).toEqual(['2027-05-20T08:45 phone 4 -7'])
    expect(plan(matter(), { ...only, away: { [staff]: leave } })).toEqual([])
  })

  it('counts by the calendar of whoever is told: a children’s centre closed on Mondays hears of it earlier', () => {
    const centre = {
      ...cityCalendar,
      weekdays: new Set([2, 3, 4, 5, 6]),
      opensAt: Temporal.PlainTime.from('09:30'),
    }
    const ladder = { rungs: [{ days: 0, who: 'holder' as const }] }
    expect(plan(matter(), { ladder, calendars: { [manager]: centre }, now: '2027-05-29T08:00' })).toEqual([
      '2027-05-29T09:30 offer 2 0',
    ])
  })

  it('keeps quiet until the day that was asked for, and then comes back once', () => {
    expect(plan(matter({ quietUntil: day('2027-05-27') }), { now: '2027-05-26T09:00' })).toEqual([
      '2027-05-27T08:45 offer 2 again-2027-05-27',
      '2027-05-28T08:45 offer 2 -1',
      '2027-05-31T08:45 offer 2 0',
      '2027-06-01T08:45 offer 2 +1',
      '2027-06-03T08:45 offer 2 +3',
      '2027-06-03T08:45 phone 4 phone+3',
      '2027-06-09T08:45 offer 2 +7',
    ])
  })

  it('leaves whoever asked for a later deadline in peace while HR thinks', () => {
    const holder = plan(matter({ askedUntil: day('2027-06-03') })).filter((line) =>
      line.includes('offer 2 +'),
    )
    expect(holder).toEqual(['2027-06-09T08:45 offer 2 +7'])
  })

  it('opens for a late joiner the next morning, not when the ladder is already speaking', () => {
    expect(plan(matter(), { now: '2027-05-14T15:00' })[0]).toBe('2027-05-17T08:45 offer 2 opens')
    expect(plan(matter(), { now: '2027-05-24T15:00' }).some((line) => line.endsWith('opens'))).toBe(false)
  })

  it('tells a superior only where the city wants it, and the person first', () => {
    const ladder = { rungs: [{ days: 5, who: 'superior' as const }] }
    expect(plan(matter(), { ladder, now: '2027-06-01T09:00' })).toEqual([
      '2027-06-04T08:45 superior-soon 2 +5',
      '2027-06-07T08:45 superior 9 +5',
    ])
    // Too late to tell the person first: the superior is not told either.
    expect(plan(matter(), { ladder, now: '2027-06-04T09:00' })).toEqual([])
    expect(plan(matter()).some((line) => line.includes(ladderKinds.superior.slice(11)))).toBe(false)
  })
})
