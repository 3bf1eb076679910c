// A table of cells → the people, posts, routes and sections it means, with every problem by row, column and value.
// Pure: the directory is given as what is known of it.

import type { ListedPost, StaffList } from '../../directory/change/listed.ts'
import { type DateProblem, parseJapaneseDate } from '../../kernel/parse-date.ts'
import { cutText } from '../../kernel/words.ts'
import { codeOf, written } from '../../tables/cells.ts'
import type { Unreadable } from '../../tables/read-problem.ts'
import type { Table } from '../../tables/read-table.ts'
import type { Cell } from '../../tables/read-xlsx.ts'
import { emailOf, kanaOf, kindCode, nameOf, rankOf } from './cells.ts'
import { type ColumnKey, findHeader, type Header } from './columns.ts'
import { evaluatorsOf, type KnownPeople } from './evaluators.ts'
import { type Problem, problem, sorted } from './problem.ts'
import { type Gathered, type Row, routeColumns } from './row.ts'
import { readSections, treeRuleText } from './sections.ts'

export interface Known extends KnownPeople {
  /** Section codes by section name. */
  readonly sectionCodes: ReadonlyMap<string, string>
}

export interface Understood {
  readonly list: StaffList
  readonly problems: readonly Problem[]
  /** Rows that hold somebody. */
  readonly rows: number
}

const noHeader: Unreadable = {
  code: 'no-header',
  text: {
    ja: '見出しの行が見つかりません。「職員番号」「氏名」「所属コード（または所属名）」の列がある行が必要です。「職員名簿」から雛形を受け取れます。',
    en: 'No row of column titles was found. One row must hold 職員番号, 氏名 and 所属コード (or 所属名). "staff list" gives a template.',
  },
}

export function understand(table: Table, known: Known): Understood | Unreadable {
  for (const sheet of table.sheets) {
    const header = findHeader(sheet.rows)
    if (header) return understandRows(sheet.rows, header, known)
  }
  return noHeader
}

function understandRows(rows: readonly (readonly Cell[])[], header: Header, known: Known): Understood {
  const problems: Problem[] = [
    ...header.ignored.map((title) => problem('column-ignored', { row: header.row + 1, column: title })),
    ...header.repeated.map((title) => problem('column-repeated', { row: header.row + 1, column: title })),
  ]
  const read = rows
    .slice(header.row + 1)
    .map((cells, index) => readRow(cells, header.row + index + 2, header))
    .filter((row) => row !== undefined)

  const listed = read.filter((row) => identified(row, header, problems))
  const sections = readSections(
    listed.map((row) => ({
      code: codeOf(row.cell('sectionCode')),
      name: row.text('sectionName'),
      parentCode: codeOf(row.cell('parentCode')),
      parentName: row.text('parentName'),
      path: (['division', 'department', 'unit'] as const).map(row.text).filter((part) => part !== ''),
      at: row.spot(row.has('sectionCode') ? 'sectionCode' : 'sectionName'),
    })),
    {
      parents: header.columns.has('parentCode'),
      path: header.columns.has('division') || header.columns.has('department'),
    },
    known.sectionCodes,
  )
  problems.push(...sections.problems)
  const placed = listed.map((row, index) => ({ row, sectionCode: sections.codes[index] ?? '' }))
  for (const { row, sectionCode } of placed) {
    if (sectionCode === '') problems.push(problem('section-missing', row.spot('sectionCode')))
  }

  const people = gather(placed, problems)
  checkEmails(people, problems)
  const withRoutes = evaluatorsOf(people, known, problems)
  const tops = sections.sections.filter((section) => !section.parentCode).length
  problems.push(problem('tree-rule', {}, treeRuleText(sections.rule, tops, sections.sections.length)))
  for (const section of sections.sections) {
    if (section.name === null && ![...known.sectionCodes.values()].includes(section.code))
      problems.push(problem('section-unnamed', { value: section.code }))
  }
  return {
    list: { people: withRoutes, sections: sections.sections },
    problems: sorted(problems),
    rows: read.length,
  }
}

