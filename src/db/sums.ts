// Whether two databases hold the same: the number of rows of every table and a checksum that no order changes.
import type pg from 'pg'
import { selectLines, type Table, tablesInOrder } from './tables.ts'

export interface Sum {
  readonly table: string
  readonly rows: number
  /** The sum of a hash of each row. */
  readonly sum: string
}

const sumOf = (table: Table) =>
  `SELECT ${`'${table.name}'`} AS table, count(*)::int AS rows,
          coalesce(sum(('x' || left(md5(line), 16))::bit(64)::bigint::numeric), 0)::text AS sum
     FROM (${selectLines(table)}) AS l`

/** Of every table, in the caller's transaction, which must be in UTC. */
export async function tableSums(client: pg.PoolClient): Promise<Sum[]> {
  const sums: Sum[] = []
  for (const table of await tablesInOrder(client)) {
    const { rows } = await client.query<Sum>(sumOf(table))
    sums.push(...rows)
  }
  return sums
}

/** As `tableSums`, at one moment. */
export async function sumsNow(pool: pg.Pool): Promise<Sum[]> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    try {
      await client.query("SET LOCAL timezone = 'UTC'")
      return await tableSums(client)
    } finally {
      await client.query('ROLLBACK')
    }
  } finally {
    client.release()
  }
}

/** Tables that differ, by name; one that only one side has differs too. */
export function differing(a: readonly Sum[], b: readonly Sum[]): string[] {
  const of = (sums: readonly Sum[]) => new Map(sums.map(({ table, rows, sum }) => [table, `${rows} ${sum}`]))
  const [left, right] = [of(a), of(b)]
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter((table) => left.get(table) !== right.get(table))
    .toSorted()
}

export const isEmpty = (sums: readonly Sum[]): boolean => sums.every(({ rows }) => rows === 0)

export const rowsIn = (sums: readonly Sum[]): number => sums.reduce((all, { rows }) => all + rows, 0)
