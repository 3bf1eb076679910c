// What people see of a conversation that one of them asked for: the way in, or why there is none and how to reach each.
import type { Block, Text } from '../cards/card.ts'
import type { Together } from '../directory/together.ts'
import type { Language } from '../kernel/language.ts'
import { en } from './talk-texts.en.ts'
import { ja } from './talk-texts.ja.ts'

const textsIn = (language: Language) => (language === 'ja' ? ja : en)

/** `names`: as the reader calls them. */
export function talkBlocks(
  together: Together,
  names: ReadonlyMap<number, string>,
  language: Language,
): Block[] {
  const t = textsIn(language)
  if (together.type === 'open')
    return [
      { type: 'text', text: [{ bold: t.opened }] },
      { type: 'buttons', buttons: [{ label: t.enter, style: 'primary', url: together.url }] },
    ]
  const said: Block = { type: 'text', text: [{ bold: t[together.why] }] }
  if (together.why === 'later') return [said]
  const facts = together.each.map(({ id, url, email }) => {
    const value: Text = url ? [{ link: url, label: t.chat }] : (email ?? t.inside)
    return { label: names.get(id) ?? '—', value }
  })
  return [said, ...(facts.length > 0 ? [{ type: 'facts', facts } satisfies Block] : [])]
}

/** The last line of what the bot says first in a conversation. */
export const unread = (language: Language): Block => ({ type: 'context', text: textsIn(language).unread })
