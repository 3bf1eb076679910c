import type { Language } from '../../kernel/language.ts'
import type { Desk } from './desks.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'

export const textsIn = (language: Language): typeof ja => (language === 'ja' ? ja : en)

/** In the reader's language where the city has said it in that. */
export const nameOf = (desk: Pick<Desk, 'name' | 'nameEn'>, language: Language): string =>
  language === 'en' && desk.nameEn ? desk.nameEn : desk.name

export const aboutOf = (desk: Pick<Desk, 'about' | 'aboutEn'>, language: Language): string =>
  language === 'en' && desk.aboutEn ? desk.aboutEn : desk.about
