// Teams as a place to send to: messages, updates and files. A chat's history cannot be read with the rights we ask for,
// so there is no `find`: what a doubtful message becomes is the notice's own policy.
import type { Card } from '../../cards/card.ts'
import { teamsLimits as limits } from '../../cards/limits.ts'
import type { Address, ChatPlatform, MessageRef, SendOutcome } from '../../chat/chat.ts'
import type { Log } from '../../kernel/log.ts'
import type { Api, Called, Outgoing } from './api.ts'
import type { Files } from './files.ts'
import { outcomeOf } from './outcome.ts'
import { renderMessage } from './render.ts'

/** Where a person or a message is, with the address of their region. */
interface Spot {
  readonly conversation: string
  readonly serviceUrl: string
}

export interface Sending extends ChatPlatform {
  readonly platform: 'teams'
  /** As `update`, with its end. */
  change(ref: MessageRef, card: Card): Promise<Called<unknown>>
  /** Draws a card the way this app takes it. */
  draw(card: Card): ReturnType<typeof renderMessage>
  post(to: Address, activity: Outgoing): Promise<SendOutcome>
  remove(ref: MessageRef): Promise<void>
  /** Keeps where a conversation is reached: told by every activity. */
  remember(conversation: string, serviceUrl: string): void
}

export interface SendingOptions {
  readonly api: Api
  readonly files: Files
  readonly log: Log
  /** For conversations of which nothing is known yet: Teams' global address, or the stand-in's. */
  readonly serviceUrl: string
  /** The stored address of a conversation's region. */
  readonly placeOf?: (conversation: string) => Promise<string | undefined>
  /** Whether an address may be sent to, with the bearer token. */
  readonly trusted: (serviceUrl: string) => boolean
  readonly opensForm: (actionId: string) => boolean
}

const mostRemembered = 20_000

export function createSending(options: SendingOptions): Sending {
  const { api, files, log, serviceUrl: anywhere, placeOf, trusted, opensForm } = options
  const known = new Map<string, string>()
  const remember = (conversation: string, serviceUrl: string) => {
    if (!trusted(serviceUrl)) return
    known.delete(conversation)
    known.set(conversation, serviceUrl)
    const [oldest] = known.keys()
    if (known.size > mostRemembered && oldest !== undefined) known.delete(oldest)
  }
  const placeFor = async (conversation: string): Promise<string> => {
    const kept = known.get(conversation)
    if (kept) return kept
    const stored = await placeOf?.(conversation)
    if (stored) remember(conversation, stored)
    return known.get(conversation) ?? anywhere
  }
  const draw = (card: Card) => renderMessage(card, { opensDialog: opensForm })

  const spotOf = async (to: Address): Promise<Called<Spot>> => {
    if (to.conversation) {
      if (to.serviceUrl) remember(to.conversation, to.serviceUrl)
      const serviceUrl = await placeFor(to.conversation)
      return { type: 'ok', data: { conversation: to.conversation, serviceUrl } }
    }
    const serviceUrl = to.serviceUrl && trusted(to.serviceUrl) ? to.serviceUrl : anywhere
    const opened = await api.open(serviceUrl, to.user)
    // Whether it is there or not, nobody can see an empty conversation: to try again does no harm.
    if (opened.type === 'unknown') return { type: 'unreachable' }
    if (opened.type !== 'ok') return opened
    remember(opened.data.id, serviceUrl)
    return { type: 'ok', data: { conversation: opened.data.id, serviceUrl } }
  }

  const post = async (to: Address, activity: Outgoing): Promise<SendOutcome> => {
    if (JSON.stringify(activity).length * 2 > limits.messageBytes)
      return { type: 'refused', reason: 'too-large' }
    const once = async (address: Address): Promise<{ called: Called<{ id: string }>; spot?: Spot }> => {
      const found = await spotOf(address)
      if (found.type !== 'ok') return { called: found }
      const { serviceUrl, conversation } = found.data
      return { called: await api.post(serviceUrl, conversation, activity), spot: found.data }
    }
    let { called, spot } = await once(to)
    // A conversation that is gone: the person may still have the app.
    if (called.type === 'refused' && called.status === 404 && to.conversation) {
      const { conversation: _, ...person } = to
      ;({ called, spot } = await once(person))
    }
    if (called.type === 'ok' && spot)
      return { type: 'done', ref: { conversation: spot.conversation, id: called.data.id } }
    return called.type === 'ok' ? { type: 'unknown' } : outcomeOf(called)
  }

  const change = async (ref: MessageRef, card: Card): Promise<Called<unknown>> =>
    api.put(await placeFor(ref.conversation), ref.conversation, ref.id, draw(card))

  return {
    platform: 'teams',
    draw,
    post,
    change,
    remember,

    send: (to, card) => post(to, draw(card)),

    async update(ref, card) {
      const called = await change(ref, card)
      if (called.type !== 'ok') log.warn({ end: called.type }, 'a message could not be updated')
    },

    async remove(ref) {
      await api.remove(await placeFor(ref.conversation), ref.conversation, ref.id)
    },

    sendFile: async (to, file) => post(to, await files.offer(to.user, file)),
  }
}
