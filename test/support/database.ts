// Databases for tests: a migrated one of its own for each file, in memory; or, with TEST_DATABASE_URL set to a
// PostgreSQL server (a role that may create databases), one there.
import { readFile } from 'node:fs/promises'
import pg from 'pg'
import { inject } from 'vitest'
import { poolOver, startPglite } from '../../src/db/embedded.ts'
import { type Database, withPrisma } from '../../src/db/open.ts'
import { openServer } from '../../src/db/server.ts'

export type TestDatabase = Database & {
  /** Closes the database and removes it: `afterAll(() => db.drop())`. */
  drop(): Promise<void>
}

async function inMemory(): Promise<TestDatabase> {
  const snapshot = await readFile(inject('snapshot'))
  const lite = await startPglite({ loadDataDir: new Blob([snapshot]) }, false)
  const pool = await poolOver(lite)
  const db = withPrisma(pool, { kind: 'embedded', applied: [] }, async () => {
    await pool.end()
    await lite.close()
  })
  return { ...db, drop: db.close }
}

let made = 0

async function onServer(url: string): Promise<TestDatabase> {
  made += 1
  const name = `hagukumi_test_${process.pid}_${made}_${Date.now().toString(36)}`
  const asAdmin = async (statement: string) => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    try {
      await client.query(statement)
    } finally {
      await client.end()
    }
  }
  await asAdmin(`CREATE DATABASE ${name} TEMPLATE ${inject('template')}`)
  const address = new URL(url)
  address.pathname = name
  const { pool, close } = await openServer(address.href, 'hagukumi-test')
  const db = withPrisma(pool, { kind: 'server', applied: [] }, close)
  const drop = async () => {
    await db.close()
    await asAdmin(`DROP DATABASE ${name} WITH (FORCE)`)
  }
  return { ...db, drop }
}

/** A migrated, empty database; make one in `beforeAll` and drop it in `afterAll`. */
export const freshDatabase = (): Promise<TestDatabase> => {
  const url = process.env.TEST_DATABASE_URL
  return url ? onServer(url) : inMemory()
}

/** Empties every table and starts all ids at 1 again, for use between the tests of one file. */
export async function truncateAll(db: Database): Promise<void> {
  await db.pool.query(`DO $$
    DECLARE tables text;
    BEGIN
      PERFORM set_config('hagukumi.retention', 'on', true);
      SELECT string_agg(format('%I', tablename), ', ') INTO tables
        FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations';
      EXECUTE 'TRUNCATE ' || tables || ' RESTART IDENTITY CASCADE';
    END $$`)
}
