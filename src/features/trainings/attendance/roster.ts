// An academy's list of who was there (.xlsx, CSV) → whom it means and what it says of them, with every problem by row.
// Pure; people are matched by number, else by a name that only one of them has.
import type { Bilingual } from '../../../kernel/language.ts'
import { parseJapaneseDate } from '../../../kernel/parse-date.ts'
import { codeOf, written } from '../../../tables/cells.ts'
import { columnReader, type Header } from '../../../tables/columns.ts'
import type { Unreadable } from '../../../tables/read-problem.ts'
import type { Table } from '../../../tables/read-table.ts'
import type { Cell } from '../../../tables/read-xlsx.ts'
import type { Result } from './change.ts'

const titles = {
  number: ['職員番号', '職員コード', '社員番号', 'number', 'staffnumber', 'employeeid'],
  name: ['氏名', '名前', '受講者', '受講者名', '受講者氏名', '参加者', 'name', 'participant'],
  result: [
    '出欠',
    '出席',
    '出欠状況',
    '受講状況',
    '受講結果',
    '結果',
    '修了',
    '修了状況',
    '状況',
    'attendance',
    'attended',
    'result',
    'status',
    'completed',
  ],
  day: ['受講日', '修了日', '完了日', '実施日', 'date', 'completedon'],
  note: ['備考', '理由', '欠席理由', 'note', 'remarks'],
} as const
type Key = keyof typeof titles

const reader = columnReader<Key>(
  titles,
  ({ columns }) => columns.has('name') || (columns.has('number') && columns.has('result')),
)

/** Whether the words of a file are those of such a list, and not of a staff list or a plan. */
export const mentionsRoster = (text: string): boolean =>
  /氏名|名前|受講者|参加者|職員番号|\bname\b|participant/i.test(text) &&
  /出欠|出席|欠席|受講状況|受講結果|受講日|修了|attend|complet/i.test(text) &&
  !/採用年月日|任用区分|一次評価者|職名|定員|受付開始|hired/i.test(text)

export interface RosterRow {
  /** As a spreadsheet counts. */
  readonly row: number
  readonly number: string
  readonly name: string
  /** null: the list says nothing of it. */
  readonly result: Result | null
  readonly day: string | null
}

export interface RosterProblem {
  readonly row: number
  readonly value: string
  readonly severity: 'error' | 'warning'
  readonly text: Bilingual
}

export interface RosterRead {
  readonly rows: readonly RosterRow[]
  readonly problems: readonly RosterProblem[]
}

const say = {
  empty: {
    ja: '職員番号も氏名もない行です。読み飛ばします。',
    en: 'This row has neither a number nor a name and is left out.',
  },
  result: {
    ja: '出欠として読めません。○、×、△、出席、欠席、修了などにしてください。この行は記録しません。',
    en: 'This says neither present nor absent. Write ○, ×, △, 出席, 欠席 or 修了. The row is left out.',
  },
  blank: {
    ja: '出欠が空欄です。この行は記録しません。',
    en: 'It does not say whether they were there. The row is left out.',
  },
  day: {
    ja: '日付として読めないため、研修の日（なければ今日）として扱います。',
    en: 'This is not a date; the day of the training is taken, else today.',
  },
  unknown: {
    ja: '職員名簿に見つかりません。職員番号か氏名をご確認ください。',
    en: 'Nobody on the staff list fits. Please check the number or the name.',
  },
  several: {
    ja: '同じ氏名の方が複数います。職員番号を入れてください。',
    en: 'Several people have this name. Please add the staff number.',
  },
  differs: {
    ja: '職員番号と氏名が別の方を指しています。どちらが正しいかご確認ください。',
    en: 'The number and the name are of different people. Please check which is right.',
  },
  twice: {
    ja: '同じ方が2行あります。後の行は使いません。',
    en: 'The same person stands there twice; the later row is not used.',
  },
} as const satisfies Record<string, Bilingual>

const noHeader: Unreadable = {
  code: 'no-header',
  text: {
    ja: '見出しの行が見つかりません。「氏名」（できれば「職員番号」も）と「出欠」の列がある行が必要です。',
    en: 'No row of column titles was found. One row must hold 氏名 (and 職員番号 if there is one) and 出欠.',
  },
}

