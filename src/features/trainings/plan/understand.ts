// HR's plan of a year → the courses and sessions it means, with every problem by row, column and value. Each row is one
// session; rows of one code (or, without codes, of one name) are one course. Pure.
import type { Audience } from '../../../directory/audience.ts'
import { fiscalYearOf } from '../../../kernel/fiscal-year.ts'
import type { Bilingual } from '../../../kernel/language.ts'
import { parseJapaneseDate } from '../../../kernel/parse-date.ts'
import { cutText, normalise } from '../../../kernel/words.ts'
import { codeOf, written } from '../../../tables/cells.ts'
import { columnReader, type Header } from '../../../tables/columns.ts'
import type { Unreadable } from '../../../tables/read-problem.ts'
import type { Table } from '../../../tables/read-table.ts'
import type { Cell } from '../../../tables/read-xlsx.ts'
import type { NominationRule } from '../nomination/rule.ts'
import type { CourseKind, Selection } from '../state.ts'
import { type CourseDraft, type SessionDraft, webAddress } from './draft.ts'
import { type PlanProblem, problem } from './problem.ts'

const titles = {
  code: ['研修コード', '研修番号', '講座番号', 'コード', '番号', 'no', 'code', 'coursecode'],
  name: ['研修名', '研修名称', '講座名', 'コース名', '研修', '名称', 'name', 'course', 'coursename'],
  nameEn: ['英語名', '研修名(英語)', 'nameen', 'englishname'],
  kind: ['種別', '区分', '研修区分', '研修種別', '種類', '分類', 'kind', 'type', 'category'],
  aims: ['ねらい', '目的', '内容', '研修内容', '概要', 'aims', 'aim', 'description'],
  day: ['開催日', '実施日', '日程', '日付', '開催月日', '実施月日', '開始日', 'date', 'day'],
  endDay: ['終了日', '最終日', 'enddate', 'lastday'],
  time: ['時間', '時間帯', '開催時間', '実施時間', 'time', 'hours'],
  start: ['開始時刻', '開始時間', '開始', 'start', 'starttime', 'from'],
  end: ['終了時刻', '終了時間', '終了', 'end', 'endtime', 'to'],
  place: ['会場', '場所', '開催場所', '実施場所', '部屋', 'place', 'venue', 'room'],
  url: ['url', 'オンラインurl', '会議url', 'link', 'リンク'],
  capacity: ['定員', '人数', '募集人数', '定員(名)', 'capacity', 'seats'],
  opensOn: ['受付開始', '受付開始日', '申込開始', '申込開始日', '募集開始', '募集開始日', 'opens', 'opensOn'],
  closesOn: [
    '受付終了',
    '受付終了日',
    '申込締切',
    '申込締切日',
    '申込期限',
    '締切',
    '締切日',
    '募集締切',
    'closes',
    'closesOn',
  ],
  deadline: ['受講期限', '修了期限', '実施期限', 'deadline', 'completeby'],
  minutes: ['所要時間', '研修時間', '時間数', '時間(分)', 'minutes', 'duration'],
  approval: ['承認', '所属長承認', '上司承認', '承認要否', 'approval'],
  mandatory: ['必修', '必須', '受講義務', 'mandatory', 'required'],
  selection: ['選考', '選考方法', '決定方法', '受付方法', 'selection'],
  teachers: ['講師', '講師名', '担当講師', 'teacher', 'teachers', 'lecturer'],
  materials: ['資料', '資料url', '資料リンク', 'materials'],
  report: ['復命', '報告', '報告書', '復命書', '報告期限(日)', 'report'],
  survey: ['アンケート', 'survey'],
  grades: ['対象級', '級', '対象職級', '等級', 'grades', 'grade'],
  years: ['対象年数', '採用年数', '経験年数', '年次', '対象年次', 'years'],
  sections: ['対象所属', '対象所属コード', '対象課', 'sections', 'section'],
  occupations: ['対象職種', '職種', 'occupation', 'occupations'],
  nomination: ['指名', '指名条件', '指名対象', 'nomination'],
  target: ['対象', '対象者', 'target', 'audience'],
} as const
type Key = keyof typeof titles

const reader = columnReader<Key>(
  titles,
  ({ columns }) =>
    columns.has('name') &&
    (['day', 'capacity', 'opensOn', 'closesOn', 'kind', 'deadline'] as const).filter((key) =>
      columns.has(key),
    ).length >= 2,
)

