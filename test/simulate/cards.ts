// What a card or an answer offers.
import type { Action, Card, Form } from '../../src/cards/card.ts'
import type { Reply } from '../../src/chat/chat.ts'

export interface Offered {
  readonly action: Action
  readonly options?: readonly string[]
}

/** Every button and menu of a card, in its order. */
export function offeredIn(replies: readonly Reply[]): Offered[] {
  const found: Offered[] = []
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const each of value) walk(each)
    else if (typeof value === 'object' && value !== null) {
      const { action, options } = value as { action?: Action; options?: readonly { value: string }[] }
      if (action) found.push({ action, ...(options && { options: options.map((each) => each.value) }) })
      for (const inner of Object.values(value)) walk(inner)
    }
  }
  for (const reply of replies) if ('card' in reply) walk((reply.card as Card).blocks)
  return found
}

export const formIn = (replies: readonly Reply[]): Form | undefined =>
  replies.flatMap((reply) => (reply.type === 'form' ? [reply.form] : []))[0]
