// A person's instruction as handlers get it, without intake around it.
import type { Card } from '../../src/cards/card.ts'
import type { Grant } from '../../src/directory/actor.ts'
import type { Ask, FormAnswer } from '../../src/intake/handler.ts'
import type { Language } from '../../src/kernel/language.ts'

export interface Asking {
  readonly id: number
  readonly grants?: readonly Grant[]
  readonly now: Temporal.Instant
  readonly language?: Language
}

export const asking = ({ id, grants = [], now, language = 'ja' }: Asking): Ask => ({
  actor: { id, number: String(id), name: '試験 太郎', language, grants },
  language,
  now,
  today: now.toZonedDateTimeISO('Asia/Tokyo').toPlainDate(),
  flow: 'test-flow',
  sender: { platform: 'playground', tenant: 'playground', user: String(id), locale: language },
})

/** The one card of an answer. */
export function cardOf(answer: Pick<FormAnswer, 'replies'> | { readonly errors: unknown }): Card {
  const reply = 'replies' in answer ? answer.replies[0] : undefined
  if (reply?.type !== 'card') throw new Error(`not a card: ${JSON.stringify(answer)}`)
  return reply.card
}

/** Every button of a card by its action id, the first of each. */
export function buttonsOf(card: Card): Map<string, Readonly<Record<string, string | number | boolean>>> {
  const found = new Map<string, Readonly<Record<string, string | number | boolean>>>()
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const each of value) walk(each)
    else if (typeof value === 'object' && value !== null) {
      const { action } = value as {
        action?: { id: string; data?: Record<string, string | number | boolean> }
      }
      if (action && !found.has(action.id)) found.set(action.id, action.data ?? {})
      for (const inner of Object.values(value)) walk(inner)
    }
  }
  walk(card.blocks)
  return found
}
