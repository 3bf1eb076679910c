// The real database under a simulated year, shared by the processes that come and go on it: PGlite in memory from a
// migrated snapshot, or, with TEST_DATABASE_URL, one of its own on that PostgreSQL server.
import type { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import { poolOver, startPglite } from '../../src/db/embedded.ts'
import { migrate } from '../../src/db/migrate.ts'
import { openServer } from '../../src/db/server.ts'
import { plainTypes } from '../../src/db/types.ts'
import { Clients } from './clients.ts'
import { LiteDriver } from './lite.ts'
import { type Decide, killed, SimulatedProcess } from './process.ts'

export interface SharedOptions {
  /** Nothing that was read is remembered (see reads.ts). */
  readonly rereads?: boolean
  /** What becomes of the processes that migrate it; without it nothing happens to them. */
  readonly migrating?: Decide | undefined
}

export interface SharedDatabase {
  /** Past every process: what the observer asks. */
  ask<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>
  start(decide: Decide): Promise<SimulatedProcess>
  drop(): Promise<void>
}

/** A database just made, and one that is migrated. */
let snapshots: { readonly blank: Blob; readonly migrated: Blob } | undefined

async function makeSnapshots(): Promise<{ readonly blank: Blob; readonly migrated: Blob }> {
  const first = await startPglite({}, false)
  const blank = await first.dumpDataDir('none')
  const pool = await poolOver(first)
  await migrate(pool)
  await pool.end()
  const migrated = await first.dumpDataDir('none')
  await first.close()
  return { blank, migrated }
}

/** Migrated by processes that may die over it, one after the other. */
async function migratedBy(decide: Decide, blank: Blob): Promise<PGlite> {
  const lite = await startPglite({ loadDataDir: blank }, false)
  const discard = async () => {
    await lite.exec('ROLLBACK')
    await lite.exec('SELECT pg_advisory_unlock_all()')
  }
  for (;;) {
    const process = new SimulatedProcess(await poolOver(lite), 'embedded', decide, discard)
    if ((await process.run(() => migrate(process.db.pool))) !== killed) return lite
  }
}

async function inMemory({ rereads = false, migrating }: SharedOptions): Promise<SharedDatabase> {
  snapshots ??= await makeSnapshots()
  const { blank, migrated } = snapshots
  const lite = await (migrating
    ? migratedBy(migrating, blank)
    : startPglite({ loadDataDir: migrated }, false))
  const driver = new LiteDriver(lite, rereads)
  const clients = new Clients()
  return {
    ask: async <Row extends object>(text: string, values: readonly unknown[] = []) =>
      driver.query({ text, values }).rows as Row[],
    start: async (decide) =>
      // Where a process dies, its transaction is undone; the next finds none.
      new SimulatedProcess(
        driver.pool(),
        'embedded',
        decide,
        async () => {
          driver.query({ text: 'ROLLBACK' })
        },
        driver.asked && { asked: driver.asked, clients },
      ),
    drop: () => lite.close(),
  }
}

let made = 0

async function onServer(url: string, { migrating }: SharedOptions): Promise<SharedDatabase> {
  made += 1
  const name = `hagukumi_simulate_${process.pid}_${made}`
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  await admin.query(`CREATE DATABASE ${name}`)
  const address = new URL(url)
  address.pathname = name
  const pool = new pg.Pool({
    connectionString: address.href,
    options: '-c timezone=UTC',
    max: 2,
    types: plainTypes,
  })
  pool.on('error', () => {})
  let started = 0
  const start = async (decide: Decide) => {
    started += 1
    const label = `simulated-${started}`
    const opened = await openServer(address.href, label)
    const discard = async () => {
      for (;;) {
        const { rowCount } = await admin.query(
          'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND datname = $2',
          [label, name],
        )
        if (!rowCount) return
      }
    }
    return new SimulatedProcess(opened.pool, 'server', decide, discard)
  }
  for (let done = false; !done; ) {
    const process = await start(migrating ?? (() => 'go-on'))
    done = (await process.run(() => migrate(process.db.pool))) !== killed
  }
  return {
    ask: async <Row extends object>(sql: string, values: readonly unknown[] = []) =>
      (await pool.query<Row>(sql, [...values])).rows,
    start,
    drop: async () => {
      await pool.end()
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
      await admin.end()
    },
  }
}

export const sharedDatabase = (options: SharedOptions): Promise<SharedDatabase> => {
  const url = process.env.TEST_DATABASE_URL
  return url ? onServer(url, options) : inMemory(options)
}
