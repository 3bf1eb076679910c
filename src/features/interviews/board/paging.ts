import type { Action, Block, Button } from '../../../cards/card.ts'
import type { Language } from '../../../kernel/language.ts'
import { textsIn } from './texts.ts'

/** Rows on one page of a board. */
export const pageSize = 10

/** The page asked for, within those that there are. */
export function pageOf(rows: number, page: number): { readonly at: number; readonly pages: number } {
  const pages = Math.max(1, Math.ceil(rows / pageSize))
  return { at: Math.min(Math.max(1, page), pages), pages }
}

/** 「2 / 3 ページ」 and the buttons that turn it; nothing when there is one page only. */
export function turning(
  rows: number,
  page: number,
  language: Language,
  turn: (page: number) => Action,
): { readonly note: readonly Block[]; readonly buttons: readonly Button[] } {
  const t = textsIn(language)
  const { at, pages } = pageOf(rows, page)
  if (pages === 1) return { note: [], buttons: [] }
  return {
    note: [{ type: 'context', text: t.pageOf(at, pages) }],
    buttons: [
      ...(at > 1 ? [{ label: t.previous, action: turn(at - 1) }] : []),
      ...(at < pages ? [{ label: t.next, action: turn(at + 1) }] : []),
    ],
  }
}
