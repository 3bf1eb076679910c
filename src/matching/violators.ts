import type { Problem, Violator } from './problem.ts'

/**
 * For each row left out: the rows and columns that alternating paths reach from it (row → a column it may
 * take → the rows there → …). If every column reached is full, the rows reached are one too many for
 * them, and each of them could make room for the others: the smallest proof for this assignment. If a free
 * place is reached, the row is out because of its price, and there is nothing to prove.
 */
export function findViolators(problem: Problem, column: Int32Array, leftOut: readonly number[]): Violator[] {
  if (leftOut.length === 0) return []
  const { rows, columns, cost, capacity } = problem
  const words = (columns + 31) >>> 5
  // one bit for each permitted pair: thousands of searches cost no more than the assignment itself
  const permitted = new Int32Array(rows * words)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      if (cost[i * columns + j] === Infinity) continue
      const at = i * words + (j >>> 5)
      permitted[at] = (permitted[at] as number) | (1 << (j & 31))
    }
  }
  const rowsOf: number[][] = Array.from({ length: columns }, () => [])
  column.forEach((j, i) => {
    rowsOf[j]?.push(i)
  })

  const violators: Violator[] = []
  const seen = new Int32Array(words)
  for (const row of leftOut) {
    seen.fill(0)
    const reachedRows = [row]
    const reachedColumns: number[] = []
    if (!reachesFreePlace(reachedRows, reachedColumns)) {
      const ascending = (a: number, b: number) => a - b
      violators.push({ row, rows: reachedRows.sort(ascending), columns: reachedColumns.sort(ascending) })
    }
  }
  return violators

  function reachesFreePlace(reachedRows: number[], reachedColumns: number[]): boolean {
    for (const i of reachedRows) {
      for (let w = 0; w < words; w++) {
        let fresh = (permitted[i * words + w] as number) & ~(seen[w] as number)
        seen[w] = (seen[w] as number) | fresh
        while (fresh !== 0) {
          const j = (w << 5) + (31 - Math.clz32(fresh & -fresh))
          fresh &= fresh - 1
          const there = rowsOf[j] ?? []
          if (there.length < (capacity[j] as number)) return true
          reachedColumns.push(j)
          for (const held of there) reachedRows.push(held)
        }
      }
    }
    return false
  }
}
