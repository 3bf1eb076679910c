// How the core's answers reach the person: over the one-off address that came with the command or click where there
// is one (it costs no place in any queue), else as a message, an update, a dialog, a Home or a file.
import { setTimeout as rest } from 'node:timers/promises'
import { z } from 'zod'
import type { Card } from '../../cards/card.ts'
import type { InboundEvent, Reply } from '../../chat/chat.ts'
import type { Language } from '../../kernel/language.ts'
import type { Log } from '../../kernel/log.ts'
import { longestWaitMs, surely } from '../surely.ts'
import { type Api, slackApiUrl } from './api.ts'
import { renderForm } from './form.ts'
import { renderHome } from './render.ts'
import type { Sending } from './send.ts'
import { lateFormCard } from './texts.ts'
import { isHookAddress } from './trust.ts'

/** Where an event came from, as far as its answer needs to know. */
export interface Origin {
  readonly event: InboundEvent
  readonly locale: Language
  /** The one-off address of this command or click, good for half an hour and five uses. */
  readonly hook?: string
  /** Seen by the person alone: a command's answer, wherever it was typed. */
  readonly ephemeral: boolean
  /** The modal that was submitted. */
  readonly view?: string
  /** Slack has delivered this before. */
  readonly again: boolean
}

export interface Replies {
  /** Shows all that was not shown in the acknowledgement. Never rejects. */
  show(replies: readonly Reply[], origin: Origin): Promise<void>
}

export interface RepliesOptions {
  readonly api: Api
  readonly sending: Sending
  readonly log: Log
  readonly url?: string
  /** An opaque id for the answer to an event: the same for the same answer, and it tells nobody anything. */
  readonly mark: (text: string) => string
  readonly pause?: (ms: number) => Promise<unknown>
  /** The sender's Home as it is now, after this event. */
  readonly homeAfter: (event: InboundEvent) => Promise<Card | undefined>
}

const openedView = z.object({ view: z.object({ id: z.string() }) })
const anything = z.object({ ok: z.literal(true) })

const mostHooks = 2_000

export function createReplies(options: RepliesOptions): Replies {
  const { api, sending, log, url = slackApiUrl, mark, pause = rest } = options
  /** Modals opened from messages that only one person sees: these can be changed through their address alone. */
  const hooks = new Map<string, string>()

  const remember = (view: string, hook: string) => {
    hooks.set(view, hook)
    const [oldest] = hooks.keys()
    if (hooks.size > mostHooks && oldest !== undefined) hooks.delete(oldest)
  }

  /** Pressed on Home, or sent by a form that was opened there: no message is behind it. */
  const isOnHome = ({ event, ephemeral, view }: Origin): boolean => {
    if (event.type === 'click') return !event.message && !ephemeral
    return event.type === 'submit' && !event.message && !(view !== undefined && hooks.has(view))
  }

  /** Whether Slack took it. */
  const overHook = async (hook: string, body: object): Promise<boolean> => {
    if (!isHookAddress(hook, url)) return false
    try {
      const response = await fetch(hook, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify(body),
        redirect: 'error',
        signal: AbortSignal.timeout(10_000),
      })
      const text = await response.text()
      return response.ok && !text.includes('"ok":false')
    } catch {
      return false
    }
  }

  const asMessage = (card: Card, origin: Origin, index: number): Promise<void> => {
    const { sender, key } = origin.event
    const token = mark(`answer:${key}:${index}`)
    return surely(() => sending.send(sender, card, token), {
      log,
      pause,
      there: async () => (await sending.find(sender, token)) !== null,
      doubt: origin.again,
    })
  }

  const asNew = async (card: Card, origin: Origin, index: number): Promise<void> => {
    const { text, blocks } = sending.draw(card)
    const body = { response_type: 'ephemeral', replace_original: false, text, blocks }
    if (origin.ephemeral && origin.hook && (await overHook(origin.hook, body))) return
    await asMessage(card, origin, index)
  }

  const inPlace = async (card: Card, origin: Origin, index: number): Promise<void> => {
    const { event } = origin
    const { text, blocks } = sending.draw(card)
    const hook = origin.hook ?? (origin.view === undefined ? undefined : hooks.get(origin.view))
    if (hook && !isOnHome(origin) && (await overHook(hook, { replace_original: true, text, blocks }))) return
    const ref = event.type === 'click' || event.type === 'submit' ? event.message : undefined
    if (!ref) return asNew(card, origin, index)
    for (let tried = 0; tried < 3; tried += 1) {
      const called = await sending.change(ref, card)
      if (called.type === 'ok') return
      // The message is gone, or may not be changed any more.
      if (called.type === 'refused') return asMessage(card, origin, index)
      await pause(called.type === 'limited' ? Math.min(called.afterMs, longestWaitMs) : 1_000)
    }
    log.warn('a clicked message could not be updated')
  }

  const open = async (reply: Reply & { type: 'form' }, origin: Origin, index: number): Promise<void> => {
    const { event, locale } = origin
    const message = event.type === 'click' || event.type === 'submit' ? event.message : undefined
    if (event.trigger) {
      const view = renderForm(reply.form, message)
      const called = await api.call('views.open', { trigger_id: event.trigger, view }, openedView)
      if (called.type === 'ok') {
        if (origin.ephemeral && origin.hook) remember(called.data.view.id, origin.hook)
        return
      }
      // It may be open after all; a card beside it does no harm.
    }
    await asNew(lateFormCard(locale), origin, index)
  }

  const publish = async (card: Card, origin: Origin): Promise<void> => {
    for (let tried = 0; tried < 3; tried += 1) {
      const view = { user_id: origin.event.sender.user, view: renderHome(card) }
      const called = await api.call('views.publish', view, anything)
      if (called.type === 'ok' || called.type === 'refused') return
      if (called.type === 'limited' && called.afterMs > longestWaitMs) return
      await pause(called.type === 'limited' ? called.afterMs : 1_000)
    }
  }

  const showOne = async (reply: Reply, origin: Origin, index: number): Promise<void> => {
    switch (reply.type) {
      case 'card':
        return reply.place === 'replace'
          ? inPlace(reply.card, origin, index)
          : asNew(reply.card, origin, index)
      case 'form':
        return open(reply, origin, index)
      case 'home':
        return publish(reply.card, origin)
      case 'file':
        return surely(() => sending.sendFile(origin.event.sender, reply.file), { log, pause })
      case 'field-errors':
      case 'options':
        // These exist in acknowledgements alone.
        return
      default:
        return reply satisfies never
    }
  }

  return {
    async show(replies, origin) {
      for (const [index, reply] of replies.entries()) {
        try {
          await showOne(reply, origin, index)
        } catch (err) {
          log.error({ err, reply: reply.type }, 'an answer could not be shown')
        }
      }
      // What was pressed may be settled by now: Home keeps no stale button. A form that has just opened changes nothing.
      if (!isOnHome(origin) || replies.some(({ type }) => type === 'home' || type === 'form')) return
      try {
        const card = await options.homeAfter(origin.event)
        if (card) await publish(card, origin)
      } catch (err) {
        log.error({ err }, 'Home could not be drawn anew')
      }
    },
  }
}
