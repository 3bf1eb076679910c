import { type Assignment, checkProblem, type Problem, priceOf } from './problem.ts'
import { findViolators } from './violators.ts'

/**
 * The cheapest assignment of rows to columns with capacities, leaving a row out being one of the choices
 * (capacitated minimum-cost b-matching). Exact while sums of costs and prices are exact in doubles; the
 * duals prove it (`certify`). Deterministic: the same problem gives the same answer, also among ties.
 * Between equal totals it tends to place rather than leave out, but only the price promises that.
 *
 * Shortest augmenting paths with dual potentials, after Jonker and Volgenant (Computing 38, 1987), with
 * two changes. A column passes on to all rows it holds. And each row owns a way out at its price: nobody
 * else can want it, so it needs no dual of its own and costs one comparison for each row reached.
 *
 * @throws RangeError on wrong lengths, NaN or −Infinity costs, negative capacities, prices not finite
 */
export function assign(problem: Problem): Assignment {
  checkProblem(problem)
  const held = holdings(problem)
  const u = new Float64Array(problem.rows)
  const v = new Float64Array(problem.columns)
  const waiting = takeCheapest(problem, held, u)
  placeOneByOne(problem, held, u, v, waiting)

  const { column } = held
  const leftOut: number[] = []
  let total = 0
  for (let i = 0; i < problem.rows; i++) {
    const j = column[i] as number
    if (j < 0) leftOut.push(i)
    total += j < 0 ? priceOf(problem, i) : (problem.cost[i * problem.columns + j] as number)
  }
  return { column, total, duals: { u, v }, leftOut, violators: findViolators(problem, column, leftOut) }
}

/**
 * A price that makes "as many as possible" the first aim, for every row alike: placing one more row
 * changes other rows' costs by less than this. Far larger than the costs: keep those whole numbers.
 */
export function placeAsManyAsPossible(cost: Float64Array, rows: number): number {
  let low = 0
  let high = 0
  for (const c of cost) {
    if (c < low) low = c
    if (c > high && c !== Infinity) high = c
  }
  return (high - low) * rows + high + 1
}

/** Which rows each column holds, as doubly linked lists: moving a row is O(1) whatever the capacity. */
type Holdings = {
  readonly column: Int32Array
  /** Free places of each column. */
  readonly free: Int32Array
  readonly first: Int32Array
  readonly next: Int32Array
  readonly previous: Int32Array
}

function holdings({ rows, columns, capacity }: Problem): Holdings {
  return {
    column: new Int32Array(rows).fill(-1),
    free: Int32Array.from(capacity),
    first: new Int32Array(columns).fill(-1),
    next: new Int32Array(rows).fill(-1),
    previous: new Int32Array(rows).fill(-1),
  }
}

function put({ column, free, first, next, previous }: Holdings, i: number, j: number): void {
  const head = first[j] as number
  column[i] = j
  next[i] = head
  previous[i] = -1
  if (head >= 0) previous[head] = i
  first[j] = i
  free[j] = (free[j] as number) - 1
}

function take({ column, free, first, next, previous }: Holdings, i: number): void {
  const j = column[i] as number
  if (j < 0) return
  const before = previous[i] as number
  const after = next[i] as number
  if (before < 0) first[j] = after
  else next[before] = after
  if (after >= 0) previous[after] = before
  column[i] = -1
  free[j] = (free[j] as number) + 1
}

/**
 * Starts from feasible duals (u = the row's cheapest choice, v = 0) and gives each row one of its cheapest
 * columns while there is room. Returns the rows that still wait; who is cheapest left out does not.
 */
function takeCheapest(problem: Problem, held: Holdings, u: Float64Array): number[] {
  const { rows, columns, cost } = problem
  const waiting: number[] = []
  for (let i = 0; i < rows; i++) {
    const row = i * columns
    const price = priceOf(problem, i)
    let cheapest = Infinity
    for (let j = 0; j < columns; j++) {
      const c = cost[row + j] as number
      if (c < cheapest) cheapest = c
    }
    u[i] = Math.min(cheapest, price)
    if (price < cheapest) continue
    let j = 0
    while (j < columns && !(cost[row + j] === cheapest && (held.free[j] as number) > 0)) j++
    if (j < columns) put(held, i, j)
    else waiting.push(i)
  }
  return waiting
}

/** Places each waiting row along a shortest path that ends in a free place or in somebody's way out. */
function placeOneByOne(
  problem: Problem,
  held: Holdings,
  u: Float64Array,
  v: Float64Array,
  waiting: readonly number[],
): void {
  const { columns, cost } = problem
  const { column, free, first, next } = held
  const distance = new Float64Array(columns)
  const reachedBy = new Int32Array(columns)
  // done = order[0, low), to be looked at = order[low, up) all at distance `nearest`, the rest beyond
  const order = new Int32Array(columns)
  for (let j = 0; j < columns; j++) order[j] = j

  for (const start of waiting) {
    let low = 0
    let up = 0
    let nearest = 0
    let end = -1
    let out = start
    let outDistance = priceOf(problem, start) - (u[start] as number)
    for (let j = 0; j < columns; j++) {
      distance[j] = (cost[start * columns + j] as number) - (u[start] as number) - (v[j] as number)
      reachedBy[j] = start
    }

    search: for (;;) {
      if (low === up) {
        nearest = Infinity
        for (let k = low; k < columns; k++) {
          const j = order[k] as number
          const d = distance[j] as number
          if (d > nearest || d === Infinity) continue
          if (d < nearest) {
            nearest = d
            up = low
          }
          order[k] = order[up] as number
          order[up++] = j
        }
        if (outDistance < nearest) {
          nearest = outDistance
          break
        }
        for (let k = low; k < up; k++) {
          const j = order[k] as number
          if ((free[j] as number) > 0) {
            end = j
            break search
          }
        }
      }
      const full = order[low++] as number
      for (let i = first[full] as number; i >= 0; i = next[i] as number) {
        const base = nearest - (u[i] as number)
        const toOut = base + priceOf(problem, i)
        if (toOut < outDistance) {
          outDistance = toOut
          out = i
        }
        const row = i * columns
        for (let k = up; k < columns; k++) {
          const j = order[k] as number
          const d = (cost[row + j] as number) - (v[j] as number) + base
          if (d >= (distance[j] as number)) continue
          distance[j] = d
          reachedBy[j] = i
          if (d > nearest) continue
          if ((free[j] as number) > 0) {
            end = j
            break search
          }
          order[k] = order[up] as number
          order[up++] = j
        }
      }
    }

    u[start] = (u[start] as number) + nearest
    for (let k = 0; k < low; k++) {
      const j = order[k] as number
      const delta = nearest - (distance[j] as number)
      v[j] = (v[j] as number) - delta
      for (let i = first[j] as number; i >= 0; i = next[i] as number) u[i] = (u[i] as number) + delta
    }

    if (end < 0) {
      if (out === start) continue
      end = column[out] as number
      take(held, out)
    }
    for (let j = end; ; ) {
      const i = reachedBy[j] as number
      const before = column[i] as number
      take(held, i)
      put(held, i, j)
      if (i === start) break
      j = before
    }
  }
}
