// One cell as a table means it: stray spaces, full-width digits and Excel's own types taken away, and nothing else.
import { cutText, normalise } from '../kernel/words.ts'
import type { Cell } from './read-xlsx.ts'

/** Control, direction and zero-width characters and half pairs; variation selectors stay: they tell name kanji apart. */
const invisible = /[\p{Cc}\p{Cs}\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/gu

/** What a spreadsheet cell shows, for messages and for texts that are kept as written. */
export function written(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return ''
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? '' : cell.toISOString().slice(0, 10)
  const text = String(cell)
    .replace(/[\t\r\n]/g, ' ')
    .replace(invisible, '')
    .replace(/[\s\u3000]+/g, ' ')
  return cutText(text.trim(), 300)
}

/** A number or code: half width, without spaces, upper case; Excel's `1234.0` is 1234. */
export function codeOf(cell: Cell | undefined): string {
  if (typeof cell === 'number') return Number.isInteger(cell) ? String(cell) : String(cell)
  const code = normalise(written(cell))
    .replace(/\s/g, '')
    .replace(/^'/, '')
    .replace(/^(\d+)\.0+$/, '$1')
  return cutText(code.toUpperCase(), 64)
}
