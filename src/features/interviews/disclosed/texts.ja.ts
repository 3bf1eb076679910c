export const ja = {
  summary: '評価の開示のお知らせ',
  opening: '次の評価の結果が開示されました。',
  row: (name: string, cycle: string) => (cycle === '' ? name : `${cycle}（${name}）`),
  detail: (on: string, until: string, desk: string) =>
    `開示日：${on}　苦情の申出：${until}まで・窓口：${desk}`,
  close: '結果の内容は、ここには表示されません。',
  open: '詳しく見る',
}
