import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { freshDatabase, type TestDatabase } from '../../test/support/database.ts'
import { DatabaseProblem } from './errors.ts'
import { migrate, migrationsFolder, readMigrations } from './migrate.ts'

const root = mkdtempSync(path.join(tmpdir(), 'hagukumi-migrate-'))
let db: TestDatabase
let folder: string
let made = 0

beforeEach(async () => {
  db = await freshDatabase()
  made += 1
  folder = path.join(root, String(made))
  cpSync(migrationsFolder, folder, { recursive: true })
})
afterEach(() => db.drop())
afterAll(() => rmSync(root, { recursive: true, force: true }))

const add = (name: string, sql: string) => {
  mkdirSync(path.join(folder, name))
  writeFileSync(path.join(folder, name, 'migration.sql'), sql)
}
const problem = async (promise: Promise<unknown>) => {
  try {
    await promise
  } catch (error) {
    if (error instanceof DatabaseProblem) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('migrating at start', () => {
  it('does nothing when all is applied, then applies what is new, once', async () => {
    expect(await migrate(db.pool, folder)).toEqual([])
    add('20990101000000_more', 'CREATE TABLE more (id int); INSERT INTO more VALUES (1)')
    expect(await migrate(db.pool, folder)).toEqual(['20990101000000_more'])
    expect(await migrate(db.pool, folder)).toEqual([])
    expect((await db.pool.query('SELECT count(*) AS n FROM more')).rows).toEqual([{ n: 1 }])
  })

  it('is done by one of several that start at once', async () => {
    add('20990101000000_more', 'CREATE TABLE more (id int); SELECT pg_sleep(0.2)')
    const applied = await Promise.all(Array.from({ length: 4 }, () => migrate(db.pool, folder)))
    expect(applied.flat()).toEqual(['20990101000000_more'])
  })

  it('undoes a migration that fails, says so, and can be tried again', async () => {
    add('20990101000000_wrong', 'CREATE TABLE half (id int); SELECT 1 / 0')
    const error = await problem(migrate(db.pool, folder))
    expect(error.code).toBe('migration')
    expect(error.en).toContain('20990101000000_wrong')
    expect(error.ja).toContain('元に戻しました')
    expect((await db.pool.query("SELECT to_regclass('half') AS half")).rows).toEqual([{ half: null }])
    rmSync(path.join(folder, '20990101000000_wrong'), { recursive: true })
    add('20990101000000_right', 'CREATE TABLE half (id int)')
    expect(await migrate(db.pool, folder)).toEqual(['20990101000000_right'])
  })

  it('refuses a migration that was edited after it was applied, but not other line ends', async () => {
    const [first] = await readMigrations(folder)
    const file = path.join(folder, first?.name ?? '', 'migration.sql')
    const sql = readFileSync(file, 'utf8')
    writeFileSync(file, sql.replaceAll('\n', '\r\n'))
    expect(await migrate(db.pool, folder)).toEqual([])
    writeFileSync(file, `${sql}-- edited\n`)
    expect((await problem(migrate(db.pool, folder))).en).toContain('edited')
  })

  it('refuses a database that is ahead of the program', async () => {
    const [, last] = await readMigrations(folder)
    rmSync(path.join(folder, last?.name ?? ''), { recursive: true })
    expect((await problem(migrate(db.pool, folder))).en).toContain('newer')
  })

  it('refuses to go on after a failed migration of Prisma, until it is settled', async () => {
    await db.pool.query(
      "INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('x', 'y', '20990101000000_other')",
    )
    expect((await problem(migrate(db.pool, folder))).en).toContain('prisma migrate resolve')
    await db.pool.query("UPDATE _prisma_migrations SET rolled_back_at = now() WHERE id = 'x'")
    expect(await migrate(db.pool, folder)).toEqual([])
  })
})
