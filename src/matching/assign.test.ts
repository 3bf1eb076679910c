import fc from 'fast-check'
import highsModule from 'highs'
import { munkres } from 'munkres'
import { describe, expect, test } from 'vitest'
import { assign, placeAsManyAsPossible } from './assign.ts'
import { certify } from './certify.ts'
import { type Problem, priceOf } from './problem.ts'

// its types describe the CommonJS build; what is imported here is the loader itself
const loadHighs = highsModule as unknown as typeof highsModule.default

const FORBIDDEN = Infinity

/** A row of costs for each row; the columns' capacities; the price of leaving out. */
function problemOf(costs: number[][], capacity: number[], leaveOut: number | number[]): Problem {
  return {
    rows: costs.length,
    columns: capacity.length,
    cost: Float64Array.from(costs.flat()),
    capacity: Int32Array.from(capacity),
    leaveOut: typeof leaveOut === 'number' ? leaveOut : Float64Array.from(leaveOut),
  }
}

/** Random problems with many ties, forbidden pairs, columns without room, more rows than places. */
function anyProblem(maxRows: number, maxColumns: number): fc.Arbitrary<Problem> {
  return fc
    .record({
      rows: fc.integer({ min: 0, max: maxRows }),
      columns: fc.integer({ min: 0, max: maxColumns }),
      spread: fc.constantFrom(1, 3, 10, 1000),
      forbidden: fc.constantFrom(0, 1, 3, 7),
      room: fc.constantFrom(1, 2, 4),
      dear: fc.boolean(),
    })
    .chain(({ rows, columns, spread, forbidden, room, dear }) => {
      const cost = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: -spread, max: spread }))
      const price = fc.integer({ min: -spread, max: 2 * spread })
      return fc.record({
        rows: fc.constant(rows),
        columns: fc.constant(columns),
        cost: fc
          .array(cost, { minLength: rows * columns, maxLength: rows * columns })
          .map((all) => Float64Array.from(all, ([dice, c]) => (dice < forbidden ? FORBIDDEN : c))),
        capacity: fc
          .array(fc.integer({ min: 0, max: room }), { minLength: columns, maxLength: columns })
          .map((all) => Int32Array.from(all)),
        leaveOut: dear
          ? fc.constant(1_000_000)
          : fc.oneof(
              price,
              fc.array(price, { minLength: rows, maxLength: rows }).map((all) => Float64Array.from(all)),
            ),
      })
    })
}

function samples(count: number, seed: number, maxRows: number, maxColumns: number): Problem[] {
  return fc.sample(anyProblem(maxRows, maxColumns), { numRuns: count, seed })
}

const costAt = (p: Problem, i: number, j: number) => p.cost[i * p.columns + j] ?? FORBIDDEN

/** Tries everything. */
function cheapestByTrying(p: Problem): number {
  const free = [...p.capacity]
  const from = (i: number): number => {
    if (i === p.rows) return 0
    let best = priceOf(p, i) + from(i + 1)
    for (const [j, room] of free.entries()) {
      if (room === 0 || costAt(p, i, j) === FORBIDDEN) continue
      free[j] = room - 1
      best = Math.min(best, costAt(p, i, j) + from(i + 1))
      free[j] = room
    }
    return best
  }
  return from(0)
}

/** munkres knows no capacities, no way out and returns forbidden pairs silently: spelt out as a square. */
function cheapestByMunkres(p: Problem): number {
  if (p.rows === 0) return 0
  const never = 1e9
  const places = [...p.capacity].flatMap((room, j) => Array.from({ length: room }, () => j))
  const matrix = Array.from({ length: p.rows }, (_, i) => [
    ...places.map((j) => Math.min(costAt(p, i, j), never)),
    ...Array.from({ length: p.rows }, () => priceOf(p, i)),
  ])
  while (matrix.length < (matrix[0]?.length ?? 0)) matrix.push((matrix[0] ?? []).map(() => 0))
  const pairs = munkres(matrix).filter(([i]) => i < p.rows)
  expect(pairs).toHaveLength(p.rows)
  const chosen = pairs.map(([i, k]) => matrix[i]?.[k] ?? never)
  expect(Math.max(...chosen)).toBeLessThan(never)
  return chosen.reduce((sum, c) => sum + c, 0)
}

