// Socket Mode's other end: as much of RFC 6455 as Slack's client needs (whole text messages, ping, close) and Slack's
// envelopes over it. Source: docs.slack.dev/apis/events-api/using-socket-mode. Kinder than Slack in one thing: after the
// closing words it hangs up too, where Slack lets the client wait (socket-mode 3.2.0 gave that up after a second).
import { createHash, randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { z } from 'zod'
import type { Envelope } from './deliver.ts'
import { APP } from './world.ts'

const TEXT = 1
const CLOSE = 8
const PING = 9
const PONG = 10
const acknowledgement = z.object({ envelope_id: z.string(), payload: z.unknown().optional() })

/** One unfragmented frame, unmasked as a server's are. */
function frame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload
  const head = length < 126 ? Buffer.alloc(2) : length < 65_536 ? Buffer.alloc(4) : Buffer.alloc(10)
  head[0] = 0x80 | opcode
  if (head.length === 2) head[1] = length
  else if (head.length === 4) {
    head[1] = 126
    head.writeUInt16BE(length, 2)
  } else {
    head[1] = 127
    head.writeBigUInt64BE(BigInt(length), 2)
  }
  return Buffer.concat([head, payload])
}

/** The first whole frame of what has come so far, unmasked, and how many bytes it took. */
function read(bytes: Buffer): { opcode: number; last: boolean; payload: Buffer; size: number } | undefined {
  if (bytes.length < 2) return undefined
  const [first = 0, second = 0] = bytes
  const short = second & 0x7f
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0
  const start = 2 + lengthBytes + 4
  if (bytes.length < start) return undefined
  const length =
    lengthBytes === 2 ? bytes.readUInt16BE(2) : lengthBytes ? Number(bytes.readBigUInt64BE(2)) : short
  if (bytes.length < start + length) return undefined
  const mask = bytes.subarray(start - 4, start)
  const payload = Buffer.from(bytes.subarray(start, start + length)).map(
    (byte, at) => byte ^ (mask[at % 4] ?? 0),
  )
  return {
    opcode: first & 0x0f,
    last: (first & 0x80) !== 0,
    payload: Buffer.from(payload),
    size: start + length,
  }
}

export interface Sockets {
  /** A place where one connection may be made: `apps.connections.open`. */
  ticket(): string
  upgrade(request: IncomingMessage, socket: Duplex): void
  /** To one connection, in turn; rejects when it does not acknowledge in time, or breaks. */
  send(envelope: Envelope, ms: number): Promise<unknown>
  /** Asks every client to connect anew, as Slack does every few hours. */
  refresh(): void
  /** Breaks every connection without a word. */
  cut(): void
  readonly connections: number
  /** How many have ever been made: one that stands may be an old one that is about to end. */
  readonly made: number
}

export function makeSockets(): Sockets {
  const tickets = new Set<string>()
  const open: Duplex[] = []
  const waiting = new Map<string, (payload: unknown) => void>()
  let turn = 0
  let made = 0

  const forget = (socket: Duplex) => {
    const at = open.indexOf(socket)
    if (at >= 0) open.splice(at, 1)
  }
  const write = (socket: Duplex, message: object) =>
    socket.write(frame(TEXT, Buffer.from(JSON.stringify(message))))

  function heard(socket: Duplex): (chunk: Buffer) => void {
    let pending: Buffer = Buffer.alloc(0)
    let text: Buffer[] = []
    return (chunk) => {
      pending = Buffer.concat([pending, chunk])
      for (let next = read(pending); next; next = read(pending)) {
        pending = pending.subarray(next.size)
        if (next.opcode === PING) socket.write(frame(PONG, next.payload))
        else if (next.opcode === CLOSE) socket.end(frame(CLOSE, next.payload))
        else if (next.opcode <= TEXT) {
          text.push(next.payload)
          if (!next.last) continue
          const said = acknowledgement.parse(JSON.parse(Buffer.concat(text).toString('utf8')))
          text = []
          waiting.get(said.envelope_id)?.(said.payload)
        }
      }
    }
  }

  return {
    ticket: () => {
      const ticket = randomUUID()
      tickets.add(ticket)
      return ticket
    },
    upgrade: (request, socket) => {
      const ticket = new URL(request.url ?? '/', 'http://stand-in').searchParams.get('ticket') ?? ''
      const key = request.headers['sec-websocket-key']
      // Each address is good for one connection.
      if (!key || !tickets.delete(ticket)) {
        socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n')
        return
      }
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      )
      open.push(socket)
      made += 1
      socket.on('data', heard(socket))
      socket.on('error', () => socket.destroy())
      socket.on('close', () => forget(socket))
      write(socket, { type: 'hello', num_connections: open.length, connection_info: { app_id: APP } })
    },
    send: (envelope, ms) =>
      new Promise((resolve, reject) => {
        const socket = open[turn++ % Math.max(1, open.length)]
        if (!socket) return reject(new Error('Nobody is connected'))
        const envelope_id = randomUUID()
        const over = () => {
          clearTimeout(timer)
          socket.off('close', broken)
          waiting.delete(envelope_id)
        }
        const fail = (why: string) => {
          over()
          reject(new Error(why))
        }
        const broken = () => fail('The connection broke')
        const timer = setTimeout(() => fail('Not acknowledged in time'), ms)
        socket.once('close', broken)
        waiting.set(envelope_id, (payload) => {
          over()
          resolve(payload)
        })
        const { type, payload, retry } = envelope
        write(socket, {
          envelope_id,
          type,
          payload,
          accepts_response_payload: type !== 'events_api',
          ...(type === 'events_api' && {
            retry_attempt: retry?.number ?? 0,
            retry_reason: retry?.reason ?? '',
          }),
        })
      }),
    refresh: () => {
      for (const socket of open) write(socket, { type: 'disconnect', reason: 'refresh_requested' })
    },
    cut: () => {
      for (const socket of [...open]) {
        socket.destroy()
        forget(socket)
      }
    },
    get connections() {
      return open.length
    },
    get made() {
      return made
    },
  }
}
