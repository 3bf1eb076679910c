// Restore: a backup into a database of the same migrations, all or nothing, embedded or server.
import type pg from 'pg'
import { type ArchiveRow, type Header, openArchive, verifyArchive } from './archive.ts'
import { BackupProblem } from './errors.ts'
import type { Database } from './open.ts'
import { insertLines, migrationsOf, quote, sequenceNames, type Table, tablesInOrder } from './tables.ts'

export type RestoreOptions = {
  /** Replace what the database holds; without it a database that is not empty is refused. */
  force?: boolean
  /** Asked within the transaction, once everything is in; what it throws undoes all of it. */
  check?: (client: pg.PoolClient) => Promise<void>
}

const batchRows = 1000
const batchLength = 2_000_000
const lockWait = '10s'

async function refuseOtherMigrations(client: pg.PoolClient, header: Header) {
  const ours = await migrationsOf(client)
  const same = (at: number) =>
    ours[at]?.name === header.migrations[at]?.name && ours[at]?.checksum === header.migrations[at]?.checksum
  const shared = header.migrations.every((_, at) => same(at))
  if (shared && ours.length === header.migrations.length) return
  if (shared)
    throw new BackupProblem({
      ja: `このバックアップは前の版のはぐくみ(${header.migrations.at(-1)?.name ?? '-'} まで)のものです。その版で空のデータベースに戻してから、更新してください。データベースは変更していません。`,
      en: `This backup is of an earlier Hagukumi (up to ${header.migrations.at(-1)?.name ?? '-'}). Restore it into an empty database with that version, then update. The database was not changed.`,
    })
  throw new BackupProblem({
    ja: `このバックアップは別の版のはぐくみ(${header.migrations.at(-1)?.name ?? '-'} まで)のものです。バックアップを作成した版に合わせてから戻してください。データベースは変更していません。`,
    en: `This backup is of another version of Hagukumi (up to ${header.migrations.at(-1)?.name ?? '-'}). Install the version that made it, then restore. The database was not changed.`,
  })
}

async function refuseRows(client: pg.PoolClient, tables: Table[]) {
  const exists = tables.map(({ name }) => `EXISTS (SELECT 1 FROM ${quote(name)})`)
  const { rows } = await client.query<{ any: boolean }>(`SELECT ${exists.join(' OR ')} AS any`)
  if (rows[0]?.any)
    throw new BackupProblem({
      ja: 'データベースは空ではありません。今のデータをすべて置き換えてよい場合だけ、バックアップを取ってから --force を付けて実行してください。データベースは変更していません。',
      en: 'The database is not empty. Only if everything in it may be replaced: take a backup, then run it again with --force. The database was not changed.',
    })
}

const otherTables = () =>
  new BackupProblem({
    ja: 'バックアップとデータベースのテーブルが一致しません。バックアップを作成した版のはぐくみで戻してください。データベースは変更していません。',
    en: 'The tables of the backup and of the database differ. Restore with the Hagukumi that made it. The database was not changed.',
  })

/**
 * What PostgreSQL refused, without quoting a row: the lock (55P03), or a well-formed file whose rows break a rule
 * (class 23) or do not fit a column (22).
 */
function refusal(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === '55P03')
    return new BackupProblem({
      ja: 'データベースは使用中です。動作中のはぐくみをすべて終了してから、もう一度実行してください。データベースは変更していません。',
      en: 'The database is in use. Stop every running Hagukumi, then run it again. The database was not changed.',
    })
  if (!/^2[23]...$/.test(code)) return error
  return new BackupProblem({
    ja: `バックアップの内容をデータベースが受け付けません(${code})。手を加えていない、別のバックアップを使ってください。データベースは変更していません。`,
    en: `The database refuses what the backup holds (${code}). Use another one, unedited. The database was not changed.`,
  })
}

/** References are checked once at the end: a row may come before the one of its own table that it refers to. */
async function deferReferences(client: pg.PoolClient): Promise<() => Promise<void>> {
  const { rows } = await client.query<{ name: string; table: string }>(
    `SELECT k.conname AS name, c.relname AS table FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
     WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace`,
  )
  const alter = async (how: string) => {
    const statements = rows.map(
      ({ name, table }) => `ALTER TABLE ${quote(table)} ALTER CONSTRAINT ${quote(name)} ${how}`,
    )
    await client.query(statements.join('; '))
  }
  await alter('DEFERRABLE INITIALLY DEFERRED')
  return async () => {
    await client.query('SET CONSTRAINTS ALL IMMEDIATE')
    await alter('NOT DEFERRABLE')
  }
}

async function load(
  client: pg.PoolClient,
  tables: Table[],
  rows: AsyncGenerator<ArchiveRow>,
): Promise<number> {
  const inserts = new Map(tables.map((table) => [table.name, insertLines(table)]))
  let total = 0
  let into = ''
  let batch: string[] = []
  let length = 0
  const flush = async () => {
    const insert = inserts.get(into)
    if (batch.length > 0 && insert) await client.query(insert, [`[${batch.join(',')}]`])
    total += batch.length
    batch = []
    length = 0
  }
  for await (const { table, line } of rows) {
    if (table.name !== into || batch.length >= batchRows || length >= batchLength) await flush()
    into = table.name
    batch.push(line)
    length += line.length
  }
  await flush()
  return total
}

async function replace(client: pg.PoolClient, file: string, force: boolean): Promise<number> {
  const { header, rows } = await openArchive(file)
  const tables = await tablesInOrder(client)
  const names = tables.map(({ name }) => name)
  const sequences = await sequenceNames(client)
  await refuseOtherMigrations(client, header)
  const sameNames = (a: string[], b: string[]) => a.toSorted().join() === b.toSorted().join()
  if (
    !sameNames(
      names,
      header.tables.map(({ name }) => name),
    )
  )
    throw otherTables()
  if (
    !sameNames(
      sequences,
      header.sequences.map(({ name }) => name),
    )
  )
    throw otherTables()
  const all = names.map(quote).join(', ')
  await client.query("SELECT set_config('hagukumi.retention', 'on', true)") // the audit trail comes back too
  await client.query(`SET LOCAL lock_timeout = '${lockWait}'`) // a running bot would otherwise hold us up for ever
  await client.query(`LOCK TABLE ${all} IN ACCESS EXCLUSIVE MODE`)
  if (!force) await refuseRows(client, tables)
  await client.query(`TRUNCATE ${all}`)
  const checkReferences = await deferReferences(client)
  const total = await load(client, tables, rows)
  await checkReferences()
  // Unlike setval, this is undone with the transaction.
  for (const { name, next } of header.sequences)
    await client.query(`ALTER SEQUENCE ${quote(name)} RESTART WITH ${next}`)
  return total
}

/**
 * Puts a backup into a database that this program has migrated. The whole file is checked first; then everything
 * happens in one transaction. Throws BackupProblem (damaged, cut off, foreign, another version, not empty) with nothing
 * changed. Stop the bot meanwhile; on the embedded database everything else waits.
 */
export async function restore(
  db: Pick<Database, 'pool'>,
  file: string,
  { force = false, check }: RestoreOptions = {},
): Promise<{ rows: number }> {
  await verifyArchive(file)
  const client = await db.pool.connect()
  try {
    await client.query('BEGIN')
    try {
      const rows = await replace(client, file, force)
      if (check) {
        await client.query("SET LOCAL timezone = 'UTC'")
        await check(client)
      }
      await client.query('COMMIT')
      return { rows }
    } catch (error) {
      await client.query('ROLLBACK')
      throw refusal(error)
    }
  } finally {
    client.release()
  }
}
