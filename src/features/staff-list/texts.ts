import type { Language } from '../../kernel/language.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'

export type Texts = typeof ja

export const textsOf = (language: Language): Texts => (language === 'ja' ? ja : en)
