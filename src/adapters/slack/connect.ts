// Slack put together: Bolt's app over a receiver of ours, the Web API, and the two directions. What is listened to is
// listed here, and the manifest is held equal to it by a test.
import { App, type Receiver } from '@slack/bolt'
import type { Router } from 'express'
import { z } from 'zod'
import type { ChatPlatform } from '../../chat/chat.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import type { Receive } from '../once.ts'
import { createApi } from './api.ts'
import { createFiles } from './files.ts'
import { httpReceiver } from './http.ts'
import { createInbound, type Delivery, type Workspace } from './inbound.ts'
import { quietLogger } from './log.ts'
import { isOurFault } from './outcome.ts'
import { shortCommands } from './parse.ts'
import { type Acquaintance, createPeople } from './people.ts'
import { createReplies } from './replies.ts'
import { createSending } from './send.ts'
import { socketReceiver } from './socket.ts'

export const slackCommands: readonly string[] = ['/hagukumi', ...Object.keys(shortCommands)]

/** As Slack's event payloads name them; `message` is subscribed to as `message.im`, direct messages alone. */
export const slackEvents = [
  'app_home_opened',
  'message',
  'app_uninstalled',
  'tokens_revoked',
  'user_change',
  'team_join',
] as const

/** The app cannot be used with these tokens; `code` is Slack's. */
export class SlackRefuses extends Error {
  readonly code: string

  constructor(code: string) {
    super(`Slack refuses the token: ${code}`)
    this.name = 'SlackRefuses'
    this.code = code
  }
}

export interface SlackOptions {
  /** The present bot token. */
  readonly token: () => Promise<string>
  /** HTTP with Slack's signing secret, or Socket Mode with an app-level token. */
  readonly way: { readonly signingSecret: string } | { readonly appToken: string }
  readonly directory: Acquaintance
  /** Opaque, keyed: `secret.mark`. */
  readonly mark: (text: string) => string
  readonly clock: Clock
  readonly log: Log
  /** Bytes. */
  readonly largestFile: number
  /** A stand-in's Web API, on this computer. */
  readonly url?: string
  /** How long an answer of the Web API is waited for. */
  readonly timeoutMs?: number
  /** Milliseconds of a clock that only goes forward: for the pauses that Slack asks for. */
  readonly ticks?: () => number
  /** The first pause before a broken connection of Socket Mode is made again; it doubles up to a minute. */
  readonly againMs?: number
  /** Submitted forms are answered by then, ready or not: Slack gives up after three seconds. */
  readonly submitWithinMs?: number
  /** How long an event waits to be told who wrote, when that is not known yet. */
  readonly introduceWithinMs?: number
  /** The city's proxy, and the hosts that are reached without it. */
  readonly proxy?: { readonly url: string; readonly except: string }
}

export interface Slack {
  readonly platform: ChatPlatform
  /** Where Slack sends to, over HTTP. */
  readonly routes: readonly Router[]
  /**
   * Listens from now on, with what the core does with each event. Goes on trying in the background where Slack cannot
   * be reached: false. Throws SlackRefuses where the tokens are no good.
   */
  start(receive: Receive): Promise<boolean>
  /** Takes nothing more in, and finishes what is under way. */
  stop(): Promise<void>
}

const self = z.object({ team_id: z.string(), user_id: z.string() })

/** Before Slack is asked once more who we are, when it cannot be reached at the start. */
const askAgainMs = 15_000

