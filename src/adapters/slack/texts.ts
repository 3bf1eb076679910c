// The few things that only the way to Slack has to say.
import type { Card, Form } from '../../cards/card.ts'
import type { Language } from '../../kernel/language.ts'
import type { FileProblem } from '../file.ts'

const words = {
  ja: {
    waitingTitle: '受け付けました',
    waiting:
      '処理に少し時間がかかっています。結果はメッセージでお知らせします。この画面は閉じてかまいません。',
    close: '閉じる',
    mend: '入力内容に確認が必要な項目がありました。お手数ですが、もう一度画面を開いて入力をお願いします。',
    lateForm: '画面を開くまでに時間がかかりました。お手数ですが、もう一度ボタンを押してください。',
    files: {
      'too-large': (mb: number) =>
        `ファイルが大きいため受け取れませんでした（${mb} MB まで）。必要な列だけにするか、分けてお送りください。`,
      'not-here': () =>
        'このファイルは Slack の外に置かれているため受け取れません。ファイルそのものを、ここに添付してお送りください。',
      unreachable: () =>
        'Slack からファイルを受け取れませんでした。少し時間をおいて、もう一度お送りください。続くときは IT 担当の方にご相談ください。',
    },
  },
  en: {
    waitingTitle: 'Received',
    waiting: 'This takes a little longer. The result will come as a message; you may close this.',
    close: 'Close',
    mend: 'Some of what was entered needs another look. Please open the form again and enter it once more.',
    lateForm: 'Opening the form took too long. Please press the button once more.',
    files: {
      'too-large': (mb: number) =>
        `The file is too large (at most ${mb} MB). Please leave only the columns needed, or send it in parts.`,
      'not-here': () => 'This file is kept outside Slack. Please attach the file itself here.',
      unreachable: () =>
        'The file could not be fetched from Slack. Please send it again in a while; if this goes on, ask your IT officer.',
    },
  },
} as const

const note = (text: string, language: Language): Card => ({
  language,
  summary: text,
  blocks: [{ type: 'text', text }],
})

/** Ids of forms that only say something: nothing is to be done when they are closed. */
export const ownForm = 'slack.waiting'

export const waitingForm = (language: Language): Form => ({
  id: ownForm,
  language,
  title: words[language].waitingTitle,
  intro: words[language].waiting,
  fields: [],
  submit: words[language].close,
  cancel: words[language].close,
})

export const mendCard = (errors: readonly string[], language: Language): Card => ({
  ...note(words[language].mend, language),
  blocks: [words[language].mend, ...errors].map((text) => ({ type: 'text', text })),
})

export const lateFormCard = (language: Language): Card => note(words[language].lateForm, language)

export const fileProblemCard = (problem: FileProblem['problem'], largest: number, language: Language): Card =>
  note(words[language].files[problem](Math.floor(largest / 1024 / 1024)), language)
