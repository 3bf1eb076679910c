// The few things that only the way to Teams has to say.
import type { Card } from '../../cards/card.ts'
import type { Language } from '../../kernel/language.ts'
import type { FileProblem } from '../file.ts'
import type { Given } from './files.ts'

const words = {
  ja: {
    waiting: '処理に少し時間がかかっています。結果はメッセージでお知らせします。',
    below: '下にお返事しました。',
    cancelled: '入力を取りやめました。何も変わっていません。',
    taken: (summary: string) => `受け付けました：${summary}`,
    mend: '入力内容に確認が必要な項目がありました。お手数ですが、もう一度画面を開いて入力をお願いします。',
    old: 'このボタンはもう使えません。お手数ですが「ヘルプ」と送ってください。',
    files: {
      'too-large': (mb: number) =>
        `ファイルが大きいため受け取れませんでした（${mb} MB まで）。必要な列だけにするか、分けてお送りください。`,
      'not-here': () =>
        'このファイルは市の OneDrive の外に置かれているため受け取れません。ファイルそのものを、ここに添付してお送りください。',
      unreachable: () =>
        'Teams からファイルを受け取れませんでした。少し時間をおいて、もう一度お送りください。続くときは IT 担当の方にご相談ください。',
    },
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
    mend: 'Some of what was entered needs another look. Please open the form again and enter it once more.',
    old: 'This button cannot be used any more. Please send “help”.',
    files: {
      'too-large': (mb: number) =>
        `The file is too large (at most ${mb} MB). Please leave only the columns needed, or send it in parts.`,
      'not-here': () => 'This file is kept outside the city’s OneDrive. Please attach the file itself here.',
      unreachable: () =>
        'The file could not be fetched from Teams. Please send it again in a while; if this goes on, ask your IT officer.',
    },
    given: {
      declined: 'The file was not handed over.',
      gone: 'The time for handing it over has passed. Please ask for it once more.',
      failed: 'It could not be put into OneDrive. Please ask for it again in a while.',
    },
  },
} as const

/** A card that is one line. */
export const note = (text: string, language: Language): Card => ({
  language,
  summary: text,
  blocks: [{ type: 'text', text }],
})

export const say = (key: 'waiting' | 'below' | 'cancelled' | 'mend' | 'old', language: Language): string =>
  words[language][key]

export const takenCard = (summary: string, language: Language): Card =>
  note(words[language].taken(summary), language)

export const mendCard = (errors: readonly string[], language: Language): Card => ({
  ...note(words[language].mend, language),
  blocks: [words[language].mend, ...errors].map((text) => ({ type: 'text', text })),
})

export const fileProblemCard = (problem: FileProblem['problem'], largest: number, language: Language): Card =>
  note(words[language].files[problem](Math.floor(largest / 1024 / 1024)), language)

export const givenCard = (how: Exclude<Given['type'], 'put'>, language: Language): Card =>
  note(words[language].given[how], language)
