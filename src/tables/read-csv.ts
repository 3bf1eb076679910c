import { parse } from 'csv-parse/sync'
import { type Unreadable, unreadable } from './read-problem.ts'

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'shift_jis'

/**
 * Text as it was meant: a byte order mark decides, then UTF-16 without one (Excel's "Unicode text", every other byte of
 * ASCII is zero), then whatever is valid UTF-8, else CP932 (`shift_jis` of the WHATWG Encoding Standard is windows-31j).
 */
export function decode(bytes: Uint8Array): { text: string; encoding: Encoding } {
  const encoding = guess(bytes)
  return { text: new TextDecoder(encoding).decode(bytes), encoding }
}

function guess(bytes: Uint8Array): Encoding {
  const [a, b, c] = bytes
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8'
  if (a === 0xff && b === 0xfe) return 'utf-16le'
  if (a === 0xfe && b === 0xff) return 'utf-16be'
  const head = bytes.subarray(0, 4096)
  const zeros = (parity: 0 | 1) => head.filter((byte, i) => byte === 0 && i % 2 === parity).length
  if (zeros(1) > head.length / 20) return 'utf-16le'
  if (zeros(0) > head.length / 20) return 'utf-16be'
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return 'utf-8'
  } catch {
    return 'shift_jis'
  }
}

/** The delimiter that splits the first lines into the most columns, quoted parts aside. */
function delimiterOf(text: string): ',' | ';' | '\t' {
  const head = text
    .slice(0, 20_000)
    .replace(/"[^"]*"/g, '')
    .split(/\r\n|\n|\r/, 30)
  const score = (delimiter: string) => Math.max(0, ...head.map((line) => line.split(delimiter).length - 1))
  const ranked = ([',', '\t', ';'] as const).toSorted((x, y) => score(y) - score(x))
  return ranked[0] ?? ','
}

/** Rows of strings; row numbers are those a spreadsheet shows, since empty lines are kept. */
export function readCsv(bytes: Uint8Array): { rows: string[][]; encoding: Encoding } | Unreadable {
  const { text, encoding } = decode(bytes)
  // Control characters, or many bytes that are no characters at all: not a text.
  const strange = text.slice(0, 20_000).match(/(?![\t\n\v\f\r])[\p{Cc}\ufffd]/gu)?.length ?? 0
  if (strange > Math.min(text.length, 20_000) / 50) return unreadable('unknown-type')
  const options = {
    delimiter: delimiterOf(text),
    relax_column_count: true,
    skip_empty_lines: false,
    bom: true,
    max_record_size: 200_000,
  }
  try {
    return { rows: parse(text, options) as string[][], encoding }
  } catch {
    try {
      // A lone inch mark in a note is more likely than a broken table: read quotes as letters.
      return { rows: parse(text, { ...options, quote: null }) as string[][], encoding }
    } catch {
      return unreadable('bad-csv')
    }
  }
}
