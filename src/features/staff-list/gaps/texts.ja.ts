export const ja = {
  help: '評価者が決まっていない方を、所属ごとにまとめて設定する',
  summary: '評価者の設定',
  heading: '評価者の設定',
  role: { first: '一次評価者', second: '二次評価者', adjuster: '調整者', decider: '決定者' },
  intro:
    '決まっていない方を、所属ごとにまとめて設定できます。すでに評価者のいる方はそのままです。評価補助者は、いなくても差し支えありません。',
  all: '評価者が決まっていない方はいません。',
  none: 'なし',
  unused: 'この市では、まだ決めていません',
  count: (people: number, sections: number) =>
    `${people.toLocaleString('ja-JP')}名（${sections.toLocaleString('ja-JP')}所属）`,
  fill: (role: string) => `${role}を設定`,
  sections: '決まっていない所属',
  row: (role: string, n: number) => `${role} ${n}名`,
  more: (n: number) => `ほか${n}所属`,
  title: (role: string) => `${role}の設定`,
  submit: '設定する',
  cancel: 'やめる',
  formIntro: (left: number) =>
    `名簿の職名から、所属長を候補として入れてあります。違うときは選び直してください。空欄にした所属は、決まっていないままになります。${left > 0 ? `\nこのあと、まだ${left}件あります。` : ''}`,
  section: (name: string, n: number) => `${name}（${n}名）`,
  person: (name: string, section: string) => `${name}ご本人（${section}）`,
  nobody: '候補が見つかりませんでした',
  hint: (names: readonly string[], more: number) => `${names.join('、')}${more > 0 ? `　ほか${more}名` : ''}`,
  done: (role: string, people: number) => `${role}を設定しました（${people}名分）。`,
  already: 'ほかの方がすでに設定していました。いまの状況をお見せします。',
  errors: {
    empty: '一つ以上の所属で、評価者をお選びください。',
    person: '名簿から、在籍している職員をお選びください。',
    self: 'ご本人以外の方をお選びください。',
  },
  alarm: (people: number, sections: number) =>
    `一次評価者が決まっていない方が${people}名（${sections}所属）いらっしゃいます`,
  open: '設定する',
}
