// People's text in Slack. It goes into plain_text and rich_text, which read no markup; mrkdwn is written only where a
// text provably holds none, because mrkdwn has no way to escape * _ ~ `.
import type { Inline, Text } from '../../cards/card.ts'
import { clean, fit, fitLabel, isBlank } from '../../cards/fit.ts'
import { slackLimits as limits } from '../../cards/limits.ts'
import { plainText } from '../../cards/plain.ts'
import type { SlackInline, SlackPlain, SlackText } from './blocks.ts'

/** A label that is never empty. */
export const label = (text: string, max: number): SlackPlain => ({
  type: 'plain_text',
  text: fitLabel(text, max),
  emoji: false,
})

export const safeUrl = (url: string): boolean =>
  /^https?:\/\/[^\s<>|]+$/.test(url) && url.length <= limits.url

/** The person's account, where it is one that Slack could have given. */
const account = (inline: Extract<Inline, { mention: string }>): string | undefined => {
  const user = inline.accounts?.slack
  return user !== undefined && /^[UW][A-Z0-9]{1,20}$/.test(user) ? user : undefined
}

/** `&<>` as entities: for the one text of a message that Slack reads as mrkdwn whatever we do. */
export const escapeMrkdwn = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')

/**
 * The text as rich text elements, at most about `max` characters, with 「…」 where cut; no elements where there is
 * nothing to see. A mention is a real one where the account is known.
 */
export function richInlines(text: Text, max: number, style?: { bold: true }): SlackInline[] {
  if (isBlank(plainText(text))) return []
  const inlines = typeof text === 'string' ? [text] : text
  const drawn: SlackInline[] = []
  let room = max
  for (const inline of inlines) {
    if (room <= 0) break
    const shown = fit(plainText([inline]), room)
    if (shown === '') continue
    const bold = typeof inline !== 'string' && 'bold' in inline
    room -= shown.length
    if (typeof inline !== 'string' && 'mention' in inline && account(inline)) {
      drawn.push({ type: 'user', user_id: account(inline) ?? '' })
    } else if (typeof inline !== 'string' && 'link' in inline && safeUrl(inline.link)) {
      drawn.push({ type: 'link', url: inline.link, text: fitLabel(inline.label, shown.length) })
    } else {
      drawn.push({ type: 'text', text: shown, ...((bold || style) && { style: { bold: true as const } }) })
    }
  }
  return drawn
}

/** No sign with which styles, mentions, links, quotes or emoji could begin. A time like 14:30 is none. */
const inert = (text: string): boolean => !/[*_~`<>&@]|:[\w+'-]+:/.test(text)

/**
 * A text for a section or context: mrkdwn where that is provably harmless and says more (a bold first line, mentions,
 * links), plain text else. Undefined where there is nothing to see.
 */
export function sectionText(text: Text, detail: Text | undefined, max: number): SlackText | undefined {
  const first = plainText(text)
  const second = detail === undefined ? '' : plainText(detail)
  const whole = [first, second].filter((part) => !isBlank(part)).join('\n')
  if (isBlank(whole)) return undefined
  const styled = mrkdwnOf(text, detail)
  if (styled !== undefined && styled.length <= max) return { type: 'mrkdwn', text: styled, verbatim: true }
  return { type: 'plain_text', text: fit(whole, max), emoji: false }
}

function mrkdwnOf(text: Text, detail: Text | undefined): string | undefined {
  const first: readonly Inline[] = typeof text === 'string' ? [text] : text
  const second: readonly Inline[] = detail === undefined ? [] : typeof detail === 'string' ? [detail] : detail
  const hasDetail = !isBlank(plainText(second))
  if (!hasDetail && [...first, ...second].every((inline) => typeof inline === 'string')) return undefined
  if (![...first, ...second].every((inline) => inert(wordsOf(inline)))) return undefined
  const head = clean(first.map(mrkdwnInline).join(''))
  const [only, ...others] = first
  const bold = others.length === 0 && only !== undefined && typeof only !== 'string' && 'bold' in only
  const title = hasDetail && first.every((inline) => typeof inline === 'string')
  return [bold || title ? boldLine(head) : head, clean(second.map(mrkdwnInline).join(''))]
    .filter((part) => !isBlank(part))
    .join('\n')
}

/** A link that can be one: the others are read as text. */
const isShownLink = (inline: Extract<Inline, { link: string }>): boolean =>
  safeUrl(inline.link) && !isBlank(inline.label)

const wordsOf = (inline: Inline): string => {
  if (typeof inline === 'string') return inline
  if ('bold' in inline) return inline.bold
  if ('mention' in inline) return inline.mention
  return isShownLink(inline) ? inline.label : plainText([inline])
}

/** Bold works for a whole line only: inside Japanese, which has no spaces, Slack would show the asterisks. */
const boldLine = (line: string): string => (/^\S([^\n]*\S)?$/.test(line) ? `*${line}*` : line)

function mrkdwnInline(inline: Inline): string {
  if (typeof inline === 'string' || 'bold' in inline) return wordsOf(inline)
  if ('mention' in inline) {
    const user = account(inline)
    return user ? `<@${user}>` : inline.mention
  }
  return isShownLink(inline)
    ? `<${escapeMrkdwn(inline.link)}|${inline.label.replace(/\n/g, ' ')}>`
    : plainText([inline])
}
