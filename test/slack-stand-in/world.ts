// What the pretended workspace remembers: people, conversations, messages, views, files, tokens. No rules in here.
import type { SlackBlock, SlackHome, SlackModal } from '../../src/adapters/slack/blocks.ts'
import type { Clock } from '../../src/kernel/clock.ts'

export interface SlackUser {
  readonly id: string
  /** Another one than the workspace's for people of a shared channel. */
  readonly team: string
  /** The shown name. */
  readonly name: string
  readonly email?: string
  readonly emailConfirmed: boolean
  /** As Slack writes it: `ja-JP`. */
  readonly locale: string
  readonly deleted: boolean
  /** A guest of several channels; `ultraRestricted` one of a single channel. */
  readonly restricted: boolean
  readonly ultraRestricted: boolean
  readonly bot: boolean
}

export interface SlackChannel {
  readonly id: string
  readonly kind: 'im' | 'mpim' | 'channel'
  /** Everybody in it but the bot. */
  readonly users: readonly string[]
}

export interface SlackMetadata {
  readonly event_type: string
  readonly event_payload: Readonly<Record<string, unknown>>
}

/** A message as it is now. Never changed in place: keep one, and it shows what a person saw then. */
export interface StoredMessage {
  readonly channel: string
  readonly ts: string
  readonly user: string
  readonly text: string
  readonly blocks: readonly SlackBlock[]
  readonly metadata?: SlackMetadata
  readonly files: readonly StoredFile[]
  readonly edited: boolean
  /** Who alone sees it: the answer to a command, or what came through a `response_url`. */
  readonly onlyTo?: string
}

export interface StoredFile {
  readonly id: string
  readonly name: string
  readonly title: string
  readonly bytes: Uint8Array
}

export interface StoredView {
  readonly id: string
  readonly user: string
  readonly hash: string
  readonly view: SlackHome | SlackModal
  /** The modal on which this one lies; two at most here, three at Slack. */
  readonly below?: string
}

export interface Token {
  readonly type: 'bot' | 'app'
  readonly expires?: Temporal.Instant
  readonly revoked: boolean
}

interface Upload {
  readonly name: string
  readonly length: number
  readonly bytes?: Uint8Array
}

/** One chance to answer: `response_url`. */
export interface Hook {
  readonly channel: string
  readonly user: string
  readonly message?: string
  readonly until: Temporal.Instant
  readonly uses: number
}

export const TEAM = 'T0CITY'
export const APP = 'A0HAGUKUMI'
export const BOT_USER = 'U0BOT'
export const BOT = 'B0BOT'

export class World {
  readonly clock: Clock
  readonly users = new Map<string, SlackUser>()
  readonly channels = new Map<string, SlackChannel>()
  readonly messages: StoredMessage[] = []
  /** Homes by user. */
  readonly homes = new Map<string, StoredView>()
  /** Open modals by id. */
  readonly modals = new Map<string, StoredView>()
  readonly files = new Map<string, StoredFile>()
  readonly uploads = new Map<string, Upload>()
  readonly tokens = new Map<string, Token>()
  /** Refresh tokens, each for one use and the grace period after it: until when those are good that were used. */
  readonly refreshTokens = new Map<string, Temporal.Instant | null>()
  readonly graceSeconds: number
  readonly triggers = new Map<
    string,
    { readonly until: Temporal.Instant; readonly user: string; used: boolean }
  >()
  readonly hooks = new Map<string, Hook>()
  /** Conversations by who is in them. */
  readonly #opened = new Map<string, SlackChannel>()
  #serial = 0
  #lastTs = 0

  constructor(clock: Clock, graceSeconds = 0) {
    this.clock = clock
    this.graceSeconds = graceSeconds
    this.addUser({ id: BOT_USER, name: 'はぐくみ', bot: true })
  }

  /** A new id: never the same, never guessable from its meaning. */
  id(prefix: string): string {
    this.#serial += 1
    return `${prefix}0${this.#serial.toString(36).toUpperCase().padStart(6, '0')}`
  }

  /** A message's time in Slack's way, in microseconds, which grows even while the clock stands. */
  ts(): string {
    this.#lastTs = Math.max(this.#lastTs + 1, this.clock.now().epochMilliseconds * 1000)
    return `${Math.floor(this.#lastTs / 1e6)}.${String(this.#lastTs % 1e6).padStart(6, '0')}`
  }

  addUser(user: Partial<SlackUser> & { name: string }): SlackUser {
    const added: SlackUser = {
      id: this.id('U'),
      team: TEAM,
      emailConfirmed: true,
      locale: 'ja-JP',
      deleted: false,
      restricted: false,
      ultraRestricted: false,
      bot: false,
      ...user,
    }
    this.users.set(added.id, added)
    return added
  }

  /** The direct conversation with the bot. Slack gives it an id when it is first opened. */
  direct(user: string): SlackChannel {
    return this.open('im', [user])
  }

  open(kind: SlackChannel['kind'], users: readonly string[]): SlackChannel {
    const key = [kind, ...[...users].sort()].join()
    const there = this.#opened.get(key)
    if (there) return there
    const opened = { id: this.id(kind === 'im' ? 'D' : kind === 'mpim' ? 'G' : 'C'), kind, users }
    this.#opened.set(key, opened)
    this.channels.set(opened.id, opened)
    return opened
  }

  post(message: Partial<StoredMessage> & Pick<StoredMessage, 'channel' | 'user'>): StoredMessage {
    const posted = { ts: this.ts(), text: '', blocks: [], files: [], edited: false, ...message }
    this.messages.push(posted)
    return posted
  }

  message(channel: string, ts: string): StoredMessage | undefined {
    return this.messages.find((each) => each.channel === channel && each.ts === ts)
  }

  replace(old: StoredMessage, changes: Partial<StoredMessage>): StoredMessage {
    const changed = { ...old, ...changes, edited: true }
    this.messages[this.messages.indexOf(old)] = changed
    return changed
  }

  /** A new trigger: three seconds, once. Source: docs.slack.dev/surfaces/modals. */
  trigger(user: string): string {
    const id = `${this.id('')}.${this.clock.now().epochMilliseconds}.${this.id('')}`
    this.triggers.set(id, { user, until: this.clock.now().add({ seconds: 3 }), used: false })
    return id
  }

  /** A new `response_url`'s id: half an hour, five uses. */
  hook(channel: string, user: string, message?: string): string {
    const id = this.id('H')
    this.hooks.set(id, { channel, user, message, until: this.clock.now().add({ minutes: 30 }), uses: 0 })
    return id
  }

  /** How often each outbox token is among the messages, of those that are there more than once. */
  duplicates(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>()
    for (const { metadata } of this.messages) {
      const token = metadata?.event_payload.token
      if (typeof token === 'string') counts.set(token, (counts.get(token) ?? 0) + 1)
    }
    return new Map([...counts].filter(([, count]) => count > 1))
  }
}

/** What can be read of a message, a line a text; what stands in for it in a notification is not shown beside blocks. */
export function textOf({
  text,
  blocks,
}: {
  readonly text: string
  readonly blocks: readonly unknown[]
}): string {
  const read = (value: unknown): string[] => {
    if (Array.isArray(value)) return value.flatMap(read)
    if (typeof value !== 'object' || value === null) return []
    return Object.entries(value).flatMap(([key, each]) =>
      typeof each !== 'string' ? read(each) : ['text', 'label', 'title', 'name'].includes(key) ? [each] : [],
    )
  }
  return blocks.length > 0 ? read(blocks).join('\n') : text
}
