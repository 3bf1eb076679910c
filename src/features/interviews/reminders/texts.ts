import type { Language } from '../../../kernel/language.ts'
import type { Interview } from '../state.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'

export const textsIn = (language: Language): typeof ja => (language === 'ja' ? ja : en)

/** 「期首面談」, 「育成面談」 … as the reader calls it. */
export function nameOf(interview: Pick<Interview, 'kind' | 'step'>, language: Language): string {
  const { kind, step } = interview
  switch (kind) {
    case 'step':
      return (language === 'ja' ? step?.name : step?.nameEn || step?.name) ?? ''
    case 'development':
    case 'return':
      return textsIn(language)[kind]
    default:
      return kind satisfies never
  }
}