/** The linear programme: x(i, j) for permitted pairs, o(i) for leaving out. Its optimum is whole. */
function asProgramme(p: Problem): string {
  const term = (c: number, name: string) => `${c < 0 ? '-' : '+'} ${Math.abs(c)} ${name}`
  const indices = (n: number) => Array.from({ length: n }, (_, k) => k)
  const known = (i: number, j: number) => costAt(p, i, j) !== FORBIDDEN
  const goal = indices(p.rows).flatMap((i) => [
    term(priceOf(p, i), `o${i}`),
    ...indices(p.columns).flatMap((j) => (known(i, j) ? [term(costAt(p, i, j), `x${i}_${j}`)] : [])),
  ])
  const once = indices(p.rows).map((i) => {
    const choices = indices(p.columns).flatMap((j) => (known(i, j) ? [`+ x${i}_${j}`] : []))
    return ` r${i}: o${i} ${choices.join(' ')} = 1`
  })
  const room = indices(p.columns).flatMap((j) => {
    const takers = indices(p.rows).flatMap((i) => (known(i, j) ? [`+ x${i}_${j}`] : []))
    return takers.length > 0 ? [` c${j}: ${takers.join(' ')} <= ${p.capacity[j]}`] : []
  })
  return ['Minimize', ` goal: ${goal.join(' ')}`, 'Subject To', ...once, ...room, 'End'].join('\n')
}

/** How many rows can be placed at most, costs aside. */
function mostPlaced(p: Problem, among = Array.from({ length: p.rows }, (_, i) => i)): number {
  const held = Array.from(p.capacity, () => [] as number[])
  const place = (i: number, seen: Set<number>): boolean =>
    held.some((there, j) => {
      if (costAt(p, i, j) === FORBIDDEN || seen.has(j)) return false
      seen.add(j)
      if (there.length < (p.capacity[j] ?? 0)) return there.push(i) > 0
      const gives = there.findIndex((other) => place(other, seen))
      if (gives >= 0) there[gives] = i
      return gives >= 0
    })
  return among.filter((i) => place(i, new Set())).length
}

describe('the cheapest assignment', () => {
  test('of two for one place the dearer one is left out', () => {
    const answer = assign(problemOf([[5], [1]], [1], 100))
    expect([...answer.column]).toEqual([-1, 0])
    expect(answer.total).toBe(101)
    expect(answer.violators).toEqual([{ row: 0, rows: [0, 1], columns: [0] }])
  })

  test('who is cheaper left out than placed is left out, and no violator is claimed', () => {
    const answer = assign(problemOf([[5], [3]], [2], [4, 4]))
    expect(answer).toMatchObject({ total: 7, leftOut: [0], violators: [] })
  })

  test('a higher price makes a row worth its place', () => {
    expect([...assign(problemOf([[5], [1]], [1], [200, 100])).column]).toEqual([0, -1])
  })

  test('nothing to assign, nowhere to go, nobody permitted', () => {
    expect(assign(problemOf([], [], 1))).toMatchObject({ total: 0, leftOut: [], violators: [] })
    const nowhere = assign(problemOf([[], []], [], 3))
    expect(nowhere).toMatchObject({ total: 6, leftOut: [0, 1] })
    expect(nowhere.violators[1]).toEqual({ row: 1, rows: [1], columns: [] })
    const closed = problemOf([[2, FORBIDDEN]], [0, 1], 3)
    expect(assign(closed).violators).toEqual([{ row: 0, rows: [0], columns: [0] }])
    expect(certify(closed, assign(closed))).toBe(0)
  })

  test('equals trying everything on 600 small instances, with certificate 0', () => {
    for (const problem of samples(600, 11, 5, 4)) {
      const answer = assign(problem)
      expect(answer.total).toBe(cheapestByTrying(problem))
      expect(certify(problem, answer)).toBe(0)
    }
  })

  test('equals munkres on 600 instances', () => {
    let crowded = 0
    for (const problem of samples(600, 12, 14, 10)) {
      const answer = assign(problem)
      if (answer.violators.length > 0) crowded++
      expect(answer.total).toBe(cheapestByMunkres(problem))
      expect(certify(problem, answer)).toBe(0)
    }
    expect(crowded).toBeGreaterThan(150)
  })

  test('equals HiGHS on 500 instances', async () => {
    const highs = await loadHighs()
    let crowded = 0
    for (const problem of samples(500, 13, 16, 12)) {
      const answer = assign(problem)
      if (answer.violators.length > 0) crowded++
      expect(certify(problem, answer)).toBe(0)
      if (problem.rows === 0) continue
      const solution = highs.solve(asProgramme(problem))
      expect(solution.Status).toBe('Optimal')
      expect(answer.total).toBeCloseTo(solution.ObjectiveValue, 6)
    }
    expect(crowded).toBeGreaterThan(150)
  })

  test('fractional costs leave no more than rounding', () => {
    const random = fc.double({ min: -50, max: 50, noNaN: true })
    const sizes = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 9 }))
    const any = sizes.chain(([rows, columns]) =>
      fc.array(random, { minLength: rows * columns, maxLength: rows * columns }).map((cost) => ({
        rows,
        columns,
        cost: Float64Array.from(cost),
        capacity: new Int32Array(columns).fill(1),
        leaveOut: 40,
      })),
    )
    fc.assert(
      fc.property(any, (problem) => {
        const answer = assign(problem)
        expect(certify(problem, answer)).toBeLessThan(1e-9)
        expect(answer.total).toBeCloseTo(cheapestByMunkres(problem), 6)
      }),
      { numRuns: 300 },
    )
  })
})

