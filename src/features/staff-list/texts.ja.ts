import type { ChangedField } from '../../directory/change/compare.ts'
import type { Counts } from './preview.ts'
import type { Problem, ProblemCode, Severity } from './problem.ts'

const field: Readonly<Record<ChangedField, string>> = {
  name: '氏名',
  kana: 'フリガナ',
  email: 'メール',
  kind: '任用区分',
  hired: '採用年月日',
  section: '所属',
  title: '職名',
  grade: '級',
  side: '兼務',
  left: '退職',
  supervisor: '上司',
  assistant: '評価補助者',
  first: '一次評価者',
  second: '二次評価者',
  adjuster: '調整者',
  decider: '決定者',
}

const severity: Readonly<Record<Severity, string>> = { error: '要修正', warning: '確認', info: '参考' }

const groups: Readonly<Partial<Record<ProblemCode, string>>> = {
  'email-missing': 'メールアドレスなし（このまま取り込めます）',
  'duplicate-row': '同じ内容の行（1件として扱います）',
  'main-missing': '兼務の行だけの方（最初の行を本務とします）',
  'grade-unread': '級を読み取れない方（級なしとします）',
  'section-two-names': '名前が2通りある所属（最初の名前を使います）',
  'section-unnamed': '名前のない所属（コードで表示します）',
  'column-repeated': '同じ意味の列（左の列を使います）',
  'person-leaves': '退職として扱う方が評価者の方（空欄になります）',
}

const encoding: Readonly<Record<string, string>> = {
  xlsx: 'Excel (.xlsx)',
  'utf-8': 'CSV (UTF-8)',
  'utf-16le': 'テキスト (Unicode)',
  'utf-16be': 'テキスト (Unicode)',
  shift_jis: 'CSV (Shift_JIS)',
}

const kind = { new: '新規', returned: '復帰', moved: '異動', changed: '変更', left: '退職' } as const

const counts = (c: Counts) =>
  `新規 ${c.new}名、異動 ${c.moved}名、変更 ${c.changed}名、復帰 ${c.returned}名、退職 ${c.left}名、名簿にいない方 ${c.missing}名、所属の変更 ${c.sections}件、要修正 ${c.errors}件、確認 ${c.warnings}件`

export const ja = {
  field,
  severity,
  groups,
  encoding,
  kind: kind as Readonly<Record<keyof typeof kind, string>>,
  more: (n: number) => `ほか ${n}件`,
  people: (n: number) => `${n}名`,
  /** 「12行目 採用年月日「R40.4.1」」 */
  problem: ({ row, column, value }: Pick<Problem, 'row' | 'column' | 'value'>) =>
    [row === null ? '' : `${row}行目`, column ?? '', value === '' ? '' : `「${value}」`]
      .filter((part) => part !== '')
      .join(' '),
  cli: {
    read: (rows: number, how: string) => `${how} として ${rows}行を読み取りました。`,
    effective: (on: string) => `適用日 ${on}`,
    counts,
    changes: '変更の内容',
    missing: '登録されていて、名簿にいない方（指定がなければそのまま残します）',
    problems: '確認していただきたい点',
    withoutEmail: (n: number) => `メールアドレスのない方が${n}名います。このまま取り込めます。`,
    applied: '反映しました。',
    notApplied: '何も書き込んでいません。',
    blocked: '要修正の点があるため、反映できません。直したファイルで、もう一度お試しください。',
  },
}
