export const ja = {
  title: 'アカウント',
  summary: 'アカウントの確認',
  heading: 'アカウントの確認',
  none: '確認が必要なアカウントはありません。',
  intro: 'チャットのアカウントと職員名簿の結びつきで、ご確認いただきたいものです。',
  unknown: (shown: string, platform: string) => `${platform} の「${shown}」さん`,
  unknownDetail: (day: string) =>
    `${day} に話しかけましたが、メールアドレスが名簿と一致しません。ご本人に確かめてから結びつけてください。`,
  renamed: (name: string, shown: string, platform: string) => `${name}さん（${platform} では「${shown}」）`,
  renamedDetail: (day: string) =>
    `${day} から、アカウントのメールアドレスが名簿と違っています。同じ方かご確認ください。`,
  otherName: (name: string, shown: string, platform: string) =>
    `${name}さん（${platform} ではいま「${shown}」）`,
  otherNameDetail: (day: string) =>
    `${day} から、アカウントの表示名が変わっています。同じ方か、別の方に引き継がれたものかご確認ください。`,
  closed: (name: string, platform: string) => `${name}さんの ${platform} のアカウント`,
  closedDetail: (day: string) =>
    `${day} に停止されたか、ゲストになったため、チャットではお知らせが届きません。電話や庶務担当の方を通じてお伝えください。`,
  more: (count: number) => `ほか ${count}件`,
  link: '結びつける',
  check: '確認する',
  seen: '確認した',
  home: (count: number) => `確認を待つアカウントが${count}件あります`,
  open: '開く',
  notice: (count: number) => `確認を待つチャットのアカウントが${count}件あります。1分で終わります。`,
  noticeSummary: 'アカウントの確認のお願い',
  linkedSummary: 'アカウントがつながりました',
  linked: 'このアカウントが職員名簿とつながりました。「ヘルプ」と書くと、できることの一覧が出ます。',
  linkForm: {
    title: 'アカウントを結びつける',
    intro: (shown: string) =>
      `「${shown}」さんは、どの職員の方ですか。必ずご本人に確かめてから結びつけてください。`,
    person: '職員',
    personHint: '氏名の一部で探せます。職員でないときは空のままにします。',
    nobody: '職員ではない',
    nobodyLabel: '職員でないとき',
    submit: '決める',
  },
  checkForm: {
    title: 'アカウントの確認',
    intro: (name: string) => `${name}さんのアカウントのメールアドレスか表示名が変わっています。`,
    label: 'このアカウントは',
    keep: '同じ方のものなので、このまま使う',
    unlink: '別の方のものなので、結びつきを外す',
    submit: '決める',
  },
  cancel: '戻る',
  errors: {
    person: '名簿にいる職員を選ぶか、「職員ではない」に印を付けてください。',
    both: '職員を選んだときは「職員ではない」の印を外してください。',
  },
  done: {
    linked: '結びつけました。ご本人にもお知らせします。',
    declined: '職員ではないアカウントとして記録しました。',
    kept: 'このまま使います。',
    unlinked: '結びつきを外しました。',
    seen: '確認済みにしました。',
    stale: 'ほかの方が先に対応したか、状況が変わっています。いまの一覧を表示します。',
  },
}
