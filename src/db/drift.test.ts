import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { missingSql, schemaFiles } from '../../prisma/engine.ts'
import { freshDatabase, type TestDatabase } from '../../test/support/database.ts'
import { checks, exclusions, partialIndexes, triggers } from '../../test/support/database-rules.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())

const named = async (sql: string): Promise<Record<string, string>> => {
  const { rows } = await db.pool.query<{ name: string; definition: string }>(sql)
  return Object.fromEntries(rows.map(({ name, definition }) => [name, definition]))
}
const constraints = (type: 'x' | 'c') =>
  named(`SELECT conname AS name, pg_get_constraintdef(oid) AS definition FROM pg_constraint
         WHERE connamespace = 'public'::regnamespace AND contype = '${type}'`)

/** Fields whose comment lists values, "/// waiting | booked | held", as table.column → values. */
async function listedValues(): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>()
  for (const { content } of await schemaFiles()) {
    for (const [, body = ''] of content.matchAll(/^model \w+ \{\n(.*?)^\}/gms)) {
      const table = /@@map\("(\w+)"\)/.exec(body)?.[1]
      const fields = body.matchAll(
        /^ +\/\/\/ ((?:\w+ \| )+\w+)[^\n]*\n(?: +\/\/\/[^\n]*\n)* +(\w+) +String([^\n]*)/gm,
      )
      for (const [, values = '', field = '', rest = ''] of fields) {
        const column = /@map\("(\w+)"\)/.exec(rest)?.[1] ?? field
        found.set(
          `${table}.${column}`,
          values.split(' | ').filter((value) => value !== 'null'),
        )
      }
    }
  }
  return found
}

describe('the schema, the migrations and the database', () => {
  it('agree: Prisma would add nothing to the migrations', async () => {
    expect(await missingSql('migrations')).toBe('')
  })

  it('keep every rule against two at once', async () => {
    expect(await constraints('x')).toEqual(exclusions)
  })

  it('keep every check', async () => {
    expect(await constraints('c')).toEqual(checks)
  })

  it('keep every partial index', async () => {
    const found = await named(
      `SELECT c.relname AS name, pg_get_indexdef(i.indexrelid) AS definition
       FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
       WHERE c.relnamespace = 'public'::regnamespace AND NOT i.indisexclusion
         AND (i.indpred IS NOT NULL OR i.indexprs IS NOT NULL)`,
    )
    expect(found).toEqual(partialIndexes)
  })

  it('keep every trigger, switched on', async () => {
    const found = await named(
      `SELECT tgname AS name, pg_get_triggerdef(oid) AS definition FROM pg_trigger
       WHERE NOT tgisinternal AND tgenabled = 'O'`,
    )
    expect(found).toEqual(triggers)
  })

  it('allow exactly the values that the schema lists beside a column', async () => {
    const listed = await listedValues()
    expect(listed.size).toBeGreaterThanOrEqual(26)
    expect(listed.get('person.language')).toEqual(['ja', 'en'])
    const { rows } = await db.pool.query<{ at: string; definition: string }>(
      `SELECT t.relname || '.' || a.attname AS at, pg_get_constraintdef(c.oid) AS definition
       FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
         JOIN pg_attribute a ON a.attrelid = t.oid AND c.conkey = ARRAY[a.attnum]
       WHERE c.contype = 'c' AND c.connamespace = 'public'::regnamespace AND c.conname LIKE '%\\_known'`,
    )
    const allowed = new Map(
      rows.map(({ at, definition }) => [
        at,
        [...definition.matchAll(/'(\w+)'::text/g)].map(([, value]) => value),
      ]),
    )
    const wanted = [...listed].map(([column, values]) => [column, values.toSorted()])
    const found = [...listed.keys()].map((column) => [column, allowed.get(column)?.toSorted() ?? 'no check'])
    expect(found).toEqual(wanted)
  })
})
