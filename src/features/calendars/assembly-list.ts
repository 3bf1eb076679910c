// Sessions of the assembly as its secretariat lists them (会期日程): a row each, with the first and the last day in columns
// of their own or in one. Pure.
import { fiscalYearOf } from '../../kernel/fiscal-year.ts'
import { parseJapaneseDate } from '../../kernel/parse-date.ts'
import { cutText } from '../../kernel/words.ts'
import { written } from '../../tables/cells.ts'
import { columnReader } from '../../tables/columns.ts'
import type { Cell } from '../../tables/read-xlsx.ts'
import {
  dayIn,
  longestName,
  mostInYear,
  overlap,
  readLine,
  type Session,
  type Wrong,
  wrongOf,
} from './assembly-rules.ts'

const titles = {
  name: ['名称', '会議名', '会期名', '会議', '議会', '定例会', '区分', '種別', 'name', 'session'],
  first: ['初日', '開会', '開会日', '開始', '開始日', '自', '会期初日', 'first', 'from', 'start', 'firstday'],
  last: [
    '最終日',
    '末日',
    '閉会',
    '閉会日',
    '終了',
    '終了日',
    '至',
    '会期末日',
    'last',
    'to',
    'end',
    'lastday',
  ],
  span: ['会期', '期間', '日程', '会期日程', 'dates', 'period'],
} as const
type Key = keyof typeof titles

const reader = columnReader<Key>(
  titles,
  ({ columns }) =>
    columns.has('name') && (columns.has('span') || (columns.has('first') && columns.has('last'))),
)

/** Whether the words of a file are those of such a list, and not of people. */
export const mentionsSessions = (text: string): boolean =>
  /定例会|臨時会|assembly/i.test(text) &&
  /会期|開会|初日|閉会|最終日|last ?day|period/i.test(text) &&
  !/職員番号|氏名|staff number/i.test(text)

export interface ListProblem {
  /** As a spreadsheet counts. */
  readonly row: number
  readonly value: string
  readonly code: Wrong
}

export interface SessionList {
  readonly sessions: readonly Session[]
  readonly problems: readonly ListProblem[]
}

/** undefined: no row says when anything sits. Days without a year are of the fiscal year of `today`. */
export function readSessions(
  rows: readonly (readonly Cell[])[],
  today: Temporal.PlainDate,
): SessionList | undefined {
  const year = fiscalYearOf(today)
  const header = reader.findHeader(rows)
  const found: { row: number; value: string; session: Session | undefined }[] = []
  for (const [index, cells] of rows.entries()) {
    if (header && index <= header.row) continue
    const at = (key: Key) => cells[header?.columns.get(key) ?? -1]
    const value = cells.map(written).filter(Boolean).join(' ')
    if (value === '') continue
    const line = header
      ? [written(at('name')), ...(header.columns.has('first') ? [] : [written(at('span'))])].join(' ')
      : value
    const session =
      header?.columns.has('first') === true
        ? inColumns(written(at('name')), at('first'), at('last'), year)
        : readLine(line, year)
    // Without titles whatever has no day above the first session is a heading.
    if (!header && !session && found.length === 0) continue
    found.push({ row: index + 1, value: cutText(value, 60), session })
  }
  if (!found.some(({ session }) => session)) return undefined
  const problems: ListProblem[] = []
  const sessions: Session[] = []
  for (const { row, value, session } of found) {
    const code = session ? wrongHere(session, sessions, year) : 'line'
    if (code) problems.push({ row, value, code })
    else if (session) sessions.push(session)
  }
  return { sessions, problems }
}

/** Of this fiscal year or the next one, apart from the others. */
function wrongHere(session: Session, others: readonly Session[], year: number): Wrong | null {
  const of = fiscalYearOf(session.from)
  const wrong = wrongOf(session, of === year + 1 ? of : year)
  return wrong ?? (others.some((other) => overlap(other, session)) ? 'overlap' : null)
}

function inColumns(
  name: string,
  first: Cell | undefined,
  last: Cell | undefined,
  year: number,
): Session | undefined {
  const [from, end] = [dayOf(first, year), dayOf(written(last) === '' ? first : last, year)]
  if (name === '' || !from || !end) return undefined
  return { name: cutText(name, longestName), from, to: end.add({ days: 1 }) }
}

function dayOf(cell: Cell | undefined, year: number): Temporal.PlainDate | undefined {
  if (cell === undefined || typeof cell === 'boolean') return undefined
  const parsed = parseJapaneseDate(cell)
  return parsed.ok ? parsed.date : dayIn(written(cell), year)
}

/**
 * A year once the list is brought in: a session of the list takes the place of one that it overlaps or that is called the
 * same; the others stay. Undefined: more than one form can hold.
 */
export function mergeYear(
  present: readonly Session[],
  listed: readonly Session[],
): readonly Session[] | undefined {
  const kept = present.filter(
    (one) => !listed.some((other) => other.name === one.name || overlap(other, one)),
  )
  const all = [...kept, ...listed].toSorted((a, b) => Temporal.PlainDate.compare(a.from, b.from))
  return all.length > mostInYear ? undefined : all
}
