// The few things that only the way to Teams has to say.
import type { Card } from '../../cards/card.ts'
import type { Language } from '../../kernel/language.ts'
import type { FileProblem } from '../file.ts'
import { mendText, note, fileProblemCard as problemCard } from '../texts.ts'

export { mendCard, note } from '../texts.ts'

import type { Given } from './files.ts'

const words = {
  ja: {
    waiting: '処理に少し時間がかかっています。結果はメッセージでお知らせします。',
    below: '下にお返事しました。',
    cancelled: '入力を取りやめました。何も変わっていません。',
    taken: (summary: string) => `受け付けました：${summary}`,
    old: 'このボタンはもう使えません。お手数ですが「ヘルプ」と送ってください。',
    given: {
      declined: 'ファイルのお渡しを取りやめました。',
      gone: 'お渡しできる時間が過ぎました。お手数ですが、もう一度お求めください。',
      failed: 'OneDrive に置けませんでした。少し時間をおいて、もう一度お求めください。',
    },
  },
  en: {
    waiting: 'This takes a little longer. The result will come as a message.',
    below: 'The answer is below.',
    cancelled: 'Nothing was entered and nothing has changed.',
    taken: (summary: string) => `Received: ${summary}`,
    old: 'This button cannot be used any more. Please send “help”.',
    given: {
      declined: 'The file was not handed over.',
      gone: 'The time for handing it over has passed. Please ask for it once more.',
      failed: 'It could not be put into OneDrive. Please ask for it again in a while.',
    },
  },
} as const

export const say = (key: 'waiting' | 'below' | 'cancelled' | 'mend' | 'old', language: Language): string =>
  key === 'mend' ? mendText(language) : words[language][key]

export const takenCard = (summary: string, language: Language): Card =>
  note(words[language].taken(summary), language)

export const givenCard = (how: Exclude<Given['type'], 'put'>, language: Language): Card =>
  note(words[language].given[how], language)

export const fileProblemCard = (problem: FileProblem['problem'], largest: number, language: Language): Card =>
  problemCard(problem, largest, 'Teams', language)
