import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mostPlaceable } from './most.ts'
import { nextBest, type Objective, type Pairing, pair, type Wanted } from './pairing.ts'

const wantedArb = (objective: Objective, most = 5): fc.Arbitrary<Wanted> =>
  fc
    .record({
      rows: fc.integer({ min: 0, max: most }),
      columns: fc.integer({ min: 0, max: 4 }),
      forbidden: fc.nat({ max: 8 }),
    })
    .chain(({ rows, columns, forbidden }) =>
      fc.record({
        rows: fc.constant(rows),
        columns: fc.constant(columns),
        // Few different scores: ties are the usual case.
        score: fc
          .array(fc.tuple(fc.nat({ max: 9 }), fc.constantFrom(0, 30, 50, 51, 80, 100)), {
            minLength: rows * columns,
            maxLength: rows * columns,
          })
          .map((all) => Float64Array.from(all, ([dice, s]) => (dice < forbidden ? -Infinity : s))),
        capacity: fc
          .array(fc.nat({ max: 2 }), { minLength: columns, maxLength: columns })
          .map((all) => Int32Array.from(all)),
        objective: fc.constant(objective),
        locked: fc.constant(new Map<number, number>()),
      }),
    )

const scoreOf = ({ columns, score }: Wanted, row: number, column: number) =>
  score[row * columns + column] ?? -Infinity

/** Every way of giving places, as lists of scores (−1 = none). */
function* everyWay(wanted: Wanted, row = 0, room = [...wanted.capacity]): Generator<number[]> {
  if (row === wanted.rows) {
    yield []
    return
  }
  const fixed = wanted.locked.get(row)
  if (fixed === undefined) for (const rest of everyWay(wanted, row + 1, room)) yield [-1, ...rest]
  for (const [j, places] of room.entries()) {
    if (places === 0 || scoreOf(wanted, row, j) < 0 || (fixed !== undefined && fixed !== j)) continue
    for (const rest of everyWay(wanted, row + 1, room.with(j, places - 1)))
      yield [scoreOf(wanted, row, j), ...rest]
  }
}

/** What the objective compares, the first difference deciding, smaller being better. */
function rankOf(objective: Objective, scores: readonly number[]): number[] {
  const paired = scores.filter((score) => score >= 0)
  const sum = -paired.reduce((all, score) => all + score, 0)
  const without = scores.length - paired.length
  switch (objective.type) {
    case 'sum':
      return [without, sum]
    case 'worst-first':
      return [without, -Math.min(...paired, 100), sum]
    case 'tiers': {
      const bounds = [...objective.from, -1]
      const counts = bounds.map(
        (from, i) => paired.filter((s) => s >= from && s < (bounds[i - 1] ?? 101)).length,
      )
      return [without, ...counts.slice(1).reverse(), sum]
    }
    default:
      return objective satisfies never
  }
}
const smaller = (a: readonly number[], b: readonly number[]) => {
  const at = a.findIndex((value, i) => value !== b[i])
  return at >= 0 && (a[at] ?? 0) < (b[at] ?? 0)
}
const scoresOf = (wanted: Wanted, { column }: Pairing) =>
  [...column].map((j, row) => (j < 0 ? -1 : scoreOf(wanted, row, j)))

const objectives: Objective[] = [{ type: 'worst-first' }, { type: 'tiers', from: [80, 50] }, { type: 'sum' }]

