// Backup: the whole database, embedded or server, as one portable file (archive.ts says how it looks).
import { createReadStream } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip, gzipSync } from 'node:zlib'
import type pg from 'pg'
import { formatVersion, type Header, lineSum, type TableSum } from './archive.ts'
import { BackupProblem } from './errors.ts'
import type { Database } from './open.ts'
import { migrationsOf, quote, selectLines, sequenceNames, type Table, tablesInOrder } from './tables.ts'

const atOnce = 1000

async function* batchesOf(client: pg.PoolClient, table: Table): AsyncGenerator<string[]> {
  await client.query(`DECLARE backup_rows NO SCROLL CURSOR FOR ${selectLines(table)}`)
  for (;;) {
    const { rows } = await client.query<{ line: string }>(`FETCH ${atOnce} FROM backup_rows`)
    if (rows.length === 0) break
    yield rows.map(({ line }) => line.replaceAll('\n', ' ')) // only ever between tokens: inside text it is \\n
  }
  await client.query('CLOSE backup_rows')
}

async function* everyRow(client: pg.PoolClient, tables: Table[], sums: TableSum[]): AsyncGenerator<string> {
  for (const table of tables) {
    const sum = lineSum()
    for await (const lines of batchesOf(client, table)) {
      for (const line of lines) sum.add(line)
      yield `${lines.join('\n')}\n` // a batch at a time: compressing line by line takes six times as long
    }
    sums.push({ name: table.name, ...sum.done() })
  }
}

async function nextOf(client: pg.PoolClient): Promise<Header['sequences']> {
  const sequences: Header['sequences'] = []
  for (const name of await sequenceNames(client)) {
    const { rows } = await client.query<{ next: number }>(
      `SELECT last_value + CASE WHEN is_called THEN 1 ELSE 0 END AS next FROM ${quote(name)}`,
    )
    sequences.push({ name, next: rows[0]?.next ?? 1 })
  }
  return sequences
}

/** Writes all rows, compressed, into `file` and returns the header that belongs in front of them. */
async function writeRows(client: pg.PoolClient, file: string): Promise<Header> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  try {
    await client.query("SET LOCAL timezone = 'UTC'")
    const migrations = await migrationsOf(client)
    const tables: TableSum[] = []
    const handle = await open(file, 'w', 0o600)
    const lines = Readable.from(everyRow(client, await tablesInOrder(client), tables))
    await pipeline(lines, createGzip(), handle.createWriteStream())
    return {
      format: 'hagukumi-backup',
      version: formatVersion,
      migrations,
      tables,
      sequences: await nextOf(client),
    }
  } finally {
    await client.query('ROLLBACK')
  }
}

/**
 * Writes the whole database as it is at one moment into `file`, readable by its owner only; a file of that name is
 * replaced once the new one is complete. It holds personal data: keep it as the staff list is kept. On the embedded
 * database everything else waits until it is done. Throws BackupProblem when the file cannot be written.
 */
export async function backup(
  db: Pick<Database, 'pool'>,
  file: string,
): Promise<{ rows: number; bytes: number }> {
  const rowsFile = `${file}.rows.partial`
  const partial = `${file}.partial`
  try {
    const client = await db.pool.connect()
    const header = await writeRows(client, rowsFile).finally(() => client.release())
    const handle = await open(partial, 'w', 0o600)
    try {
      await handle.chmod(0o600)
      await handle.writeFile(gzipSync(`${JSON.stringify(header)}\n`))
      await handle.writeFile(createReadStream(rowsFile))
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(partial, file)
    const { size } = await stat(file)
    return { rows: header.tables.reduce((sum, table) => sum + table.rows, 0), bytes: size }
  } catch (error) {
    await rm(partial, { force: true })
    const code =
      error instanceof Error && 'syscall' in error && 'code' in error ? String(error.code) : undefined
    if (code === undefined) throw error
    throw new BackupProblem({
      ja: `バックアップを書き込めません(${code})。保存先のフォルダー、書き込み権限、空き容量を確認してください。`,
      en: `The backup cannot be written (${code}). Check the target folder, its write permission and free space.`,
      cause: error,
    })
  } finally {
    await rm(rowsFile, { force: true })
  }
}
