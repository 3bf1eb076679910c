export const ja = {
  help: {
    summary: 'できることのご案内',
    heading: 'できること',
    intro: '言葉で話しかけていただくか、ボタンを押してください。',
    introPage: 'ボタンを押すと、それぞれの画面が開きます。',
    open: '開く',
    tools: 'そのほか',
    button: 'できることを見る',
    greeting: (name: string, office: string) => `${name}、お疲れさまです。${office}です。`,
    notUnderstood: '恐れ入ります。うまく読み取れませんでしたので、できることをご案内します。',
    emptyWords: 'お疲れさまです。ご用件をひとこと送ってください。次のことができます。',
    thanks: 'こちらこそ、ありがとうございます。またいつでも声をかけてください。',
  },
  home: {
    summary: 'これからの予定とお願い',
    heading: (name: string) => `${name}のホーム`,
    intro: 'これからの予定とお願いを、日付の順にお知らせします。',
    introPage: 'これからの予定とお願いを、日付の順に並べています。',
    empty: 'いまのところ、お願いしていることはありません。予定ができましたら、こちらにお出しします。',
    more: (count: number) => `ほかに${count}件あります。それぞれの画面でご覧いただけます。`,
    incomplete: '一部の予定を読み込めませんでした。しばらくしてから、もう一度開いてください。',
    button: 'ホーム',
  },
  language: {
    summary: '表示する言語',
    heading: '表示する言語 / Language',
    now: 'いまは日本語で表示しています。',
    changed: 'これからは日本語でご案内します。',
    button: '言語 / Language',
  },
  refused: {
    summary: 'この操作はご利用いただけません',
    text: (who: string) => `恐れ入ります。この操作ができるのは、${who}です。`,
    next: (office: string) => `ご用の場合は、${office}へご相談ください。`,
  },
  note: { summary: 'ご確認をお願いします' },
  tooLong: (most: number, is: number) =>
    `${most.toLocaleString('ja-JP')}文字までです(いま${is.toLocaleString('ja-JP')}文字)。短くするか、分けてお書きください。`,
  outdated: {
    summary: '表示が古くなっています',
    text: '恐れ入ります。このボタンは以前の表示のもので、いまは使えません。お手数ですが、もう一度開いてください。',
  },
  settled: {
    summary: 'すでに承っています',
    text: 'この操作は、すでに承っています。いまの状況はホームでご覧いただけます。',
  },
  busy: {
    summary: '手続きを進めています',
    text: 'ただいま手続きを進めています。少し待ってから、ホームで結果をご覧ください。',
  },
  delayed: {
    summary: '少しお時間をいただきます',
    text: '承りました。少し時間がかかっていますので、できましたらこちらでお知らせします。もう一度送っていただく必要はありません。',
  },
  pressAgain: {
    summary: 'もう一度ボタンを押してください',
    text: 'お待たせしました。用意ができましたので、お手数ですが、もう一度ボタンを押してください。',
  },
  notTaken: {
    summary: '入力内容のご確認をお願いします',
    text: 'お待たせしました。次の点をご確認のうえ、お手数ですが、もう一度入力してください。',
  },
  broken: {
    summary: '手続きを完了できませんでした',
    text: '申し訳ありません。こちらの不具合で、手続きを完了できませんでした。',
    next: (office: string) =>
      `少し待ってからもう一度お試しください。続くようでしたら、下の受付番号を添えて${office}へお知らせください。`,
    reference: (id: string) => `受付番号 ${id}`,
  },
  stranger: {
    summary: 'アカウントの確認をお願いします',
    text: (office: string) =>
      `お疲れさまです。はぐくみです。恐れ入りますが、このアカウントは職員名簿とつながっていません。${office}へ、お名前と職員番号を添えてお知らせください。`,
  },
  file: {
    summary: 'ファイルを確認しました',
    unknown: '恐れ入ります。このファイルの扱い方が分かりませんでした。形式をご確認ください。',
    tooLarge: (megabytes: number) =>
      `恐れ入ります。ファイルが大きすぎて受け取れませんでした。${megabytes}MB までのファイルを送ってください。`,
  },
  option: (name: string, section: string, title: string) => {
    const post = [section, title].filter((part) => part !== '').join(' ')
    return post === '' ? name : `${name}（${post}）`
  },
}
