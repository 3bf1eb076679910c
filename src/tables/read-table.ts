import { readCsv } from './read-csv.ts'
import {
  maxBytes,
  maxColumns,
  maxRows,
  type Unreadable,
  type UnreadableCode,
  unreadable,
} from './read-problem.ts'
import { type Cell, readXlsx, type Sheet } from './read-xlsx.ts'

export interface Table {
  /** What it was read as: shown in the preview. */
  readonly kind: 'xlsx' | 'utf-8' | 'utf-16le' | 'utf-16be' | 'shift_jis'
  readonly sheets: readonly Sheet[]
}

const starts = (bytes: Uint8Array, ...head: readonly number[]) => head.every((byte, i) => bytes[i] === byte)

/** What a file is by its first bytes, whatever its name says. */
function kindOf(bytes: Uint8Array): 'zip' | 'text' | UnreadableCode {
  if (bytes.length === 0) return 'empty'
  if (bytes.length > maxBytes) return 'too-large'
  if (starts(bytes, 0x50, 0x4b, 3, 4) || starts(bytes, 0x50, 0x4b, 5, 6)) return 'zip'
  // OLE2: .xls, and .xlsx with a password (which is an OLE2 file around the encrypted workbook).
  if (starts(bytes, 0xd0, 0xcf, 0x11, 0xe0))
    return includes(bytes, 'EncryptedPackage') ? 'encrypted' : 'old-excel'
  if (starts(bytes, 0x89, 0x50, 0x4e, 0x47) || starts(bytes, 0xff, 0xd8, 0xff)) return 'picture'
  if (starts(bytes, 0x47, 0x49, 0x46, 0x38) || starts(bytes, 0x42, 0x4d)) return 'picture'
  if (starts(bytes, 0x52, 0x49, 0x46, 0x46)) return 'picture'
  if (starts(bytes, 0x25, 0x50, 0x44, 0x46)) return 'pdf'
  return 'text'
}

/** Names inside OLE2 are UTF-16. */
const includes = (bytes: Uint8Array, name: string): boolean =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(Buffer.from(name, 'utf16le'))

/** Whether a file given to the bot looks like something this feature should answer for, readable or not. */
export const looksLikeTable = (name: string, bytes: Uint8Array): boolean =>
  /\.(csv|tsv|txt|xlsx|xlsm|xls)$/i.test(name) || kindOf(bytes) === 'zip'

/** Reads a file into sheets of cells, by its content and never by its name. */
export async function readTable(bytes: Uint8Array): Promise<Table | Unreadable> {
  const kind = kindOf(bytes)
  if (kind !== 'zip' && kind !== 'text') return unreadable(kind)
  if (kind === 'zip') {
    const sheets = await readXlsx(bytes)
    if ('code' in sheets) return sheets
    return bounded({ kind: 'xlsx', sheets })
  }
  const read = readCsv(bytes)
  if ('code' in read) return read
  return bounded({ kind: read.encoding, sheets: [{ name: '', rows: read.rows }] })
}

function bounded(table: Table): Table | Unreadable {
  const holds = (row: readonly Cell[]) => row.some((cell) => cell !== null && String(cell).trim() !== '')
  if (!table.sheets.some((sheet) => sheet.rows.some(holds))) return unreadable('empty')
  for (const sheet of table.sheets) {
    if (sheet.rows.findLastIndex(holds) > maxRows + 30) return unreadable('too-many-rows')
    if (sheet.rows.some((row) => row.length > maxColumns)) return unreadable('too-many-columns')
  }
  return table
}
