import { type ClosedReason, HolidaysUnknownError } from '../../../kernel/calendar.ts'
import type { Language } from '../../../kernel/language.ts'
import type { Interview } from '../state.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'

export type Texts = typeof ja

export const textsIn = (language: Language): Texts => (language === 'ja' ? ja : en)

/** 「期首面談」, 「育成面談」 … as the reader calls it. */
export function nameOf(interview: Pick<Interview, 'kind' | 'step'>, language: Language): string {
  const { kind, step } = interview
  const t = textsIn(language)
  switch (kind) {
    case 'step':
      return (language === 'ja' ? step?.name : step?.nameEn || step?.name) ?? ''
    case 'development':
      return t.development
    case 'return':
      return t.return
    default:
      return kind satisfies never
  }
}

/** Why a day is closed, in a word: 「憲法記念日」. */
export function whyClosed(reason: ClosedReason, language: Language): string {
  const t = textsIn(language)
  switch (reason.kind) {
    case 'exception':
      return reason.note || t.weekend
    case 'holiday':
      return reason.name[language]
    case 'year-end':
      return t.yearEnd
    case 'weekend':
      return t.weekend
    default:
      return reason satisfies never
  }
}

export const isTooFar = (error: unknown): boolean => error instanceof HolidaysUnknownError
