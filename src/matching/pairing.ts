// Pairs people (rows: mentees, newcomers) with others (columns: mentors, trainers) by scores. What HR is promised, in
// this order: as few as possible without a pair; then the chosen objective. Everything else here explains the result.
import { assign, placeAsManyAsPossible } from './assign.ts'
import { certify } from './certify.ts'
import { mostPlaceable } from './most.ts'
import type { Problem, Violator } from './problem.ts'
import { findViolators } from './violators.ts'

/**
 * `worst-first`: the worst pair as good as can be, then the sum of scores. `tiers`: fewest pairs in the worst tier, then
 * in the next, then the sum. `sum`: the sum alone.
 */
export type Objective =
  | { readonly type: 'worst-first' }
  | {
      readonly type: 'tiers' /** Where each tier but the worst begins, best first: [80, 50] = ◎ from 80, ○ from 50. */
      readonly from: readonly number[]
    }
  | { readonly type: 'sum' }

export interface Wanted {
  readonly rows: number
  readonly columns: number
  /** Row-major whole numbers 0-100; −Infinity forbids the pair (a hard rule). */
  readonly score: Float64Array
  /** How many rows each column can take. */
  readonly capacity: Int32Array
  readonly objective: Objective
  /** Pairs that stay whatever the scores say: row → column. */
  readonly locked: ReadonlyMap<number, number>
}

export interface Pairing {
  /** The column of each row, −1 without one. */
  readonly column: Int32Array
  /** Ascending. */
  readonly leftOut: readonly number[]
  /** For each row left out, the proof that there is no place: these rows may take only these columns. */
  readonly violators: readonly Violator[]
  /** The lowest score among the pairs that are not locked. */
  readonly worst: number | undefined
  /** The sum of all pairs' scores. */
  readonly total: number
  /** What one more place with a column is worth to the whole, in the objective's own measure. */
  readonly price: Float64Array
  /** 0 proves that nothing better exists (see `certify`). */
  readonly certificate: number
}

/** @throws RangeError on scores that are no whole numbers 0-100, a lock on a forbidden pair, more locks than places */
export function pair(wanted: Wanted): Pairing {
  const { rows, columns, score, capacity, locked } = wanted
  for (const s of score)
    if (s !== -Infinity && !(Number.isInteger(s) && s >= 0 && s <= 100))
      throw new RangeError(`matching: a score is ${s}; give a whole number 0-100, or -Infinity to forbid`)
  const room = Int32Array.from(capacity)
  for (const [row, column] of locked) {
    if (!((score[row * columns + column] ?? -Infinity) >= 0) || column >= columns)
      throw new RangeError(`matching: the locked pair of row ${row} and column ${column} is forbidden`)
    room[column] = (room[column] as number) - 1
  }
  const crowded = room.findIndex((places) => places < 0)
  if (crowded >= 0) throw new RangeError(`matching: column ${crowded} has fewer places than locked pairs`)

  // Locked rows leave the problem together with their places; what is left is solved and mapped back.
  const open = Array.from({ length: rows }, (_, row) => row).filter((row) => !locked.has(row))
  const cost = new Float64Array(open.length * columns)
  for (const [i, row] of open.entries())
    for (let j = 0; j < columns; j++) cost[i * columns + j] = 100 - (score[row * columns + j] as number)
  const scores: Problem = { rows: open.length, columns, cost, capacity: room, leaveOut: 0 }
  const priced = priceBy(wanted.objective, scores)
  const problem: Problem = { ...scores, cost: priced, leaveOut: placeAsManyAsPossible(priced, open.length) }
  const solution = assign(problem)

  const column = new Int32Array(rows).fill(-1)
  for (const [row, chosen] of locked) column[row] = chosen
  let worst: number | undefined
  for (const [i, row] of open.entries()) {
    const chosen = solution.column[i] as number
    column[row] = chosen
    if (chosen < 0) continue
    const reached = score[row * columns + chosen] as number
    if (worst === undefined || reached < worst) worst = reached
  }
  let total = 0
  for (const [row, chosen] of column.entries())
    if (chosen >= 0) total += score[row * columns + chosen] as number
  const asRow = (i: number) => open[i] as number
  // By the rules alone: the solution's own proof would count pairs as forbidden that are only below the worst.
  const violators = findViolators(scores, solution.column, solution.leftOut)
  return {
    column,
    leftOut: solution.leftOut.map(asRow),
    violators: violators.map((violator) => ({
      row: asRow(violator.row),
      rows: violator.rows.map(asRow),
      columns: violator.columns,
    })),
    worst,
    total,
    price: solution.duals.v.map((v) => (v === 0 ? 0 : -v)),
    certificate: certify(problem, solution),
  }
}

/** The costs whose cheapest assignment is what the objective asks for, given that as many as possible have a pair. */
function priceBy(objective: Objective, scores: Problem): Float64Array {
  switch (objective.type) {
    case 'sum':
      return scores.cost
    case 'tiers':
      return byTiers(objective.from, scores)
    case 'worst-first': {
      const limit = lowestLimit(scores)
      return scores.cost.map((cost) => (cost > limit ? Infinity : cost))
    }
    default:
      return objective satisfies never
  }
}

/** One pair in a worse tier outweighs everything that all pairs' better tiers and scores could save. */
function byTiers(from: readonly number[], { rows, cost }: Problem): Float64Array {
  const step = 100 * rows + 1
  // As many as possible (rows times the dearest pair) must still be exact in a double.
  if (step ** from.length * rows > Number.MAX_SAFE_INTEGER)
    throw new RangeError(`matching: ${from.length + 1} tiers are too many for ${rows} people`)
  return cost.map((c) => {
    if (c === Infinity) return c
    const tier = from.findIndex((score) => 100 - c >= score)
    return c + (tier === 0 ? 0 : step ** (tier < 0 ? from.length : tier))
  })
}

/** The smallest cost such that as many rows have a place with pairs up to it as with all pairs. */
function lowestLimit(scores: Problem): number {
  const limits = [...new Set(scores.cost)].filter((cost) => cost !== Infinity).sort((a, b) => a - b)
  const most = mostPlaceable(scores, limits.at(-1) ?? 0)
  let low = 0
  let high = limits.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (mostPlaceable(scores, limits[middle] as number) === most) high = middle
    else low = middle + 1
  }
  return limits[low] ?? 0
}

/** The best other column for a row by score alone (ties: the first), and the rows that hold its places. */
export function nextBest(
  { columns, score, capacity }: Wanted,
  { column }: Pick<Pairing, 'column'>,
  row: number,
):
  | {
      readonly column: number
      readonly score: number
      readonly heldBy: readonly number[]
      readonly free: boolean
    }
  | undefined {
  let best = -1
  let reached = -Infinity
  for (let j = 0; j < columns; j++) {
    const s = score[row * columns + j] as number
    if (j === column[row] || s <= reached) continue
    best = j
    reached = s
  }
  if (best < 0) return undefined
  const heldBy = [...column.keys()].filter((other) => column[other] === best)
  return { column: best, score: reached, heldBy, free: heldBy.length < (capacity[best] as number) }
}
