// The few things that only the way to Slack has to say.
import type { Card, Form } from '../../cards/card.ts'
import type { Language } from '../../kernel/language.ts'
import type { FileProblem } from '../file.ts'
import { note, fileProblemCard as problemCard } from '../texts.ts'

export { mendCard } from '../texts.ts'

const words = {
  ja: {
    waitingTitle: '受け付けました',
    waiting:
      '処理に少し時間がかかっています。結果はメッセージでお知らせします。この画面は閉じてかまいません。',
    close: '閉じる',
    lateForm: '画面を開くまでに時間がかかりました。お手数ですが、もう一度ボタンを押してください。',
  },
  en: {
    waitingTitle: 'Received',
    waiting: 'This takes a little longer. The result will come as a message; you may close this.',
    close: 'Close',
    lateForm: 'Opening the form took too long. Please press the button once more.',
  },
} as const

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

export const lateFormCard = (language: Language): Card => note(words[language].lateForm, language)

export const fileProblemCard = (problem: FileProblem['problem'], largest: number, language: Language): Card =>
  problemCard(problem, largest, 'Slack', language)