function readRow(cells: readonly Cell[], row: number, header: Header): Row | undefined {
  const filled = cells.filter((cell) => written(cell) !== '').length
  if (filled === 0) return undefined
  const cell = (key: ColumnKey) => {
    const column = header.columns.get(key)
    return column === undefined ? undefined : cells[column]
  }
  const text = (key: ColumnKey) => written(cell(key))
  const number = codeOf(cell('number'))
  // 「合計 120名」, 「令和9年4月1日現在」: a note below or between, nobody.
  const noNumber = number === '' ? text('name') === '' && text('family') === '' : !isNumber(number)
  if (noNumber && filled <= 2) return undefined
  return {
    row,
    number,
    cell,
    text,
    has: (key) => header.columns.has(key),
    spot: (key) => {
      const column = header.columns.get(key)
      return { row, column: column === undefined ? null : (header.titles[column] ?? null), value: text(key) }
    },
  }
}

const isNumber = (text: string): boolean => /^[0-9A-Z][0-9A-Z_-]*$/.test(text)

const fullName = (row: Row): string =>
  row.has('name')
    ? nameOf(row.cell('name'))
    : `${nameOf(row.cell('family'))} ${nameOf(row.cell('given'))}`.trim()

/** Whether a row says who it is; if not, that is a problem. */
function identified(row: Row, header: Header, problems: Problem[]): boolean {
  const before = problems.length
  if (row.number === '') problems.push(problem('number-missing', row.spot('number')))
  else if (!isNumber(row.number)) problems.push(problem('number-bad', row.spot('number')))
  if (fullName(row) === '')
    problems.push(problem('name-missing', row.spot(header.columns.has('name') ? 'name' : 'family')))
  return problems.length === before
}

interface Placed {
  readonly row: Row
  readonly sectionCode: string
}

/** Rows of one number → one person: the main post, second posts (兼務), repeated rows left out. */
function gather(placed: readonly Placed[], problems: Problem[]): readonly Gathered[] {
  const byNumber = new Map<string, Placed[]>()
  for (const each of placed) {
    const same = byNumber.get(each.row.number)
    if (same) same.push(each)
    else byNumber.set(each.row.number, [each])
  }
  return [...byNumber.values()].map((rows) => gatherOne(rows, problems))
}

function gatherOne(rows: readonly Placed[], problems: Problem[]): Gathered {
  const distinct: Placed[] = []
  for (const each of rows) {
    const same = distinct.find((other) => contentOf(other) === contentOf(each))
    if (same) problems.push(problem('duplicate-row', each.row.spot('number'), String(same.row.row)))
    else distinct.push(each)
  }
  const mains = distinct.filter(({ row }) => postKind(row) === 'main')
  const [first, ...others] = mains
  const main = first ?? distinct[0]
  if (!main) throw new RangeError('A person has at least one row')
  if (!first) problems.push(problem('main-missing', main.row.spot('number')))
  for (const other of others)
    problems.push(problem('duplicate-number', other.row.spot('number'), String(main.row.row)))
  const sides = distinct.filter((each) => each !== main && postKind(each.row) !== 'main')
  for (const side of sides) {
    if (plainName(fullName(side.row)) !== plainName(fullName(main.row)))
      problems.push(problem('duplicate-number', side.row.spot('number'), String(main.row.row)))
  }
  const { row } = main
  const kind = row.text('kind')
  return {
    source: row,
    person: {
      row: row.row,
      number: row.number,
      name: fullName(row),
      kana: kanaOf(row.cell('kana')) || null,
      email: readEmail(row, problems),
      kind: kind === '' ? null : { code: kindCode(kind), name: kind },
      hiredOn: readDate(row, problems),
      posts: uniquePosts([
        postOf(main, true, problems),
        ...sides.map((side) => postOf(side, false, problems)),
        ...sideColumns(row),
      ]),
    },
  }
}

const plainName = (name: string): string => name.replace(/\s/g, '')

