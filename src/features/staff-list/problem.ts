// What a staff list's reading finds: where, what, and what to do about it. Errors block, warnings do not.
import type { Bilingual } from '../../kernel/language.ts'

export type Severity = 'error' | 'warning' | 'info'

export interface Problem {
  /** As a spreadsheet counts: 1 is the first line of the file; null: the list as a whole. */
  readonly row: number | null
  /** The column's title as written in the file. */
  readonly column: string | null
  readonly value: string
  readonly code: ProblemCode
  readonly severity: Severity
  readonly text: Bilingual
}

/** [severity, Japanese, English]; `$` stands for what is particular to the case. */
const kinds = {
  'number-missing': [
    'error',
    '職員番号がありません。番号を入れるか、この行を除いてください。',
    'There is no staff number. Enter it, or take the row out.',
  ],
  'number-bad': [
    'error',
    '職員番号として読めません。英数字とハイフンで64文字までにしてください。',
    'This cannot be a staff number: letters, digits and hyphens, 64 at most.',
  ],
  'number-form': [
    'error',
    '登録済みの「$」と先頭の0だけが違います。Excelで0が消えていないか、書式を「文字列」にしてご確認ください。',
    'It differs from the known "$" only by leading zeros. Excel may have dropped them: format the column as text.',
  ],
  'name-missing': ['error', '氏名がありません。氏名を入れてください。', 'There is no name. Enter it.'],
  'section-missing': [
    'error',
    '所属がありません。所属コードか所属名を入れてください。',
    'There is no section. Enter its code or its name.',
  ],
  'section-unknown': [
    'error',
    '所属コード「$」が名簿のどの行にもありません。コードをご確認ください。',
    'No row of the list has the section code "$". Check the code.',
  ],
  'parent-made': [
    'warning',
    '上位所属コード「$」の所属が名簿の行にないため、新しく作ります。コードに誤りがないかご確認ください。',
    'No row of the list is in the parent section "$"; it is made anew. Check that the code is right.',
  ],
  'section-loop': [
    'error',
    '上位所属をたどると元に戻ります（$）。上位所属コードをご確認ください。',
    'Following the parent sections leads back to the start ($). Check the parent codes.',
  ],
  'section-two-names': [
    'warning',
    '同じ所属コードに別の名前（「$」）があります。最初に出てきた名前を使います。',
    'The same section code has another name ("$") elsewhere. The first one is used.',
  ],
  'section-unnamed': [
    'warning',
    '所属名がないため、コードを名前として使います。',
    'The section has no name; its code is shown instead.',
  ],
  'duplicate-row': ['warning', '$行目と同じ内容です。1件として扱います。', 'The same as row $; taken once.'],
  'duplicate-number': [
    'error',
    '職員番号が$行目と重なり、内容が違います。兼務の行なら「兼務」の列に「兼務」と入れ、そうでなければ番号をご確認ください。',
    'The number is also in row $, with other data. For a second post write 兼務 in a column 兼務; otherwise check the number.',
  ],
  'main-missing': [
    'warning',
    '兼務の行だけで本務の行がないため、最初の行を本務として扱います。',
    'All rows of this number are second posts; the first one is taken as the main post.',
  ],
  'date-bad': [
    'error',
    '日付として読めません。2024/4/1、R6.4.1、令和6年4月1日 のように入れてください。$',
    'This is not a date. Write 2024/4/1, R6.4.1 or 令和6年4月1日. $',
  ],
  'grade-unread': [
    'warning',
    '級として読めないため、級なしとして扱います。「6級」「6」のように入れてください。',
    'This is not a grade; none is taken. Write 6級 or 6.',
  ],
  'email-missing': [
    'warning',
    'メールアドレスがありません。このまま取り込めます（チャットや庶務担当を通じてご案内します）。',
    'There is no e-mail address. The list can be applied as it is.',
  ],
  'email-bad': [
    'error',
    'メールアドレスの形になっていません。直すか、空欄にしてください。',
    'This is not an e-mail address. Mend it or leave it empty.',
  ],
  'email-twice': [
    'error',
    '$行目と同じメールアドレスです。どちらかを直すか、空欄にしてください。',
    'Row $ has the same e-mail address. Mend one of them or leave it empty.',
  ],
  'email-taken': [
    'error',
    '名簿にない職員（職員番号 $）が使っているメールアドレスです。ご確認ください。',
    'A colleague outside this list (number $) has this e-mail address. Please check.',
  ],
  'person-unknown': [
    'error',
    'この職員番号の方が名簿にも登録にもいません。番号をご確認のうえ、決まっていなければ空欄にしてください。',
    'Nobody with this number is in the list or in the directory. Check it, or leave it empty if it is not settled.',
  ],
  'person-by-name': [
    'info',
    '氏名で書かれているため、職員番号 $ の方として読みました。',
    'Written as a name; read as number $.',
  ],
  'person-by-form': [
    'info',
    '先頭の0を補い、職員番号 $ の方として読みました。',
    'Read as number $, with its leading zeros.',
  ],
  'person-ambiguous': [
    'error',
    '同じ氏名の方が複数います。職員番号で入れてください。',
    'Several people have this name. Write the staff number.',
  ],
  'person-outside': [
    'info',
    '名簿にはいませんが、登録されている方です。そのまま使います。',
    'Not in this list but known to the directory; taken as it is.',
  ],
  'person-leaves': [
    'warning',
    '退職として扱う方です。評価者は空欄になります。',
    'This colleague is marked as left; the evaluator will be empty.',
  ],
  'evaluator-self': [
    'error',
    'ご本人が評価者になっています。別の方の職員番号にするか、空欄にしてください。',
    'The person is their own evaluator. Write another number or leave it empty.',
  ],
  'line-loop': [
    'error',
    '上司をたどると元に戻ります（$）。いずれかの行の上司をご確認ください。',
    'The reporting line leads back to its start ($). Check the supervisor in one of these rows.',
  ],
  'column-ignored': ['info', 'この列は使わずに読み飛ばします。', 'This column is not used.'],
  'column-repeated': [
    'warning',
    '同じ意味の列が2つあるため、左の列を使います。',
    'Two columns mean the same; the left one is used.',
  ],
  'tree-rule': ['info', '$', '$'],
} as const satisfies Record<string, readonly [Severity, string, string]>

export type ProblemCode = keyof typeof kinds

export interface Place {
  readonly row?: number | null
  readonly column?: string | null
  readonly value?: string
}

/** `what` fills the text; a string for both languages, or one for each. */
export function problem(code: ProblemCode, place: Place, what: string | Bilingual = ''): Problem {
  const [severity, ja, en] = kinds[code]
  const say = typeof what === 'string' ? { ja: what, en: what } : what
  return {
    row: place.row ?? null,
    column: place.column ?? null,
    value: place.value ?? '',
    code,
    severity,
    text: { ja: ja.replace('$', () => say.ja), en: en.replace('$', () => say.en).trim() },
  }
}

const order: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 }

/** Errors first, then by row. */
export const sorted = (problems: readonly Problem[]): readonly Problem[] =>
  problems.toSorted((a, b) => order[a.severity] - order[b.severity] || (a.row ?? 0) - (b.row ?? 0))