/** Whether these words of a file are those of a training plan and not of a list of people. */
export const mentionsPlan = (text: string): boolean =>
  /研修名|講座名|コース名|course ?name/i.test(text) &&
  /定員|開催日|実施日|受付|申込|締切|capacity|closes/i.test(text) &&
  !/職員番号|職員コード|staff ?number|employee/i.test(text)

export interface PlanRead {
  readonly fiscalYear: number
  readonly courses: readonly (CourseDraft & { readonly row: number })[]
  readonly problems: readonly PlanProblem[]
  readonly rows: number
}

/** What reading a plan must know of the city. */
export interface Known {
  readonly today: Temporal.PlainDate
  /** Section codes in force, and names to codes where a name is unique. */
  readonly sectionCodes: ReadonlySet<string>
  readonly sectionByName: ReadonlyMap<string, string>
}

const noHeader: Unreadable = {
  code: 'no-header',
  text: {
    ja: '見出しの行が見つかりません。「研修名」と、「開催日」「定員」「受付開始」「受付終了」「種別」のうち2つ以上の列がある行が必要です。「研修計画」から雛形を受け取れます。',
    en: 'No row of column titles was found. One row must hold 研修名 and two or more of 開催日, 定員, 受付開始, 受付終了 and 種別. "training plan" gives a template.',
  },
}

interface Row {
  readonly row: number
  cell(key: Key): Cell | undefined
  text(key: Key): string
  has(key: Key): boolean
  say(code: Parameters<typeof problem>[0], key: Key, what?: string | Bilingual): PlanProblem
}

export function understandPlan(table: Table, known: Known): PlanRead | Unreadable {
  for (const sheet of table.sheets) {
    const header = reader.findHeader(sheet.rows)
    if (header) return understandRows(sheet.rows, header, known)
  }
  return noHeader
}

function rowOf(cells: readonly Cell[], row: number, header: Header<Key>): Row {
  const cell = (key: Key) => {
    const column = header.columns.get(key)
    return column === undefined ? undefined : cells[column]
  }
  return {
    row,
    cell,
    text: (key) => written(cell(key)),
    has: (key) => header.columns.has(key),
    say: (code, key, what) => {
      const column = header.columns.get(key)
      const title = column === undefined ? null : (header.titles[column] ?? null)
      return problem(code, { row, column: title, value: written(cell(key)) }, what)
    },
  }
}

function understandRows(rows: readonly (readonly Cell[])[], header: Header<Key>, known: Known): PlanRead {
  const problems: PlanProblem[] = header.ignored.map((title) =>
    problem('column-ignored', { row: header.row + 1, column: title, value: '' }),
  )
  const read = rows
    .slice(header.row + 1)
    .map((cells, index) => ({ cells, row: rowOf(cells, header.row + index + 2, header) }))
    // A note below the table, a line of sums: nothing with a name and a second value.
    .filter(
      ({ cells, row }) => row.text('name') !== '' && cells.filter((cell) => written(cell) !== '').length > 1,
    )
    .map(({ row }) => row)
  const fiscalYear = yearOf(read, known.today)
  const groups = Map.groupBy(read, (row) => codeOf(row.cell('code')) || `名:${nameKey(row)}`)
  const taken = new Set(read.map((row) => codeOf(row.cell('code'))).filter(Boolean))
  const courses = [...groups.values()].flatMap((group) => {
    const course = courseOf(group, fiscalYear, known, taken, problems)
    return course ? [course] : []
  })
  return { fiscalYear, courses, problems, rows: read.length }
}

const nameKey = (row: Row): string => normalise(row.text('name')).replace(/\s/g, '').toLowerCase()

/** The year that most days with a year of their own fall into; else the present one, from January the next. */
function yearOf(rows: readonly Row[], today: Temporal.PlainDate): number {
  const years = rows.flatMap((row) =>
    (['day', 'opensOn', 'closesOn', 'deadline'] as const).flatMap((key) => {
      const parsed = parseJapaneseDate(firstPart(row.cell(key)))
      return parsed.ok ? [fiscalYearOf(parsed.date)] : []
    }),
  )
  const counted = [...Map.groupBy(years, (year) => year)].toSorted((a, b) => b[1].length - a[1].length)[0]
  return counted?.[0] ?? (today.month <= 3 ? today.year : fiscalYearOf(today))
}

