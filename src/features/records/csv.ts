// The export of a person as a table that Excel opens: one line a value.
import { csvFile } from '../../chat/csv.ts'
import { periodOf } from './periods.ts'
import type { PersonData } from './person.ts'
import { keptTables, tableName } from './tables.ts'

/** What a table is about, by what it is kept for. */
const titles = new Map(
  Object.entries(keptTables).map(([model, kept]) => {
    const table = tableName(model)
    switch (kept) {
      case 'setup':
      case 'technical':
      case 'employment':
        return [table, { setup: '設定', technical: '技術的な記録', employment: 'アカウント' }[kept]] as const
      default:
        return [table, periodOf(kept).title.ja] as const
    }
  }),
)

const words: Readonly<Record<string, string>> = {
  number: '職員番号',
  name: '氏名',
  kana: 'フリガナ',
  email: 'メールアドレス',
  language: '表示言語',
  hired_on: '採用日',
  left_on: '退職日',
  employment_kind_id_name: '任用区分',
  section_id_name: '所属',
  grade_id_name: '級',
  title: '職名・件名',
  valid_from: '開始日',
  valid_to: '終了日（この日より前まで）',
  from_on: '開始日',
  to_on: '終了日',
  starts_at: '開始',
  ends_at: '終了',
  deadline: '期限',
  status: '状態',
  held_on: '実施日',
  place: '場所',
  platform: 'チャット',
  user_id: 'アカウント',
  conversation: '会話',
  shown_name: 'チャットの表示名',
  last_seen_at: '最後に使った日時',
  kind: '種類',
  subject: '対象',
  due_at: '予定の日時',
  settled_at: '完了した日時',
  reason: '理由',
  course_id_name: '研修',
  step_id_name: '面談の段階',
  broadcast_id_name: 'お知らせ',
  programme_id_name: '制度',
  answer: '回答',
  answered_at: '回答した日時',
  applied_at: '申し込んだ日時',
  decided_at: '決まった日時',
  done_on: '修了日',
  wrote: '本人が書いた内容',
  written_at: '書いた日時',
  created_at: '作成日時',
  action: '操作',
  at: '日時',
  change: '変更',
  role: '役割',
  met: '会えたか',
  held: '実施したか',
}

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

export function personCsv(data: PersonData): Uint8Array {
  const lines = (part: string, as: string, n: number, row: PersonData['person']) =>
    Object.entries(row).flatMap(([column, value]) =>
      value === null || value === '' ? [] : [[part, as, n, words[column] ?? column, text(value)]],
    )
  return csvFile('', '', [
    ['表', '立場', '件', '項目', '値'],
    ...lines('職員', '本人', 1, data.person),
    ...data.parts.flatMap(({ table, as, rows }) =>
      rows.flatMap((row, i) => lines(`${titles.get(table) ?? ''} (${table})`, as.ja, i + 1, row)),
    ),
  ]).bytes
}
