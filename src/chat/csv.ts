// Files of rows that people open. CSV with a byte order mark and CRLF, which Japanese Excel opens by double-click; a cell
// that begins like a formula (also in full width, which Japanese Excel takes for one) is kept from being one.
import type { OutgoingFile } from './chat.ts'

const cell = (value: string | number | null): string => {
  const text = value === null ? '' : String(value)
  const safe = /^[=+\-@＝＋－＠\t\r\n]/.test(text) && !/^-?\d+$/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export function csvFile(
  name: string,
  comment: string,
  rows: readonly (readonly (string | number | null)[])[],
): OutgoingFile {
  const text = rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('')
  return { name, mimeType: 'text/csv', bytes: new TextEncoder().encode(`\ufeff${text}`), comment }
}
