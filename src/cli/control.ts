// How a command reaches a running bot: HTTP on loopback, with a secret that only the owner of the data folder can
// read. The running process writes where it listens into the folder; the command line reads it there.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { z } from 'zod'
import type { Request, Result } from './run.ts'

const FILE = 'control.json'
/** A staff list of 3,000 people has about 0.5 MB. */
const LIMIT = 64 * 1024 * 1024

const whereabouts = z.object({ port: z.int().positive(), secret: z.string().min(32), pid: z.int() })
const requestShape = z.object({ argv: z.array(z.string()), bytes: z.base64().optional() })
const resultShape = z.object({
  code: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  out: z.array(z.string()),
  err: z.array(z.string()),
})

export interface Control {
  close(): Promise<void>
}

/** Listens for the command line until closed. */
export async function serveControl(
  dir: string,
  run: (request: Request) => Promise<Result>,
): Promise<Control> {
  const secret = randomBytes(32).toString('base64url')
  const server = createServer((request, response) => {
    const end = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' })
      response.end(JSON.stringify(body))
    }
    if (request.method !== 'POST' || !knows(request, secret)) {
      request.resume()
      end(403, {})
      return
    }
    if (request.url === '/alive') {
      request.resume()
      end(200, {})
      return
    }
    readBody(request)
      .then(async (body) => {
        const { argv, bytes } = requestShape.parse(JSON.parse(body))
        end(200, await run({ argv, ...(bytes !== undefined && { bytes: Buffer.from(bytes, 'base64') }) }))
      })
      .catch(() => end(400, {}))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve())
  })
  const { port } = server.address() as AddressInfo
  const file = path.join(dir, FILE)
  const aside = `${file}.${process.pid}`
  writeFileSync(aside, JSON.stringify({ port, secret, pid: process.pid }), { mode: 0o600 })
  chmodSync(aside, 0o600)
  renameSync(aside, file)
  return {
    close: () =>
      new Promise((resolve) => {
        rmSync(file, { force: true })
        server.close(() => resolve())
      }),
  }
}

/** Compared as hashes, in constant time: neither length nor content of the secret shows in the time taken. */
function knows(request: IncomingMessage, secret: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(request.headers.authorization ?? ''), hash(`Bearer ${secret}`))
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request) {
    length += (part as Buffer).length
    if (length > LIMIT) throw new RangeError('too large')
    parts.push(part as Buffer)
  }
  return Buffer.concat(parts).toString('utf8')
}

/** Whether a bot runs on this folder and answers. */
export const alive = async (dir: string): Promise<boolean> => (await ask(dir, '/alive', {})) !== undefined

/** Hands the call to the bot that runs on this folder. undefined: none is running there. */
export async function forward(dir: string, { argv, bytes }: Request): Promise<Result | undefined> {
  if (!(await alive(dir))) return undefined
  const body = { argv, ...(bytes && { bytes: Buffer.from(bytes).toString('base64') }) }
  const answer = await ask(dir, '/command', body)
  // It was taken in; whether it was done is not known, so it must not be done a second time.
  if (answer === undefined) throw new Error('the running bot did not finish the command')
  return resultShape.parse(answer)
}

async function ask(dir: string, url: string, body: unknown): Promise<unknown> {
  const place = whereIs(dir)
  if (!place) return undefined
  try {
    const response = await fetch(`http://127.0.0.1:${place.port}${url}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${place.secret}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return response.ok ? await response.json() : undefined
  } catch {
    // Left behind by a process that was killed; whoever has the port now is not ours.
    return undefined
  }
}

/** Where a bot says it listens; it may have been killed since. */
function whereIs(dir: string): z.infer<typeof whereabouts> | undefined {
  try {
    return whereabouts.parse(JSON.parse(readFileSync(path.join(dir, FILE), 'utf8')))
  } catch {
    return undefined
  }
}