describe('laws', () => {
  test('no forbidden pair, no column too full, everyone placed or left out once', () => {
    fc.assert(
      fc.property(anyProblem(20, 12), (problem) => {
        const { column, leftOut } = assign(problem)
        const used = Array.from(problem.capacity, () => 0)
        column.forEach((j, i) => {
          if (j >= 0) {
            expect(costAt(problem, i, j)).not.toBe(FORBIDDEN)
            used[j] = (used[j] ?? 0) + 1
          }
          expect(leftOut.includes(i)).toBe(j === -1)
        })
        used.forEach((count, j) => {
          expect(count).toBeLessThanOrEqual(problem.capacity[j] ?? 0)
        })
      }),
      { numRuns: 500 },
    )
  })

  test('the same problem gives the same answer and is not written to', () => {
    fc.assert(
      fc.property(anyProblem(15, 10), (problem) => {
        const before = structuredClone(problem)
        expect(assign(problem)).toEqual(assign(before))
        expect(problem).toEqual(before)
      }),
    )
  })

  test('a price for as many as possible places as many as can be, cheapest among those', () => {
    fc.assert(
      fc.property(anyProblem(14, 9), (raw) => {
        const problem = { ...raw, leaveOut: placeAsManyAsPossible(raw.cost, raw.rows) }
        const answer = assign(problem)
        expect(problem.rows - answer.leftOut.length).toBe(mostPlaced(problem))
        expect(answer.violators.map((found) => found.row)).toEqual(answer.leftOut)
        expect(certify(problem, answer)).toBe(0)
      }),
      { numRuns: 500 },
    )
  })

  test('a violator knows only its columns, is one too many for them, and not one more', () => {
    fc.assert(
      fc.property(anyProblem(14, 9), (problem) => {
        for (const { row, rows, columns } of assign(problem).violators) {
          expect(rows).toContain(row)
          for (const i of rows) {
            for (let j = 0; j < problem.columns; j++) {
              if (costAt(problem, i, j) !== FORBIDDEN) expect(columns).toContain(j)
            }
          }
          const places = columns.reduce((sum, j) => sum + (problem.capacity[j] ?? 0), 0)
          expect(rows.length).toBe(places + 1)
          for (const left of rows) {
            expect(
              mostPlaced(
                problem,
                rows.filter((i) => i !== left),
              ),
            ).toBe(places)
          }
        }
      }),
      { numRuns: 300 },
    )
  })

  test('one more place in a column saves no more than its price, and never costs', () => {
    fc.assert(
      fc.property(anyProblem(10, 6), (problem) => {
        const { total, duals } = assign(problem)
        for (let j = 0; j < problem.columns; j++) {
          const capacity = problem.capacity.map((room, k) => (k === j ? room + 1 : room))
          const saved = total - assign({ ...problem, capacity }).total
          expect(saved).toBeGreaterThanOrEqual(0)
          expect(saved).toBeLessThanOrEqual(-(duals.v[j] ?? 0))
        }
      }),
      { numRuns: 200 },
    )
  })
})

