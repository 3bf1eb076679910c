import type { ChangedField } from '../../directory/change/compare.ts'
import type { SectionChange } from '../../directory/change/compare-sections.ts'
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
  'parent-made': '行のない上位所属（新しく作ります）',
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
    missing: '登録されていて、名簿にいない方（そのまま残します。退職とするときは --mark-left を付けます）',
    problems: '確認していただきたい点',
    withoutEmail: (n: number) => `メールアドレスのない方が${n}名います。このまま取り込めます。`,
    applied: '反映しました。',
    notApplied: 'まだ何も書き込んでいません。この内容でよければ、--apply を付けて実行すると反映します。',
    same: '登録内容と同じです。反映の必要はありません。',
    blocked: '要修正の点があるため、反映できません。直したファイルで、もう一度お試しください。',
  },
  preview: {
    summary: '職員名簿の確認をお願いします',
    heading: '職員名簿の確認',
    file: (name: string, how: string, rows: number) => `${name}（${how}、${rows}行）`,
    guest: (name: string, number: string) => `${name}（${number}）`,
    guestLikely: (guest: string, by: 'email' | 'name') =>
      `内定者としてご案内中の${guest}さんと${by === 'email' ? '同じメールアドレス' : '同じ氏名'}です。同じ方なら、参加の記録を引き継ぎます。`,
    guestJoined: '内定者の記録を引き継ぎます。適用日からは、名簿のメールアドレスにお知らせします。',
    guestSame: '同じ方です',
    guestOther: '別の方にする',
    day: '適用日',
    dayNote: (on: string, future: boolean) =>
      future ? `${on}（所属と評価者は、この日の朝に切り替わります）` : on,
    people: '職員',
    peopleCounts: (c: Counts) =>
      [
        c.new ? `新規 ${c.new}名` : '',
        c.moved ? `異動 ${c.moved}名` : '',
        c.changed ? `変更 ${c.changed}名` : '',
        c.returned ? `復帰 ${c.returned}名` : '',
        c.left ? `退職 ${c.left}名` : '',
      ]
        .filter((part) => part !== '')
        .join('、') || '変更はありません',
    sections: '所属',
    sectionCount: (n: number) => (n === 0 ? '変更はありません' : `${n}件の変更`),
    sectionKind: {
      new: '新設',
      renamed: '名称変更',
      placed: '上位の変更',
      continued: '引き継ぎ',
      closed: '廃止',
    } as Readonly<Record<SectionChange['kind'], string>>,
    top: '最上位',
    mailNote: (n: string) => `${n}（アカウントもない方へは、印刷したご案内か庶務担当を通じてお届けします）`,
    fill: '評価者を設定',
    fillNext: (n: number) =>
      `続けて、一次評価者の決まっていない${n}名について、所属ごとにまとめて設定できます。`,
    noEvaluator: '一次評価者なし',
    noEvaluatorCount: (n: number) =>
      `${n}名（このまま取り込めます。反映のあと「職員名簿」から、所属ごとにまとめて登録できます）`,
    errors: (n: number) =>
      `先に直していただきたい点が${n}件あります。直したファイルをもう一度送ってください。`,
    warnings: '確認していただきたい点（このまま反映できます）',
    fine: '内容をご確認のうえ、「反映する」を押してください。反映するまで、何も変わりません。',
    fineAhead:
      '内示の前でしたら「内示まで伏せておく」を、すでに公表されていれば「反映する」を押してください。押すまで、何も変わりません。',
    nothing: '登録内容と同じです。反映の必要はありません。',
    changed: '前回の表示のあとに登録内容が変わりましたので、計算し直しました。もう一度ご確認ください。',
    missing: (n: number) => `名簿にいない登録済みの方 ${n}名`,
    missingDetail: 'そのまま残します。退職された方であれば、退職として扱えます。',
    markLeft: (n: number) => `${n}名を退職にする`,
    markLeftConfirm: (n: number, on: string) =>
      `名簿にいない${n}名を、${on}付の退職として反映の内容に加えます。まだ書き込みません。`,
    leftIncluded: (n: number) => `名簿にいない${n}名を、退職として含めています`,
    keep: '残すに戻す',
    problemList: '確認点の一覧',
    problemCount: (errors: number, warnings: number) => `要修正 ${errors}件、確認 ${warnings}件`,
    changeList: '変更の一覧',
    changeCount: (n: number) => `${n}名分`,
    download: '受け取る',
    apply: '反映する',
    applyConfirm: (c: Counts, on: string) =>
      `${on}付で、新規${c.new}名、異動${c.moved}名、変更${c.changed + c.returned}名、退職${c.left}名を反映します。`,
    applyAhead: '内容は、いまからほかの方にも見えるようになります。',
    yes: '反映する',
    no: '戻る',
    continue: '含める',
    changeDay: '適用日を変える',
    cancel: '取り込みをやめる',
    applied: '職員名簿を反映しました',
    appliedText: (counts: string, on: string, future: boolean) =>
      future
        ? `${counts}を反映しました。所属と評価者は${on}の朝に切り替わり、関係する方にはその日にお知らせします。`
        : `${counts}を反映しました。関係する方には、はぐくみからお知らせします。`,
    cancelled: '取り込みをやめました',
    cancelledText: '名簿の内容は消去しました。登録内容は変わっていません。',
    settled: 'この名簿は、すでに反映されたか、取りやめになっています。',
    settledBy: (status: string, when: string) => `${when}に${status}されました。`,
    status: { applied: '反映', cancelled: '取りやめに' } as Readonly<Record<'applied' | 'cancelled', string>>,
    unreadable: '名簿を読み取れませんでした',
    template: '雛形を受け取る',
    overview: '職員名簿を開く',
    home: '職員名簿の取り込みが確認待ちです',
    homeButton: '確認する',
  },
  dayForm: {
    title: '適用日',
    submit: '計算し直す',
    cancel: '戻る',
    label: '適用日',
    hint: '名簿の内容がいつからのものかを選んでください。過去の日も選べます。',
    bad: '適用日は、2年前から1年先までの日で選んでください。',
  },
  files: {
    problems: '名簿の確認点',
    changes: '名簿の変更一覧',
    template: '職員名簿_雛形.xlsx',
    templateComment: '職員名簿の雛形です。1行目の見出しは残し、2行目の例は消してお使いください。',
    problemsComment: '確認点の一覧です。Excelでそのまま開けます。',
    changesComment: '変更の一覧です。Excelでそのまま開けます。',
    problemColumns: ['区分', '行', '列', '値', '内容'] as readonly string[],
    changeColumns: ['区分', '職員番号', '氏名', '項目', '変更前', '変更後'] as readonly string[],
    missingKind: '名簿になし',
  },
}
