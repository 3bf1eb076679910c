import type { Language } from '../../kernel/language.ts'
import type { FailedReason } from './repository.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'

export const textsIn = (language: Language): typeof ja => (language === 'ja' ? ja : en)

/** Why something was not delivered, in words. */
export const reasonIn = (language: Language, reason: FailedReason | null) =>
  textsIn(language).reasons[reason ?? 'rejected']
