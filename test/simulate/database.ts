// The real database under a simulated year, shared by the processes that come and go on it: PGlite in memory from a
// migrated snapshot, or, with TEST_DATABASE_URL, one of its own on that PostgreSQL server.
import pg from 'pg'
import { poolOver, startPglite } from '../../src/db/embedded.ts'
import { migrate } from '../../src/db/migrate.ts'
import { openServer } from '../../src/db/server.ts'
import { plainTypes } from '../../src/db/types.ts'
import { LiteDriver } from './lite.ts'
import { type Decide, SimulatedProcess } from './process.ts'

export interface SharedDatabase {
  /** Past every process: what the observer asks. */
  ask<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>
  start(decide: Decide): Promise<SimulatedProcess>
  drop(): Promise<void>
}

let snapshot: Blob | undefined

async function inMemory(rereads: boolean): Promise<SharedDatabase> {
  if (!snapshot) {
    const first = await startPglite({}, false)
    const pool = await poolOver(first)
    await migrate(pool)
    await pool.end()
    snapshot = await first.dumpDataDir('none')
    await first.close()
  }
  const lite = await startPglite({ loadDataDir: snapshot }, false)
  const driver = new LiteDriver(lite, rereads)
  return {
    ask: async <Row extends object>(text: string, values: readonly unknown[] = []) =>
      driver.query({ text, values }).rows as Row[],
    start: async (decide) =>
      // Where a process dies, its transaction is undone; the next finds none.
      new SimulatedProcess(driver.pool(), 'embedded', decide, async () => {
        driver.query({ text: 'ROLLBACK' })
      }),
    drop: () => lite.close(),
  }
}

let made = 0

async function onServer(url: string): Promise<SharedDatabase> {
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
  await migrate(pool)
  let started = 0
  return {
    ask: async <Row extends object>(sql: string, values: readonly unknown[] = []) =>
      (await pool.query<Row>(sql, [...values])).rows,
    start: async (decide) => {
      started += 1
      const label = `simulated-${started}`
      const opened = await openServer(address.href, label)
      // The connections of a dead process are ended while it holds them.
      opened.pool.on('connect', (client) => client.on('error', () => {}))
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
    },
    drop: async () => {
      await pool.end()
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
      await admin.end()
    },
  }
}

/** `rereads`: nothing that was read is remembered (see reads.ts). */
export const sharedDatabase = (rereads: boolean): Promise<SharedDatabase> => {
  const url = process.env.TEST_DATABASE_URL
  return url ? onServer(url) : inMemory(rereads)
}
