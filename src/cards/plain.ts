// Any card in plain text: for clients that show nothing else, for mail, for reading aloud. Complete: nothing is cut.
import type { Language } from '../kernel/language.ts'
import type { Block, Button, Card, Inline, LinkButton, Row, Text } from './card.ts'
import { clean, isBlank } from './fit.ts'

/** The words for the few signs that plain text needs, since a reading voice and a reader differ by language. */
const signs = {
  ja: { colon: '：', bullet: '・', indent: '　', open: '［', close: '］' },
  en: { colon: ': ', bullet: '- ', indent: '  ', open: '[', close: ']' },
} as const

const plainInline = (inline: Inline): string => {
  if (typeof inline === 'string') return inline
  if ('bold' in inline) return inline.bold
  if ('mention' in inline) return inline.mention
  return inline.label === inline.link ? inline.link : `${inline.label} (${inline.link})`
}

/** The text without any markup; a link keeps its address in brackets, a mention its name. */
export const plainText = (text: Text): string =>
  clean(typeof text === 'string' ? text : text.map(plainInline).join(''))

function plainBlock(block: Block, language: Language): string {
  const sign = signs[language]
  const button = (shown: Button | LinkButton) =>
    `${sign.open}${clean(shown.label)}${sign.close}${'url' in shown ? ` ${shown.url}` : ''}`
  const row = ({ text, detail, button: clicked }: Row) =>
    [
      `${sign.bullet}${plainText(text)}${clicked ? ` ${button(clicked)}` : ''}`,
      ...(detail === undefined ? [] : [`${sign.indent}${plainText(detail)}`]),
    ].join('\n')
  switch (block.type) {
    case 'heading':
      return clean(block.text)
    case 'text':
    case 'context':
      return plainText(block.text)
    case 'facts':
      return block.facts
        .map(({ label, value }) => `${clean(label)}${sign.colon}${plainText(value)}`)
        .join('\n')
    case 'list':
      return block.rows.map(row).join('\n')
    case 'buttons':
      return block.buttons.map(button).join(' ')
    case 'select': {
      const options = block.options.map(
        ({ label, value }) =>
          `${sign.open}${clean(label)}${value === block.selected ? ' ✓' : ''}${sign.close}`,
      )
      return `${clean(block.label)}${sign.colon}${options.join(' ')}`
    }
    case 'chart':
      return `${clean(block.title)}${sign.colon}${clean(block.text)}`
    case 'divider':
      return '―――'
    default:
      return block satisfies never
  }
}

/** The whole card in plain text, part by part, buttons by their names in brackets, charts as their words. */
export function plainCard(card: Card, language: Language): string {
  const parts = [clean(card.summary), ...card.blocks.map((block) => plainBlock(block, language))]
  const seen = parts.filter((part, index) => !isBlank(part) && part !== parts[index - 1])
  return seen.length > 0 ? seen.join('\n') : '—'
}
