export const ja = {
  platform: { slack: 'Slack', teams: 'Teams', playground: 'お試し画面', email: 'メール' },
  mine: {
    help: 'お知らせを受け取るチャットを選ぶ',
    summary: 'お知らせの届け先',
    heading: 'お知らせの届け先',
    chosen: (platform: string) => `お知らせは、お選びになった ${platform} に届きます。`,
    latest: (platform: string) =>
      `お知らせは、最後にお使いになった ${platform} に届きます。いつも同じ方で受け取るときは、お選びください。`,
    only: (platform: string) =>
      `お知らせは ${platform} に届きます。ほかのチャットでこのボットに話しかけると、どちらで受け取るかを選べるようになります。`,
    none: 'お知らせを受け取れるチャットがありません。',
    closed: 'いまは送れない状態です',
    seen: (at: string) => `最後に使った日時：${at}`,
    here: 'いまの届け先です',
    choose: 'こちらで受け取る',
    free: '最後に使った方で受け取る',
    done: (platform: string) => `これからは ${platform} にお届けします。`,
    freed: 'これからは、最後にお使いになった方にお届けします。',
    stale: 'そのアカウントは使えなくなっています。いまの状態を表示します。',
  },
  reach: {
    help: 'チャットで届かない方と、していただくこと',
    summary: 'チャットで届かない方',
    heading: 'チャットで届かない方',
    part: 'ご担当の範囲の方について表示しています。',
    counted: (reached: number, all: number) =>
      reached === all
        ? `在職中の${all}名全員に、チャットでお知らせが届きます。`
        : `在職中の${all}名のうち、${reached}名にチャットでお知らせが届きます。`,
    row: (state: string, count: number) => `${state}　${count}名`,
    state: {
      'without-app': 'Teams のアプリがない方',
      'not-met': 'アカウントが見つからない方',
      blocked: 'ご本人がブロックしている方',
      closed: 'アカウントが停止されている方',
      nowhere: 'アカウントもメールアドレスもない方',
    },
    todo: {
      'without-app':
        'IT 担当の方に、Teams へ「はぐくみ」を入れていただいてください。名簿のメールアドレスが Teams のものと違うときは、名簿を直してください。',
      'not-met':
        '名簿のメールアドレスがチャットのものと同じかをご確認ください。ご本人がこのボットに一度話しかけても登録できます。',
      blocked: 'ご本人に、このボットからの受信を許可していただいてください。',
      closed: 'チャットのアカウントと、名簿の退職日をご確認ください。',
      nowhere: '庶務担当の方を通じて、または印刷した一覧でお伝えください。',
    },
    policy: [
      'IT 担当の方へ：Teams 管理センター（https://admin.teams.microsoft.com）の「Teams アプリ」→「セットアップ ポリシー」で、職員に割り当てているポリシー（通常は「グローバル」）を開き、「インストール済みアプリ」に「はぐくみ」を加えて保存します。',
      '職員は何もしなくても、数時間から24時間ほどで使えるようになります。',
    ].join('\n'),
    canInstall: 'この市では、ここから Microsoft Graph でアプリを入れることもできます。',
    cannotInstall:
      'ここから直接入れたいときは、IT 担当の方に TEAMS_CATALOG_APP_ID の設定と Microsoft Graph の権限の許可をご依頼ください（README の Teams の節）。',
    waiting: (count: number) => `いま${count}名の方に、順にアプリを入れています。`,
    failed: 'アプリを入れられなかった方',
    failedBy: (reason: string, count: number) => `${reason}：${count}名`,
    preview: 'アプリを入れる方を確認する',
    file: '一覧をファイルで受け取る',
    refresh: '表示を新しくする',
    fileName: 'チャットで届かない方',
    fileComment: 'チャットで届かない方の一覧です。',
    columns: [
      '所属',
      '職員番号',
      '氏名',
      '職名',
      'メールアドレス',
      '状態',
      'していただくこと',
      'アプリの導入',
    ],
    installState: { waiting: '順番待ち', done: '入れました', refused: '入れられませんでした' },
    door: '届かない方',
  },
  install: {
    summary: 'Teams のアプリを入れる方の確認',
    heading: 'この方々の Teams にアプリを入れます',
    what: (count: number, minutes: number) =>
      `${count}名の Teams に「はぐくみ」が入り、最初のごあいさつが一通届きます。ほかには何も変わりません。${minutes}分ほどかかります。`,
    again: 'すでに入っている方には何も起きません。あとから何度でもやり直せます。',
    person: (name: string, section: string) => (section ? `${name}（${section}）` : name),
    more: (count: number) => `ほか ${count}名（一覧のファイルに全員が載っています）`,
    go: (count: number) => `${count}名に入れる`,
    back: '戻る',
    started: (count: number) => `${count}名の方に、順に入れていきます。この画面で経過をご覧いただけます。`,
    changed: 'その後に対象の方が変わったため、いまの一覧を表示しました。',
    nobody: 'いまアプリを入れる対象の方はいらっしゃいません。',
    reason: {
      'no-user': '名簿のメールアドレスが Teams のサインイン名と違う',
      'by-policy': 'アプリの許可ポリシーで止められている',
      'no-app': '組織のカタログに「はぐくみ」がない（TEAMS_CATALOG_APP_ID をご確認ください）',
      'not-permitted': 'Microsoft Graph の権限か、アプリの登録に問題がある（doctor でご確認ください）',
      rejected: 'Microsoft が受け付けなかった',
      'gave-up': '何度か試みて入れられなかった',
      left: '在職していない、またはメールアドレスがない',
    },
  },
}