/** 「○」「欠席（公務）」「修了」 and how else lists say it; null: nothing is said; undefined: it cannot be read. */
export function resultIn(text: string, note = ''): Result | null | undefined {
  const plain = text.normalize('NFKC').replace(/\s/g, '').toLowerCase()
  if (plain === '') return null
  const excused = /公務|病|忌引|届|休暇|育休|産休|excused|sick/.test(plain + note.normalize('NFKC'))
  if (/^(未|×|✕|✖|x|欠|不参加|不|no|absent|0$|ng)/.test(plain)) return excused ? 'excused' : 'absent'
  if (/^(△|▲|一部|途中|早退|遅刻|半|partly|part|half)/.test(plain)) return 'partly'
  if (/^(修了|完了|合格|済|completed?|passed|done|100%)/.test(plain)) return 'completed'
  if (/^(○|◯|〇|◎|●|レ|✓|✔|出|受講|参加|有|yes|y$|attend|present|ok|1$)/.test(plain)) return 'attended'
  return undefined
}

/** Rows as the list says them. `today` is only for days that name no year. */
export function understandRoster(table: Table, today: Temporal.PlainDate): RosterRead | Unreadable {
  for (const sheet of table.sheets) {
    const header = reader.findHeader(sheet.rows)
    if (header) return understandRows(sheet.rows, header, today)
  }
  return noHeader
}

function understandRows(
  cells: readonly (readonly Cell[])[],
  header: Header<Key>,
  today: Temporal.PlainDate,
): RosterRead {
  const problems: RosterProblem[] = []
  const rows: RosterRow[] = []
  for (const [index, line] of cells.entries()) {
    if (index <= header.row || !line.some((cell) => written(cell) !== '')) continue
    const row = index + 1
    const cell = (key: Key): Cell | undefined => {
      const column = header.columns.get(key)
      return column === undefined ? undefined : line[column]
    }
    const [number, name] = [codeOf(cell('number')), written(cell('name'))]
    if (number === '' && name === '') {
      problems.push({ row, value: '', severity: 'warning', text: say.empty })
      continue
    }
    const said = written(cell('result'))
    // A list without such a column is a list of those who were there.
    const result = header.columns.has('result') ? resultIn(said, written(cell('note'))) : 'attended'
    if (result === undefined) problems.push({ row, value: said, severity: 'error', text: say.result })
    if (result === null) problems.push({ row, value: name || number, severity: 'warning', text: say.blank })
    const day = dayIn(cell('day'), today)
    if (day === 'bad') problems.push({ row, value: written(cell('day')), severity: 'warning', text: say.day })
    rows.push({ row, number, name, result: result ?? null, day: day === 'bad' ? null : day })
  }
  return { rows, problems }
}

function dayIn(cell: Cell | undefined, today: Temporal.PlainDate): string | null | 'bad' {
  const text = written(cell)
  if (text === '' || cell instanceof Date) return text || null
  const short = /^(\d{1,2})[月/](\d{1,2})日?$/.exec(text.normalize('NFKC'))
  const parsed = parseJapaneseDate(short ? `${today.year}/${short[1]}/${short[2]}` : text)
  return parsed.ok ? parsed.date.toString() : 'bad'
}

export interface Known {
  readonly id: number
  readonly number: string
  readonly name: string
}

export interface Matched {
  readonly row: number
  readonly personId: number
  readonly result: Result
  readonly day: string | null
}

const bare = (name: string) => name.normalize('NFKC').replace(/[\s・]/g, '')

/**
 * Whom each row means. `listed` are the people on the list of the training: a name that two people of the city have is
 * that of the one who is on it.
 */
export function matchRoster(
  rows: readonly RosterRow[],
  people: readonly Known[],
  listed: ReadonlySet<number>,
): { readonly matched: readonly Matched[]; readonly problems: readonly RosterProblem[] } {
  // Numbers lose their leading zeros in Excel.
  const numberKey = (number: string) => codeOf(number).replace(/^0+(?=.)/, '')
  const byNumber = Map.groupBy(people, ({ number }) => numberKey(number))
  const byName = Map.groupBy(people, ({ name }) => bare(name))
  const problems: RosterProblem[] = []
  const matched = new Map<number, Matched>()
  for (const { row, number, name, result, day } of rows) {
    if (result === null) continue
    const fail = (text: Bilingual) =>
      problems.push({ row, value: [number, name].filter(Boolean).join(' '), severity: 'error', text })
    const named = byName.get(bare(name)) ?? []
    const numbered = number === '' ? [] : (byNumber.get(numberKey(number)) ?? [])
    const onList = named.filter(({ id }) => listed.has(id))
    const [found, ...others] = number !== '' ? numbered : onList.length > 0 ? onList : named
    if (!found) fail(say.unknown)
    else if (others.length > 0) fail(say.several)
    else if (number !== '' && name !== '' && bare(found.name) !== bare(name)) fail(say.differs)
    else if (matched.has(found.id))
      problems.push({ row, value: name || number, severity: 'warning', text: say.twice })
    else matched.set(found.id, { row, personId: found.id, result, day })
  }
  return { matched: [...matched.values()], problems }
}
