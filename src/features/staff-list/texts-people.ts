import type { Language } from '../../kernel/language.ts'
import { en } from './texts-people.en.ts'
import { ja } from './texts-people.ja.ts'

export type PeopleTexts = typeof ja

export const peopleTexts = (language: Language): PeopleTexts => (language === 'ja' ? ja : en)
