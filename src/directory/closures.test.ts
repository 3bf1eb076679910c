import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cityCalendar, isWorkingDay, workingDaysBetween } from '../kernel/calendar.ts'
import { atRest, type Closure, deadlineAfter } from './closures.ts'

const day = (iso: string) => Temporal.PlainDate.from(iso)
const closure = (from: string, to: string): Closure => ({ from: day(from), to: day(to), reason: '台風' })
const typhoon = closure('2027-09-08', '2027-09-10')

test('on days of rest no calendar works, not even one that says so of that very day', () => {
  const rosters = { ...cityCalendar, exceptions: new Map([['2027-09-08', { open: true, note: '勤務' }]]) }
  for (const calendar of [cityCalendar, rosters]) {
    const resting = atRest(calendar, [typhoon])
    expect(
      ['2027-09-07', '2027-09-08', '2027-09-09', '2027-09-10'].map((d) => isWorkingDay(resting, day(d))),
    ).toEqual([true, false, false, true])
  }
})

describe('a deadline', () => {
  const moved = (deadline: string, was: readonly Closure[], is: readonly Closure[]) =>
    deadlineAfter(atRest(cityCalendar, was), atRest(cityCalendar, is), typhoon.from, day(deadline)).toString()

  test('of before stays; a later one is as many working days away as before', () => {
    expect(moved('2027-09-07', [], [typhoon])).toBe('2027-09-07')
    expect(moved('2027-09-08', [], [typhoon])).toBe('2027-09-10')
    // Over the weekend: Friday and the Monday after.
    expect(moved('2027-09-10', [], [typhoon])).toBe('2027-09-14')
  })

  test('comes back when the days of rest are taken back, and moves further when there are more of them', () => {
    const longer = closure('2027-09-08', '2027-09-14')
    expect(moved('2027-09-10', [typhoon], [])).toBe('2027-09-08')
    expect(moved('2027-09-14', [typhoon], [])).toBe('2027-09-10')
    expect(moved('2027-09-10', [typhoon], [longer])).toBe('2027-09-14')
  })

  test('there and back again is where it was, on every working day; the working days left stay', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 0, max: 300 }),
        (start, length, ahead) => {
          const from = day('2027-05-01').add({ days: start })
          const rest = { from, to: from.add({ days: length }), reason: '' }
          const deadline = from.add({ days: ahead })
          const is = atRest(cityCalendar, [rest])
          const there = deadlineAfter(cityCalendar, is, from, deadline)
          const eve = from.subtract({ days: 1 })
          expect(workingDaysBetween(is, eve, there)).toBe(workingDaysBetween(cityCalendar, eve, deadline))
          const back = deadlineAfter(is, cityCalendar, from, there)
          if (isWorkingDay(cityCalendar, deadline)) expect(back.toString()).toBe(deadline.toString())
        },
      ),
    )
  })
})
