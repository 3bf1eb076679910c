// The program as it is started: from a folder, over HTTP and signals, beside a second one.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync, statSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

let dir: string
const running: ChildProcess[] = []
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'hagukumi-process-'))
})
afterEach(async () => {
  // What a test that failed has left running would hold the folder against the next one.
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
})
afterAll(() => {
  rmSync(dir, { recursive: true, force: true })
})

/** Nothing here is about who works in the city: the demo city would only take its time (test/journeys starts that one). */
const empty = { HAGUKUMI_PLAYGROUND: 'empty' }

const start = (args: readonly string[], env: Record<string, string> = {}) => {
  const inherited = { ...process.env }
  for (const name of Object.keys(inherited))
    if (/^(VITEST|NODE_OPTIONS|DATABASE_URL|HAGUKUMI_)/.test(name)) delete inherited[name]
  const child = spawn(process.execPath, ['src/start.cjs', ...args], {
    env: { ...inherited, HOST: '127.0.0.1', PORT: '0', HAGUKUMI_DATA: dir, ...empty, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.push(child)
  let text = ''
  child.stdout.on('data', (part) => {
    text += part
  })
  child.stderr.on('data', (part) => {
    text += part
  })
  const ended = new Promise<{ code: number | null; text: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, text })),
  )
  const url = async (): Promise<string> => {
    for (;;) {
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(text)
      if (found) return found[0]
      if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${text}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  return { child, ended, url }
}

describe('the program', () => {
  test('starts, answers, keeps its folder to itself, takes commands, and stops clean', {
    timeout: 180_000,
  }, async () => {
    const bot = start([])
    const url = await bot.url()
    const health = await fetch(`${url}/healthz`)
    expect(health.status).toBe(200)
    expect(statSync(path.join(dir, 'demo')).mode & 0o777).toBe(0o700)
    expect(statSync(path.join(dir, 'demo', 'key')).mode & 0o777).toBe(0o600)

    const second = await start([]).ended
    expect(second.code).toBe(1)
    expect(second.text).toMatch(/使用しています[\s\S]*in use by another running Hagukumi/)

    const backup = path.join(dir, 'b.gz')
    expect(await start(['cli', 'doctor']).ended).toMatchObject({ code: 0 })
    expect(await start(['cli', 'backup', backup]).ended).toMatchObject({ code: 0 })
    expect(await start(['cli', 'restore', backup, '--force']).ended).toMatchObject({ code: 2 })

    bot.child.kill('SIGTERM')
    expect(await bot.ended).toMatchObject({ code: 0 })
    expect(await start(['cli', 'restore', backup, '--force']).ended).toMatchObject({ code: 0 })
  })

  test('says in both languages that the port is taken, and leaves the folder free', {
    timeout: 60_000,
  }, async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as AddressInfo
    const { code, text } = await start([], { PORT: String(port) }).ended
    other.close()
    expect(code).toBe(1)
    expect(text).toMatch(new RegExp(`ポート ${port}[\\s\\S]*Port ${port}`))
    expect(text).not.toMatch(/at .*\.ts/)
  })

  test('names every setting that makes no sense, and refuses the demo city beyond this computer', async () => {
    const wrong = await start([], { PORT: 'many', HAGUKUMI_ZONE: 'Nowhere' }).ended
    expect(wrong.code).toBe(1)
    expect(wrong.text).toMatch(/PORT[\s\S]*HAGUKUMI_ZONE/)
    const open = await start([], { HOST: '0.0.0.0' }).ended
    expect(open.code).toBe(1)
    expect(open.text).toContain('127.0.0.1')
  })
})

describe('an older Node', () => {
  const code = readFileSync('src/node-version.cjs', 'utf8')
  const under = (version: string) => {
    const told: string[] = []
    const exits: number[] = []
    const stderr = { write: (text: string) => told.push(text) }
    const pretended = { versions: { node: version }, stderr, exit: (status: number) => exits.push(status) }
    runInContext(code, createContext({ process: pretended }))
    return { told: told.join(''), exits }
  }

  test.each(['0.10.48', '8.17.0', '20.20.2', '25.9.0'])(
    '%s is told what to do, in both languages',
    (version) => {
      const { told, exits } = under(version)
      expect(exits).toEqual([1])
      expect(told).toContain(version)
      expect(told).toMatch(/npm ci[\s\S]*npm start[\s\S]*npm ci[\s\S]*npm start/)
    },
  )

  test('is what any Node can read: no word of newer JavaScript', () => {
    for (const file of ['src/node-version.cjs', 'src/start.cjs'])
      expect(readFileSync(file, 'utf8').replace(/^\s*\/\/.*$/gm, '')).not.toMatch(
        /\b(const|let|import|async|await)\b|=>|`|\?\?|\?\./,
      )
  })

  test('26 and later go on', () => {
    expect(under('26.10.0')).toEqual({ told: '', exits: [] })
    expect(under('28.0.0').exits).toEqual([])
  })
})
