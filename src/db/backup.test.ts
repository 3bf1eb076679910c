import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freshDatabase, migratedFolder, type TestDatabase, truncateAll } from '../../test/support/database.ts'
import { readAudit, writeAudit } from './audit.ts'
import { backup } from './backup.ts'
import { drill } from './drill.ts'
import { BackupProblem } from './errors.ts'
import { Prisma } from './generated/client.ts'
import { moveAll } from './move.ts'
import { openDatabase } from './open.ts'
import { restore } from './restore.ts'
import { differing, rowsIn, sumsNow } from './sums.ts'
import { toDbDate, toDbInstant } from './time.ts'
import { inTransaction } from './transaction.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'hagukumi-backup-'))
const file = path.join(folder, 'city.backup')
const day = (text: string) => toDbDate(Temporal.PlainDate.from(text))
const instant = Temporal.Instant.from('2027-05-10T00:00:00.123Z')

let db: TestDatabase
beforeAll(async () => {
  db = await freshDatabase()
  await fill(db)
  await backup(db, file)
})
afterAll(async () => {
  await db.drop()
  rmSync(folder, { recursive: true, force: true })
})

/** Everything that could get lost on the way: nulls of both kinds, bytes, arrays, line breaks, a child before its parent. */
async function fill(target: TestDatabase) {
  await inTransaction(target, async (tx) => {
    await tx.calendar.create({ data: { code: 'city', name: '市役所', weekdays: [1, 2, 3, 4, 5] } })
    await tx.section.create({ data: { code: 'a', name: '子の課', validFrom: day('2027-04-01') } })
    await tx.section.create({
      data: { code: 'b', name: '親の部', validFrom: day('2027-04-01'), validTo: day('2028-04-01') },
    })
    await tx.section.update({ where: { id: 1 }, data: { parentId: 2 } })
    await tx.person.createMany({
      data: Array.from({ length: 2500 }, (_, n) => ({
        number: String(n),
        name: n === 0 ? '改行\nと"引用"と\\と\u2028と😀' : `職員 ${n}`,
        email: n % 2 ? null : `p${n}@example.jp`,
      })),
    })
    await tx.setting.createMany({
      data: [
        { key: 'nothing', value: Prisma.JsonNull, updatedAt: toDbInstant(instant) },
        {
          key: 'deep',
          value: { big: 12345678901234.5, list: [null, '\n\u2028'] },
          updatedAt: toDbInstant(instant),
        },
      ],
    })
    await tx.inbox.create({
      data: {
        keyHmac: 'k',
        platform: 'slack',
        type: 'click',
        receivedAt: toDbInstant(instant),
        status: 'received',
        payload: Uint8Array.from({ length: 256 }, (_, byte) => byte),
        flow: 'f',
      },
    })
    await tx.staffImport.create({
      data: {
        status: 'cancelled',
        fileName: 'x',
        fileHash: 'y',
        effectiveOn: day('2027-04-01'),
        summary: {},
        createdAt: toDbInstant(instant),
      },
    })
    await writeAudit(tx, {
      at: instant,
      actorId: null,
      via: 'system',
      action: 'a',
      subject: 's:1',
      change: {},
    })
    await tx.grade.createMany({
      data: [
        { rank: 1, name: '1級' },
        { rank: 2, name: '2級' },
      ],
    })
    await tx.grade.delete({ where: { id: 2 } })
  })
}

/** Every row of every table as PostgreSQL writes it, the ledger aside. */
async function everything(target: Pick<TestDatabase, 'pool'>): Promise<Record<string, string[]>> {
  const { rows } = await target.pool.query<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'",
  )
  const found: Record<string, string[]> = {}
  for (const { name } of rows) {
    const lines = await target.pool.query<{ line: string }>(
      `SELECT t::text AS line FROM "${name}" t ORDER BY 1`,
    )
    found[name] = lines.rows.map(({ line }) => line)
  }
  return found
}

