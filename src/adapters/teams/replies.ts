// How the core's answers reach the person beside the answer to the activity itself: as a message, an update or a file,
// past the queue, tried again for as long as a person may still be waiting.
import { setTimeout as rest } from 'node:timers/promises'
import type { Card } from '../../cards/card.ts'
import type { InboundEvent, Reply } from '../../chat/chat.ts'
import type { Log } from '../../kernel/log.ts'
import { longestWaitMs, surely } from '../surely.ts'
import { renderFormMessage } from './form.ts'
import type { Sending } from './send.ts'

export interface Replies {
  /** Shows all that was not shown in the answer to the activity. Never rejects. */
  show(replies: readonly Reply[], event: InboundEvent): Promise<void>
}

export interface RepliesOptions {
  readonly sending: Sending
  readonly log: Log
  readonly pause?: (ms: number) => Promise<unknown>
}

/** How often a card that was pressed is put in its place. */
const times = 4

export function createReplies({ sending, log, pause = rest }: RepliesOptions): Replies {
  const asNew = ({ sender }: InboundEvent, card: Card) =>
    surely(() => sending.send(sender, card, ''), { log, pause })

  const inPlace = async (event: InboundEvent, card: Card): Promise<void> => {
    const ref = event.type === 'click' || event.type === 'submit' ? event.message : undefined
    // What came back with a form may name any conversation: only the sender's own is written to.
    if (!ref || ref.conversation !== event.sender.conversation) return asNew(event, card)
    for (let tried = 0; tried < times; tried += 1) {
      const called = await sending.change(ref, card)
      if (called.type === 'ok') return
      // The message is gone, or may not be changed any more.
      if (called.type === 'refused') return asNew(event, card)
      await pause(called.type === 'limited' ? Math.min(called.afterMs, longestWaitMs) : 1_000)
    }
    log.warn('a pressed message could not be updated')
  }

  const showOne = async (reply: Reply, event: InboundEvent): Promise<void> => {
    switch (reply.type) {
      case 'card':
        return reply.place === 'replace' ? inPlace(event, reply.card) : asNew(event, reply.card)
      case 'home':
        return asNew(event, reply.card)
      case 'form': {
        const message = event.type === 'click' ? event.message : undefined
        const card = renderFormMessage(reply.form, message ? { message } : {})
        return surely(() => sending.post(event.sender, card), { log, pause })
      }
      case 'file':
        return surely(() => sending.sendFile(event.sender, reply.file), { log, pause })
      case 'field-errors':
      case 'options':
        // These exist in answers alone.
        return
      default:
        return reply satisfies never
    }
  }

  return {
    async show(replies, event) {
      for (const reply of replies) {
        try {
          await showOne(reply, event)
        } catch (err) {
          log.error({ err, reply: reply.type }, 'an answer could not be shown')
        }
      }
    },
  }
}
