import { readFile } from 'node:fs/promises'
import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readTable } from './read-table.ts'

const fixture = (name: string) =>
  readFile(new URL(`../../test/fixtures/staff-lists/${name}`, import.meta.url))
const rowsOf = async (name: string) => {
  const table = await readTable(await fixture(name))
  if ('code' in table) throw new Error(table.code)
  return { kind: table.kind, rows: table.sheets.at(-1)?.rows ?? [] }
}
const refusal = async (bytes: Uint8Array) => {
  const table = await readTable(bytes)
  return 'code' in table ? table.code : table.kind
}

describe('a table is read by its content', () => {
  test.each([
    ['cp932-messy.csv', 'shift_jis'],
    ['utf8.csv', 'utf-8'],
    ['utf8-bom.csv', 'utf-8'],
    ['semicolon.csv', 'utf-8'],
    ['unicode-text.txt', 'utf-16le'],
    ['book.xlsx', 'xlsx'],
  ])('%s is %s', async (name, kind) => {
    expect((await rowsOf(name)).kind).toBe(kind)
  })

  test('the same list gives the same cells in every encoding and with every delimiter', async () => {
    const { rows } = await rowsOf('utf8.csv')
    for (const name of ['utf8-bom.csv', 'semicolon.csv', 'unicode-text.txt'])
      expect((await rowsOf(name)).rows).toEqual(rows)
  })

  test('name kanji outside JIS X 0208 survive CP932', async () => {
    const { rows } = await rowsOf('cp932-messy.csv')
    expect(rows[5]?.[1]).toBe('髙橋 﨑人')
    expect(rows[5]?.at(-1)).toBe('窓口, 電話')
  })

  test('row numbers are those a spreadsheet shows, empty rows included', async () => {
    const { rows } = await rowsOf('book.xlsx')
    expect(rows[2]?.[0]).toBe('職員番号')
    expect(rows[3]?.[0]).toBe(123)
    expect(rows[5]?.every((cell) => cell === null)).toBe(true)
    expect(rows[6]?.[0]).toBe(125)
  })
})

describe('what is no table is told apart', () => {
  test.each([
    ['picture.csv', 'picture'],
    ['old-format.xls', 'old-excel'],
    ['with-password.xlsx', 'encrypted'],
    ['empty.csv', 'empty'],
    ['only-spaces.csv', 'empty'],
  ])('%s: %s', async (name, code) => {
    expect(await refusal(await fixture(name))).toBe(code)
  })

  test('a PDF, another archive, a cut-off workbook, too many rows or columns', async () => {
    expect(await refusal(Buffer.from('%PDF-1.7\n'))).toBe('pdf')
    expect(await refusal(zip({ 'a.txt': 'x' }))).toBe('other-archive')
    expect(await refusal((await fixture('book.xlsx')).subarray(0, 900))).toBe('damaged')
    expect(await refusal(new TextEncoder().encode('a,b\n'.repeat(20_100)))).toBe('too-many-rows')
    expect(await refusal(new TextEncoder().encode(`${'a,'.repeat(400)}b\n`))).toBe('too-many-columns')
    expect(await refusal(new Uint8Array(21 * 1024 * 1024).fill(65))).toBe('too-large')
  })

  test('a workbook that would fill the memory is refused before it is opened', async () => {
    const sheet = (cells: string) => `<worksheet><sheetData>${cells}</sheetData></worksheet>`
    const book = (cells: string) =>
      zip({ 'xl/workbook.xml': '<workbook/>', 'xl/worksheets/sheet1.xml': sheet(cells) })
    expect(await refusal(book(' '.repeat(70 * 1024 * 1024)))).toBe('too-large')
    expect(await refusal(book('<row r="1"><c r="XFD1"><v>1</v></c></row>'))).toBe('too-many-columns')
    expect(await refusal(book('<row r="900000"><c r="A900000"><v>1</v></c></row>'))).toBe('too-many-rows')
    expect(await refusal(book('<row r="999999999999"/>'))).toBe('damaged')
    // An entry that says it is small and is not.
    const lying = book(' '.repeat(70 * 1024 * 1024))
    for (let at = 0; at < lying.length - 4; at++) {
      if (lying.readUInt32LE(at) === 0x02014b50) lying.writeUInt32LE(10, at + 24)
    }
    expect(await refusal(lying)).toBe('damaged')
  })

  test('no bytes at all make it throw', async () => {
    const heads = [
      '',
      'PK\u0003\u0004',
      '\ufeff',
      '"',
      '\u00d0\u00cf\u0011\u00e0',
      '職員番号,氏名\n',
      '\u00ff\u00fe',
    ]
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 400 }), async (head, rest) => {
        await readTable(Buffer.concat([Buffer.from(head, 'latin1'), rest]))
        await readTable(Buffer.concat([Buffer.from(head), rest]))
      }),
      { numRuns: 300 },
    )
  })

  test('a workbook with any byte changed is read or refused, never thrown at', async () => {
    const book = await fixture('book.xlsx')
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: book.length - 1 }),
        fc.integer({ min: 0, max: 255 }),
        async (at, value) => {
          const changed = Buffer.from(book)
          changed[at] = value
          await readTable(changed)
        },
      ),
      { numRuns: 60 },
    )
  })
})

/** A small archive. */
function zip(files: Readonly<Record<string, string>>): Buffer {
  const bodies: Buffer[] = []
  const entries: Buffer[] = []
  let offset = 0
  for (const [name, text] of Object.entries(files)) {
    const packed = deflateRawSync(text)
    const named = Buffer.from(name)
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(8, 8)
    local.writeUInt32LE(packed.length, 18)
    local.writeUInt32LE(Buffer.byteLength(text), 22)
    local.writeUInt16LE(named.length, 26)
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50, 0)
    entry.writeUInt16LE(8, 10)
    entry.writeUInt32LE(packed.length, 20)
    entry.writeUInt32LE(Buffer.byteLength(text), 24)
    entry.writeUInt16LE(named.length, 28)
    entry.writeUInt32LE(offset, 42)
    bodies.push(local, named, packed)
    entries.push(entry, named)
    offset += local.length + named.length + packed.length
  }
  const directory = Buffer.concat(entries)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(Object.keys(files).length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...bodies, directory, end])
}
