import type { Bilingual } from '../../../kernel/language.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'

/** What a kind of notice about interviews is called in lists. */
export function noticeTitle(kind: string): Bilingual {
  const name = kind.slice('interviews.'.length)
  return { ja: ja.kinds[name] ?? ja.otherKind, en: en.kinds[name] ?? en.otherKind }
}
