// Slack over Socket Mode: connections from here to Slack, none from outside. Two at a time, since Slack closes each
// every few hours and what happens in between comes over the other. Reconnecting is done here: the library gives up
// after an error of the network, and lets the process die of it.
import { createRequire } from 'node:module'
import type { App, Receiver } from '@slack/bolt'
import { SocketModeClient, type SocketModeOptions } from '@slack/socket-mode'
import { WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api'
import { z } from 'zod'
import type { Log } from '../../kernel/log.ts'
import type { Delivery } from './inbound.ts'
import { quietLogger } from './log.ts'

export interface SocketReceiver extends Receiver {
  /** How many connections stand. */
  connected(): number
}

export interface SocketOptions {
  readonly appToken: string
  /** Slack's own unless told. */
  readonly url?: string
  readonly log: Log
  readonly connections?: number
  /** The first pause before connecting again; it doubles up to a minute. */
  readonly againMs?: number
  readonly helloWithinMs?: number
  /** The city's proxy: the library's WebSocket, unlike everything else, does not go by the process's. */
  readonly proxy?: { readonly url: string; readonly except: string }
}

/** What the library's WebSocket goes through; by the very undici that it brings along. */
function tunnel({ url, except }: NonNullable<SocketOptions['proxy']>): SocketModeOptions['dispatcher'] {
  const { EnvHttpProxyAgent } = createRequire(import.meta.resolve('@slack/socket-mode'))('undici')
  return new EnvHttpProxyAgent({ httpProxy: url, httpsProxy: url, noProxy: except, allowH2: false })
}

/** What the library hands over for each envelope. */
const arrival = z.object({
  body: z.record(z.string(), z.unknown()),
  retry_num: z.number().optional().catch(undefined),
})

const longestMs = 60_000
const steadyMs = 10_000

export function socketReceiver(options: SocketOptions): SocketReceiver {
  const { appToken, url, log, connections = 2, againMs = 1_000, helloWithinMs = 20_000 } = options
  const underWay = new Set<Promise<void>>()
  const clients: SocketModeClient[] = []
  const standing = new Set<SocketModeClient>()
  const stopping = new AbortController()
  const dispatcher = options.proxy && tunnel(options.proxy)
  let app: App | undefined

  const deliver = async (given: unknown, ack: (body?: object) => Promise<void>) => {
    const read = arrival.safeParse(given)
    if (!read.success) return
    let answered = false
    const delivery: Delivery = {
      retry: read.data.retry_num ?? 0,
      answer: (body) => {
        if (answered) return
        answered = true
        // A lost acknowledgement is no matter: Slack sends the envelope again, and the record knows it.
        ack(body).catch(() => log.debug('an acknowledgement did not reach Slack'))
      },
    }
    try {
      const { body } = read.data
      await app?.processEvent({
        body,
        ack: async () => {},
        retryNum: delivery.retry,
        customProperties: { delivery },
      })
      delivery.answer()
    } catch (err) {
      log.error({ err }, 'a delivery of Slack could not be taken')
    }
  }

  const make = (): SocketModeClient => {
    const client = new SocketModeClient({
      appToken,
      autoReconnectEnabled: false,
      ...(dispatcher && { dispatcher }),
      logger: quietLogger(log, 'socket-mode'),
      clientOptions: {
        ...(url && { slackApiUrl: url }),
        retryConfig: { retries: 0 },
        rejectRateLimitedCalls: true,
        timeout: 10_000,
      },
    })
    client.on('slack_event', (given: { ack: (body?: object) => Promise<void> }) => {
      const work = deliver(given, given.ack).finally(() => underWay.delete(work))
      underWay.add(work)
    })
    return client
  }

  const rest = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      stopping.signal.addEventListener('abort', () => {
        clearTimeout(timer)
        resolve()
      })
    })

  /** Until the connection stands. Rejects where it does not, in time or at all. */
  const connect = async (client: SocketModeClient): Promise<void> => {
    const late = AbortSignal.timeout(helloWithinMs)
    const giveUp = () => void client.disconnect()
    late.addEventListener('abort', giveUp)
    try {
      await client.start()
    } finally {
      late.removeEventListener('abort', giveUp)
    }
  }

  /** Keeps one connection until stopped. */
  const keep = async (first: () => void): Promise<void> => {
    let pause = againMs
    const wait = async (atLeast = 0) => {
      await rest(Math.max(atLeast, pause * (0.5 + Math.random() / 2)))
      pause = Math.min(longestMs, pause * 2)
    }
    while (!stopping.signal.aborted) {
      const client = make()
      clients.push(client)
      try {
        const closed = new Promise<void>((resolve) => client.once('disconnected', () => resolve()))
        await connect(client)
        standing.add(client)
        first()
        const since = performance.now()
        await closed
        // Slack renews each every few hours; one that is closed at once, again and again, is no connection.
        if (performance.now() - since > steadyMs) pause = againMs
        else await wait()
      } catch (error) {
        first()
        const code = error instanceof WebAPIPlatformError ? error.data.error : 'no-connection'
        log.warn({ code }, 'the connection to Slack does not stand')
        await wait(error instanceof WebAPIRateLimitedError ? error.retryAfter * 1000 : 0)
      } finally {
        standing.delete(client)
        clients.splice(clients.indexOf(client), 1)
      }
    }
  }

  let running: Promise<unknown> = Promise.resolve()
  return {
    connected: () => standing.size,
    init: (given) => {
      app = given
    },
    /** Returns once the first connection stands or has failed; either way it goes on trying. */
    start: async () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      running = Promise.allSettled(Array.from({ length: connections }, () => keep(() => resolve())))
      await promise
    },
    stop: async () => {
      stopping.abort()
      // What was taken is answered over the connection it came on.
      await Promise.allSettled(underWay)
      await Promise.allSettled([...clients].map((client) => client.disconnect()))
      await running
    },
  }
}
