// 勤務表 (shift rosters) as facilities really have them: a line for each person and day, or a line for each person with
// the days across. Pure.
import type { Bilingual } from '../../kernel/language.ts'
import { parseJapaneseDate } from '../../kernel/parse-date.ts'
import { normalise } from '../../kernel/words.ts'
import type { Cell } from '../../tables/read-xlsx.ts'

export interface RosterDay {
  readonly number: string
  readonly date: string
  readonly works: boolean
}

export interface RosterProblem {
  /** As a spreadsheet counts. */
  readonly row: number
  readonly value: string
  readonly code: 'date' | 'word' | 'number' | 'twice'
}

export interface Roster {
  readonly days: readonly RosterDay[]
  readonly problems: readonly RosterProblem[]
}

const written = (cell: Cell | undefined): string =>
  cell === null || cell === undefined || cell instanceof Date
    ? ''
    : normalise(String(cell)).replace(/\s/g, '')

const dateOf = (cell: Cell | undefined): string | undefined => {
  if (cell === null || cell === undefined || typeof cell === 'boolean') return undefined
  const parsed = parseJapaneseDate(cell)
  return parsed.ok ? parsed.date.toString() : undefined
}

const off = /^(休|休日|休み|公休|週休|代休|振休|有休|年休|非|非番|明|明け|×|x|0|off|-|ー)$/i
const on = /^(○|〇|◯|o|出|出勤|勤|勤務|日|日勤|早|早番|遅|遅番|夜|夜勤|当|当直|当番|1|on|[a-d])$/i

/** Whether somebody works that day; undefined where the word is not known. */
export function worksOn(cell: Cell | undefined): boolean | undefined {
  const text = written(cell)
  if (off.test(text)) return false
  return on.test(text) ? true : undefined
}

const titles: Readonly<Record<'number' | 'date' | 'works', RegExp>> = {
  number: /^(職員番号|番号|職員no\.?|staffnumber|number)$/i,
  date: /^(日付|年月日|勤務日|date)$/i,
  works: /^(勤務|区分|勤務区分|シフト|shift|works?)$/i,
}

/** undefined: no row of titles with a staff number, and either dates across or a date and a shift. */
export function readRoster(rows: readonly (readonly Cell[])[]): Roster | undefined {
  const head = rows.findIndex((row) => row.some((cell) => titles.number.test(written(cell))))
  const title = rows[head]
  if (!title) return undefined
  const at = (which: keyof typeof titles) => title.findIndex((cell) => titles[which].test(written(cell)))
  const [number, date, works] = [at('number'), at('date'), at('works')]
  const across = title.flatMap((cell, column) => {
    const day = dateOf(cell)
    return day === undefined ? [] : [{ column, day }]
  })
  const long = date !== -1 && works !== -1
  if (!long && across.length === 0) return undefined

  const days = new Map<string, RosterDay>()
  const problems: RosterProblem[] = []
  const take = (row: number, of: string, day: string, cell: Cell | undefined) => {
    const word = worksOn(cell)
    const key = `${of} ${day}`
    const known = days.get(key)
    if (word === undefined) problems.push({ row, value: written(cell), code: 'word' })
    else if (known && known.works !== word) problems.push({ row, value: key, code: 'twice' })
    else days.set(key, { number: of, date: day, works: word })
  }
  for (const [index, cells] of rows.entries()) {
    const row = index + 1
    if (index <= head || cells.every((cell) => cell === null || written(cell) === '')) continue
    const of = written(cells[number])
    if (of === '') problems.push({ row, value: '', code: 'number' })
    else if (long) {
      const day = dateOf(cells[date])
      if (day === undefined) problems.push({ row, value: written(cells[date]), code: 'date' })
      else take(row, of, day, cells[works])
    }
    // An empty square of the grid says nothing: that day goes by the usual calendar.
    else
      for (const { column, day } of across)
        if (written(cells[column]) !== '') take(row, of, day, cells[column])
  }
  return { days: [...days.values()], problems }
}

export const problemText: Readonly<
  Record<RosterProblem['code'] | 'unknown', (at: string, value: string) => Bilingual>
> = {
  date: (at, value) => ({
    ja: `${at}行目: 「${value}」は日付として読めません。`,
    en: `Row ${at}: "${value}" is not a date.`,
  }),
  word: (at, value) => ({
    ja: `${at}行目: 「${value}」は勤務か休みか分かりません。「出」「休」などで入れてください。`,
    en: `Row ${at}: "${value}" says neither work nor rest. Write on or off.`,
  }),
  number: (at) => ({ ja: `${at}行目: 職員番号がありません。`, en: `Row ${at}: there is no staff number.` }),
  twice: (at, value) => ({
    ja: `${at}行目: 「${value}」が2通りあります。`,
    en: `Row ${at}: "${value}" is given twice, differently.`,
  }),
  unknown: (_, value) => ({
    ja: `職員番号「${value}」の方が登録されていません。`,
    en: `Nobody has the staff number "${value}".`,
  }),
}
