// One row of the list between its cells and the person it means.
import type { ListedPerson } from '../../directory/change/listed.ts'
import type { Cell } from '../../tables/read-xlsx.ts'
import type { ColumnKey } from './columns.ts'
import type { Place } from './problem.ts'

/** Columns of evaluators; they are called as the roles of the route. */
export const routeColumns = ['supervisor', 'assistant', 'first', 'second', 'adjuster', 'decider'] as const

/** One row, cell by cell as text; `spot` says where a value stands, for problems. */
export interface Row {
  readonly row: number
  readonly number: string
  cell(key: ColumnKey): Cell | undefined
  text(key: ColumnKey): string
  has(key: ColumnKey): boolean
  spot(key: ColumnKey): Place
}

/** A person with the row that says most of it, before evaluators are looked up. */
export interface Gathered {
  readonly person: Omit<ListedPerson, 'routes'>
  readonly source: Row
}