const problem = async (promise: Promise<unknown>) => {
  try {
    await promise
  } catch (error) {
    if (error instanceof BackupProblem) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('a backup', () => {
  it('is readable by its owner only and leaves no half file behind', () => {
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(existsSync(`${file}.partial`)).toBe(false)
    expect(existsSync(`${file}.rows.partial`)).toBe(false)
  })

  it('brings everything back into another database, ids included', async () => {
    const other = await freshDatabase()
    try {
      const { rows } = await restore(other, file)
      expect(rows).toBe(2509)
      expect(await everything(other)).toEqual(await everything(db))
      // 2 was given out and deleted: an id never comes back, since notices and buttons name it
      expect((await other.prisma.grade.create({ data: { rank: 3, name: '3級' } })).id).toBe(3)
      expect((await other.prisma.person.create({ data: { number: 'new', name: 'x' } })).id).toBe(2501)
      await expect(other.pool.query('UPDATE audit SET action = $1', ['x'])).rejects.toThrow('append only')
      const { rows: lazy } = await other.pool.query('SELECT 1 FROM pg_constraint WHERE condeferrable')
      expect(lazy).toEqual([])
    } finally {
      await other.drop()
    }
  })

  it('goes from one kind of database to the other', async () => {
    migratedFolder(path.join(folder, 'embedded'))
    const embedded = await openDatabase({ dir: path.join(folder, 'embedded') })
    try {
      await restore(embedded, file)
      expect(await everything(embedded)).toEqual(await everything(db))
      const back = path.join(folder, 'back.backup')
      await backup(embedded, back)
      const other = await freshDatabase()
      try {
        await restore(other, back)
        expect(await everything(other)).toEqual(await everything(db))
      } finally {
        await other.drop()
      }
    } finally {
      await embedded.close()
    }
  })

  it('is not put over other data unless told', async () => {
    const other = await freshDatabase()
    try {
      await other.prisma.person.create({ data: { number: 'mine', name: '別の職員' } })
      const before = await everything(other)
      expect(await problem(restore(other, file))).toMatchObject({ en: expect.stringContaining('--force') })
      expect(await everything(other)).toEqual(before)
      await restore(other, file, { force: true })
      expect(await everything(other)).toEqual(await everything(db))
    } finally {
      await other.drop()
    }
  })

  it('says where it cannot be written', async () => {
    const error = await problem(backup(db, path.join(folder, 'no', 'such', 'folder')))
    expect(error.message).toContain('ENOENT')
    expect(error.ja).toContain('保存先')
  })
})

describe('a move', () => {
  const way = path.join(folder, 'on-the-way')
  let target: TestDatabase
  beforeAll(async () => {
    target = await freshDatabase()
  })
  afterAll(() => target.drop())

  it('says of two databases in which tables they differ', async () => {
    const before = await sumsNow(db.pool)
    expect(rowsIn(before)).toBe(2509)
    expect(differing(before, before.toReversed())).toEqual([])
    await db.pool.query(`UPDATE person SET name = '別の名' WHERE number = '7'`)
    expect(differing(before, await sumsNow(db.pool))).toEqual(['person'])
    // Two rows that swap a value count as changed, too.
    await db.pool.query(`UPDATE person SET name = '職員 7' WHERE number = '7'`)
    await db.pool.query(
      `UPDATE person SET name = CASE number WHEN '7' THEN '職員 8' ELSE '職員 7' END WHERE number IN ('7', '8')`,
    )
    expect(differing(before, await sumsNow(db.pool))).toEqual(['person'])
    await db.pool.query(`UPDATE person SET name = '職員 ' || number WHERE number IN ('7', '8')`)
    expect(differing(before, await sumsNow(db.pool))).toEqual([])
  })

  it('leaves the target empty when the source is used meanwhile, and can be done again', async () => {
    let asked = 0
    const pool = {
      connect: async () => {
        asked += 1
        if (asked === 2) await db.prisma.grade.create({ data: { id: 9, rank: 9, name: '9級' } })
        return db.pool.connect()
      },
    } as unknown as TestDatabase['pool']
    expect((await problem(moveAll({ pool }, target, way))).en).toContain('used meanwhile')
    expect(rowsIn(await sumsNow(target.pool))).toBe(0)
    await db.prisma.grade.delete({ where: { id: 9 } })
  })

  it('has every row of every table there, then knows that it is done, and refuses what is not empty', async () => {
    const moved = await moveAll(db, target, way)
    expect(moved.already).toBe(false)
    expect(rowsIn(moved.sums)).toBe(2509)
    expect(await everything(target)).toEqual(await everything(db))
    expect(await moveAll(db, target, way)).toMatchObject({ already: true })
    await target.prisma.person.create({ data: { number: 'more', name: 'x' } })
    const before = await everything(target)
    expect((await problem(moveAll(db, target, way))).en).toContain('not empty')
    expect(await everything(target)).toEqual(before)
    expect(existsSync(way)).toBe(false)
  })
})

describe('a drill', () => {
  it('brings a backup back in a place of its own and clears it away, also when the file is no good', async () => {
    const beside = path.join(folder, 'drills')
    mkdirSync(beside)
    const open: typeof openDatabase = (options) => {
      migratedFolder(options.dir)
      return openDatabase(options)
    }
    const { sums, sealed } = await drill(file, beside, open)
    expect([rowsIn(sums), sums.find(({ table }) => table === 'person')?.rows]).toEqual([2509, 2500])
    expect(sealed).toHaveLength(256)
    writeFileSync(path.join(folder, 'half.backup'), readFileSync(file).subarray(0, 9000))
    expect((await problem(drill(path.join(folder, 'half.backup'), beside, open))).en).toContain('cut off')
    expect(readdirSync(beside)).toEqual([])
  })
})

describe('a file that is not as it must be changes nothing', () => {
  let target: TestDatabase
  beforeAll(async () => {
    target = await freshDatabase()
    await target.prisma.person.create({ data: { number: 'mine', name: '別の職員' } })
  })
  afterAll(() => target.drop())

  const refused = async (bytes: Uint8Array | string) => {
    const bad = path.join(folder, 'bad.backup')
    writeFileSync(bad, bytes)
    const before = await everything(target)
    const error = await problem(restore(target, bad, { force: true }))
    expect(await everything(target)).toEqual(before)
    return error.en
  }
  const rewritten = (change: (lines: string[]) => void) => {
    const lines = gunzipSync(readFileSync(file)).toString('utf8').split('\n')
    change(lines)
    return gzipSync(lines.join('\n'))
  }
  const withHeader = (change: (header: Record<string, unknown>) => void) =>
    rewritten((lines) => {
      const header = JSON.parse(lines[0] ?? '') as Record<string, unknown>
      change(header)
      lines[0] = JSON.stringify(header)
    })

  it('cut off at any place', async () => {
    const whole = readFileSync(file)
    for (const part of [0.02, 0.3, 0.9, 0.999])
      expect(await refused(whole.subarray(0, Math.floor(whole.length * part)))).toContain('cut off')
  })

  it('with one bit turned', async () => {
    const bytes = readFileSync(file)
    bytes[Math.floor(bytes.length / 2)] = (bytes[Math.floor(bytes.length / 2)] ?? 0) ^ 4
    expect(await refused(bytes)).toContain('damaged')
  })

  it('with a row changed, missing or added, though packed properly', async () => {
    expect(await refused(rewritten((lines) => lines.splice(20, 1)))).toContain('damaged')
    expect(await refused(rewritten((lines) => lines.splice(20, 1, '{"id":1}')))).toContain('damaged')
    expect(await refused(rewritten((lines) => lines.push('{}', '')))).toContain('damaged')
  })

  it('of another kind, empty, or missing', async () => {
    expect(await refused('職員番号,氏名\n')).toContain('not a backup')
    expect(await refused('')).toMatch(/not a backup|cut off/)
    expect(await refused(gzipSync('{"some":"json"}\n'))).toContain('not a backup')
    expect((await problem(restore(target, path.join(folder, 'none')))).en).toContain('ENOENT')
  })

  it('of another version', async () => {
    const newer = withHeader((header) => {
      header.version = 2
    })
    expect(await refused(newer)).toContain('newer')
    const earlier = withHeader((header) => {
      header.migrations = (header.migrations as unknown[]).slice(0, 1)
    })
    expect(await refused(earlier)).toContain('earlier')
    const unknown = withHeader((header) => {
      header.migrations = [{ name: 'x', checksum: '0'.repeat(64) }]
    })
    expect(await refused(unknown)).toContain('another version')
  })

  it('whose rows the database refuses half way', async () => {
    // Checksums match, yet a rule is broken: what a hand-edited file looks like.
    const { lineSum } = await import('./archive.ts')
    const broken = rewritten((lines) => {
      const header = JSON.parse(lines[0] ?? '') as {
        tables: { name: string; rows: number; sha256: string }[]
      }
      let at = 1
      for (const table of header.tables) {
        const rows = lines.slice(at, at + table.rows)
        if (table.name === 'person') {
          // An address in capitals, somewhere behind the first thousand rows.
          const wrong = rows.findLastIndex((row) => row.includes('"p'))
          rows[wrong] = (rows[wrong] ?? '').replace('"p', '"P')
          const sum = lineSum()
          for (const row of rows) sum.add(row)
          table.sha256 = sum.done().sha256
          lines.splice(at, table.rows, ...rows)
        }
        at += table.rows
      }
      lines[0] = JSON.stringify(header)
    })
    const bad = path.join(folder, 'broken.backup')
    writeFileSync(bad, broken)
    const before = await everything(target)
    const error = await problem(restore(target, bad, { force: true }))
    expect(error.message).toContain('23514')
    expect(JSON.stringify([error, error.message, error.cause])).not.toContain('@example')
    expect(await everything(target)).toEqual(before)
    expect((await target.prisma.person.create({ data: { number: 'next', name: 'x' } })).id).toBe(2)
    await truncateAll(target)
  })
})

describe('the audit trail', () => {
  it('comes back with a restore', async () => {
    expect(await readAudit(db, { limit: 10 })).toMatchObject([{ action: 'a', subject: 's:1', via: 'system' }])
  })
})
