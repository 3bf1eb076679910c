// Staff numbers as somebody has them in a file or pastes them: which numbers, and what there is to say of each that
// reaches nobody. Pure.
import { z } from 'zod'
import { namedPeopleLimit } from '../../directory/audience.ts'
import { codeOf, written } from '../../tables/cells.ts'
import { columnReader } from '../../tables/columns.ts'
import type { Unreadable } from '../../tables/read-problem.ts'
import type { Table } from '../../tables/read-table.ts'

/** Longer lists are cut into several announcements, or said as conditions. */
export const mostListed = 2 * namedPeopleLimit

/** A number and where it stood: the row of a sheet, or its place among what was pasted, from 1. */
const listed = z.object({ row: z.int().min(1), number: z.string().min(1).max(64) })
export type Listed = z.infer<typeof listed>

/** As `broadcast_list.rows` keeps it. */
export const listRows = z.object({
  listed: z.array(listed).max(mostListed),
  /** Those whom the draft names already stay. */
  keep: z.boolean(),
})

const titles = {
  number: [
    '職員番号',
    '職員コード',
    '職員no',
    '職員id',
    '社員番号',
    'staffnumber',
    'employeenumber',
    'employeeid',
  ],
} as const
const reader = columnReader<'number'>(titles, ({ columns }) => columns.has('number'))

/** A whole cell that can be a staff number; a name or a date is none. */
const isNumber = (code: string): boolean => /^[0-9A-Z][0-9A-Z-]{0,19}$/.test(code) && /\d/.test(code)

/** What belongs to another list: of the staff, of a plan, of who was there. */
const otherLists =
  /採用年月日|採用日|任用区分|職名|役職|評価者|上司|フリガナ|ふりがな|メール|e-?mail|定員|受付開始|出欠|出席|欠席|受講|修了|attend|complet|hired/i

/**
 * Whose file it is, by its words: `list` for staff numbers and little else, `perhaps` where it also says who is where,
 * which a staff list does too; undefined: not one of these.
 */
export function looksListed(name: string, words: string): 'list' | 'perhaps' | undefined {
  if (otherLists.test(words)) return undefined
  const named = /職員番号|職員コード|社員番号|staff ?number|employee ?(number|id)/i.test(words)
  const bare = words
    .split(/[\r\n,;\t]+/)
    .map((cell) => codeOf(cell))
    .filter((code) => code !== '')
  if (!named && !(bare.length > 0 && bare.every(isNumber))) return undefined
  if (/宛先|送信先|送付先|配信先|対象者|audience|recipients?/i.test(name)) return 'list'
  return /所属|部署|組織|section|department/i.test(words) ? 'perhaps' : 'list'
}

const noNumbers: Unreadable = {
  code: 'no-header',
  text: {
    ja: '職員番号が見つかりません。見出しが「職員番号」の列か、職員番号だけの列が必要です。',
    en: 'No staff numbers were found. There must be a column titled 職員番号, or one of nothing but staff numbers.',
  },
}

/** The numbers of a table: of the column that is titled so, else of the first one where it holds nothing else. */
export function listedIn({ sheets }: Table): readonly Listed[] | Unreadable {
  for (const { rows } of sheets) {
    const header = reader.findHeader(rows)
    const column = header?.columns.get('number') ?? 0
    const codes = rows.flatMap((line, index): Listed[] => {
      if (header && index <= header.row) return []
      const number = codeOf(line[column])
      return number === '' ? [] : [{ row: index + 1, number }]
    })
    const others = rows.some((line) => line.some((cell, at) => at !== column && written(cell) !== ''))
    if (codes.length > 0 && (header || (!others && codes.every(({ number }) => isNumber(number)))))
      return codes
  }
  return noNumbers
}

/** What the directory says of the numbers of a list on a day, within what its author may write to. */
export interface Known {
  readonly id: number
  readonly number: string
  readonly state: 'here' | 'left' | 'outside'
  readonly absent: boolean
}

export type ListProblem = Listed & {
  readonly why: 'unknown' | 'left' | 'outside' | 'twice'
  /** Of one that stands there twice: the first place. */
  readonly first?: number
}

export interface Looked {
  readonly personIds: readonly number[]
  /** Of these, those on leave. */
  readonly absent: number
  readonly problems: readonly ListProblem[]
}

/** Numbers lose their leading zeros in Excel. */
export const zeroless = (number: string): string => number.replace(/^0+(?=.)/, '')

/** Whom a list means: each person once, in the order of the list; everything else is a problem with its place. */
export function lookUp(numbers: readonly Listed[], people: readonly Known[]): Looked {
  const exact = new Map(people.map((person) => [person.number, person]))
  const bare = Map.groupBy(people, ({ number }) => zeroless(number))
  const found = new Map<number, { readonly row: number; readonly absent: boolean }>()
  const problems: ListProblem[] = []
  for (const each of numbers) {
    const alike = bare.get(zeroless(each.number)) ?? []
    const person = exact.get(each.number) ?? (alike.length === 1 ? alike[0] : undefined)
    if (!person) problems.push({ ...each, why: 'unknown' })
    else if (person.state !== 'here') problems.push({ ...each, why: person.state })
    else {
      const before = found.get(person.id)
      if (before) problems.push({ ...each, why: 'twice', first: before.row })
      else found.set(person.id, { row: each.row, absent: person.absent })
    }
  }
  return {
    personIds: [...found.keys()],
    absent: [...found.values()].filter(({ absent }) => absent).length,
    problems,
  }
}
