// A mail server at the other end, which misbehaves on order, and what lies in its mailboxes. The server itself is
// nodemailer's own (smtp-server), none of ours.
import type { AddressInfo, Socket } from 'node:net'
import { SMTPServer } from 'smtp-server'

/** How one delivery goes. */
export type Fault =
  | 'none'
  /** The connection ends before the message is asked for. */
  | 'cut-before'
  /** The whole message is taken, and the connection ends before that is said. */
  | 'cut-after'
  | 'silent'
  /** Said to RCPT TO, or once the message is there. */
  | { readonly recipient: string }
  | { readonly message: string }

export interface Letter {
  readonly to: string
  readonly raw: string
  /** Header names in small letters. */
  readonly headers: ReadonlyMap<string, string>
  readonly subject: string
  readonly text: string
  readonly html: string
  /** Other parts, by their type as written. */
  readonly others: ReadonlyMap<string, string>
}

const saying = (reply: string): Error =>
  Object.assign(new Error(reply.slice(4)), { responseCode: Number(reply.slice(0, 3)) })

const decoded = (body: string, encoding: string): string => {
  if (/base64/i.test(encoding)) return Buffer.from(body, 'base64').toString('utf8')
  if (!/quoted-printable/i.test(encoding)) return body
  const bytes = body
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

const headersOf = (head: string): Map<string, string> =>
  new Map(
    head
      .replace(/\r\n[ \t]+/g, ' ')
      .split('\r\n')
      .map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 1).trim(),
      ]),
  )

const words = (header: string): string =>
  header
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([BQ])\?([^?]*)\?=/gi, (_, how: string, text: string) =>
      how.toUpperCase() === 'B'
        ? Buffer.from(text, 'base64').toString('latin1')
        : text
            .replace(/_/g, ' ')
            .replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    )

/** Parts that hold no parts, each with its type and text. */
function leaves(raw: string): { readonly type: string; readonly text: string }[] {
  const at = raw.indexOf('\r\n\r\n')
  const headers = headersOf(raw.slice(0, at))
  const type = headers.get('content-type') ?? 'text/plain'
  const boundary = /boundary="?([^";]+)"?/.exec(type)?.[1]
  const body = raw.slice(at + 4)
  if (boundary === undefined)
    return [{ type, text: decoded(body, headers.get('content-transfer-encoding') ?? '') }]
  return body
    .split(`--${boundary}`)
    .slice(1, -1)
    .flatMap((part) => leaves(part.replace(/^\r\n/, '').replace(/\r\n$/, '')))
}

export function readLetter(to: string, raw: string): Letter {
  const headers = headersOf(raw.slice(0, raw.indexOf('\r\n\r\n')))
  const parts = leaves(raw)
  const textOf = (type: string) => parts.find((part) => part.type.startsWith(type))?.text ?? ''
  return {
    to,
    raw,
    headers,
    subject: Buffer.from(words(headers.get('subject') ?? ''), 'latin1').toString('utf8'),
    text: textOf('text/plain'),
    html: textOf('text/html'),
    others: new Map(
      parts.flatMap(({ type, text }) => (/^text\/(plain|html)/.test(type) ? [] : [[type, text] as const])),
    ),
  }
}

export interface SmtpStandIn {
  readonly port: number
  /** What has arrived, in its order. */
  readonly letters: Letter[]
  /** How the next ones go, each in turn. */
  readonly faults: Fault[]
  lettersTo(address: string): Letter[]
  /** Breaks every connection that stands. */
  hangUp(): void
  stop(): Promise<void>
}

export async function startSmtpStandIn(
  options: { readonly user?: string; readonly pass?: string } = {},
): Promise<SmtpStandIn> {
  const letters: Letter[] = []
  const faults: Fault[] = []
  const going = new WeakMap<object, Fault>()
  const sockets = new Set<Socket>()
  const cut = (remotePort: number) => {
    for (const socket of sockets) if (socket.remotePort === remotePort) socket.destroy()
  }
  const hangUp = () => {
    for (const socket of sockets) socket.destroy()
  }
  const server = new SMTPServer({
    disabledCommands: options.user ? ['STARTTLS'] : ['STARTTLS', 'AUTH'],
    authOptional: !options.user,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    logger: false,
    onAuth: ({ username, password }, _, done) =>
      username === options.user && password === options.pass
        ? done(null, { user: username })
        : done(saying('535 5.7.8 wrong')),
    onRcptTo(_, session, done) {
      const fault = faults.shift() ?? 'none'
      going.set(session, fault)
      if (fault === 'cut-before') return cut(session.remotePort)
      if (fault === 'silent') return
      if (typeof fault === 'object' && 'recipient' in fault) return done(saying(fault.recipient))
      done()
    },
    onData(stream, session, done) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        const fault = going.get(session)
        if (typeof fault === 'object' && 'message' in fault) return done(saying(fault.message))
        const [to] = session.envelope.rcptTo
        letters.push(readLetter(to?.address ?? '', Buffer.concat(parts).toString('utf8')))
        if (fault === 'cut-after') return cut(session.remotePort)
        done()
      })
    },
  })
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve())
  })
  return {
    port: (server.server.address() as AddressInfo).port,
    letters,
    faults,
    lettersTo: (address) => letters.filter(({ to }) => to === address),
    hangUp,
    stop: () =>
      new Promise((resolve) => {
        hangUp()
        server.close(() => resolve())
      }),
  }
}
