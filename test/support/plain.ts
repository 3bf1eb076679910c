// All that a card says, for assertions about its words.
import type { Card } from '../../src/cards/card.ts'

/** Every human-readable string of the card, one a line. */
export function plainText(card: Card): string {
  const lines: string[] = [card.summary]
  const walk = (value: unknown, key = ''): void => {
    if (typeof value === 'string') {
      if (!['type', 'id', 'style', 'shape', 'tone', 'url', 'value'].includes(key)) lines.push(value)
    } else if (Array.isArray(value)) for (const one of value) walk(one)
    else if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value)) if (name !== 'data') walk(inner, name)
  }
  walk(card.blocks)
  return lines.join('\n')
}