function courseOf(
  group: readonly Row[],
  fiscalYear: number,
  known: Known,
  taken: Set<string>,
  problems: PlanProblem[],
): (CourseDraft & { readonly row: number }) | undefined {
  const [first] = group
  if (!first) return undefined
  const before = problems.filter(({ severity }) => severity === 'error').length
  /** What the first row that says it says. */
  const says = (key: Key): Row => group.find((row) => row.text(key) !== '') ?? first
  const kind = kindOf(says('kind'), problems)
  const sessions = sessionsOf(group, fiscalYear, problems)
  const firstDay = sessions
    .map(({ startsAt }) => Temporal.PlainDate.from(startsAt.slice(0, 10)))
    .toSorted(Temporal.PlainDate.compare)[0]
  const deadline = dayOf(says('deadline'), 'deadline', fiscalYear, problems)
  const mandatory = yes(says('mandatory').text('mandatory')) ?? kind === 'mandatory'
  const broken = problems.filter(({ severity }) => severity === 'error').length > before
  const window = broken ? undefined : windowOf(says, fiscalYear, firstDay ?? deadline, known.today, problems)
  const nomination = nominationOf(says('nomination'), problems)
  const target = targetOf(says, known, problems)
  if (problems.filter(({ severity }) => severity === 'error').length > before || !kind || !window)
    return undefined
  if (sessions.length === 0 && kind !== 'elearning' && deadline === undefined)
    problems.push(first.say('no-session', 'day'))
  return {
    row: first.row,
    code: codeOf(first.cell('code')) || madeCode(nameKey(first), taken),
    name: cutText(first.text('name'), 100),
    nameEn: cutText(says('nameEn').text('nameEn'), 100),
    kind,
    aims: cutText(says('aims').text('aims'), 500),
    teachers: cutText(says('teachers').text('teachers'), 100),
    materialsUrl: addressOf(says('materials'), 'materials', problems),
    mandatory,
    approvalNeeded: yes(says('approval').text('approval')) ?? !mandatory,
    selection: selectionOf(says('selection'), kind, problems),
    ...window,
    deadline: deadline?.toString() ?? null,
    minutes: minutesOf(says('minutes'), problems),
    surveyWanted: yes(says('survey').text('survey')) ?? false,
    reportDays: reportOf(says('report'), kind, problems),
    target,
    nomination,
    sessions,
  }
}

/** A name is a course's number where HR gives none; the same name gives the same one next time. */
function madeCode(name: string, taken: Set<string>): string {
  const code = cutText(name, 36)
  for (let n = 1; ; n++) {
    const made = n === 1 ? code : `${code}-${n}`
    if (taken.has(made)) continue
    taken.add(made)
    return made
  }
}

const kindWords: readonly (readonly [RegExp, CourseKind])[] = [
  [/出前|lecture/i, 'lecture'],
  [/e-?ラーニング|eラーニング|オンデマンド|動画|e-?learning|on.?demand/i, 'elearning'],
  [/派遣|アカデミー|自治大|dispatch|external/i, 'dispatch'],
  [/階層|新規採用|新採|管理職|係長|grade/i, 'grade'],
  [/必修|必須|コンプライアンス|mandatory/i, 'mandatory'],
  [/専門|職種|実務|specialist/i, 'specialist'],
  [/ojt|職場内/i, 'ojt'],
  [/キャリア|career/i, 'career'],
  [/dx|デジタル|ict|digital/i, 'dx'],
]

function kindOf(row: Row, problems: PlanProblem[]): CourseKind | undefined {
  const text = normalise(row.text('kind'))
  if (text === '') {
    const guessed =
      kindWords.find(([pattern]) => pattern.test(normalise(row.text('name'))))?.[1] ?? 'specialist'
    problems.push(row.say('kind-guessed', 'name'))
    return guessed
  }
  const found = kindWords.find(([pattern]) => pattern.test(text))?.[1]
  if (!found) problems.push(row.say('kind-unknown', 'kind'))
  return found
}

/** ○ / 要 / はい / 1 → true; × / 不要 / なし / 0 → false; nothing → undefined. */
function yes(written: string): boolean | undefined {
  const text = normalise(written).toLowerCase().replace(/\s/g, '')
  if (text === '') return undefined
  if (/^(×|x|✕|不要|なし|無|無し|いいえ|0|no|n|false|[-‐－ー―])/.test(text)) return false
  return true
}

