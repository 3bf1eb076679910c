// What reading a plan finds: where, what, and what to do about it. Errors leave their course out, warnings do not.
import type { Bilingual } from '../../../kernel/language.ts'

export interface PlanProblem {
  /** As a spreadsheet counts; null: the plan as a whole. */
  readonly row: number | null
  readonly column: string | null
  readonly value: string
  readonly code: string
  readonly severity: 'error' | 'warning' | 'info'
  readonly text: Bilingual
}

/** [severity, Japanese, English]; `$` stands for what is particular to the case. */
const kinds = {
  'column-ignored': ['info', 'この列は使わずに読み飛ばします。', 'This column is not used.'],
  'row-twice': [
    'warning',
    '同じ研修の同じ日程が2行あります。1件として扱います。',
    'The same session stands there twice; taken once.',
  ],
  'kind-guessed': [
    'warning',
    '種別がないため、研修名から推測しました。ご確認ください。',
    'There is no kind; it was guessed from the name. Please check.',
  ],
  'kind-unknown': [
    'error',
    '種別として読めません。階層別、必修、専門、派遣、OJT、eラーニング、キャリア、DX、出前講座 のいずれかにしてください。',
    'This kind is not known. Use 階層別, 必修, 専門, 派遣, OJT, eラーニング, キャリア, DX or 出前講座.',
  ],
  'selection-unknown': [
    'warning',
    '選考方法として読めないため、先着順として扱います。「先着」「抽選」「選考」のいずれかにしてください。',
    'This is not known; first come, first served is taken. Use 先着, 抽選 or 選考.',
  ],
  'date-bad': [
    'error',
    '日付として読めません。2027/6/10、R9.6.10、6月10日 のように入れてください。',
    'This is not a date. Write 2027/6/10, R9.6.10 or 6月10日.',
  ],
  'time-missing': [
    'error',
    '時刻がありません。13:30〜16:00 のように入れてください。',
    'There is no time. Write 13:30〜16:00.',
  ],
  'time-bad': [
    'error',
    '時刻として読めません。13:30〜16:00 のように入れてください。',
    'This is not a time. Write 13:30〜16:00.',
  ],
  'ends-before': [
    'error',
    '終わりが始まりより前です。時刻をご確認ください。',
    'It ends before it begins. Check the times.',
  ],
  'capacity-missing': [
    'error',
    '定員がありません。人数を入れてください。',
    'There is no capacity. Enter a number.',
  ],
  'capacity-bad': [
    'error',
    '定員として読めません。1から5000までの数にしてください。',
    'This is not a capacity: a number from 1 to 5,000.',
  ],
  'url-bad': [
    'warning',
    'リンクとして読めないため、空欄として扱います。https:// から始まる形にしてください。',
    'This is not a link; it is left empty. It must begin with https://.',
  ],
  'minutes-bad': [
    'warning',
    '時間として読めないため、空欄として扱います。「90分」「1.5時間」のように入れてください。',
    'This is not a length; it is left empty. Write 90分 or 1.5時間.',
  ],
  'report-bad': [
    'warning',
    '報告の要否として読めないため、不要として扱います。',
    'This is not known; no report is taken.',
  ],
  'range-bad': [
    'warning',
    '範囲として読めません。「4-6」「4級以上」「3年目まで」のように入れるか、取り込み後に対象を設定してください。',
    'This is not a range. Write 4-6 or 4級以上, or set whom it is for afterwards.',
  ],
  'section-unknown': [
    'warning',
    '所属「$」が見つかりません。コードか正式な名前で入れるか、取り込み後に対象を設定してください。',
    'There is no section "$". Write its code or full name, or set whom it is for afterwards.',
  ],
  'target-words': [
    'warning',
    '対象が文章のため、機械では決められません。取り込み後に「対象を決める」で設定してください。設定するまで、どなたにも案内されません。',
    'Whom it is for is written in words. Set it after the import; until then nobody is invited.',
  ],
  'target-missing': [
    'warning',
    '対象がありません。取り込み後に「対象を決める」で設定してください。設定するまで、どなたにも案内されません。',
    'It does not say whom it is for. Set it after the import; until then nobody is invited.',
  ],
  'nomination-unknown': [
    'warning',
    '指名条件「$」を読めません。新規採用、2年目、昇任5級、未受講、全員 のように入れてください。',
    'The nomination "$" is not known. Write 新規採用, 2年目, 昇任5級, 未受講 or 全員.',
  ],
  'window-missing': [
    'error',
    '受付の締切も開催日もありません。どちらかを入れてください。',
    'There is neither a closing day nor a date. Enter one of them.',
  ],
  'window-set': [
    'warning',
    '受付期間がそろっていないため、$ としました。',
    'The sign-up window is incomplete: $ is taken.',
  ],
  'window-backwards': ['error', '受付の開始が締切より後です。', 'Sign-up would open after it closes.'],
  'window-after': [
    'warning',
    '受付の締切が最初の開催日より後です。',
    'Sign-up closes after the first session.',
  ],
  'no-session': [
    'warning',
    '開催日がありません。取り込み後に日程を追加してください。',
    'There is no date. Add one after the import.',
  ],
  closed: [
    'warning',
    '$は閉庁日です。このままでよいかご確認ください。',
    'The office is closed on $. Please check that this is meant.',
  ],
  'capacity-held': [
    'error',
    '定員を下げられません。すでに$名の席が決まっています。先に人数を減らすか、定員を$名以上にしてください。',
    'The capacity cannot be lowered: $ seats are held. Take people off first, or set $ or more.',
  ],
  'other-part': [
    'error',
    'この番号の研修は、ほかの担当範囲のものです。',
    'A course of this number belongs to another part of the city.',
  ],
  cancelled: [
    'error',
    'この番号の研修は中止されています。別の番号にしてください。',
    'The course of this number was cancelled. Use another number.',
  ],
} as const satisfies Record<string, readonly [PlanProblem['severity'], string, string]>

export function problem(
  code: keyof typeof kinds,
  at: { readonly row: number | null; readonly column: string | null; readonly value: string },
  what: string | Bilingual = '',
): PlanProblem {
  const [severity, ja, en] = kinds[code]
  const say = typeof what === 'string' ? { ja: what, en: what } : what
  return {
    ...at,
    code,
    severity,
    text: { ja: ja.replaceAll('$', () => say.ja), en: en.replaceAll('$', () => say.en) },
  }
}
