// The backup file: gzip of JSON lines. The first line is the header (its own gzip member, so that it can name the
// checksums of what follows); then, table by table in the header's order, one line a row: {"column": value}. A json
// column travels as its text, so that JSON null and SQL NULL stay two things. Any tool can read it.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { z } from 'zod'
import { BackupProblem } from './errors.ts'

export const formatVersion = 1

const count = z.number().int().nonnegative()
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const headerSchema = z.strictObject({
  format: z.literal('hagukumi-backup'),
  version: z.number().int(),
  migrations: z.array(z.strictObject({ name: z.string(), checksum: sha256 })),
  tables: z.array(z.strictObject({ name: z.string(), rows: count, sha256 })),
  /** The number that each sequence gives out next. */
  sequences: z.array(z.strictObject({ name: z.string(), next: count })),
})

export type Header = z.infer<typeof headerSchema>
export type TableSum = Header['tables'][number]

export const damaged = (cause?: unknown) =>
  new BackupProblem({
    ja: 'バックアップファイルが壊れているか、途中で切れています。もう一度コピーするか、別の日のバックアップを使ってください。データベースは変更していません。',
    en: 'The backup file is damaged or cut off. Copy it again or use another one. The database was not changed.',
    cause,
  })

const foreign = () =>
  new BackupProblem({
    ja: 'このファイルは、はぐくみのバックアップではありません。「backup」で作成したファイルを指定してください。データベースは変更していません。',
    en: 'This file is not a backup of Hagukumi. Name a file that "backup" made. The database was not changed.',
  })

/** Counts and hashes the lines of one table, the same way when writing and when reading. */
export function lineSum() {
  const hash = createHash('sha256')
  let rows = 0
  return {
    add(line: string) {
      rows += 1
      hash.update(line).update('\n')
    },
    done: () => ({ rows, sha256: hash.digest('hex') }),
  }
}

/** Lines by '\n' alone: node:readline would also break at U+2028, which JSON text may hold. */
async function* linesOf(file: string): AsyncGenerator<string> {
  const source = createReadStream(file)
  const gunzip = createGunzip()
  source.once('error', (error) => gunzip.destroy(error))
  source.pipe(gunzip)
  let rest: Buffer[] = []
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      let from = 0
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
        yield Buffer.concat([...rest, chunk.subarray(from, end)]).toString('utf8')
        rest = []
        from = end + 1
      }
      if (from < chunk.length) rest.push(chunk.subarray(from))
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR')
      throw new BackupProblem({
        ja: `バックアップファイルを読めません(${code})。ファイルの場所と権限を確認してください。データベースは変更していません。`,
        en: `The backup file cannot be read (${code}). Check where it is and who may read it. The database was not changed.`,
        cause: error,
      })
    throw code === 'Z_DATA_ERROR' && /header/.test(String(error)) ? foreign() : damaged(error)
  } finally {
    source.destroy()
    gunzip.destroy()
  }
  if (rest.length > 0) throw damaged()
}

const json = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function headerOf(line: string): Header {
  const parsed = json(line)
  if (typeof parsed !== 'object' || parsed === null || !('format' in parsed)) throw foreign()
  if (parsed.format !== 'hagukumi-backup') throw foreign()
  if ('version' in parsed && typeof parsed.version === 'number' && parsed.version > formatVersion)
    throw new BackupProblem({
      ja: 'このバックアップは新しい版のはぐくみで作られています。はぐくみを更新してから戻してください。データベースは変更していません。',
      en: 'This backup was made by a newer Hagukumi. Update Hagukumi, then restore. The database was not changed.',
    })
  const header = headerSchema.safeParse(parsed)
  if (!header.success) throw damaged(header.error)
  return header.data
}

export type ArchiveRow = { table: TableSum; line: string }

/** Reads an archive: first the header, then every row. Throws BackupProblem as soon as something does not add up. */
export async function openArchive(
  file: string,
): Promise<{ header: Header; rows: AsyncGenerator<ArchiveRow> }> {
  const lines = linesOf(file)
  const first = await lines.next()
  if (first.done) throw foreign()
  const header = headerOf(first.value)
  async function* rows(): AsyncGenerator<ArchiveRow> {
    try {
      for (const table of header.tables) {
        const sum = lineSum()
        for (let row = 0; row < table.rows; row += 1) {
          const next = await lines.next()
          if (next.done) throw damaged()
          sum.add(next.value)
          yield { table, line: next.value }
        }
        if (sum.done().sha256 !== table.sha256) throw damaged()
      }
      if (!(await lines.next()).done) throw damaged()
    } finally {
      await lines.return(undefined)
    }
  }
  return { header, rows: rows() }
}

/** Reads the whole file once and returns its header, or throws BackupProblem. Touches nothing else. */
export async function verifyArchive(file: string): Promise<Header> {
  const { header, rows } = await openArchive(file)
  for await (const _ of rows) {
    // reading is the check
  }
  return header
}
