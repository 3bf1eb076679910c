import { type Assignment, type Problem, priceOf } from './problem.ts'

/**
 * Proves an assignment optimal without knowing how it was found: the largest violation of
 * - u[i] + v[j] ≤ cost[i, j] for every permitted pair, with equality for the chosen ones,
 * - u[i] ≤ the price of leaving i out, with equality for who is left out,
 * - v[j] ≤ 0, with equality where column j has a free place,
 * - `total` and `leftOut` saying what `column` says.
 *
 * 0 = optimal (linear programming duality); with fractional costs, rounding may leave about 1e-12 of the
 * largest cost. `Infinity` = no assignment at all: a forbidden or unknown column, one too full, wrong
 * lengths, NaN. It says nothing about violators: those prove themselves by counting.
 */
export function certify(problem: Problem, assignment: Assignment): number {
  const { rows, columns, cost, capacity } = problem
  const { column, total, leftOut } = assignment
  const { u, v } = assignment.duals
  if (column.length !== rows || u.length !== rows || v.length !== columns) return Infinity

  const violations: number[] = []
  const used = new Map<number, number>()
  const out: number[] = []
  let sum = 0
  for (const [i, chosen] of column.entries()) {
    const ui = u[i] ?? Number.NaN
    const price = priceOf(problem, i)
    const row = cost.subarray(i * columns, (i + 1) * columns)
    const slack = row.reduce((least, c, j) => Math.min(least, c - ui - (v[j] ?? Number.NaN)), price - ui)
    violations.push(-slack)
    if (chosen === -1) {
      out.push(i)
      sum += price
      violations.push(Math.abs(price - ui))
      continue
    }
    const c = row[chosen] ?? Infinity
    if (c === Infinity) return Infinity
    sum += c
    used.set(chosen, (used.get(chosen) ?? 0) + 1)
    violations.push(Math.abs(c - ui - (v[chosen] ?? Number.NaN)))
  }
  for (const [j, room] of capacity.entries()) {
    const taken = used.get(j) ?? 0
    const vj = v[j] ?? Number.NaN
    if (taken > room) return Infinity
    violations.push(taken < room ? Math.abs(vj) : vj)
  }
  if (leftOut.length !== out.length || leftOut.some((row, k) => row !== out[k])) return Infinity
  violations.push(Math.abs(sum - total))

  const worst = violations.reduce((most, x) => Math.max(most, x), 0)
  return Number.isNaN(worst) ? Infinity : worst
}
