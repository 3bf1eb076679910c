// The program itself as a process of its own, started on a folder and asked over HTTP.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../..')
/** A program that says nothing for this long will not start any more. */
const patienceMs = 120_000

export interface Program {
  readonly url: string
  /** Asks as somebody of the city; throws unless the answer is 200 and the bot said something. */
  ask(personId: number, text: string): Promise<void>
  /** As the program itself tells it. */
  residentMb(): Promise<number>
  stop(): Promise<void>
}

/** A process of Node in the product's folder, with nothing of this one's settings. */
export function launch(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  const { PATH = '', HOME = '', TZ = '' } = process.env
  return spawn(process.execPath, [...args], {
    cwd: root,
    env: { PATH, HOME, ...(TZ && { TZ }), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** Starts the program on a data folder, as npm start does, and waits until it listens. */
export async function startProgram(folder: string): Promise<Program> {
  const child = launch(['src/start.cjs'], {
    HOST: '127.0.0.1',
    PORT: '0',
    HAGUKUMI_DATA: folder,
    LOG_LEVEL: 'error',
  })
  const url = await urlOf(child)
  const call = async (where: string, init?: RequestInit) => {
    const response = await fetch(`${url}${where}`, init)
    const text = await response.text()
    if (!response.ok) throw new Error(`${where} answered ${response.status}`)
    return text
  }
  return {
    url,
    ask: async (person, text) => {
      await call('/playground/say', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ person, look: 'slack', text }),
      })
      const messages: unknown = JSON.parse(await call(`/playground/messages?person=${person}`))
      const last: unknown = Array.isArray(messages) ? messages.at(-1) : undefined
      if (typeof last !== 'object' || last === null || !('from' in last) || last.from !== 'bot')
        throw new Error('the bot said nothing')
    },
    residentMb: async () => {
      const bytes = /^process_resident_memory_bytes (\S+)$/m.exec(await call('/metrics'))?.[1]
      return Number(bytes) / 1024 / 1024
    },
    stop: async () => {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}

function urlOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`the program does not start: ${said}`))
    }, patienceMs)
    const listen = (part: Buffer) => {
      said += part.toString()
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0]
      if (!found) return
      clearTimeout(timer)
      resolve(found)
    }
    child.stdout?.on('data', listen)
    child.stderr?.on('data', listen)
    child.once('exit', (code) => {
      clearTimeout(timer)
      reject(new Error(`the program ended with ${code}: ${said}`))
    })
  })
}
