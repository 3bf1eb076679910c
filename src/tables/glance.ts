// The words of a file that was given to the bot, as far as one looks to see whose it is; it is read properly later.
import { decode } from './read-csv.ts'
import { zipEntries, zipText } from './zip.ts'

/** Parts of a workbook larger than this are not looked into only to see whose they are. */
const glance = 16 * 1024 * 1024
const textGlance = 20_000

/** The words of a workbook's sheets, or of the beginning of a text file; undefined for anything else. */
export function wordsOf(name: string, bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) {
    const texts = (zipEntries(bytes) ?? [])
      .filter(({ name: entry }) => /^xl\/(sharedStrings|worksheets\/sheet\d+)\.xml$/.test(entry))
      .filter(({ unpacked, encrypted }) => unpacked <= glance && !encrypted)
      .map((entry) => zipText(bytes, entry) ?? '')
    return texts.join(' ').slice(0, glance)
  }
  return /\.(csv|tsv|txt)$/i.test(name) ? decode(bytes.subarray(0, textGlance)).text : undefined
}
