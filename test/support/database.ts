// Databases for tests: a migrated one of its own for each file, in memory; or, with TEST_DATABASE_URL set to a
// PostgreSQL server (a role that may create databases), one there.
//
// What keeps the suite fast: files share their worker's modules and its PGlite (vitest.config.ts: `isolate: false`), so
// leave nothing behind in the process: no changed global, environment variable or module state, and drop what you open.
// One `freshDatabase()` a file, `truncateAll` between its tests (a few milliseconds), and between the runs of a property
// nothing but that; a city of three people rather than thirty; a moved clock, never a sleep.
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import { inject } from 'vitest'
import { poolOver, startPglite } from '../../src/db/embedded.ts'
import { type Database, withPrisma } from '../../src/db/open.ts'
import { openServer } from '../../src/db/server.ts'

export type TestDatabase = Database & {
  /** Closes the database and removes it: `afterAll(() => db.drop())`. */
  drop(): Promise<void>
}

/** Given back by earlier files of this worker, empty and as migrated: the next file need not start one. */
const spare: PGlite[] = []

const start = async () => startPglite({ loadDataDir: new Blob([await readFile(inject('snapshot'))]) }, false)

/** All that a test may have changed in the schema or of its settings; rows and statistics do not count. */
const definitions = `
  SELECT md5(string_agg(line, chr(10) ORDER BY line)) AS sum FROM (
    SELECT concat_ws(' ', oid, relname, relkind, relnamespace, reltoastrelid, relhasrules, relacl, reloptions)
      FROM pg_class
    UNION ALL
    SELECT concat_ws(' ', attrelid, attname, atttypid, attnotnull, attisdropped, attidentity)
      FROM pg_attribute WHERE attrelid >= 16384
    UNION ALL SELECT concat_ws(' ', adrelid, adnum, adbin) FROM pg_attrdef
    UNION ALL SELECT concat_ws(' ', oid, conname, conrelid, convalidated, condeferrable) FROM pg_constraint
    UNION ALL SELECT concat_ws(' ', oid, tgname, tgrelid, tgenabled) FROM pg_trigger
    UNION ALL SELECT concat_ws(' ', oid, proname, md5(prosrc)) FROM pg_proc WHERE oid >= 16384
    UNION ALL SELECT concat_ws(' ', indexrelid, indisvalid) FROM pg_index WHERE indexrelid >= 16384
    UNION ALL SELECT concat_ws(' ', oid, nspname) FROM pg_namespace
    UNION ALL SELECT concat_ws(' ', oid, extname) FROM pg_extension
    UNION ALL SELECT concat_ws(' ', oid, rolname, rolsuper) FROM pg_authid
    UNION ALL SELECT concat_ws(' ', setdatabase, setrole, setconfig) FROM pg_db_role_setting
    UNION ALL SELECT concat_ws(' ', migration_name, checksum, finished_at, rolled_back_at) FROM _prisma_migrations
  ) AS lines (line)`
const sumOf = async (lite: PGlite) => (await lite.query<{ sum: string }>(definitions)).rows[0]?.sum

let asMigrated: string | undefined

/** Empties it for the next file, or closes it when it is not as it was. */
async function giveBack(lite: PGlite) {
  await lite.exec('ROLLBACK')
  await lite.exec('DISCARD ALL')
  if ((await sumOf(lite)) !== asMigrated) return lite.close()
  // Truncated, for new files: where a row is put must not depend on what earlier test files left room for.
  await lite.exec(truncate)
  spare.push(lite)
}

async function inMemory(): Promise<TestDatabase> {
  const lite = spare.pop() ?? (await start())
  asMigrated ??= await sumOf(lite)
  const pool = await poolOver(lite)
  const db = withPrisma(pool, { kind: 'embedded', applied: [] }, async () => {
    await pool.end()
    await giveBack(lite)
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

/**
 * Fills a data folder as its first start would, which takes a process several seconds: for tests of something else than
 * a first start.
 */
export function migratedFolder(dir: string): void {
  const files = path.join(dir, 'pg')
  mkdirSync(files, { recursive: true, mode: 0o700 })
  execFileSync('tar', ['-xf', inject('snapshot'), '-C', files])
}

const everyTable = "pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'"

const truncate = `DO $$
  DECLARE tables text;
  BEGIN
    PERFORM set_config('hagukumi.retention', 'on', true);
    SELECT string_agg(format('%I', tablename), ', ') INTO tables FROM ${everyTable};
    EXECUTE 'TRUNCATE ' || tables || ' RESTART IDENTITY CASCADE';
  END $$`

// TRUNCATE costs 35 ms in memory and 150 on a server, since it makes new files for each table and index. To DELETE a few
// rows costs next to nothing with the foreign keys set aside, where the role may do that. Locked like this a table waits,
// as it would for TRUNCATE, until whoever is writing to it has ended. One that has grown is truncated all the same.
const deleteRows = `DO $$
  DECLARE
    one text;
    size bigint;
    tables text;
  BEGIN
    PERFORM set_config('session_replication_role', 'replica', true);
    SELECT string_agg(format('%I', tablename), ', ') INTO tables FROM ${everyTable};
    EXECUTE 'LOCK TABLE ' || tables || ' IN EXCLUSIVE MODE';
    FOR one, size IN
      SELECT format('%I', tablename), pg_relation_size(format('%I', tablename)::regclass) FROM ${everyTable}
    LOOP
      IF size > 400000 THEN EXECUTE 'TRUNCATE ' || one || ' CASCADE';
      ELSIF size > 0 THEN EXECUTE 'DELETE FROM ' || one;
      END IF;
    END LOOP;
    PERFORM setval(seqrelid::regclass, seqstart, false) FROM pg_sequence;
  END $$`

/** Empties every table and starts all ids at 1 again, for use between the tests of one file. */
export async function truncateAll(db: Database): Promise<void> {
  const { rows } = await db.pool.query<{ may: boolean }>(
    "SELECT has_parameter_privilege('session_replication_role', 'SET') AS may",
  )
  await db.pool.query(rows[0]?.may ? deleteRows : truncate)
}
