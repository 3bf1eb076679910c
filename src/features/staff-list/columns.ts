// Which column is what: titles as personnel systems and people write them. Compared without spaces, width or case;
// what stands in brackets is looked at first (氏名(カナ)) and then left out (上司(職員番号)).
import type { Cell } from './read-xlsx.ts'

const titles = {
  number: [
    '職員番号',
    '職員コード',
    '職員no',
    '職員id',
    '社員番号',
    '番号',
    '個人番号(職員)',
    'staffnumber',
    'employeenumber',
    'employeeid',
    'number',
  ],
  name: ['氏名', '名前', '職員氏名', '職員名', '氏名(漢字)', '漢字氏名', 'name', 'fullname'],
  family: ['姓', '氏', '名字', 'familyname', 'lastname'],
  given: ['名', 'givenname', 'firstname'],
  kana: [
    'フリガナ',
    'ふりがな',
    'カナ',
    'かな',
    'カナ氏名',
    '氏名カナ',
    '氏名(カナ)',
    '氏名(フリガナ)',
    '氏名(ふりがな)',
    'ヨミ',
    'よみ',
    'よみがな',
    'ヨミガナ',
    '職員氏名カナ',
    'kana',
  ],
  sectionCode: [
    '所属コード',
    '所属cd',
    '組織コード',
    '部署コード',
    '課コード',
    '所属番号',
    'sectioncode',
    'departmentcode',
  ],
  sectionName: [
    '所属名',
    '所属',
    '所属名称',
    '組織名',
    '部署',
    '部署名',
    '所属部署',
    '配属先',
    'section',
    'department',
  ],
  parentCode: [
    '上位所属コード',
    '上位組織コード',
    '親所属コード',
    '上位所属',
    '上位組織',
    'parentsectioncode',
    'parentcode',
  ],
  parentName: ['上位所属名', '上位所属名称', '上位組織名', '親所属名', 'parentsection'],
  division: ['部名', '部局名', '部', '部局', '局名'],
  department: ['課名', '課', '課室名', '室名'],
  unit: ['係名', '係', '担当名', '班名', 'グループ名'],
  title: ['職名', '役職', '役職名', '補職名', '職', '職位', 'title', 'position', 'jobtitle'],
  grade: ['級', '等級', '職務の級', '職務級', '給料表級', 'grade'],
  hiredOn: [
    '採用年月日',
    '採用日',
    '入庁日',
    '入庁年月日',
    '任用開始日',
    '採用',
    'hiredon',
    'hiredate',
    'datehired',
  ],
  email: [
    'メールアドレス',
    'メール',
    'eメール',
    'e-mail',
    'email',
    'mail',
    '電子メール',
    'e-mailアドレス',
    'emailアドレス',
    'mailaddress',
    'emailaddress',
  ],
  kind: [
    '任用区分',
    '職員区分',
    '雇用区分',
    '任用形態',
    '雇用形態',
    '身分',
    'employmentkind',
    'employmenttype',
  ],
  supervisor: [
    '上司',
    '上司職員番号',
    '上司番号',
    '上司コード',
    '直属上司',
    '上長',
    '上長職員番号',
    'supervisor',
    'manager',
    'supervisornumber',
  ],
  assistant: ['評価補助者', '補助者', '評価補助者職員番号', 'assistantevaluator'],
  first: [
    '一次評価者',
    '1次評価者',
    '第一次評価者',
    '第1次評価者',
    '一次評価者職員番号',
    '1次評価者職員番号',
    '評価者',
    '一次評価',
    'firstevaluator',
  ],
  second: [
    '二次評価者',
    '2次評価者',
    '第二次評価者',
    '第2次評価者',
    '二次評価者職員番号',
    '2次評価者職員番号',
    '二次評価',
    'secondevaluator',
  ],
  adjuster: ['調整者', '評価調整者', '調整者職員番号', 'adjuster'],
  decider: ['決定者', '確認者', '評価決定者', '決定者職員番号', '確認者職員番号', 'decider'],
  concurrent: [
    '兼務',
    '兼務区分',
    '本務兼務',
    '本務兼務区分',
    '本務/兼務',
    '本兼区分',
    '本兼',
    '兼務フラグ',
    '兼職区分',
    'concurrent',
  ],
  sideCode: ['兼務所属コード', '兼務先所属コード', '兼務先コード', 'concurrentsectioncode'],
  sideTitle: ['兼務職名', '兼務役職', '兼務先職名', 'concurrenttitle'],
} as const

export type ColumnKey = keyof typeof titles

/** Title → key, after `plain`. */
const known = new Map<string, ColumnKey>()
for (const [key, names] of Object.entries(titles)) {
  for (const name of names) known.set(plain(name), key as ColumnKey)
}

function plain(title: string): string {
  return title
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{Cc}\p{Cf}*※:・_.]/gu, '')
}

export function columnKey(title: string): ColumnKey | undefined {
  const text = plain(title)
  return known.get(text) ?? known.get(text.replace(/[([【「].*?[)\]】」]/g, ''))
}

export interface Header {
  /** Index of the row in its sheet. */
  readonly row: number
  readonly columns: ReadonlyMap<ColumnKey, number>
  /** The titles as written, by column. */
  readonly titles: readonly string[]
  readonly ignored: readonly string[]
  /** Titles that mean the same as one to their left. */
  readonly repeated: readonly string[]
}

/** How far down a list's title, its date and its notes may push the row of column titles. */
const headerWithin = 30

/** The row that holds column titles: the one of the first thirty in which the most are recognised. */
export function findHeader(rows: readonly (readonly Cell[])[]): Header | undefined {
  let best: Header | undefined
  for (const [row, cells] of rows.slice(0, headerWithin).entries()) {
    const header = readHeader(row, cells)
    if (usable(header) && header.columns.size > (best?.columns.size ?? 0)) best = header
  }
  return best
}

function readHeader(row: number, cells: readonly Cell[]): Header {
  const columns = new Map<ColumnKey, number>()
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

/** A list names who (by number), and where. */
function usable({ columns }: Header): boolean {
  const named = columns.has('name') || (columns.has('family') && columns.has('given'))
  const placed = (['sectionCode', 'sectionName', 'division', 'department'] as const).some((key) =>
    columns.has(key),
  )
  return columns.has('number') && named && placed
}
