// Applies prisma/migrations at start the way `prisma migrate deploy` does, with Prisma's own ledger, checksums and
// lock, so that either may be used on the same database. Each migration is one transaction (hence no
// CREATE INDEX CONCURRENTLY in them).
import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type pg from 'pg'
import { DatabaseProblem } from './errors.ts'

/** The advisory lock that Prisma's engine takes too. */
const prismaLock = 72707369
const lockWait = '60s'

const ledger = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`

export const migrationsFolder = path.resolve(import.meta.dirname, '../../prisma/migrations')

type Migration = { name: string; sql: string; checksum: string }
type LedgerRow = { name: string; checksum: string; finished: boolean; rolled_back: boolean }

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** Like Prisma, a file whose line ends a checkout has changed is still the same migration. */
const matches = ({ sql }: Migration, checksum: string) => {
  const unix = sql.replaceAll('\r\n', '\n')
  return [sql, unix, unix.replaceAll('\n', '\r\n')].some((text) => sha256(text) === checksum)
}

export async function readMigrations(folder: string = migrationsFolder): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(path.join(folder, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: sha256(sql) }
    }),
  )
}

const problem = (ja: string, en: string, cause?: unknown) =>
  new DatabaseProblem('migration', { ja, en, cause })

/** What of `migrations` is still to be applied; refuses a history that this program cannot continue. */
function outstanding(migrations: Migration[], rows: LedgerRow[]): Migration[] {
  const failed = rows.find((row) => !row.finished && !row.rolled_back)
  if (failed)
    throw problem(
      `移行 ${failed.name} が前回途中で失敗しています。内容を確認し、「prisma migrate resolve」で解決してから起動してください。`,
      `Migration ${failed.name} failed earlier. Look into it and settle it with "prisma migrate resolve", then start again.`,
    )
  const done = new Map(rows.filter((row) => !row.rolled_back).map((row) => [row.name, row.checksum]))
  const known = new Set(migrations.map(({ name }) => name))
  const unknown = [...done.keys()].find((name) => !known.has(name))
  if (unknown !== undefined)
    throw problem(
      `データベースには、この版のはぐくみが知らない移行 ${unknown} が適用されています。新しい版のはぐくみで起動してください。`,
      `The database has migration ${unknown}, which this version of Hagukumi does not know. Start the newer version.`,
    )
  return migrations.filter((migration) => {
    const checksum = done.get(migration.name)
    if (checksum === undefined) return true
    if (matches(migration, checksum)) return false
    throw problem(
      `移行 ${migration.name} は適用後に書き換えられています。prisma/migrations を配布されたものに戻してください。`,
      `Migration ${migration.name} was edited after it was applied. Put prisma/migrations back as it was delivered.`,
    )
  })
}

async function apply(client: pg.PoolClient, { name, sql, checksum }: Migration) {
  await client.query('BEGIN')
  try {
    await client.query(sql) // no parameters: the simple protocol, so a file of many statements runs whole
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    )
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    throw migrationFailed(name, error)
  }
}

const sqlState = (error: unknown) =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

function noRights(): DatabaseProblem {
  return new DatabaseProblem('rights', {
    ja: 'この利用者にはテーブルを作る権限がありません。サーバーの管理者が次を実行してください: GRANT CREATE ON SCHEMA public TO 利用者名',
    en: 'This role may not create tables. Have the administrator run: GRANT CREATE ON SCHEMA public TO the_role',
  })
}

function migrationFailed(name: string, error: unknown): DatabaseProblem {
  if (sqlState(error) === '42501') return noRights()
  return problem(
    `移行 ${name} を適用できず、元に戻しました(${sqlState(error)})。データは変わっていません。前の版で起動し、開発元へお知らせください。`,
    `Migration ${name} could not be applied and was undone (${sqlState(error)}). No data has changed. Start the previous version and tell the maintainers.`,
    error,
  )
}

/**
 * Brings the database up to this program's migrations and returns the names that were applied. Safe when several
 * processes start at once: one migrates, the others wait (up to a minute) and find nothing to do.
 */
export async function migrate(pool: pg.Pool, folder: string = migrationsFolder): Promise<string[]> {
  const migrations = await readMigrations(folder)
  const client = await pool.connect()
  let broken = true
  try {
    await client.query(`SET lock_timeout = '${lockWait}'`)
    await client.query(`SELECT pg_advisory_lock(${prismaLock})`).catch((error: unknown) => {
      if (sqlState(error) !== '55P03') throw error
      throw problem(
        '別のプロセスがデータベースの移行を続けています。終わるのを待って、もう一度起動してください。',
        'Another process is still migrating the database. Wait for it, then start again.',
        error,
      )
    })
    await client.query('RESET lock_timeout')
    const { rows: existing } = await client.query("SELECT to_regclass('_prisma_migrations') AS ledger")
    if (existing[0]?.ledger === null)
      await client.query(ledger).catch((error: unknown) => {
        throw sqlState(error) === '42501' ? noRights() : error
      })
    const { rows } = await client.query<LedgerRow>(
      `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished,
              rolled_back_at IS NOT NULL AS rolled_back
       FROM _prisma_migrations ORDER BY started_at`,
    )
    const todo = outstanding(migrations, rows)
    for (const migration of todo) await apply(client, migration)
    await client.query(`SELECT pg_advisory_unlock(${prismaLock})`)
    broken = false
    return todo.map(({ name }) => name)
  } finally {
    // A connection that failed half way may still hold the lock: unlock it, or on a server let the lock end with it.
    if (broken) await client.query(`RESET lock_timeout; SELECT pg_advisory_unlock_all()`).catch(() => {})
    client.release()
  }
}
