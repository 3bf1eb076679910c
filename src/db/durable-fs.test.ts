import fs, { mkdtempSync, readlinkSync, rmSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDatabase } from './open.ts'

const flushed: number[] = []
const { fsyncSync } = fs
const listenTo = (flush: typeof fsyncSync) => {
  fs.fsyncSync = flush
  syncBuiltinESMExports()
}

let dir: string
beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'hagukumi-fsync-'))
  listenTo((descriptor) => {
    flushed.push(descriptor)
    fsyncSync(descriptor)
  })
})
afterAll(() => {
  listenTo(fsyncSync)
  rmSync(dir, { recursive: true, force: true })
})

it('a commit is on the disk before it is acknowledged', async () => {
  const db = await openDatabase({ dir })
  try {
    flushed.length = 0
    for (let rank = 1; rank <= 10; rank += 1) {
      const before = flushed.length
      await db.prisma.grade.create({ data: { rank, name: 'x' } })
      expect(flushed.length).toBeGreaterThan(before)
    }
    const last = flushed.at(-1)
    if (process.platform === 'linux') expect(readlinkSync(`/proc/self/fd/${last}`)).toContain('pg_wal')
  } finally {
    await db.close()
  }
}, 120_000)
