import type { Platform } from '../../chat/chat.ts'
import type { Language } from '../../kernel/language.ts'
import { en } from './texts-reach.en.ts'
import { ja } from './texts-reach.ja.ts'

export const reachTexts = (language: Language): typeof ja => (language === 'ja' ? ja : en)

export const nameOf = (platform: Platform, language: Language): string =>
  reachTexts(language).platform[platform]
