import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sizesOf } from '../../matching/groups.ts'
import {
  cadences,
  departmentOf,
  enoughStaff,
  hasStaff,
  hostAmong,
  leastComing,
  mostComing,
  nextDue,
  startersFor,
} from './rules.ts'
import { solve } from './seating/solve.ts'

const day = (iso: string) => Temporal.PlainDate.from(iso)

describe('the next round', () => {
  test('follows the last by the cadence, and is never in the past', () => {
    expect(nextDue(day('2027-06-01'), 'monthly', day('2027-05-20')).toString()).toBe('2027-07-01')
    expect(nextDue(day('2027-06-01'), 'weekly', day('2027-08-03')).toString()).toBe('2027-08-10')
    const days = fc.integer({ min: 0, max: 900 }).map((n) => day('2027-04-01').add({ days: n }))
    fc.assert(
      fc.property(days, days, fc.constantFrom(...cadences), (due, today, cadence) => {
        const next = nextDue(due, cadence, today)
        expect(Temporal.PlainDate.compare(next, today)).toBe(1)
        expect(Temporal.PlainDate.compare(next, due)).toBe(1)
      }),
    )
  })
})

test('teams of one department are one department', () => {
  const chain = (...names: string[]) => names.map((name, i) => ({ id: i + 1, name }))
  expect(departmentOf(chain('市民税係', '税務課', '総務部'))).toBe('2')
  expect(departmentOf(chain('税務課', '総務部'))).toBe('1')
  expect(departmentOf(chain('調査担当', '係'))).toBe('1')
  expect(departmentOf([])).toBe('')
})

test('whoever led least often leads', () => {
  expect(hostAmong([5, 3, 9], new Map([[3, 1]]))).toBe(5)
  expect(hostAmong([5, 3], new Map([[5, 2]]))).toBe(3)
  expect(hostAmong([], new Map())).toBeUndefined()
})

test('two different starters, the same for a whole table', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 3, max: 30 }),
      fc.integer({ min: 1, max: 100_000 }),
      fc.integer({ min: 1, max: 500 }),
      (count, round, table) => {
        const all = Array.from({ length: count }, (_, i) => `話${i}`)
        const [one, other] = startersFor(all, round, table)
        expect(all).toContain(one)
        expect(all).toContain(other)
        expect(one).not.toBe(other)
      },
    ),
  )
})

test('a table that is one takes at least as many as it needs', () => {
  for (let size = 2; size <= 8; size++) {
    expect(leastComing(size)).toBeLessThanOrEqual(size)
    expect(mostComing(size)).toBeGreaterThanOrEqual(size)
    expect(mostComing(size)).toBeLessThanOrEqual(8)
  }
})

test('everybody has one seat, every table one host who sits at it, a facilitator wherever there are enough', () => {
  const guest = fc.record({
    department: fc.constantFrom('a', 'b', 'c', 'd'),
    grade: fc.integer({ min: 1, max: 7 }),
    facilitates: fc.boolean(),
  })
  fc.assert(
    fc.property(
      fc.array(guest, { minLength: 2, maxLength: 30 }),
      fc.integer({ min: 2, max: 8 }),
      fc.string(),
      (guests, size, seed) => {
        const people = guests.map((each, i) => ({ ...each, personId: 100 + i }))
        const { tables, sameDepartment, leastSame } = solve({
          guests: people,
          size,
          seed,
          met: [],
          apart: [],
          hosted: new Map(),
        })
        expect(tables.flatMap((table) => table.people).sort((a, b) => a - b)).toEqual(
          people.map(({ personId }) => personId),
        )
        for (const table of tables) expect(table.people).toContain(table.hostId)
        const able = people.filter(({ facilitates }) => facilitates).length
        expect(tables.filter(({ led }) => led)).toHaveLength(Math.min(able, tables.length))
        expect(sameDepartment).toBeGreaterThanOrEqual(leastSame)
      },
    ),
    { numRuns: 60 },
  )
})

test('nobody who is yet to join sits without staff, in pairs or larger, however few of the staff there are', () => {
  const person = fc.record({
    department: fc.constantFrom('a', 'b', 'c'),
    grade: fc.integer({ min: 1, max: 4 }),
    facilitates: fc.boolean(),
  })
  const case_ = fc
    .tuple(
      fc.array(person, { minLength: 1, maxLength: 10 }),
      fc.array(person, { minLength: 1, maxLength: 14 }),
      fc.integer({ min: 2, max: 8 }),
      fc.string(),
    )
    .filter(([staff, guests]) => enoughStaff(staff.length, guests.length))
  fc.assert(
    fc.property(case_, ([staff, guests, size, seed]) => {
      const all = [
        ...guests.map((each) => ({ ...each, department: 'guests', guest: true })),
        ...staff.map((each) => ({ ...each, guest: false })),
      ].map((each, i) => ({ ...each, personId: 100 + i }))
      const { tables } = solve({ guests: all, size, seed, met: [], apart: [], hosted: new Map() })
      const outside = new Set(all.flatMap(({ guest, personId }) => (guest ? [personId] : [])))
      expect(tables.flatMap(({ people }) => people).sort((a, b) => a - b)).toEqual(
        all.map(({ personId }) => personId),
      )
      for (const { people, hostId } of tables) {
        expect(hasStaff(people, outside)).toBe(true)
        expect(people.length).toBeLessThanOrEqual(Math.max(8, ...sizesOf(all.length, size)))
        expect(people.length).toBeGreaterThan(1)
        expect(outside.has(hostId)).toBe(false)
      }
    }),
    { numRuns: 100 },
  )
  expect([enoughStaff(0, 1), enoughStaff(1, 7), enoughStaff(1, 8), enoughStaff(0, 0)]).toEqual([
    false,
    true,
    false,
    true,
  ])
})
