export const ja = {
  title: '休止とカレンダー',
  help: '災害などで、すべての案内を休止する',
  summary: '災害などによる休止',
  heading: '災害などによる休止',
  intro:
    '休止の間は、面談・研修・1on1・メンターなど、すべての案内を止めます。進行中の面談の期限は、休止した勤務日の分だけ後ろに移します。職員課からの「お知らせ」は休止中も送れます。',
  none: '休止の予定はありません。',
  span: (from: string, to: string) => (to === '' ? from : `${from}〜${to}`),
  state: { now: '休止しています', ahead: '予定', over: '終了' },
  detail: (state: string, reason: string) => `${state}・${reason}`,
  add: 'すべての案内を休止する',
  addAnother: '別の休止を加える',
  resume: '再開する',
  resumeText:
    '今日から案内を再開します。期限は、これまでに休止した勤務日の分だけ後ろになります。休止中に時期の過ぎた案内は送りません。',
  change: '変える',
  note: {
    added: (interviews: number, held: number, ahead: boolean) =>
      `${ahead ? '休止の予定を入れました' : '休止しました'}。面談${interviews}件の期限を移し、期間中に予定していた案内${held}件は休止のあとにまとめます。`,
    changed: (interviews: number) => `変更しました。面談${interviews}件の期限を合わせて移しました。`,
    resumed: (interviews: number) =>
      `再開しました。面談${interviews}件の期限を、実際に休止した勤務日の分に合わせました。たまっていた案内は、いまの状況に合わせて一通にまとめてお届けします。`,
    removed: (interviews: number) =>
      `休止を取り消しました。面談${interviews}件の期限を元の日数に戻しました。`,
    gone: 'この休止は、すでに変更されたか取り消されています。いまの状況をお見せします。',
  },
  form: {
    add: '休止する期間',
    change: '休止の変更',
    submit: '決める',
    cancel: '戻る',
    from: '休止の初日',
    last: '休止の最終日',
    lastHint: '見通しで構いません。あとから延ばすことも、早めに再開することもできます。',
    reason: '理由（例 台風第15号）',
    remove: 'この休止を取り消す',
    removeLabel: '取り消し',
  },
  errors: {
    from: '初日は、7日前から90日先までの日で選んでください。',
    last: '最終日は、初日から60日以内の日で選んでください。',
    overlap: 'ほかの休止と重なっています。そちらの期間を変えてください。',
    reason: '理由を入れてください。',
    started: 'すでに始まった休止の初日は変えられません。',
  },
  roster: {
    unreadable: '勤務表を読み取れませんでした',
    columns:
      '「職員番号・日付・勤務」の列か、「職員番号」の列と日付の見出しが並ぶ表を送ってください。ファイル名に「勤務表」を入れてください。',
    refused: '勤務表を取り込んでいません',
    refusedText: '次の点を直して、もう一度送ってください。まだ何も変わっていません。',
    more: (n: number) => `ほか${n}件`,
    done: '勤務表を取り込みました',
    doneText: (people: number, days: number, from: string, to: string) =>
      `${people}名、のべ${days}日分（${from}〜${to}）を反映しました。`,
    after:
      '案内の日時・面談の候補日・期限は、ご本人の勤務日に合わせます。表にない日は、これまでの開所日どおりです。',
  },
}
