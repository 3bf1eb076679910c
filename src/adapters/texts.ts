// What every way to a chat has to say of itself, in the chat's own name.
import type { Card } from '../cards/card.ts'
import type { Language } from '../kernel/language.ts'
import type { FileProblem } from './file.ts'

const words = {
  ja: {
    mend: '入力内容に確認が必要な項目がありました。お手数ですが、もう一度画面を開いて入力をお願いします。',
    tooLarge: (mb: number) =>
      `ファイルが大きいため受け取れませんでした（${mb} MB まで）。必要な列だけにするか、分けてお送りください。`,
    notHere: { Slack: 'Slack の外', Teams: '市の OneDrive の外' },
    keptAt: (place: string) =>
      `このファイルは${place}に置かれているため受け取れません。ファイルそのものを、ここに添付してお送りください。`,
    unreachable: (chat: string) =>
      `${chat} からファイルを受け取れませんでした。少し時間をおいて、もう一度お送りください。続くときは IT 担当の方にご相談ください。`,
  },
  en: {
    mend: 'Some of what was entered needs another look. Please open the form again and enter it once more.',
    tooLarge: (mb: number) =>
      `The file is too large (at most ${mb} MB). Please leave only the columns needed, or send it in parts.`,
    notHere: { Slack: 'outside Slack', Teams: "outside the city's OneDrive" },
    keptAt: (place: string) => `This file is kept ${place}. Please attach the file itself here.`,
    unreachable: (chat: string) =>
      `The file could not be fetched from ${chat}. Please send it again in a while; if this goes on, ask your IT officer.`,
  },
} as const

/** A card that is one line. */
export const note = (text: string, language: Language): Card => ({
  language,
  summary: text,
  blocks: [{ type: 'text', text }],
})

export const mendText = (language: Language): string => words[language].mend

/** What a form that is not open any more would have shown at its fields. */
export const mendCard = (errors: readonly string[], language: Language): Card => ({
  ...note(words[language].mend, language),
  blocks: [words[language].mend, ...errors].map((text) => ({ type: 'text', text })),
})

/** Why a file was not taken. `largest` in bytes. */
export function fileProblemCard(
  problem: FileProblem['problem'],
  largest: number,
  chat: 'Slack' | 'Teams',
  language: Language,
): Card {
  const { tooLarge, keptAt, notHere, unreachable } = words[language]
  const texts = {
    'too-large': () => tooLarge(Math.floor(largest / 1024 / 1024)),
    'not-here': () => keptAt(notHere[chat]),
    unreachable: () => unreachable(chat),
  }
  return note(texts[problem](), language)
}
