import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { at, day } from '../../../../test/support/small-city.ts'
import {
  type Fact,
  type Figures,
  figuresBy,
  figuresOf,
  hoursPerHead,
  lengthOf,
  percent,
  recordDay,
} from './figures.ts'

const zone = 'Asia/Tokyo'
const fact = (more: Partial<Fact>): Fact => ({
  personId: 1,
  courseId: 1,
  status: 'attended',
  mandatory: false,
  excused: null,
  minutes: 90,
  surveyWanted: false,
  surveyAnswered: false,
  reportIn: null,
  ...more,
})

test('a duty that was missed and then done is one duty, done', () => {
  const facts = [fact({ status: 'absent', mandatory: true, excused: false }), fact({ mandatory: true })]
  expect(figuresOf(1, facts)).toMatchObject({ duties: 1, dutiesDone: 1, noShows: 1, done: 1, minutes: 90 })
})

test('what was cancelled is no duty; whoever was excused was no no-show; half a training counts no hours', () => {
  const facts = [
    fact({ status: 'cancelled', mandatory: true }),
    fact({ status: 'absent', excused: true }),
    fact({ status: 'partly' }),
  ]
  expect(figuresOf(2, facts)).toMatchObject({ staff: 2, duties: 0, noShows: 0, minutes: 0, done: 0 })
})

const anyFact = fc.record<Fact>({
  personId: fc.integer({ min: 1, max: 12 }),
  courseId: fc.integer({ min: 1, max: 4 }),
  status: fc.constantFrom(
    'nominated',
    'confirmed',
    'attended',
    'completed',
    'partly',
    'absent',
    'cancelled',
    'declined',
  ),
  mandatory: fc.boolean(),
  excused: fc.constantFrom(null, true, false),
  minutes: fc.integer({ min: 0, max: 600 }),
  surveyWanted: fc.boolean(),
  surveyAnswered: fc.boolean(),
  reportIn: fc.constantFrom(null, true, false),
})

describe('figures', () => {
  test('of all departments together are those of the city, and every share is within its whole', () => {
    fc.assert(
      fc.property(
        fc.array(anyFact, { maxLength: 40 }),
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 10, maxLength: 10 }),
        (facts, groups) => {
          const groupOf = new Map(groups.map((group, n) => [n + 1, group]))
          const by = [...figuresBy(groupOf, facts).values()]
          const own = facts.filter(({ personId }) => groupOf.has(personId))
          const whole = figuresOf(groupOf.size, own)
          for (const key of Object.keys(whole) as (keyof Figures)[])
            expect(
              by.reduce((sum, each) => sum + each[key], 0),
              key,
            ).toBe(whole[key])
          for (const each of [...by, whole]) {
            expect(each.dutiesDone).toBeLessThanOrEqual(each.duties)
            expect(each.answered).toBeLessThanOrEqual(each.asked)
            expect(each.reportsIn).toBeLessThanOrEqual(each.reportsOwed)
          }
          // Counted once more, one by one and the other way round.
          let minutes = 0
          for (const each of own.toReversed())
            if (each.status === 'attended' || each.status === 'completed') minutes += each.minutes
          expect(whole.minutes).toBe(minutes)
          expect(figuresOf(groupOf.size, own.toReversed())).toEqual(whole)
        },
      ),
    )
  })
})

test('the length is what the course says, else the clock, of every day', () => {
  const session = { startsAt: at('2027-06-10T13:30'), endsAt: at('2027-06-10T16:00') }
  expect(lengthOf({ minutes: 120 }, session, zone)).toBe(120)
  expect(lengthOf({ minutes: null }, session, zone)).toBe(150)
  expect(
    lengthOf({ minutes: null }, { startsAt: at('2027-06-10T09:00'), endsAt: at('2027-06-12T16:00') }, zone),
  ).toBe(1260)
  expect(
    lengthOf({ minutes: null }, { startsAt: at('2027-06-10T17:00'), endsAt: at('2027-06-11T09:00') }, zone),
  ).toBe(960)
  expect(lengthOf({ minutes: null }, null, zone)).toBe(0)
})

test('shares are in percent where there is a whole; hours are a head', () => {
  expect(percent(1, 3)).toBe(33)
  expect(percent(0, 0)).toBeNull()
  expect(hoursPerHead({ minutes: 450, staff: 5 })).toBe(1.5)
  expect(hoursPerHead({ minutes: 450, staff: 0 })).toBe(0)
})

test('a year is looked at as of its last day, the present one as of today', () => {
  expect(recordDay(2026, day('2027-06-10'))).toEqual(day('2027-03-31'))
  expect(recordDay(2027, day('2027-06-10'))).toEqual(day('2027-06-10'))
  expect(recordDay(2028, day('2027-06-10'))).toEqual(day('2028-04-01'))
})
