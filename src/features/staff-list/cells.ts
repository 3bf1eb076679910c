// One cell as the list means it: stray spaces, full-width digits and Excel's own types taken away, and nothing else:
// name kanji are kept exactly as they are written (髙, 﨑, 邉), so there is no NFKC on names.
import { cutText, normalise } from '../../kernel/words.ts'
import { written } from '../../tables/cells.ts'
import type { Cell } from '../../tables/read-xlsx.ts'

/** Family name, one space, given name; spaces of any kind become one. */
export const nameOf = (cell: Cell | undefined): string => cutText(written(cell), 100)

/** Kana of any width as full-width kana. */
export const kanaOf = (cell: Cell | undefined): string => cutText(normalise(written(cell)), 100)

/** Lower case and half width; undefined where it is not an address. */
export function emailOf(cell: Cell | undefined): string | undefined {
  const text = normalise(written(cell))
    .replace(/\s/g, '')
    .replace(/^mailto:/i, '')
    .toLowerCase()
  return /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/.test(
    text,
  ) && text.length <= 254
    ? text
    : undefined
}

/** 「6級」 「６」 「行(一)6級」 「6-23」 (級-号給) → 6; undefined where no grade can be read. */
export function rankOf(cell: Cell | undefined): number | undefined {
  const text = normalise(written(cell))
    .replace(/\s/g, '')
    .replace(/\([^)]*\)/g, '')
  const found = /^\D*?(\d{1,2})(?:\.0+)?級?(?:[-‐−ー]\d+(?:号給?)?)?$/.exec(text)?.[1]
  const rank = Number(found)
  return found && rank > 0 ? rank : undefined
}

const kinds: readonly (readonly [RegExp, string])[] = [
  [/会計年度.*(フル|full)/i, 'fiscal-year-full'],
  [/会計年度.*(パート|part)/i, 'fiscal-year-part'],
  [/会計年度/, 'fiscal-year'],
  [/定年前再任用/, 'short-time'],
  [/再任用/, 'reappointed'],
  [/任期付/, 'fixed-term'],
  [/^(正規.*|正職員|常勤(職員)?|一般職(員)?|正規職員|regular)$/i, 'regular'],
]

/** The code under which an employment kind (任用区分) is kept; what is not known is kept under its own name. */
export function kindCode(name: string): string {
  const text = normalise(name).replace(/\s/g, '')
  return kinds.find(([pattern]) => pattern.test(text))?.[1] ?? text.slice(0, 64)
}
