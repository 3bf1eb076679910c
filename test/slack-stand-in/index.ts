/**
 * A Slack to test against: one workspace with one app installed, on 127.0.0.1, in memory, its time given.
 *
 * - `method.ts`, `chat-methods.ts`, `other-methods.ts`: the Web API, each method with its tier, scope and refusals
 * - `server.ts`: the doors: bodies, tokens, scopes, uploads, downloads, `response_url`
 * - `pace.ts`, `faults.ts`, `legality.ts`: 429, what breaks when the test says so, what blocks Slack refuses
 * - `people.ts`, `screen.ts`: what people see and press; `deliver.ts`, `socket.ts`: how the app is told of it, by signed
 *   requests or in Socket Mode
 * - `world.ts`: what it remembers
 *
 * It is stricter than Slack where Slack promises nothing (no burst in a channel, no call beyond a tier) and knows only
 * what we use: an unknown method is refused as Slack refuses one. Pace, expiry and retries go by the given clock; the
 * time for an answer is real, and ten times Slack's three seconds unless given: a busy machine is no slow app.
 */
import http from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'
import { type Clock, systemClock } from '../../src/kernel/clock.ts'
import { chatMethods } from './chat-methods.ts'
import { type Courier, makeCourier } from './deliver.ts'
import { type Call, type Faults, makeFaults } from './faults.ts'
import { method } from './method.ts'
import { CLIENT_ID, CLIENT_SECRET, issue, otherMethods } from './other-methods.ts'
import { type Limits, makePace, slackPace } from './pace.ts'
import { makePeople, type People } from './people.ts'
import { makeDoors } from './server.ts'
import { makeSockets, type Sockets } from './socket.ts'
import { type SlackChannel, type SlackUser, type StoredMessage, type StoredView, World } from './world.ts'

export type { Call } from './faults.ts'
export { type SlackUser, type StoredMessage, type StoredView, TEAM, textOf } from './world.ts'

export interface StandInOptions {
  /** The machine's unless given. */
  readonly clock?: Clock
  readonly signingSecret: string
  /** The bot's; everything that the stand-in knows unless given. */
  readonly scopes?: readonly string[]
  /** `false` for no limits at all. */
  readonly limits?: Partial<Limits> | false
  /** The bot's token lasts twelve hours and comes with one to refresh it. */
  readonly rotation?: boolean
  /** How long a refresh token is good after its first use. Slack says "a short grace period"; none unless given. */
  readonly graceSeconds?: number
  /** Real milliseconds that the app has for an answer; asked for each delivery. */
  readonly ackMs?: number | (() => number)
  /** Over TLS, under a name that only a proxy of the test's knows the way to. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly host: string }
}

export interface StandIn extends People {
  /** The Web API, `http://127.0.0.1:port/api/`. */
  readonly url: string
  readonly botToken: string
  /** For Socket Mode. */
  readonly appToken: string
  readonly refreshToken: string | undefined
  readonly clientId: string
  readonly clientSecret: string

  addUser(user: Partial<SlackUser> & { name: string }): SlackUser
  /** A new pair of tokens, as the app's settings page gives one. */
  reinstall(): { token: string; refresh?: string }
  /** Somebody leaves, gets another name or address. */
  changeUser(id: string, changes: Partial<SlackUser>): SlackUser
  /** A channel with the bot and these people in it. */
  addChannel(users: readonly SlackUser[]): SlackChannel
  /** A token that stops working at once: the app was removed. */
  revoke(token: string): void

  readonly faults: Faults
  /** Every call that arrived, also those that were refused or went wrong. */
  readonly calls: readonly Call[]
  /** All messages in the order in which they were posted, as they are now. */
  readonly messages: readonly StoredMessage[]
  /** What a person sees in the conversation with the bot. */
  messagesOf(user: Pick<SlackUser, 'id'>): readonly StoredMessage[]
  readonly views: {
    home(user: SlackUser): StoredView | undefined
    /** The modal on top. */
    open(user: SlackUser): StoredView | undefined
  }
  /** Outbox tokens that are on more than one message, with how many. Empty when all is well. */
  duplicates(): ReadonlyMap<string, number>
  /** Tries again the events that are due by the clock; gives back how many. */
  retryDue(): Promise<number>
  /** Events that wait for another try. */
  readonly retriesWaiting: number
  readonly sockets: Pick<Sockets, 'refresh' | 'cut' | 'connections' | 'made'>
  /** Breaks every connection and closes the port. */
  stop(): Promise<void>
}

const knownScopes = [
  'channels:history',
  'channels:read',
  'chat:write',
  'commands',
  'files:read',
  'files:write',
  'im:history',
  'im:read',
  'im:write',
  'mpim:history',
  'mpim:read',
  'mpim:write',
  'users:read',
  'users:read.email',
]

export async function startSlackStandIn(options: StandInOptions): Promise<StandIn> {
  const { clock = systemClock, signingSecret, rotation = false, ackMs = 30_000 } = options
  const scopes = new Set(options.scopes ?? knownScopes)
  const limits = options.limits === false ? false : { ...slackPace, ...options.limits }
  const world = new World(clock, options.graceSeconds)
  const faults = makeFaults()
  const sockets = makeSockets()
  const calls: Call[] = []
  let origin = ''

  const appToken = `xapp-${world.id('1-')}`
  world.tokens.set(appToken, { type: 'app', revoked: false })
  const { token: botToken, refresh: refreshToken } = issue(world, !rotation)

  const connectionsOpen = method({
    tier: 2,
    token: 'app',
    args: z.object({}),
    run: () => ({ url: `${origin.replace('http', 'ws')}/link?ticket=${sockets.ticket()}` }),
  })
  const methods = { ...chatMethods, ...otherMethods, 'apps.connections.open': connectionsOpen }
  const doors = { world, methods, scopes, pace: makePace(clock, limits), faults, calls, origin: () => origin }
  const { tls } = options
  const server = tls ? https.createServer(tls, makeDoors(doors)) : http.createServer(makeDoors(doors))
  server.on('upgrade', sockets.upgrade)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  origin = tls ? `https://${tls.host}:${port}` : `http://127.0.0.1:${port}`

  const courier: Courier = makeCourier(
    clock,
    signingSecret,
    typeof ackMs === 'number' ? () => ackMs : ackMs,
    sockets.send,
  )
  return {
    ...makePeople(world, courier, scopes, () => origin),
    url: `${origin}/api/`,
    botToken,
    appToken,
    refreshToken,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    reinstall: () => issue(world, !rotation),
    addUser: (user) => world.addUser(user),
    changeUser: (id, changes) => {
      const old = world.users.get(id)
      if (!old) throw new Error(`Nobody has the id ${id}`)
      return world.addUser({ ...old, ...changes, id })
    },
    addChannel: (users) =>
      world.open(
        'channel',
        users.map((user) => user.id),
      ),
    revoke: (token) => {
      const old = world.tokens.get(token)
      if (!old) throw new Error('No such token')
      world.tokens.set(token, { ...old, revoked: true })
    },
    faults,
    calls,
    messages: world.messages,
    messagesOf: (user) => {
      const { id } = world.direct(user.id)
      return world.messages.filter((each) => each.channel === id && (!each.onlyTo || each.onlyTo === user.id))
    },
    views: {
      home: (user) => world.homes.get(user.id),
      open: (user) => [...world.modals.values()].filter((each) => each.user === user.id).at(-1),
    },
    duplicates: () => world.duplicates(),
    retryDue: courier.retryDue,
    get retriesWaiting() {
      return courier.waiting
    },
    sockets,
    stop: async () => {
      sockets.cut()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
