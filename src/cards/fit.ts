// Making texts fit: cleaned of what no platform should be handed, cut between characters as people see them, and
// marked where something is left out.
import type { Language } from '../kernel/language.ts'
import type { Card, Form } from './card.ts'

const graphemes = new Intl.Segmenter('ja', { granularity: 'grapheme' })

/** Control characters but the line feed, direction overrides that make a text read otherwise than it is, half pairs. */
const unwanted = /(?!\n)\p{Cc}|[\p{Cs}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]/gu
/** What shows nothing by itself. Slack takes a text of these for an empty one and refuses it. */
const invisible = /[\s\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/gu

/** A text as it may be shown: one kind of line end, no control or direction characters, no half surrogate pairs. */
export const clean = (text: string): string =>
  text.replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n').replace(unwanted, '')

/** Whether nothing of it can be seen. */
export const isBlank = (text: string): boolean => clean(text).replace(invisible, '') === ''

/** Cut to at most `max` UTF-16 units between whole characters, with 「…」 where something was cut. Cleans first. */
export function fit(text: string, max: number): string {
  const whole = clean(text)
  if (whole.length <= max) return whole
  if (max < 1) return ''
  // No more is segmented than can be kept, with room to see where the last character ends.
  let kept = ''
  for (const { segment } of graphemes.segment(whole.slice(0, max + 64))) {
    if (kept.length + segment.length > max - 1) break
    kept += segment
  }
  // One "character" longer than the whole room: letters with hundreds of marks stacked upon them.
  if (kept === '' && max > 1) kept = whole.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '')
  return `${kept}…`
}

/** As `fit`, on one line, with a dash where there is nothing to see: for labels, which may not be empty. */
export function fitLabel(text: string, max: number): string {
  return isBlank(text) ? '—' : fit(text.replace(/\s*[\r\n\u0085\u2028\u2029]+\s*/g, ' ').trim(), max)
}

/** The line that stands for what is not shown: 「ほか12件」. */
export const moreMark = (count: number, language: Language): string =>
  language === 'ja' ? `ほか${count}件` : `${count} more`

const japanese = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u

/** The language of the few words that a renderer adds itself: the card's own, else that of its first line. */
export function languageOf(
  shown: Pick<Card, 'summary' | 'language'> | Pick<Form, 'title' | 'language'>,
): Language {
  if (shown.language) return shown.language
  const line = 'summary' in shown ? shown.summary : shown.title
  return line === '' || japanese.test(line) ? 'ja' : 'en'
}
