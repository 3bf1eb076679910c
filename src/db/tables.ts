// What tables there are, in which order they depend on each other, and how their rows travel as JSON.
import type pg from 'pg'

export type Column = { name: string; type: string }
export type Table = { name: string; columns: Column[] }

export const quote = (name: string) => `"${name.replaceAll('"', '""')}"`

const isJson = ({ type }: Column) => type === 'json' || type === 'jsonb'

/** A SELECT whose one column `line` is the row as JSON text, json columns as their text. */
export const selectLines = ({ name, columns }: Table): string => {
  const list = columns.map(
    (column) => quote(column.name) + (isJson(column) ? `::text AS ${quote(column.name)}` : ''),
  )
  return `SELECT row_to_json(r)::text AS line FROM (SELECT ${list.join(', ')} FROM ${quote(name)}) r`
}

/** An INSERT that takes as $1 a JSON array of rows as selectLines wrote them. */
export const insertLines = ({ name, columns }: Table): string => {
  const names = columns.map((column) => quote(column.name))
  const types = columns.map((column) => `${quote(column.name)} ${isJson(column) ? 'text' : column.type}`)
  const values = columns.map((column) => quote(column.name) + (isJson(column) ? `::${column.type}` : ''))
  return `INSERT INTO ${quote(name)} (${names.join(', ')})
    SELECT ${values.join(', ')} FROM json_to_recordset($1::json) AS r(${types.join(', ')})`
}

/** Every table but the migration ledger, each after the tables that it refers to. */
export async function tablesInOrder(client: pg.PoolClient): Promise<Table[]> {
  const { rows: columns } = await client.query<{ table: string; name: string; type: string }>(
    `SELECT c.relname AS table, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> '_prisma_migrations'
     ORDER BY c.relname COLLATE "C", a.attnum`,
  )
  const { rows: references } = await client.query<{ child: string; parent: string }>(
    `SELECT child.relname AS child, parent.relname AS parent
     FROM pg_constraint k JOIN pg_class child ON child.oid = k.conrelid JOIN pg_class parent ON parent.oid = k.confrelid
     WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace AND k.conrelid <> k.confrelid`,
  )
  const waiting = Map.groupBy(columns, (column) => column.table)
  const ordered: Table[] = []
  while (waiting.size > 0) {
    const ready = [...waiting.keys()].filter(
      (table) => !references.some(({ child, parent }) => child === table && waiting.has(parent)),
    )
    // Tables that refer to each other in a ring have no order: restoring defers the references anyway.
    for (const name of ready.length > 0 ? ready : [...waiting.keys()]) {
      ordered.push({
        name,
        columns: (waiting.get(name) ?? []).map(({ name: column, type }) => ({ name: column, type })),
      })
      waiting.delete(name)
    }
  }
  return ordered
}

/** The names of all sequences, each belonging to an id column. */
export async function sequenceNames(client: pg.PoolClient): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'S' ORDER BY relname COLLATE "C"`,
  )
  return rows.map(({ name }) => name)
}

/** The migrations that a database has, oldest first. */
export async function migrationsOf(client: pg.PoolClient): Promise<{ name: string; checksum: string }[]> {
  const { rows } = await client.query<{ name: string; checksum: string }>(
    `SELECT migration_name AS name, checksum FROM _prisma_migrations
     WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name COLLATE "C"`,
  )
  return rows
}
