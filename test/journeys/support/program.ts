// The real program as `npm start` runs it, on a free port with a data folder of its own.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

export interface Program {
  readonly url: string
  /** Ends it as an operator would; throws where it does not end cleanly. Its data is removed. */
  stop(): Promise<void>
}

/**
 * Starts the playground; `empty` is a city hall with one HR officer and nobody else. `at`: an instant at which its clock
 * stands, as if it had been there before. Resolves when it listens.
 */
export async function startProgram(playground: 'city' | 'empty', at?: string): Promise<Program> {
  const data = mkdtempSync(path.join(tmpdir(), 'hagukumi-journey-'))
  if (at) {
    mkdirSync(path.join(data, 'demo'))
    const kept = { now: at, next: 1, messages: [] }
    writeFileSync(path.join(data, 'demo', 'playground.json'), JSON.stringify(kept))
  }
  const env: NodeJS.ProcessEnv = { ...process.env, NODE_ENV: 'production' }
  for (const name of Object.keys(env))
    if (/^(VITEST|NODE_OPTIONS|DATABASE_URL|PUBLIC_URL|HAGUKUMI_|SLACK_|TEAMS_)/.test(name)) delete env[name]
  const child = spawn(process.execPath, ['src/start.cjs'], {
    env: { ...env, HOST: '127.0.0.1', PORT: '0', HAGUKUMI_DATA: data, HAGUKUMI_PLAYGROUND: playground },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  let told = ''
  const listening = new Promise<string>((resolve) => {
    child.stderr.on('data', (part) => {
      told += part
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(told)
      if (found) resolve(found[0])
    })
  })
  const url = await Promise.race([listening, ended.then(() => undefined)])
  if (!url) throw new Error(`the program ended before it listened: ${told}`)
  return {
    url,
    stop: async () => {
      child.kill('SIGTERM')
      const code = await ended
      rmSync(data, { recursive: true, force: true })
      if (code !== 0) throw new Error(`the program ended with ${code}: ${told}`)
    },
  }
}
