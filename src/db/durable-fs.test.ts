import { mkdtempSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, it, vi } from 'vitest'

const flushed: number[] = []
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  const fsyncSync = (descriptor: number) => {
    flushed.push(descriptor)
    fs.fsyncSync(descriptor)
  }
  return { ...fs, fsyncSync }
})

const dir = mkdtempSync(path.join(tmpdir(), 'hagukumi-fsync-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

it('a commit is on the disk before it is acknowledged', async () => {
  const { openDatabase } = await import('./open.ts')
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
