// Who must or should take a course without being asked (階層別, 必修): a rule over facts of the directory. Pure.
import { z } from 'zod'
import type { Language } from '../../../kernel/language.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'

/** One way to be named; within the course's target, whoever meets any of a rule's is nominated. */
const clause = z.discriminatedUnion('type', [
  /** 新規採用: hired in the course's fiscal year. */
  z.object({ type: z.literal('hired') }),
  /** 採用N年目: the fiscal year of hiring is the first. */
  z.object({ type: z.literal('year'), nth: z.int().min(1).max(60) }),
  /** 昇任: reached this grade, or a higher one, in the course's fiscal year, from below it. */
  z.object({ type: z.literal('promoted'), to: z.int().min(1).max(1_000) }),
  /** 未受講: has never completed the series. */
  z.object({ type: z.literal('never') }),
  /** Everybody whom the course is for, every year (必修). */
  z.object({ type: z.literal('all') }),
])

/** As the column `course.nomination` keeps it. */
export const nominationRule = z.object({ any: z.array(clause).min(1).max(10) })
export type NominationRule = z.infer<typeof nominationRule>

/** What the rule asks of somebody whom the course is for. */
export interface Nominee {
  readonly personId: number
  /** The fiscal year of hiring; null: not known. */
  readonly hiredYear: number | null
  /** Grade of the main post now, and on the day before the fiscal year began; null: none. */
  readonly rank: number | null
  readonly rankBefore: number | null
  /** Has attended or completed a course of the series, in whatever year. */
  readonly completed: boolean
}

/** "hired", "year:3", "promoted", "never", "all", "partly", "hr": kept with a nomination and a sign-up. */
export type ReasonCode = string

/** The first clause that names the person, as a reason; undefined: none does. */
export function reasonFor(
  rule: NominationRule,
  nominee: Nominee,
  fiscalYear: number,
): ReasonCode | undefined {
  for (const each of rule.any) {
    switch (each.type) {
      case 'hired':
        if (nominee.hiredYear === fiscalYear) return 'hired'
        break
      case 'year':
        if (nominee.hiredYear !== null && fiscalYear - nominee.hiredYear + 1 === each.nth)
          return each.nth === 1 ? 'hired' : `year:${each.nth}`
        break
      case 'promoted': {
        const { rank, rankBefore } = nominee
        // Whoever was hired into the grade was not promoted into it.
        if (rank !== null && rankBefore !== null && rank >= each.to && rankBefore < each.to) return 'promoted'
        break
      }
      case 'never':
        if (!nominee.completed) return 'never'
        break
      case 'all':
        return 'all'
      default:
        return each satisfies never
    }
  }
  return undefined
}

/** A reason in the reader's words: 「昇任」; '' for none. */
export function reasonWords(code: string | null, language: Language): string {
  if (code === null) return ''
  const t = language === 'ja' ? ja : en
  const [type = '', nth] = code.split(':')
  switch (type) {
    case 'hired':
      return t.reasons.hired
    case 'year':
      return t.reasons.year(Number(nth))
    case 'promoted':
      return t.reasons.promoted
    case 'never':
      return t.reasons.never
    case 'all':
      return t.reasons.all
    case 'partly':
      return t.reasons.partly
    case 'hr':
      return t.reasons.hr
    default:
      return ''
  }
}
