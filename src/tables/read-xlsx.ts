import readWorkbook from 'read-excel-file/universal'
import {
  maxBytes,
  maxColumns,
  maxRows,
  type Unreadable,
  type UnreadableCode,
  unreadable,
} from './read-problem.ts'
import { type ZipEntry, zipEntries, zipText } from './zip.ts'

export type Cell = string | number | boolean | Date | null

export interface Sheet {
  readonly name: string
  readonly rows: readonly (readonly Cell[])[]
}

/** What all parts of a workbook may take together once unpacked: 3,000 people take about 4 MB. */
const maxUnpacked = 64 * 1024 * 1024

/** All sheets of an .xlsx, in order, or why not. Nothing is unpacked before its size is known to be bounded. */
export async function readXlsx(bytes: Uint8Array): Promise<readonly Sheet[] | Unreadable> {
  const refused = check(bytes)
  if (refused) return unreadable(refused)
  try {
    const sheets = await readWorkbook(bytes.slice().buffer)
    return sheets.map(({ sheet, data }) => ({ name: sheet, rows: data as Cell[][] }))
  } catch (error) {
    return unreadable(
      error instanceof Error && /^<c\/> at row/.test(error.message) ? 'cell-error' : 'damaged',
    )
  }
}

function check(bytes: Uint8Array): UnreadableCode | undefined {
  if (bytes.length > maxBytes) return 'too-large'
  const entries = zipEntries(bytes)
  if (!entries) return 'damaged'
  if (entries.some((entry) => entry.encrypted)) return 'encrypted'
  if (!entries.some((entry) => entry.name === 'xl/workbook.xml')) return 'other-archive'
  if (entries.reduce((sum, entry) => sum + entry.unpacked, 0) > maxUnpacked) return 'too-large'
  for (const entry of entries) {
    if (!/^xl\/worksheets\/[^/]+\.xml$/.test(entry.name)) continue
    const refused = checkSheet(bytes, entry)
    if (refused) return refused
  }
  return undefined
}

/**
 * The reader fills every gap up to the last row and column that hold anything: a value in cell XFD1048576 alone would
 * cost gigabytes. Cells that are only formatted (`<c r="A9" s="1"/>`) cost nothing and are let pass.
 */
function checkSheet(bytes: Uint8Array, entry: ZipEntry): UnreadableCode | undefined {
  const xml = zipText(bytes, entry)
  if (xml === undefined) return 'damaged'
  for (const [, attributes = ''] of xml.matchAll(/<(?:\w+:)?row\b([^>]*)>/g)) {
    const number = /\br\s*=\s*["'](\d+)["']/.exec(attributes)?.[1]
    if (number && Number(number) > 1_048_576) return 'damaged'
  }
  for (const [, attributes = '', closed] of xml.matchAll(/<(?:\w+:)?c\b([^>]*?)(\/?)>/g)) {
    if (closed === '/') continue
    const [, letters = '', row = '0'] = /\br\s*=\s*["']([A-Z]+)(\d+)["']/.exec(attributes) ?? []
    if (columnNumber(letters) > maxColumns) return 'too-many-columns'
    if (Number(row) > maxRows + 50) return 'too-many-rows'
  }
  return undefined
}

const columnNumber = (letters: string): number =>
  [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0)
