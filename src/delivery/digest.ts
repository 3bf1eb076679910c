// One message out of the parts that fall due together for a person.
import type { Block, Button, Card, LinkButton } from '../cards/card.ts'
import type { Bilingual, Language } from '../kernel/language.ts'
import type { Part } from './notice.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'

const texts = { ja, en } as const

const calm = (button: Button | LinkButton): Button | LinkButton =>
  'action' in button && button.style === 'primary' ? { ...button, style: undefined } : button

/** A card has one obvious button: in all parts but the first that has one, buttons keep their action and lose their colour. */
function withoutPrimary(block: Block): Block {
  if (block.type === 'buttons') return { ...block, buttons: block.buttons.map(calm) }
  if (block.type !== 'list') return block
  return {
    ...block,
    rows: block.rows.map((row) =>
      row.button?.style === 'primary' ? { ...row, button: { ...row.button, style: undefined } } : row,
    ),
  }
}

/** Whether a part has an obvious button of its own to offer. */
const leads = ({ blocks }: Part): boolean =>
  blocks.some((block) => {
    if (block.type === 'buttons')
      return block.buttons.some((button) => 'action' in button && button.style === 'primary')
    return block.type === 'list' && block.rows.some((row) => row.button?.style === 'primary')
  })

/**
 * The card of a message: the office's greeting, then the parts in their order, each under a short heading where there
 * are several. `guest`: whoever is not staff yet (内定者) is not greeted as a colleague. Null when there is nothing to say.
 */
export function compose(
  parts: readonly Part[],
  office: Bilingual,
  language: Language,
  guest = false,
): Card | null {
  const [first, ...others] = parts
  if (!first) return null
  const words = texts[language]
  const greeting: Block = {
    type: 'text',
    text: words[guest ? 'greetingGuest' : 'greeting'](office[language]),
  }
  if (others.length === 0) return { summary: first.summary, blocks: [greeting, ...first.blocks] }
  const leading = parts.findIndex(leads)
  return {
    summary: words.andMore(first.summary, others.length),
    blocks: [
      greeting,
      ...parts.flatMap((part, index): Block[] => [
        { type: 'heading', text: part.summary },
        ...(index === leading ? part.blocks : part.blocks.map(withoutPrimary)),
      ]),
    ],
  }
}