function selectionOf(row: Row, kind: CourseKind, problems: PlanProblem[]): Selection {
  const text = normalise(row.text('selection'))
  if (text === '') return kind === 'dispatch' ? 'hr' : 'first_come'
  if (/抽選|抽せん|くじ|lottery|draw/i.test(text)) return 'lottery'
  if (/選考|推薦|人事|書類|hr|choose/i.test(text)) return 'hr'
  if (/先着|順|なし|不要|first/i.test(text)) return 'first_come'
  problems.push(row.say('selection-unknown', 'selection'))
  return 'first_come'
}

/** 「6/10〜6/12」 → 6/10: what stands before a wave. Hyphens separate days too, unless they are within a date. */
function parts(cell: Cell | undefined, hyphens = /(?<=[日)）])\s*[-‐－]\s*/): readonly (Cell | undefined)[] {
  if (typeof cell !== 'string') return [cell]
  const text = cell.replace(/[〜～~]|から|―|—/g, '〜')
  const split = text.includes('〜') ? text.split('〜') : text.split(hyphens)
  return split.map((part) => part.trim()).filter((part) => part !== '')
}
const firstPart = (cell: Cell | undefined): Cell | undefined => parts(cell)[0]

/** A day, with or without its year (6/10, 6月10日(木)): the fiscal year says which. */
function readDay(cell: Cell | undefined, fiscalYear: number): Temporal.PlainDate | 'empty' | 'bad' {
  const bare = typeof cell === 'string' ? cell.replace(/[(（][日月火水木金土・祝]+[)）]/g, '') : cell
  const short = /^(\d{1,2})(?:\/|月|-)(\d{1,2})日?$/.exec(normalise(written(bare)))
  if (short) {
    const [month, day] = [Number(short[1]), Number(short[2])]
    try {
      return Temporal.PlainDate.from(
        { year: month >= 4 ? fiscalYear : fiscalYear + 1, month, day },
        { overflow: 'reject' },
      )
    } catch {
      return 'bad'
    }
  }
  const parsed = parseJapaneseDate(bare)
  if (parsed.ok) return parsed.date
  return parsed.reason === 'empty' || /^[-‐－ー―なし]*$/.test(written(bare)) ? 'empty' : 'bad'
}

function dayOf(
  row: Row,
  key: Key,
  fiscalYear: number,
  problems: PlanProblem[],
): Temporal.PlainDate | undefined {
  const found = readDay(row.cell(key), fiscalYear)
  if (found === 'bad') problems.push(row.say('date-bad', key))
  return typeof found === 'string' ? undefined : found
}

