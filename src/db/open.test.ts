import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { DatabaseInUse, DatabaseProblem } from './errors.ts'
import { lockFolder } from './folder-lock.ts'
import { openDatabase } from './open.ts'

vi.setConfig({ testTimeout: 120_000 }) // a first start takes 2 s on a free machine, many times that on a busy one

const root = mkdtempSync(path.join(tmpdir(), 'hagukumi-open-'))
const children = new Set<ChildProcess>()
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(root, { recursive: true, force: true })
})

const holder = path.resolve(import.meta.dirname, '../../test/support/hold-database.ts')

function start(how: 'lock' | 'open' | 'write', dir: string) {
  const child = spawn(process.execPath, [holder, how, dir], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.add(child)
  const said: string[] = []
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => said.push(line))
  const first = once(lines, 'line').then(([line]) => String(line))
  const kill = async () => {
    const ended = child.exitCode === null && child.signalCode === null ? once(child, 'close') : undefined
    child.kill('SIGKILL')
    await ended
    children.delete(child)
  }
  return { first, said, kill }
}

const problem = async (opening: Promise<unknown>) => {
  try {
    await opening
  } catch (error) {
    if (error instanceof DatabaseProblem) return error
    throw error
  }
  throw new Error('it opened')
}

describe('the embedded database', () => {
  const dir = path.join(root, 'city')

  it('is made, private, on the first start and found again on the next', async () => {
    const first = await openDatabase({ dir })
    expect(first.kind).toBe('embedded')
    expect(first.applied.length).toBeGreaterThanOrEqual(2)
    await first.prisma.grade.create({ data: { rank: 1, name: '1級' } })
    const inside = readdirSync(dir, { recursive: true, withFileTypes: true })
    if (process.platform !== 'win32') {
      expect(statSync(dir).mode & 0o777).toBe(0o700)
      const open = inside.filter((entry) => statSync(path.join(entry.parentPath, entry.name)).mode & 0o077)
      expect(open.map(({ name }) => name)).toEqual([])
    }
    await first.close()
    await first.close()
    const second = await openDatabase({ dir })
    expect(second.applied).toEqual([])
    expect(await second.prisma.grade.count()).toBe(1)
    await second.close()
  })

  it('has one owner: not two in this process, not a second process', async () => {
    const db = await openDatabase({ dir })
    try {
      const error = await problem(openDatabase({ dir }))
      expect(error).toBeInstanceOf(DatabaseInUse)
      expect(error.ja).toContain('DATABASE_URL')
      expect(error.en).toContain('Stop that one first')
      const other = start('open', dir)
      expect(await other.first).toBe('in use')
      await other.kill()
      expect(await db.prisma.grade.count()).toBe(1)
    } finally {
      await db.close()
    }
  })

  it('starts anew after a first start that was cut off', async () => {
    const cut = path.join(root, 'cut')
    mkdirSync(path.join(cut, 'pg.new', 'base'), { recursive: true })
    writeFileSync(path.join(cut, 'pg.new', 'PG_VERSION'), '18\n')
    const db = await openDatabase({ dir: cut })
    expect(await db.prisma.grade.count()).toBe(0)
    await db.close()
    expect(existsSync(path.join(cut, 'pg.new'))).toBe(false)
  })

  it('keeps every write that was acknowledged when its process is killed', async () => {
    const killed = path.join(root, 'killed')
    const writer = start('write', killed)
    expect(await writer.first).toBe('have')
    while (writer.said.length < 50) await new Promise((resolve) => setTimeout(resolve, 5))
    await writer.kill()
    const acknowledged = writer.said.slice(1).map(Number)
    const db = await openDatabase({ dir: killed })
    const kept = new Set((await db.prisma.grade.findMany({ select: { rank: true } })).map(({ rank }) => rank))
    expect(acknowledged.filter((rank) => !kept.has(rank))).toEqual([])
    await db.close()
  })

  it('goes to exactly one of two that start at once after a kill', async () => {
    for (let round = 0; round < 3; round += 1) {
      const both = [start('open', dir), start('open', dir)]
      const words = await Promise.all(both.map(({ first }) => first))
      expect(words.toSorted()).toEqual(['have', 'in use'])
      await Promise.all(both.map(({ kill }) => kill()))
    }
  })

  it('refuses a folder of another PostgreSQL version and a folder that it may not use, unharmed', async () => {
    const other = path.join(root, 'other')
    mkdirSync(path.join(other, 'pg'), { recursive: true })
    writeFileSync(path.join(other, 'pg', 'PG_VERSION'), '17\n')
    expect(await problem(openDatabase({ dir: other }))).toMatchObject({ code: 'folder' })
    expect(readdirSync(path.join(other, 'pg'))).toEqual(['PG_VERSION'])
    const file = path.join(root, 'file')
    writeFileSync(file, '')
    expect(await problem(openDatabase({ dir: path.join(file, 'x') }))).toMatchObject({ code: 'folder' })
  })

  it('leaves the mode of a folder alone that holds other things', async () => {
    if (process.platform === 'win32') return
    const shared = path.join(root, 'shared')
    mkdirSync(shared)
    chmodSync(shared, 0o755)
    writeFileSync(path.join(shared, 'notes.txt'), '')
    const db = await openDatabase({ dir: shared })
    await db.close()
    expect(statSync(shared).mode & 0o777).toBe(0o755)
    expect(statSync(path.join(shared, 'pg')).mode & 0o777).toBe(0o700)
  })
})

describe('the folder lock', () => {
  it('is taken by exactly one of two after a kill, round after round, however long the path', async () => {
    const dir = path.join(root, 'x'.repeat(120), 'y'.repeat(120))
    mkdirSync(dir, { recursive: true })
    for (let round = 0; round < 25; round += 1) {
      const both = [start('lock', dir), start('lock', dir)]
      const words = await Promise.all(both.map(({ first }) => first))
      expect(words.toSorted()).toEqual(['have', 'in use'])
      expect(() => lockFolder(dir)).toThrow(DatabaseInUse)
      await Promise.all(both.map(({ kill }) => kill()))
    }
  })

  it('is free again once given back, and cannot be had twice in one process', () => {
    const dir = path.join(root, 'twice')
    mkdirSync(dir)
    for (let round = 0; round < 20; round += 1) {
      const unlock = lockFolder(dir)
      expect(() => lockFolder(dir)).toThrow(DatabaseInUse)
      unlock()
      unlock()
    }
  })
})
