import type { Action, ActionData, Block, Button } from '../../../cards/card.ts'
import { formatDate, formatDateYear } from '../../../kernel/format.ts'
import type { Language } from '../../../kernel/language.ts'
import type { DayProblem } from './rules.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'

export const texts = (language: Language) => (language === 'ja' ? ja : en)

/** A cycle's or step's name in the reader's language. */
export const named = (
  thing: { readonly name: string; readonly nameEn: string },
  language: Language,
): string => (language === 'ja' ? thing.name : thing.nameEn || thing.name)

/** A line above a card that says what has just happened. */
export const noteBlocks = (note: string | undefined): Block[] => (note ? [{ type: 'text', text: note }] : [])

export const button = (label: string, id: string, data?: ActionData, more: Partial<Button> = {}): Button => ({
  label,
  action: { id: `interviews.${id}`, ...(data && { data }) },
  ...more,
})

/** Rows of one page, and the buttons to its neighbours. */
export const pageSize = 10
export function paged<Item>(
  items: readonly Item[],
  page: number,
  language: Language,
  to: (page: number) => Action,
): { readonly items: readonly Item[]; readonly blocks: readonly Block[] } {
  const last = Math.max(0, Math.ceil(items.length / pageSize) - 1)
  const at = Math.min(Math.max(0, page), last)
  const shown = items.slice(at * pageSize, (at + 1) * pageSize)
  if (last === 0) return { items: shown, blocks: [] }
  const t = texts(language).page
  return {
    items: shown,
    blocks: [
      { type: 'context', text: t.of(at * pageSize + 1, at * pageSize + shown.length, items.length) },
      {
        type: 'buttons',
        buttons: [
          ...(at > 0 ? [{ label: t.previous, action: to(at - 1) }] : []),
          ...(at < last ? [{ label: t.next, action: to(at + 1) }] : []),
        ],
      },
    ],
  }
}

/** Why a day cannot be a deadline, in words that say what could. */
export function dayProblemText(
  problem: DayProblem,
  deadline: Temporal.PlainDate,
  language: Language,
): string {
  const t = texts(language).problem
  switch (problem.code) {
    case 'past':
      return t.past
    case 'before-window':
      return t.beforeWindow(formatDateYear(problem.opensOn, language))
    case 'closed':
      return t.closed(
        formatDate(deadline, language),
        formatDate(problem.earlier, language),
        formatDate(problem.next, language),
      )
    case 'unknown-year':
      return t.unknownYear
    default:
      return problem satisfies never
  }
}
