// The mail server. One connection a message, a few at a time; what had left when it broke is known, since the message is
// read only once the server has asked for it.
import { Readable } from 'node:stream'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import type { Log } from '../../kernel/log.ts'
import type { Called } from '../called.ts'
import { endedBy, type Refusal } from './outcome.ts'

export interface Server {
  readonly host: string
  readonly port: number
  /** TLS from the first byte (smtps). */
  readonly secure: boolean
  /** `required`: STARTTLS or nothing. `offered`: where the server has it. `off`: never. */
  readonly tls: 'required' | 'offered' | 'off'
  readonly auth?: { readonly user: string; readonly pass: string }
}

export interface Smtp {
  /** Never rejects. */
  deliver(from: string, to: string, raw: Buffer): Promise<Called<unknown, Refusal>>
  /** Connects, signs in where there is a password, and leaves. Rejects where that does not go. */
  greet(): Promise<void>
}

const atOnce = 4
/** Well within the time after which the dispatcher takes a send for lost. */
const patience = { connect: 5_000, greeting: 5_000, silence: 15_000, turn: 8_000 }

export function createSmtp(server: Server, log: Log, patienceMs: Partial<typeof patience> = {}): Smtp {
  const waits = { ...patience, ...patienceMs }
  let busy = 0
  const waiting: (() => void)[] = []

  const open = () =>
    new SMTPConnection({
      host: server.host,
      port: server.port,
      secure: server.secure,
      requireTLS: server.tls === 'required',
      ignoreTLS: server.tls === 'off',
      connectionTimeout: waits.connect,
      greetingTimeout: waits.greeting,
      socketTimeout: waits.silence,
      dnsTimeout: waits.connect,
      logger: false,
    })

  /** A connection that is ready, for as long as `use` takes. */
  const connected = <Result>(
    use: (connection: SMTPConnection, done: (error: unknown, result?: Result) => void) => void,
  ): Promise<Result | undefined> =>
    new Promise((resolve, reject) => {
      const connection = open()
      let over = false
      const done = (error: unknown, result?: Result) => {
        if (over) return
        over = true
        if (error) {
          connection.close()
          reject(error)
        } else {
          connection.quit()
          resolve(result)
        }
      }
      connection.on('error', (error: unknown) => done(error))
      connection.on('end', () => done(new Error('the mail server closed the connection')))
      connection.connect((error) => {
        if (error) return done(error)
        if (!server.auth) return use(connection, done)
        connection.login({ ...server.auth }, (refused) => (refused ? done(refused) : use(connection, done)))
      })
    })

  /** False: there was no turn in time, and nothing was tried. */
  const turn = (): Promise<boolean> => {
    if (busy < atOnce) {
      busy += 1
      return Promise.resolve(true)
    }
    return new Promise((resolve) => {
      const enter = () => {
        clearTimeout(timer)
        busy += 1
        resolve(true)
      }
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(enter), 1)
        resolve(false)
      }, waits.turn)
      waiting.push(enter)
    })
  }
  const leave = () => {
    busy -= 1
    waiting.shift()?.()
  }

  return {
    async deliver(from, to, raw) {
      if (!(await turn())) return { type: 'limited', afterMs: waits.turn }
      let left = false
      const message = Readable.from(
        (function* () {
          left = true
          yield raw
        })(),
        { objectMode: false },
      )
      try {
        await connected((connection, done) => connection.send({ from, to: [to] }, message, done))
        return { type: 'ok', data: undefined }
      } catch (error) {
        const ended = endedBy(error, left)
        log.warn({ end: ended.type === 'refused' ? ended.why : ended.type }, 'an e-mail did not go')
        return ended
      } finally {
        leave()
      }
    },
    greet: async () => {
      await connected((_, done) => done(undefined))
    },
  }
}
