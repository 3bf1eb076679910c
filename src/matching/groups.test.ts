import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Gathering, type Guest, seat, sizesOf } from './groups.ts'

const never = () => 0
const guest = (department: string, grade = 1, facilitates = false): Guest => ({
  department,
  grade,
  facilitates,
})
const gatheringArb = fc.record({
  guests: fc.array(
    fc.record({
      department: fc.constantFrom('税務課', '福祉課', '建設課', '総務課'),
      grade: fc.integer({ min: 1, max: 4 }),
      facilitates: fc.boolean(),
    }),
    { minLength: 2, maxLength: 30 },
  ),
  size: fc.integer({ min: 2, max: 8 }),
  met: fc.constant(never),
  apart: fc.constant([]),
  seed: fc.string(),
})

const keyOf = (a: number, b: number) => (a < b ? `${a}-${b}` : `${b}-${a}`)
const pairsOf = (seated: readonly number[]) =>
  seated.flatMap((a, k) => seated.slice(k + 1).map((b) => [a, b] as const))

/** The same prices as the search's, said again. */
function costOf({ guests, met }: Gathering, tables: readonly (readonly number[])[]): number {
  let sum = 0
  for (const [a, b] of tables.flatMap(pairsOf)) {
    if (guests[a]?.department === guests[b]?.department) sum += 100
    if (guests[a]?.grade === guests[b]?.grade) sum += 8
    sum += 60 * met(a, b)
  }
  return sum
}

function* everySeating(left: readonly number[], sizes: readonly number[]): Generator<number[][]> {
  const [size, ...others] = sizes
  const [first, ...rest] = left
  if (size === undefined || first === undefined) {
    yield []
    return
  }
  for (const chosen of subsets(rest, size - 1)) {
    const remaining = rest.filter((one) => !chosen.includes(one))
    for (const tables of everySeating(remaining, others)) yield [[first, ...chosen], ...tables]
  }
}
function* subsets(of: readonly number[], size: number): Generator<number[]> {
  if (size === 0) {
    yield []
    return
  }
  for (const [k, one] of of.entries())
    for (const rest of subsets(of.slice(k + 1), size - 1)) yield [one, ...rest]
}

describe('sizes', () => {
  test('nobody is dropped, nobody sits alone, sizes differ by one at most and stay near the wish', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 400 }), fc.integer({ min: 2, max: 8 }), (guests, size) => {
        const sizes = sizesOf(guests, size)
        expect(sizes.reduce((a, b) => a + b, 0)).toBe(guests)
        expect(Math.min(...sizes)).toBeGreaterThanOrEqual(2)
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
        if (guests >= size * size)
          for (const one of sizes) expect(Math.abs(one - size)).toBeLessThanOrEqual(1)
      }),
    )
  })

  test('an odd number for coffee makes one group of three', () => {
    expect(sizesOf(7, 2)).toEqual([3, 2, 2])
    expect(sizesOf(13, 4)).toEqual([5, 4, 4])
    expect(sizesOf(3, 8)).toEqual([3])
  })

  test('what makes no group is refused', () => {
    for (const guests of [0, 1]) expect(() => sizesOf(guests, 4)).toThrow('make no group')
    for (const size of [1, 9, 2.5]) expect(() => sizesOf(10, size)).toThrow('2 to 8')
  })
})

describe('seating', () => {
  test('everybody sits once, each table has its facilitator as far as there are enough, and it repeats itself', () => {
    fc.assert(
      fc.property(gatheringArb, (gathering) => {
        const seating = seat(gathering)
        const all = seating.tables.flatMap(({ guests }) => guests)
        expect(all.toSorted((a, b) => a - b)).toEqual([...gathering.guests.keys()])
        expect(seating.tables.map(({ guests }) => guests.length)).toEqual(
          sizesOf(gathering.guests.length, gathering.size),
        )
        const led = seating.tables.filter(({ facilitator }) => facilitator !== undefined)
        const able = gathering.guests.filter(({ facilitates }) => facilitates).length
        expect(led.length).toBe(Math.min(able, seating.tables.length))
        for (const { guests, facilitator } of led) {
          expect(guests).toContain(facilitator)
          expect(gathering.guests[facilitator ?? -1]?.facilitates).toBe(true)
        }
        expect(seating.sameDepartment).toBeGreaterThanOrEqual(seating.sameDepartmentBound)
        expect(seat(gathering)).toEqual(seating)
      }),
      { numRuns: 60 },
    )
  })

  test('twelve people: as good as the best of all 5,775 seatings', () => {
    const twelve = gatheringArb.filter(({ guests }) => guests.length >= 12)
    fc.assert(
      fc.property(twelve, fc.uniqueArray(fc.nat({ max: 65 }), { maxLength: 20 }), (any, met) => {
        const pairs = pairsOf([...Array(12).keys()])
        const before = new Set(met.map((k) => keyOf(...(pairs[k] ?? [0, 0]))))
        const gathering: Gathering = {
          ...any,
          guests: any.guests.slice(0, 12).map((one) => ({ ...one, facilitates: false })),
          size: 4,
          met: (a, b) => (before.has(keyOf(a, b)) ? 1 : 0),
        }
        let best = Infinity
        for (const tables of everySeating([...Array(12).keys()], [4, 4, 4]))
          best = Math.min(best, costOf(gathering, tables))
        expect(
          costOf(
            gathering,
            seat(gathering).tables.map(({ guests }) => guests),
          ),
        ).toBe(best)
      }),
      { numRuns: 8 },
    )
  })

  test('the bound is reached where departments can be spread, and counts what nobody can avoid', () => {
    const six = Array.from({ length: 6 }, (_, i) => guest(i < 4 ? '税務課' : '福祉課', i))
    const seating = seat({ guests: six, size: 3, met: never, apart: [], seed: 'a' })
    expect(seating).toMatchObject({ sameDepartment: 2, sameDepartmentBound: 2 })
  })

  test('twelve rounds of 200 people in fours: nobody meets the same person twice, departments stay at the bound', () => {
    const guests = Array.from({ length: 200 }, (_, i) => guest(`課${i % 23}`, 1 + (i % 6), i % 4 === 0))
    const before = new Map<string, number>()
    for (let round = 1; round <= 12; round++) {
      const seating = seat({
        guests,
        size: 4,
        met: (a, b) => before.get(keyOf(a, b)) ?? 0,
        apart: [],
        seed: `round ${round}`,
      })
      expect(seating.repeats).toBe(0)
      expect(seating.sameDepartment).toBe(seating.sameDepartmentBound)
      for (const [a, b] of seating.tables.flatMap((table) => pairsOf(table.guests)))
        before.set(keyOf(a, b), (before.get(keyOf(a, b)) ?? 0) + 1)
    }
  })

  test('who must sit apart does, whatever it costs; where there is no way it is said', () => {
    const three = ['a', 'a', 'b', 'b', 'c', 'c'].map((department) => guest(department))
    const apart = [
      [0, 2],
      [0, 3],
      [0, 4],
      [0, 5],
    ] as const
    const forced = seat({ guests: three, size: 2, met: never, apart, seed: 's' })
    expect(forced.together).toEqual([])
    expect(forced.tables.find(({ guests }) => guests.includes(0))?.guests).toEqual([0, 1])
    const impossible = seat({ guests: three.slice(0, 3), size: 3, met: never, apart: [[0, 2]], seed: 's' })
    expect(impossible.together).toEqual([[0, 2]])
  })
})