/** What a row says, however it is written: R6.4.1 and 令和6年4月1日 are the same row twice. */
function contentOf({ row, sectionCode }: Placed): string {
  const hired = parseJapaneseDate(row.cell('hiredOn'))
  return JSON.stringify([
    sectionCode,
    fullName(row),
    hired.ok ? hired.date.toString() : row.text('hiredOn'),
    rankOf(row.cell('grade')) ?? row.text('grade'),
    ...(['title', 'email', 'kind', 'concurrent', 'sideCode', 'sideTitle', ...routeColumns] as const).map(
      (key) => codeOf(row.cell(key)),
    ),
  ])
}

/** 本務, 兼務 or 事務取扱, by the column 兼務 or by the post's title. */
function postKind(row: Row): 'main' | 'side' | 'acting' {
  const mark = codeOf(row.cell('concurrent'))
  const title = row.text('title')
  if (/事務取扱/.test(mark) || /事務取扱/.test(title)) return 'acting'
  if (/^(兼|併|副|1|○|〇|◯|有|YES|Y$|TRUE)/.test(mark) || /兼務|兼任|[(（]兼[)）]/.test(title)) return 'side'
  return 'main'
}

function postOf({ row, sectionCode }: Placed, main: boolean, problems: Problem[]): ListedPost {
  const grade = row.text('grade')
  const rank = rankOf(row.cell('grade'))
  if (grade !== '' && rank === undefined) problems.push(problem('grade-unread', row.spot('grade')))
  return {
    sectionCode,
    title: row.has('title') ? cutText(row.text('title'), 100) : null,
    ...(row.has('grade') && { rank: rank ?? null }),
    main,
    acting: postKind(row) === 'acting',
  }
}

/** A second post in the same row: 兼務所属コード, 兼務職名. */
function sideColumns(row: Row): readonly ListedPost[] {
  const sectionCode = codeOf(row.cell('sideCode'))
  if (sectionCode === '') return []
  const title = row.text('sideTitle')
  return [{ sectionCode, title: title === '' ? null : title, main: false, acting: /事務取扱/.test(title) }]
}

/** The same second post twice is one. */
const uniquePosts = (posts: readonly ListedPost[]): readonly ListedPost[] =>
  [
    ...new Map(
      posts
        .filter((post) => post.sectionCode !== '')
        .toReversed()
        .map((post) => [post.main ? 'main' : `${post.sectionCode}:${post.title}:${post.acting}`, post]),
    ).values(),
  ].toReversed()

function readEmail(row: Row, problems: Problem[]): string | null {
  if (!row.has('email')) return null
  const email = emailOf(row.cell('email'))
  if (email !== undefined) return email
  // A dash is how lists say "none".
  const none = /^[-‐－ー―なし無]*$/.test(row.text('email'))
  problems.push(problem(none ? 'email-missing' : 'email-bad', row.spot('email')))
  return null
}

const dateHint = (found: DateProblem): { ja: string; en: string } =>
  found.reason === 'era' && found.hint
    ? {
        ja: `元号の期間の外です（${found.hint} ではありませんか）。`,
        en: `Outside its era; perhaps ${found.hint}?`,
      }
    : found.reason === 'day'
      ? { ja: '暦にない日です。', en: 'There is no such day.' }
      : { ja: '', en: '' }

function readDate(row: Row, problems: Problem[]): string | null {
  const cell = row.cell('hiredOn')
  const parsed = parseJapaneseDate(cell)
  if (parsed.ok) return parsed.date.toString()
  if (parsed.reason !== 'empty' && !/^[-‐－ー―]$/.test(row.text('hiredOn')))
    problems.push(problem('date-bad', row.spot('hiredOn'), dateHint(parsed)))
  return null
}

function checkEmails(people: readonly Gathered[], problems: Problem[]): void {
  const first = new Map<string, Gathered>()
  for (const each of people) {
    const { email } = each.person
    if (email === null) continue
    const other = first.get(email)
    if (other) problems.push(problem('email-twice', each.source.spot('email'), String(other.person.row)))
    else first.set(email, each)
  }
}
