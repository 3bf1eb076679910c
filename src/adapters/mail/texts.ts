import type { Language } from '../../kernel/language.ts'

const ja = {
  choose: (label: string, option: string) => `${label}：${option}`,
  nothing: '選べるものがありません',
  goOn: '決定',
  footer: (until: string) =>
    `このメールのボタンとリンクは、あなただけのものです（${until}まで使えます）。ほかの方へ転送しないでください。このメールは送信専用です。`,
  noLinks:
    'このメールは送信専用です。お手続きは、所属の庶務担当の方か、このお知らせの発信元へお伝えください。',
  sendOnly: 'このメールは送信専用です。',
  page: 'はぐくみ',
  asks: 'よろしければ、下のボタンを押してください。',
  opens: '下のボタンを押すと、あなたの面談や研修の予定がひらきます。',
  home: 'わたしの予定をひらく',
  yours:
    'このページは、ご案内を受け取ったご本人のためのものです。心当たりのない方は、このまま閉じてください。',
  check: '職員番号',
  checkHint: 'ご本人の確認のため、職員番号を入力してください。',
  checkWrong: '職員番号が違うようです。もう一度ご確認ください。',
  yes: 'はい',
  optional: '（任意）',
  required: '入力してください。',
  mend: '入力内容をご確認ください。',
  colleague: '氏名の一部か職員番号を入力してください。',
  whichColleague: '次の中からお選びください。',
  noColleague: '見つかりませんでした。氏名の一部か職員番号を入力し直してください。',
  unchosen: '—',
  file: (name: string) => `ファイルを受け取る（${name}）`,
  done: '承りました',
  again: 'ほかの予定を見る',
  bad: {
    title: 'このリンクは使えません',
    text: 'アドレスが途中で切れているか、変わっています。メールのボタンからもう一度ひらいてください。うまくいかないときは、所属の庶務担当の方か人事担当へご連絡ください。',
  },
  expired: {
    title: 'このリンクは期限が過ぎています',
    text: 'ご案内から日数がたったため、使えなくなりました。印刷したご案内のQRコードをもう一度読み取るか、新しいご案内のメールからひらいてください。それでも開かないときは、所属の庶務担当の方か人事担当へご連絡ください。',
  },
  tooMany: {
    title: '少し時間をおいてください',
    text: '短い間に何度もひらかれたため、しばらくお休みしています。1時間ほどたってから、もう一度お試しください。',
  },
  failed: {
    title: 'うまくいきませんでした',
    text: '申し訳ありません。少し時間をおいて、もう一度お試しください。続くときは人事担当へご連絡ください。',
  },
}

const en: typeof ja = {
  choose: (label, option) => `${label}: ${option}`,
  nothing: 'nothing to choose from',
  goOn: 'Choose',
  footer: (until) =>
    `The buttons and links in this e-mail are for you alone (until ${until}). Please do not forward it. Replies to this address are not read.`,
  noLinks:
    'Replies to this address are not read. Please tell your section clerk, or the office that this comes from, what you would like to do.',
  sendOnly: 'Replies to this address are not read.',
  page: 'Hagukumi',
  asks: 'Press the button if that is what you want.',
  opens: 'Pressing this button opens your interviews and trainings.',
  home: 'Open my page',
  yours: 'This page is for the person to whom it was sent. If that is not you, please simply close it.',
  check: 'Staff number',
  checkHint: 'To make sure that it is you, please enter your staff number.',
  checkWrong: 'That does not seem to be your staff number. Please look again.',
  yes: 'Yes',
  optional: ' (optional)',
  required: 'Please fill this in.',
  mend: 'Please look at what was entered.',
  colleague: 'Enter a part of the name, or the staff number.',
  whichColleague: 'Please choose one of these.',
  noColleague: 'Nobody was found. Please enter a part of the name, or the staff number.',
  unchosen: '—',
  file: (name) => `Get the file (${name})`,
  done: 'Done',
  again: 'See what else there is',
  bad: {
    title: 'This link cannot be used',
    text: 'The address is cut short or was changed. Please open it again from the button in the e-mail. If that does not help, ask your section clerk or the HR desk.',
  },
  expired: {
    title: 'This link has expired',
    text: 'It was sent some time ago and is no longer in use. Please scan the code of your printed notice once more, or open it from a newer e-mail. Should that not help, ask your section clerk or the HR desk.',
  },
  tooMany: {
    title: 'Please wait a little',
    text: 'It was opened many times within a short while. Please try again in about an hour.',
  },
  failed: {
    title: 'That did not work',
    text: 'We are sorry. Please try again in a while. If this goes on, tell the HR desk.',
  },
}

export const textsIn = (language: Language): typeof ja => (language === 'ja' ? ja : en)
