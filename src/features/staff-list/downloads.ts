// Files that HR receives.
import writeWorkbook from 'write-excel-file/node'
import type { OutgoingFile } from '../../chat/chat.ts'
import { csvFile } from '../../chat/csv.ts'
import type { Language } from '../../kernel/language.ts'
import type { Preview } from './preview.ts'
import { sampleTitles } from './sample/sample-city.ts'
import { textsOf } from './texts.ts'

export function problemsFile({ problems }: Preview, language: Language): OutgoingFile {
  const t = textsOf(language)
  return csvFile(`${t.files.problems}.csv`, t.files.problemsComment, [
    t.files.problemColumns,
    ...problems.map(({ severity, row, column, value, text }) => [
      t.severity[severity],
      row,
      column,
      value,
      text[language],
    ]),
  ])
}

export function changesFile({ comparison }: Preview, language: Language): OutgoingFile {
  const t = textsOf(language)
  return csvFile(`${t.files.changes}.csv`, t.files.changesComment, [
    t.files.changeColumns,
    ...comparison.changes.flatMap(({ kind, number, name, fields }) =>
      fields.length === 0
        ? [[t.kind[kind], number, name, null, null, null]]
        : fields.map(({ field, from, to }) => [t.kind[kind], number, name, t.field[field], from, to]),
    ),
    ...comparison.missing.map(({ number, name }) => [t.files.missingKind, number, name, null, null, null]),
  ])
}

const example: readonly string[] = [
  '000123',
  '山田 花子',
  'ヤマダ ハナコ',
  '0101',
  '職員課',
  '主査',
  '4',
  'R6.4.1',
  'hanako.yamada@city.example.lg.jp',
  '正規',
  '000045',
  '000045',
  '000012',
]
const added = ['上位所属コード', '兼務'] as const

/** The titles that are understood, and one row that shows how. Cells are text, so that zeros in front stay. */
export async function templateFile(language: Language): Promise<OutgoingFile> {
  const t = textsOf(language)
  const text = (value: string) => ({ value, type: String, format: '@' })
  const head = [...sampleTitles, ...added].map((title) => ({ ...text(title), fontWeight: 'bold' as const }))
  const body = [...example, '0100', ''].map(text)
  const bytes = await writeWorkbook([head, body], {
    columns: head.map(({ value }) => ({ width: value === 'メールアドレス' ? 34 : 14 })),
    stickyRowsCount: 1,
  }).toBuffer()
  return {
    name: t.files.template,
    mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    bytes: new Uint8Array(bytes),
    comment: t.files.templateComment,
  }
}
