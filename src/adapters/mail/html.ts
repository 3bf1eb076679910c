// HTML out of plain texts, and nothing but what is written here: every text is escaped, every address looked at.
import type { Inline, Text } from '../../cards/card.ts'
import { clean, fit } from '../../cards/fit.ts'

/** Markup that is safe as it is. Made by `markup` alone. */
export interface Html {
  readonly html: string
}

const escaped = (text: string): string =>
  clean(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

type Part = string | number | Html | readonly Html[] | undefined

const put = (part: Part): string => {
  if (part === undefined) return ''
  if (typeof part === 'string') return escaped(part)
  if (typeof part === 'number') return String(part)
  return 'html' in part ? part.html : part.map(({ html }) => html).join('')
}

/** A template in which every text is escaped; also fit for values of attributes in double quotes. */
export const markup = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html => ({
  html: strings.map((string, at) => (at === 0 ? string : put(parts[at - 1]) + string)).join(''),
})

/** An address that a browser may open: nothing that runs. */
export const safeUrl = (url: string): boolean =>
  URL.canParse(url) && /^(https?|mailto):$/.test(new URL(url).protocol) && !/[\s<>"]/.test(url)

const lines = (text: string): Html[] =>
  clean(text)
    .split('\n')
    .map((line, at) => (at === 0 ? markup`${line}` : markup`<br>${line}`))

const inline = (part: Inline): Html => {
  if (typeof part === 'string') return markup`${lines(part)}`
  if ('bold' in part) return markup`<strong>${lines(part.bold)}</strong>`
  if ('mention' in part) return markup`${lines(part.mention)}`
  return safeUrl(part.link)
    ? markup`<a href="${part.link}" style="color:#1a5490">${lines(part.label)}</a>`
    : markup`${lines(`${part.label} (${part.link})`)}`
}

/** A text with its line breaks; at most `max` characters. */
export function textHtml(text: Text, max = 20_000): Html {
  let room = max
  const parts = (typeof text === 'string' ? [text] : text).flatMap((part): Html[] => {
    if (room <= 0) return []
    const cut = (value: string) => {
      const kept = fit(value, room)
      room -= kept.length
      return kept
    }
    if (typeof part === 'string') return [inline(cut(part))]
    if ('bold' in part) return [inline({ bold: cut(part.bold) })]
    if ('mention' in part) return [inline(cut(part.mention))]
    return [inline({ ...part, label: cut(part.label) })]
  })
  return markup`${parts}`
}
