// The door to the database: embedded in a folder, or a server; either way PostgreSQL, migrated and in UTC.
//
// The embedded database has ONE connection. While a transaction is open, whatever is asked outside it (db.prisma,
// db.pool) waits for the transaction to end; awaiting that inside the transaction stops until the transaction times
// out. Inside inTransaction use `tx`, and keep transactions short.
import { PrismaPg } from '@prisma/adapter-pg'
import type pg from 'pg'
import { openEmbedded } from './embedded.ts'
import { PrismaClient } from './generated/client.ts'
import { migrate } from './migrate.ts'
import { openServer } from './server.ts'

export type Database = {
  readonly prisma: PrismaClient
  /** Plain SQL for the few hot paths: `date` is read as 'YYYY-MM-DD', counts as numbers. */
  readonly pool: pg.Pool
  readonly kind: 'embedded' | 'server'
  /** Names of the migrations that this opening applied; empty when it was up to date. */
  readonly applied: string[]
  /** Ends all connections and gives the folder back. Calling it again does nothing. */
  close(): Promise<void>
}

export type OpenOptions = {
  /** postgresql://… of a server; without it the embedded database in `dir`. */
  url?: string
  /** Folder of the embedded database; made if missing, readable by its owner only. */
  dir: string
  /** Shown to the server's administrators (pg_stat_activity). */
  applicationName?: string
}

/** Puts the Prisma client over an open pool. `maxWait` is long because embedded transactions queue for one connection. */
export function withPrisma(
  pool: pg.Pool,
  rest: Pick<Database, 'kind' | 'applied'>,
  end: () => Promise<void>,
): Database {
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool),
    errorFormat: 'minimal', // the other formats print the values of a query: names, e-mail addresses
    transactionOptions: { maxWait: 15_000, timeout: 10_000 },
  })
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= prisma
      .$disconnect()
      .catch(() => {})
      .then(end)
    return closing
  }
  return { prisma, pool, ...rest, close }
}

/**
 * Opens the database and brings it up to this program's migrations. Throws DatabaseProblem (DatabaseInUse when another
 * process owns the folder), whose text says what to do in Japanese and English.
 */
export async function openDatabase(options: OpenOptions): Promise<Database> {
  const { url, dir, applicationName = 'hagukumi' } = options
  const opened = url ? await openServer(url, applicationName) : await openEmbedded(dir)
  try {
    const applied = await migrate(opened.pool)
    return withPrisma(opened.pool, { kind: url ? 'server' : 'embedded', applied }, opened.close)
  } catch (error) {
    await opened.close()
    throw error
  }
}