export function connectSlack(options: SlackOptions): Slack {
  const { way, log, clock, url, timeoutMs, ticks, mark, largestFile } = options
  const api = createApi({
    token: options.token,
    log,
    ...(url && { url }),
    ...(timeoutMs && { timeoutMs }),
    ...(ticks && { ticks }),
  })
  const files = createFiles({ api, largest: largestFile, ...(url && { url }) })
  const sending = createSending({ api, files, log, nowMs: () => clock.now().epochMilliseconds })
  let workspace: Workspace | undefined
  const here = (): Workspace => {
    if (!workspace) throw new Error('Slack was not asked yet who we are')
    return workspace
  }
  const people = createPeople({
    api,
    tenant: () => here().team,
    directory: options.directory,
    ...(options.introduceWithinMs && { patienceMs: options.introduceWithinMs }),
  })

  const http =
    'signingSecret' in way ? httpReceiver({ signingSecret: way.signingSecret, clock, log }) : undefined
  const receiver: Receiver =
    http ??
    socketReceiver({
      appToken: 'appToken' in way ? way.appToken : '',
      log,
      ...(url && { url }),
      ...(options.againMs && { againMs: options.againMs }),
      ...(options.proxy && { proxy: options.proxy }),
    })

  const listen = (receive: Receive): App => {
    const replies = createReplies({
      api,
      sending,
      log,
      mark,
      ...(url && { url }),
      homeAfter: async ({ key, sender }) => {
        const drawn = await receive({ type: 'home', key: `home after ${key}`, sender }, () => {})
        return drawn.find((reply) => reply.type === 'home')?.card
      },
    })
    const handle = createInbound({
      workspace: here,
      receive,
      people,
      files,
      largestFile,
      sending,
      replies,
      mark,
      log,
      ...(options.submitWithinMs && { submitWithinMs: options.submitWithinMs }),
    })
    const app = new App({
      receiver,
      // Bolt asks before each event; whose workspace it is, is checked where it is read.
      authorize: async () => ({ botToken: await options.token(), botUserId: here().botUser }),
      convoStore: false,
      logger: quietLogger(log, 'bolt'),
      clientOptions: {
        retryConfig: { retries: 0 },
        rejectRateLimitedCalls: true,
        ...(url && { slackApiUrl: url }),
      },
    })
    const listener = async ({ body, context }: { body: unknown; context: object }) => {
      const { delivery } = context as { delivery: Delivery }
      await handle(body, delivery)
    }
    for (const name of slackCommands) app.command(name, listener)
    for (const name of slackEvents) app.event(name, listener)
    app.action(/[\s\S]*/, listener)
    app.view(/[\s\S]*/, listener)
    app.options(/[\s\S]*/, listener)
    // The receiver decides what a failure means for the delivery.
    app.error(async (error) => {
      throw error
    })
    return app
  }

  /** Whether Slack said who we are. Throws SlackRefuses. */
  const ask = async (): Promise<boolean> => {
    const called = await api.call('auth.test', {}, self)
    if (called.type === 'ok') workspace = { team: called.data.team_id, botUser: called.data.user_id }
    if (called.type === 'refused' && isOurFault(called.code)) throw new SlackRefuses(called.code)
    return called.type === 'ok'
  }

  const stopping = new AbortController()
  let app: App | undefined
  let reviewing: Promise<void> = Promise.resolve()
  const begin = async (made: App): Promise<boolean> => {
    if (!(await ask())) return false
    await made.start()
    log.info({ way: http ? 'http' : 'socket' }, 'listening to Slack')
    // Nobody waits for it; every night it comes round again.
    reviewing = people.review(stopping.signal).catch((err: unknown) => {
      log.warn({ err }, 'the accounts of Slack could not be looked through')
    })
    return true
  }
  const goOn = (made: App): void => {
    const timer = setTimeout(async () => {
      const begun = await begin(made).catch((err: unknown) => {
        log.error({ err }, 'Slack refuses the connection')
        return false
      })
      if (!begun && !stopping.signal.aborted) goOn(made)
    }, askAgainMs)
    timer.unref()
    stopping.signal.addEventListener('abort', () => clearTimeout(timer))
  }

  return {
    platform: { ...sending, review: people.review },
    routes: http ? [http.router] : [],
    async start(receive) {
      app = listen(receive)
      if (await begin(app)) return true
      log.warn('Slack cannot be reached; trying again')
      goOn(app)
      return false
    },
    async stop() {
      stopping.abort()
      await app?.stop()
      await reviewing
    },
  }
}
