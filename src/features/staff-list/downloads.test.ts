import { describe, expect, test } from 'vitest'
import { csvFile } from '../../chat/csv.ts'

const cellOf = (value: string) => {
  const { bytes } = csvFile('a.csv', '', [[value]])
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}

describe('a CSV for Excel', () => {
  test.each(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t=', '\r=', '\n='])(
    'holds no formula after %j',
    (sign) => {
      expect(cellOf(`${sign}cmd|'/c calc'!A1`)).toMatch(/^\ufeff"?'/)
    },
  )

  test('leaves numbers, names and quotation marks as they are', () => {
    expect(cellOf('-12')).toBe('\ufeff-12\r\n')
    expect(cellOf('山田 花子')).toBe('\ufeff山田 花子\r\n')
    expect(cellOf('a"b,c')).toBe('\ufeff"a""b,c"\r\n')
  })
})
