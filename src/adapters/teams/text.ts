// People's text in Teams. It goes into RichTextBlocks, which know no markdown. Only headings, which a screen reader
// must find as headings, and lines with a mention are TextBlocks, where markdown and tags are escaped.
import type { Inline, Text } from '../../cards/card.ts'
import { clean, fit, fitLabel, isBlank } from '../../cards/fit.ts'
import { teamsLimits as limits } from '../../cards/limits.ts'
import { plainText } from '../../cards/plain.ts'
import type { Mention, Run, Simple } from './card.ts'

/**
 * A text as a TextBlock shows it letter by letter: signs of style and of links escaped, list and quote signs at the
 * beginning of a line, and `<`, so that no tag (`<at>`) can begin. Round brackets mean nothing without square ones and
 * stay, since every Japanese date has a pair: 5月29日(金).
 */
export const escapeMarkdown = (text: string): string =>
  text
    .replace(/[\\`*_~[\]]/g, '\\$&')
    .replace(/^(\s*)([#>+-])/gm, '$1\\$2')
    .replace(/^(\s*\d+)([.)])/gm, '$1\\$2')
    .replace(/&(?=#?\w+;)/g, '&amp;')
    .replace(/</g, '&lt;')

/** What a reader sees of an escaped text; for a client that draws TextBlocks without markdown, and for tests. */
export const unescapeMarkdown = (text: string): string =>
  text
    .replace(/<\/?at>/g, '')
    .replace(/&lt;/g, '<')
    .replace(/&amp;(?=#?\w+;)/g, '&')
    .replace(/\\([\\`*_~[\]()#>+.-])/g, '$1')

/** A run's text: no markdown is read there, and a mention tag is broken by an invisible joiner all the same. */
const runText = (text: string): string => text.replace(/<(?=\/?at\b)/gi, '<\u2060')

export const safeUrl = (url: string): boolean => /^https?:\/\/[^\s<>]+$/.test(url) && url.length <= 2_000

/** Collects who is mentioned in a card. */
export interface Mentions {
  /** The tag for a person, undefined where the account is not known or the name cannot stand in a tag. */
  tag(inline: Extract<Inline, { mention: string }>): string | undefined
  readonly entities: readonly Mention[]
}

/** For forms, which call nobody. */
export const noMentions: Mentions = { entities: [], tag: () => undefined }

export function makeMentions(): Mentions {
  const entities: Mention[] = []
  return {
    entities,
    tag(inline) {
      const user = inline.accounts?.teams
      const name = fitLabel(inline.mention, 100)
      if (!user || user.length > 200 || isBlank(inline.mention) || /[<>\\`*_~[\]&]/.test(name))
        return undefined
      const text = `<at>${name}</at>`
      const known = entities.find((each) => each.text === text)
      // Teams finds people by the tag's text: a second person of the same name is named without a link.
      if (known && known.mentioned.id !== user) return undefined
      if (!known) entities.push({ type: 'mention', text, mentioned: { id: user, name } })
      return text
    },
  }
}

export interface Look {
  readonly subtle?: boolean
  readonly bold?: boolean
  readonly small?: boolean
  readonly warning?: boolean
  /** Before the first line, as written. */
  readonly lead?: string
  readonly max?: number
  /** Longer texts go on in one line: every line is an element of its own, which costs room. */
  readonly lines?: number
}

/** The text as elements, one a line; none where there is nothing to see. */
export function textElements(text: Text, mentions: Mentions, look: Look = {}): Simple[] {
  if (isBlank(plainText(text)))
    return look.lead ? textElements(look.lead, mentions, { ...look, lead: undefined }) : []
  const inlines: readonly Inline[] = typeof text === 'string' ? [text] : text
  const max = Math.min(look.max ?? limits.text, limits.text)
  const tagged = inlines.map((inline) =>
    typeof inline !== 'string' && 'mention' in inline ? mentions.tag(inline) : undefined,
  )
  const whole = plainText(inlines)
  if (tagged.some((tag) => tag !== undefined) && whole.length <= max) {
    const markdown = inlines
      .map((inline, at) => {
        if (tagged[at] !== undefined) return tagged[at]
        const shown = escapeMarkdown(plainText([inline])).replace(/\n/g, '\n\n')
        return typeof inline !== 'string' && 'bold' in inline && /^\S(.*\S)?$/.test(shown)
          ? `**${shown}**`
          : shown
      })
      .join('')
    return [
      {
        type: 'TextBlock',
        text: `${look.lead ?? ''}${markdown}`,
        wrap: true,
        ...(look.subtle && { isSubtle: true as const }),
        ...(look.small && { size: 'Small' as const }),
        ...(look.bold && { weight: 'Bolder' as const }),
      },
    ]
  }
  return lines(runs(inlines, max, look), look)
}

const runLook = (look: Look, bold: boolean): Omit<Run, 'type' | 'text'> => ({
  ...((bold || look.bold) && { weight: 'Bolder' as const }),
  ...(look.subtle && { isSubtle: true as const }),
  ...(look.small && { size: 'Small' as const }),
  ...(look.warning && { color: 'Warning' as const }),
})

function runs(inlines: readonly Inline[], max: number, look: Look): Run[] {
  let room = max
  const drawn: Run[] = look.lead ? [{ type: 'TextRun', text: look.lead, ...runLook(look, false) }] : []
  for (const inline of inlines) {
    if (room <= 0) break
    const link = typeof inline !== 'string' && 'link' in inline && safeUrl(inline.link) ? inline : undefined
    const shown = fit(link && !isBlank(link.label) ? link.label : plainText([inline]), room)
    room -= shown.length
    if (shown === '') continue
    drawn.push({
      type: 'TextRun',
      text: runText(shown),
      ...runLook(look, typeof inline !== 'string' && 'bold' in inline),
      ...(link && { selectAction: { type: 'Action.OpenUrl' as const, url: link.link } }),
    })
  }
  return drawn
}

/** Breaks runs into lines: how a line feed inside a run is drawn differs from client to client. */
function lines(all: readonly Run[], look: Look): Simple[] {
  const mostLines = look.lines ?? 40
  const split: Run[][] = [[]]
  for (const run of all) {
    const parts = split.length < mostLines ? run.text.split('\n') : [run.text.replace(/\n+/g, ' ')]
    const kept =
      parts.length > mostLines
        ? [...parts.slice(0, mostLines - 1), parts.slice(mostLines - 1).join(' ')]
        : parts
    kept.forEach((text, at) => {
      if (at > 0) split.push([])
      if (text !== '') split.at(-1)?.push({ ...run, text: clean(text) })
    })
  }
  const drawn: Simple[] = []
  let gap = false
  for (const inlines of split) {
    const seen = inlines.filter((run) => run.text !== '')
    if (!seen.some((run) => !isBlank(run.text))) {
      gap = drawn.length > 0
      continue
    }
    const spacing = drawn.length === 0 ? undefined : gap ? 'Small' : 'None'
    drawn.push({
      type: 'RichTextBlock',
      inlines: seen,
      ...((spacing ?? (look.subtle && !look.small ? 'None' : undefined)) && {
        spacing: spacing ?? 'None',
      }),
    })
    gap = false
  }
  return drawn
}
