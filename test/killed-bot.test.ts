// One press of a button, a bot that is killed while it handles it, a new bot, and the platform's retry of the press.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migratedFolder } from './support/database.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'hagukumi-killed-'))
  migratedFolder(path.join(dir, 'data'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const bot = (dies: 'before' | 'after' | 'never') =>
  spawnSync(process.execPath, ['test/support/killed-bot.ts', path.join(dir, 'data'), dies], {
    encoding: 'utf8',
  })

test.each(['before', 'after'] as const)(
  'killed %s the change was committed: the press takes effect exactly once',
  { timeout: 180_000 },
  (when) => {
    expect(bot(when).signal).toBe('SIGKILL')
    const next = bot('never')
    expect(next.stderr).toBe('')
    expect(JSON.parse(next.stdout)).toEqual({ taken: 1, effects: 1 })
    expect(JSON.parse(bot('never').stdout)).toEqual({ taken: 0, effects: 1 })
  },
)