/** "13:30", 13時30分, 1330, 0.5625 (Excel), Date (Excel) → "13:30". */
function readTime(cell: Cell | undefined): string | undefined {
  if (cell instanceof Date) return cell.toISOString().slice(11, 16)
  const of = (hour: number, minute: number) =>
    hour < 24 && minute < 60
      ? `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
      : undefined
  if (typeof cell === 'number' && cell > 0 && cell < 1) {
    const minutes = Math.round(cell * 24 * 60)
    return of(Math.floor(minutes / 60), minutes % 60)
  }
  const text = normalise(written(cell)).replace(/\s/g, '')
  const half = /^(午前|午後|am|pm)?(\d{1,2})(?::|時)?(半|\d{2})?分?(?::00)?$/i.exec(text)
  if (!half) return undefined
  const after = /午後|pm/i.test(half[1] ?? '') && Number(half[2]) < 12 ? 12 : 0
  return of(Number(half[2]) + after, half[3] === '半' ? 30 : Number(half[3] ?? 0))
}

function sessionsOf(group: readonly Row[], fiscalYear: number, problems: PlanProblem[]): SessionDraft[] {
  const sessions: SessionDraft[] = []
  const seen = new Set<string>()
  for (const row of group) {
    const session = sessionOf(row, fiscalYear, problems)
    if (!session) continue
    const key = JSON.stringify(session)
    if (seen.has(key)) problems.push(row.say('row-twice', 'name'))
    else sessions.push(session)
    seen.add(key)
  }
  return sessions.toSorted((a, b) => (a.startsAt < b.startsAt ? -1 : 1))
}

function sessionOf(row: Row, fiscalYear: number, problems: PlanProblem[]): SessionDraft | undefined {
  const [from, to] = parts(row.cell('day'))
  const day = readDay(from, fiscalYear)
  if (day === 'empty') return undefined
  const lastDay = readDay(to ?? row.cell('endDay'), fiscalYear)
  if (day === 'bad' || lastDay === 'bad') {
    problems.push(row.say('date-bad', day === 'bad' || to !== undefined ? 'day' : 'endDay'))
    return undefined
  }
  const [timeFrom, timeTo] = parts(row.cell('time'), /\s*[-‐－]\s*/)
  const start = readTime(row.has('start') && row.text('start') !== '' ? row.cell('start') : timeFrom)
  const end = readTime(row.has('end') && row.text('end') !== '' ? row.cell('end') : timeTo)
  if (!start || !end) {
    const key = row.has('start') ? 'start' : 'time'
    problems.push(row.say(row.text(key) === '' ? 'time-missing' : 'time-bad', key))
    return undefined
  }
  const startsAt = `${day}T${start}`
  const endsAt = `${lastDay === 'empty' ? day : lastDay}T${end}`
  if (endsAt <= startsAt) {
    problems.push(row.say('ends-before', row.has('end') ? 'end' : 'time'))
    return undefined
  }
  const capacity = Number(/^(\d+)/.exec(normalise(row.text('capacity')).replace(/[,\s]|約|各/g, ''))?.[1])
  if (!Number.isInteger(capacity) || capacity < 1 || capacity > 5_000) {
    problems.push(row.say(row.text('capacity') === '' ? 'capacity-missing' : 'capacity-bad', 'capacity'))
    return undefined
  }
  const place = cutText(row.text('place'), 100)
  return { startsAt, endsAt, place, url: addressOf(row, 'url', problems), capacity }
}

function addressOf(row: Row, key: 'url' | 'materials', problems: PlanProblem[]): string {
  const address = webAddress(normalise(row.text(key)))
  if (address === undefined) problems.push(row.say('url-bad', key))
  return address ?? ''
}

/** Days as they are said; what is missing is set in relation to what is known, and said so. */
function windowOf(
  says: (key: Key) => Row,
  fiscalYear: number,
  before: Temporal.PlainDate | undefined,
  today: Temporal.PlainDate,
  problems: PlanProblem[],
): { opensOn: string; closesOn: string } | undefined {
  const count = problems.length
  const opens = dayOf(says('opensOn'), 'opensOn', fiscalYear, problems)
  const closes = dayOf(says('closesOn'), 'closesOn', fiscalYear, problems)
  if (problems.length > count) return undefined
  const closesOn = closes ?? before?.subtract({ days: 14 })
  if (!closesOn) {
    problems.push(says('closesOn').say('window-missing', 'closesOn'))
    return undefined
  }
  const monthBefore = closesOn.subtract({ days: 30 })
  const usual =
    Temporal.PlainDate.compare(monthBefore, today) < 0 && Temporal.PlainDate.compare(today, closesOn) <= 0
      ? today
      : monthBefore
  const opensOn = opens ?? usual
  if (!opens || !closes)
    problems.push(
      says('closesOn').say('window-set', closes ? 'opensOn' : 'closesOn', `${opensOn}〜${closesOn}`),
    )
  if (Temporal.PlainDate.compare(opensOn, closesOn) > 0) {
    problems.push(says('opensOn').say('window-backwards', 'opensOn'))
    return undefined
  }
  if (before && Temporal.PlainDate.compare(closesOn, before) > 0)
    problems.push(says('closesOn').say('window-after', 'closesOn'))
  return { opensOn: opensOn.toString(), closesOn: closesOn.toString() }
}

/** 90, 90分, 1.5時間, 1時間30分 → minutes. */
function minutesOf(row: Row, problems: PlanProblem[]): number | null {
  const text = normalise(row.text('minutes')).replace(/\s/g, '')
  if (text === '') return null
  const hours = /(\d+(?:\.\d+)?)(?:時間|h)/i.exec(text)
  const minutes = /(\d+)(?:分|m)/i.exec(text.replace(hours?.[0] ?? '', ''))
  const bare = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined
  // A bare number below ten is hours: nobody plans a training of six minutes.
  const total =
    bare !== undefined
      ? bare < 10
        ? bare * 60
        : bare
      : Number(hours?.[1] ?? 0) * 60 + Number(minutes?.[1] ?? 0)
  const whole = Math.round(total)
  if (whole > 0 && whole <= 60_000) return whole
  problems.push(row.say('minutes-bad', 'minutes'))
  return null
}

/** Days within which a report is due: 「14」 「14日以内」 「要」 (two weeks). 派遣 wants one unless told otherwise. */
function reportOf(row: Row, kind: CourseKind, problems: PlanProblem[]): number | null {
  const text = normalise(row.text('report'))
  if (text === '') return kind === 'dispatch' ? 14 : null
  const days = Number(/(\d+)/.exec(text)?.[1])
  if (days > 0 && days <= 365) return days
  const wanted = yes(text)
  if (wanted === undefined) problems.push(row.say('report-bad', 'report'))
  return wanted ? 14 : null
}

/** "4-6", 「4級以上」, 「3年目まで」 → bounds. */
function rangeOf(written: string): { from?: number; to?: number } | undefined {
  const text = normalise(written).replace(/\s|級|年目|年/g, '')
  if (text === '') return {}
  const range = /^(\d{1,2})[-~〜～](\d{1,2})$/.exec(text.replace(/から/, '〜').replace(/まで$/, ''))
  if (range) return { from: Number(range[1]), to: Number(range[2]) }
  const from = /^(\d{1,2})(以上|〜|~|から)$/.exec(text)
  if (from) return { from: Number(from[1]) }
  const to = /^[〜~]?(\d{1,2})(以下|まで|以内)?$/.exec(text)
  if (!to) return undefined
  const bound = Number(to[1])
  return to[2] || /^[〜~]/.test(text) ? { to: bound } : { from: bound, to: bound }
}

/** Whom it is for, from the columns that machines can read; a column in plain words is told about, not guessed. */
function targetOf(says: (key: Key) => Row, known: Known, problems: PlanProblem[]): Audience | null {
  const [grades, years] = (['grades', 'years'] as const).map((key) => {
    const row = says(key)
    const range = rangeOf(row.text(key))
    if (!range) problems.push(row.say('range-bad', key))
    return range ?? {}
  })
  const list = (key: Key) =>
    normalise(says(key).text(key))
      .split(/[、,，・;/\s]+/)
      .filter((part) => part !== '' && !/^(全(課|所属|職員|庁|員|て)|すべて|なし|[-‐－])$/.test(part))
  const codes = list('sections').flatMap((part) => {
    const code = known.sectionCodes.has(part.toUpperCase())
      ? part.toUpperCase()
      : known.sectionByName.get(part)
    if (!code) problems.push(says('sections').say('section-unknown', 'sections', part))
    return code ?? []
  })
  const occupations = list('occupations').map((part) => cutText(part, 40))
  const words = says('target').text('target')
  const structured: Audience = {
    ...(codes.length > 0 && { sections: { codes: [...new Set(codes)], below: true } }),
    ...(grades && Object.keys(grades).length > 0 && { grades }),
    ...(years && Object.keys(years).length > 0 && { years }),
    ...(occupations.length > 0 && { occupations }),
  }
  if (Object.keys(structured).length > 0) return structured
  if (words === '') {
    problems.push(says('name').say('target-missing', 'name'))
    return null
  }
  if (/全(職員|員|庁)|すべて|どなたでも|everyone|all staff/i.test(normalise(words))) return {}
  const guessed = rangeOf(words)
  if (guessed && Object.keys(guessed).length > 0)
    return /年/.test(words) ? { years: guessed } : { grades: guessed }
  // Rather nobody than the wrong people: HR sets it with two clicks.
  problems.push(says('target').say('target-words', 'target'))
  return null
}

function nominationOf(row: Row, problems: PlanProblem[]): NominationRule | null {
  const text = normalise(row.text('nomination'))
  if (text === '' || yes(text) === false) return null
  const any: NominationRule['any'] = []
  for (const part of text.split(/[、,・;/\s]+/).filter(Boolean)) {
    const nth = /(\d{1,2})年目/.exec(part)?.[1]
    const rank = /(\d{1,2})級/.exec(part)?.[1]
    if (/新規採用|新採|hired/i.test(part)) any.push({ type: 'hired' })
    else if (nth) any.push({ type: 'year', nth: Number(nth) })
    else if (/昇任|昇格|promoted/i.test(part) && rank) any.push({ type: 'promoted', to: Number(rank) })
    else if (/未受講|never/i.test(part)) any.push({ type: 'never' })
    else if (/全員|全職員|対象者|all/i.test(part)) any.push({ type: 'all' })
    else problems.push(row.say('nomination-unknown', 'nomination', part))
  }
  return any.length > 0 ? { any: any.slice(0, 10) } : null
}
