import type { Problem } from './problem.ts'

/**
 * How many rows can have a place at most when only pairs with a cost up to `limit` are taken: Hopcroft and Karp (SIAM
 * Journal on Computing 2, 1973) with capacities. Costs decide nothing else here.
 */
export function mostPlaceable({ rows, columns, cost, capacity }: Problem, limit: number): number {
  const column = new Int32Array(rows).fill(-1)
  const held: number[][] = Array.from({ length: columns }, () => [])
  const room = (j: number) => (capacity[j] as number) - (held[j] as number[]).length
  const level = new Int32Array(columns)
  const looked = new Int32Array(rows)
  let placed = 0

  for (;;) {
    if (!measure()) return placed
    looked.fill(0)
    let more = 0
    for (let i = 0; i < rows; i++) if (column[i] === -1 && lead(i, 1)) more++
    placed += more
    if (more === 0) return placed
  }

  /** The number of steps to each column from a row without a place, until one with room is found. */
  function measure(): boolean {
    level.fill(0)
    let front: number[] = []
    for (let i = 0; i < rows; i++) if (column[i] === -1) front.push(i)
    for (let depth = 1; front.length > 0; depth++) {
      const next: number[] = []
      let found = false
      for (const i of front) {
        for (let j = 0; j < columns; j++) {
          if (level[j] !== 0 || (cost[i * columns + j] as number) > limit) continue
          level[j] = depth
          if (room(j) > 0) found = true
          else for (const there of held[j] as number[]) next.push(there)
        }
      }
      if (found) return true
      front = next
    }
    return false
  }

  /** Leads row i along the measured steps to a place; each row looks at each column once a round. */
  function lead(i: number, depth: number): boolean {
    for (let j = looked[i] as number; j < columns; j++) {
      looked[i] = j + 1
      if (level[j] !== depth || (cost[i * columns + j] as number) > limit) continue
      const there = held[j] as number[]
      if (room(j) > 0) {
        there.push(i)
        column[i] = j
        return true
      }
      for (let k = 0; k < there.length; k++) {
        const other = there[k] as number
        if (!lead(other, depth + 1)) continue
        there[k] = i
        column[i] = j
        return true
      }
    }
    return false
  }
}
