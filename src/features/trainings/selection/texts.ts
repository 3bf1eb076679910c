import type { Language } from '../../../kernel/language.ts'
import { PREFERRED } from './proposal.ts'
import { type PriorityClause, type Ruled, ruleOf } from './rule.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'

export const textsIn = (language: Language): typeof ja => (language === 'ja' ? ja : en)

export function clauseWords(each: PriorityClause, language: Language): string {
  const t = textsIn(language).clauses
  switch (each.type) {
    case 'mandatory':
      return t.mandatory
    case 'never':
      return t.never
    case 'recommended':
      return t.recommended
    case 'grade':
      return t.grade(each.from, each.to)
    case 'years':
      return t.years(each.to)
    default:
      return each satisfies never
  }
}

/** The classes of a course in their order: 「必ず受ける方 → … → そのほかの方」. */
export function classWords(course: Ruled, language: Language): readonly string[] {
  return [...ruleOf(course).first.map((each) => clauseWords(each, language)), textsIn(language).clauses.rest]
}

/** One class by its number. */
export function classIn(course: Ruled, priority: number, language: Language): string {
  if (priority === PREFERRED) return textsIn(language).judgements.prefer
  return classWords(course, language)[priority - 1] ?? String(priority)
}
