// Slack as a place to send to: messages, updates, files, and the question whether a message is there.
import { z } from 'zod'
import type { Card } from '../../cards/card.ts'
import type { Address, ChatPlatform, MessageRef, OutgoingFile, SendOutcome } from '../../chat/chat.ts'
import { groupTalkLink } from '../../chat/links.ts'
import type { Log } from '../../kernel/log.ts'
import type { Api, Called } from './api.ts'
import type { Files } from './files.ts'
import { isOurFault, outcomeOf, reasonOf } from './outcome.ts'
import { renderMessage } from './render.ts'

export interface Sending extends ChatPlatform {
  readonly platform: 'slack'
  find(to: Address, token: string): Promise<MessageRef | null>
  gather: NonNullable<ChatPlatform['gather']>
  /** As `update`, with its end. */
  change(ref: MessageRef, card: Card): Promise<Called<unknown>>
  /** Draws a card the way this workspace takes it. */
  draw(card: Card, token?: string): ReturnType<typeof renderMessage>
}

export interface SendingOptions {
  readonly api: Api
  readonly files: Files
  readonly log: Log
  /** Real time, in milliseconds since 1970: how far back a message is looked for. */
  readonly nowMs: () => number
}

const posted = z.object({ ok: z.literal(true), channel: z.string(), ts: z.string() })
const opened = z.object({ channel: z.object({ id: z.string() }) })
const done = z.object({ ok: z.literal(true) })
const history = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      metadata: z
        .object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) })
        .optional()
        .catch(undefined),
    }),
  ),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
})

/** A message that is in doubt was sent lately; nothing older is read. */
const doubtedForMs = 30 * 24 * 3_600_000
const pages = 20

/** The question could not be answered; the message stays in doubt. */
export class CannotTell extends Error {
  readonly code: string

  constructor(code: string) {
    super('Slack could not be asked about a message')
    this.name = 'CannotTell'
    this.code = code
  }
}

export function createSending({ api, files, log, nowMs }: SendingOptions): Sending {
  /** A workspace that does not know the chart block gets charts in text from then on. */
  let charts: 'native' | 'text' = 'native'
  const draw = (card: Card, token?: string) => renderMessage(card, token, { charts })

  const post = async (to: Address, card: Card, token?: string): Promise<SendOutcome> => {
    const once = (channel: string) =>
      api.call(
        'chat.postMessage',
        { channel, ...draw(card, token), unfurl_links: false, unfurl_media: false },
        posted,
      )
    let called = await once(to.conversation ?? to.user)
    if (
      called.type === 'refused' &&
      called.code === 'invalid_blocks' &&
      charts === 'native' &&
      hasChart(card)
    ) {
      charts = 'text'
      called = await once(to.conversation ?? to.user)
    }
    // A conversation that is gone: the person still has an account.
    if (called.type === 'refused' && called.code === 'channel_not_found' && to.conversation)
      called = await once(to.user)
    if (called.type === 'ok')
      return { type: 'done', ref: { conversation: called.data.channel, id: called.data.ts } }
    return outcomeOf(called)
  }

  const conversationOf = async (to: Address): Promise<Called<{ channel: { id: string } }>> =>
    to.conversation
      ? { type: 'ok', data: { channel: { id: to.conversation } } }
      : api.call('conversations.open', { users: to.user }, opened)

  const change = async (ref: MessageRef, card: Card): Promise<Called<unknown>> =>
    api.call('chat.update', { channel: ref.conversation, ts: ref.id, ...draw(card) }, done)

  return {
    platform: 'slack',
    draw,
    change,

    send: post,

    async gather(people, first) {
      const [one] = people
      if (!one) throw new RangeError('Nobody to gather')
      const called = await api.call(
        'conversations.open',
        { users: people.map(({ user }) => user).join(',') },
        opened,
      )
      if (called.type === 'refused') {
        if (isOurFault(called.code)) return { type: 'refused', reason: 'not-permitted' }
        const gone = ['no-account', 'left'].includes(reasonOf(called.code))
        return { type: 'refused', reason: gone ? 'no-account' : 'rejected' }
      }
      if (called.type !== 'ok') return { type: 'later' }
      const conversation = called.data.channel.id
      const url = groupTalkLink({ platform: 'slack', tenant: one.tenant, conversation })
      const card = await first(conversation)
      if (!card) return { type: 'open', url, greeted: true }
      const said = await post({ ...one, user: conversation, conversation }, card)
      return { type: 'open', url, greeted: said.type === 'done' }
    },

    async update(ref, card) {
      const called = await change(ref, card)
      if (called.type !== 'ok') log.warn({ end: called.type }, 'a message could not be updated')
    },

    async sendFile(to: Address, file: OutgoingFile) {
      const conversation = await conversationOf(to)
      if (conversation.type !== 'ok') return outcomeOf(conversation)
      return files.give(conversation.data.channel.id, file)
    },

    async find(to, token) {
      const conversation = await conversationOf(to)
      if (conversation.type !== 'ok') {
        // Nobody can have been written to who has no account.
        if (conversation.type === 'refused' && outcomeOf(conversation).type === 'refused') return null
        throw new CannotTell(conversation.type)
      }
      const channel = conversation.data.channel.id
      const oldest = String(Math.floor((nowMs() - doubtedForMs) / 1000))
      let cursor: string | undefined
      for (let page = 0; page < pages; page += 1) {
        const called = await api.call(
          'conversations.history',
          { channel, oldest, limit: 100, include_all_metadata: true, ...(cursor && { cursor }) },
          history,
        )
        if (called.type === 'refused' && called.code === 'channel_not_found') return null
        if (called.type !== 'ok') throw new CannotTell(called.type)
        const found = called.data.messages.find(
          ({ metadata }) =>
            metadata?.event_type === 'hagukumi_message' && metadata.event_payload.token === token,
        )
        if (found) return { conversation: channel, id: found.ts }
        cursor = called.data.response_metadata?.next_cursor
        if (!cursor) return null
      }
      throw new CannotTell('too-many-messages')
    },
  }
}

const hasChart = (card: Card) => card.blocks.some((block) => block.type === 'chart')
