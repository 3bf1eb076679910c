// Which column is what, for lists whose titles people write as they like. Compared without spaces, width or case; what
// stands in brackets is looked at first (氏名(カナ)) and then left out (上司(職員番号)).
import type { Cell } from './read-xlsx.ts'

export interface Header<Key extends string> {
  /** Index of the row in its sheet. */
  readonly row: number
  readonly columns: ReadonlyMap<Key, number>
  /** The titles as written, by column. */
  readonly titles: readonly string[]
  readonly ignored: readonly string[]
  /** Titles that mean the same as one to their left. */
  readonly repeated: readonly string[]
}

/** How far down a list's title, its date and its notes may push the row of column titles. */
const headerWithin = 30

const plain = (title: string): string =>
  title
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{Cc}\p{Cf}*※:・_.]/gu, '')

/** Reads headers of one kind of list: `titles` gives each column its names, `usable` says what a list cannot lack. */
export function columnReader<Key extends string>(
  titles: Readonly<Record<Key, readonly string[]>>,
  usable: (header: Header<Key>) => boolean,
) {
  const known = new Map<string, Key>()
  for (const [key, names] of Object.entries<readonly string[]>(titles))
    for (const name of names) known.set(plain(name), key as Key)

  const columnKey = (title: string): Key | undefined => {
    const text = plain(title)
    return known.get(text) ?? known.get(text.replace(/[([【「].*?[)\]】」]/g, ''))
  }

  const readHeader = (row: number, cells: readonly Cell[]): Header<Key> => {
    const columns = new Map<Key, number>()
    const ignored: string[] = []
    const repeated: string[] = []
    const names = cells.map((cell) => (cell === null ? '' : String(cell).trim()))
    for (const [column, title] of names.entries()) {
      if (title === '') continue
      const key = columnKey(title)
      if (!key) ignored.push(title)
      else if (columns.has(key)) repeated.push(title)
      else columns.set(key, column)
    }
    return { row, columns, titles: names, ignored, repeated }
  }

  /** The row that holds column titles: the one of the first thirty in which the most are recognised. */
  const findHeader = (rows: readonly (readonly Cell[])[]): Header<Key> | undefined => {
    let best: Header<Key> | undefined
    for (const [row, cells] of rows.slice(0, headerWithin).entries()) {
      const header = readHeader(row, cells)
      if (usable(header) && header.columns.size > (best?.columns.size ?? 0)) best = header
    }
    return best
  }

  return { columnKey, findHeader }
}