describe('the certificate', () => {
  const problem = problemOf(
    [
      [5, 9],
      [1, 4],
    ],
    [1, 1],
    100,
  )
  const answer = assign(problem)

  test('accepts the optimum and no other assignment, whatever its duals', () => {
    expect(certify(problem, answer)).toBe(0)
    expect(certify(problem, { ...answer, column: Int32Array.of(1, 0), total: 10 })).toBeGreaterThan(0)
    const onlyOne = { ...answer, column: Int32Array.of(0, -1), leftOut: [1], total: 105 }
    expect(certify(problem, onlyOne)).toBeGreaterThan(0)
  })

  test('the order of arrival is not an excuse: the old defect is seen', () => {
    const crowded = problemOf([[5], [1]], [1], 100)
    const byArrival = { column: Int32Array.of(0, -1), total: 105, leftOut: [1], violators: [] }
    for (const v of [0, -50, -95, -99]) {
      const duals = { u: Float64Array.of(5 - v, 100), v: Float64Array.of(v) }
      expect(certify(crowded, { ...byArrival, duals })).toBeGreaterThan(0)
    }
  })

  test('a free place may not carry a price: the dear column is not excused by blaming the cheap one', () => {
    const choice = problemOf([[5, 1]], [1, 1], 100)
    const dear = { column: Int32Array.of(0), total: 5, leftOut: [], violators: [] }
    const duals = { u: Float64Array.of(5), v: Float64Array.of(0, -4) }
    expect(certify(choice, { ...dear, duals })).toBe(4)
  })

  test('sees what is no assignment at all, and a total or list that does not match', () => {
    const twice = { ...answer, column: Int32Array.of(0, 0) }
    const unknown = { ...answer, column: Int32Array.of(0, 2) }
    const short = { ...answer, column: Int32Array.of(0) }
    const notANumber = { ...answer, duals: { u: Float64Array.of(Number.NaN, 0), v: answer.duals.v } }
    const hidden = { ...answer, leftOut: [1] }
    for (const wrong of [twice, unknown, short, notANumber, hidden]) {
      expect(certify(problem, wrong)).toBe(Infinity)
    }
    expect(certify(problem, { ...answer, total: answer.total - 2 })).toBe(2)
  })
})

describe('what has no meaning is refused by name', () => {
  const good = problemOf([[1, 2]], [1, 1], 5)
  test.each<[string, Partial<Problem>, RegExp]>([
    ['a NaN cost', { cost: Float64Array.of(1, Number.NaN) }, /row 0, column 1 is NaN/],
    ['an endless gain', { cost: Float64Array.of(-Infinity, 1) }, /row 0, column 0 is -Infinity/],
    ['a short cost', { cost: Float64Array.of(1) }, /cost has 1 entries; 2 are needed/],
    ['a long capacity', { capacity: Int32Array.of(1, 1, 1) }, /capacity has 3 entries; 2/],
    ['a negative capacity', { capacity: Int32Array.of(1, -1) }, /capacity of column 1 is -1/],
    ['half a row', { rows: 0.5 }, /rows is 0.5/],
    ['fewer than no columns', { columns: -1 }, /columns is -1/],
    ['an endless price', { leaveOut: Infinity }, /leaving out row 0 is Infinity/],
    ['a NaN price', { leaveOut: Float64Array.of(Number.NaN) }, /leaving out row 0 is NaN/],
    ['too many prices', { leaveOut: Float64Array.of(1, 2) }, /leaveOut has 2 entries; 1/],
  ])('%s', (_, wrong, message) => {
    expect(() => assign({ ...good, ...wrong })).toThrow(RangeError)
    expect(() => assign({ ...good, ...wrong })).toThrow(message)
  })
})