describe.each(objectives)('$type', (objective) => {
  test('is as good as the best of all ways, and its certificate is 0', () => {
    fc.assert(
      fc.property(wantedArb(objective), (wanted) => {
        const pairing = pair(wanted)
        const ranks = [...everyWay(wanted)].map((way) => rankOf(objective, way))
        const best = ranks.reduce((a, b) => (smaller(b, a) ? b : a))
        expect(rankOf(objective, scoresOf(wanted, pairing))).toEqual(best)
        expect(pairing.certificate).toBe(0)
      }),
      { numRuns: 500 },
    )
  })

  test('breaks no hard rule, fills no column beyond its places, and repeats itself', () => {
    fc.assert(
      fc.property(wantedArb(objective, 12), (wanted) => {
        const pairing = pair(wanted)
        const scores = scoresOf(wanted, pairing)
        expect(scores.every((score) => score !== -Infinity)).toBe(true)
        for (const [j, room] of wanted.capacity.entries())
          expect(pairing.column.filter((chosen) => chosen === j).length).toBeLessThanOrEqual(room)
        expect(pairing.leftOut).toEqual(
          [...pairing.column.keys()].filter((row) => pairing.column[row] === -1),
        )
        const paired = scores.filter((score) => score >= 0)
        expect(pairing.worst).toBe(paired.length > 0 ? Math.min(...paired) : undefined)
        expect(pair(wanted)).toEqual(pairing)
      }),
    )
  })

  test('whoever is left out is shown why: too few places for these people, by the rules alone', () => {
    fc.assert(
      fc.property(wantedArb(objective, 8), (wanted) => {
        const { violators, leftOut } = pair(wanted)
        expect(violators.map(({ row }) => row)).toEqual(leftOut)
        for (const { row, rows, columns } of violators) {
          expect(rows).toContain(row)
          const places = columns.reduce((sum, j) => sum + (wanted.capacity[j] ?? 0), 0)
          expect(rows.length).toBe(places + 1)
          for (const one of rows)
            for (let j = 0; j < wanted.columns; j++)
              if (scoreOf(wanted, one, j) >= 0 && (wanted.capacity[j] ?? 0) > 0) expect(columns).toContain(j)
        }
      }),
    )
  })

  test('keeps locked pairs, and the rest is the best that they leave', () => {
    const lockedArb = wantedArb(objective, 4).chain((wanted) => {
      const possible = [...wanted.score.keys()].filter(
        (at) => (wanted.score[at] ?? -1) >= 0 && (wanted.capacity[at % wanted.columns] ?? 0) > 0,
      )
      if (possible.length === 0) return fc.constant(wanted)
      return fc.constantFrom(...possible).map(
        (at): Wanted => ({
          ...wanted,
          locked: new Map([[Math.floor(at / wanted.columns), at % wanted.columns]]),
        }),
      )
    })
    fc.assert(
      fc.property(lockedArb, (wanted) => {
        const pairing = pair(wanted)
        for (const [row, j] of wanted.locked) expect(pairing.column[row]).toBe(j)
        const free = (way: readonly number[]) => way.filter((_, row) => !wanted.locked.has(row))
        const ranks = [...everyWay(wanted)].map((way) => rankOf(objective, free(way)))
        const best = ranks.reduce((a, b) => (smaller(b, a) ? b : a))
        expect(rankOf(objective, free(scoresOf(wanted, pairing)))).toEqual(best)
        expect(pairing.certificate).toBe(0)
      }),
    )
  })
})

test('as many have a place as trying everything finds', () => {
  fc.assert(
    fc.property(wantedArb({ type: 'sum' }, 6), (wanted) => {
      const cost = wanted.score.map((score) => -score)
      const most = Math.max(...[...everyWay(wanted)].map((way) => way.filter((score) => score >= 0).length))
      expect(mostPlaceable({ ...wanted, cost, leaveOut: 0 }, 0)).toBe(most)
    }),
  )
})

test('a better worst pair is preferred to a higher sum', () => {
  const wanted: Wanted = {
    rows: 2,
    columns: 2,
    score: Float64Array.from([100, 60, 90, 10]),
    capacity: Int32Array.from([1, 1]),
    objective: { type: 'worst-first' },
    locked: new Map(),
  }
  expect([...pair(wanted).column]).toEqual([1, 0])
  expect(pair(wanted)).toMatchObject({ worst: 60, total: 150, leftOut: [] })
})

test('the next best is by score, and says who holds it', () => {
  const wanted: Wanted = {
    rows: 2,
    columns: 3,
    score: Float64Array.from([90, 80, -Infinity, 95, -Infinity, -Infinity]),
    capacity: Int32Array.from([1, 1, 1]),
    objective: { type: 'worst-first' },
    locked: new Map(),
  }
  const pairing = pair(wanted)
  expect([...pairing.column]).toEqual([1, 0])
  expect(nextBest(wanted, pairing, 0)).toEqual({ column: 0, score: 90, heldBy: [1], free: false })
  expect(nextBest(wanted, pairing, 1)).toBeUndefined()
})

test('what cannot be paired is refused', () => {
  const wanted: Wanted = {
    rows: 2,
    columns: 1,
    score: Float64Array.from([50, -Infinity]),
    capacity: Int32Array.from([1]),
    objective: { type: 'sum' },
    locked: new Map(),
  }
  const both = new Map([
    [0, 0],
    [1, 0],
  ])
  expect(() => pair({ ...wanted, locked: new Map([[1, 0]]) })).toThrow('is forbidden')
  expect(() => pair({ ...wanted, locked: new Map([[0, 1]]) })).toThrow('is forbidden')
  expect(() => pair({ ...wanted, score: Float64Array.from([50, 50]), locked: both })).toThrow('fewer places')
  for (const score of [50.5, 101, -1, Number.NaN])
    expect(() => pair({ ...wanted, score: Float64Array.from([score, 1]) })).toThrow('whole number 0-100')
  const many = { ...wanted, rows: 3000, score: new Float64Array(3000) }
  expect(() => pair({ ...many, objective: { type: 'tiers', from: [80, 60, 40] } })).toThrow('too many')
})
