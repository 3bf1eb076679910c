// Who goes before whom where seats are given out after the window: classes in the order in which the course names them;
// within a class the lot decides. Pure.
import { z } from 'zod'

const clause = z.discriminatedUnion('type', [
  /** Whoever must take part. */
  z.object({ type: z.literal('mandatory') }),
  /** Has never attended or completed a course of the series. */
  z.object({ type: z.literal('never') }),
  /** Grade of the main post, both included. */
  z.object({ type: z.literal('grade'), from: z.int().min(0).max(1_000), to: z.int().min(0).max(1_000) }),
  /** 採用N年目まで: the fiscal year of hiring is the first. */
  z.object({ type: z.literal('years'), to: z.int().min(1).max(60) }),
])
export type PriorityClause = z.infer<typeof clause>

/** As the column `course.priority` keeps it. */
export const priorityRule = z.object({ first: z.array(clause).max(4) })
export type PriorityRule = z.infer<typeof priorityRule>

/** What a course without a rule of its own goes by. */
export const usualRule: PriorityRule = { first: [{ type: 'mandatory' }, { type: 'never' }] }

export interface Candidate {
  readonly mandatory: boolean
  readonly completed: boolean
  /** Of the main post; null: none known. */
  readonly rank: number | null
  /** Year of service; null: not known. */
  readonly year: number | null
}

export function meets(each: PriorityClause, candidate: Candidate): boolean {
  switch (each.type) {
    case 'mandatory':
      return candidate.mandatory
    case 'never':
      return !candidate.completed
    case 'grade':
      return candidate.rank !== null && candidate.rank >= each.from && candidate.rank <= each.to
    case 'years':
      return candidate.year !== null && candidate.year <= each.to
    default:
      return each satisfies never
  }
}

/** The class, from 1: the place of the first clause that holds, or the one after all of them. */
export function classOf(rule: PriorityRule, candidate: Candidate): number {
  const found = rule.first.findIndex((each) => meets(each, candidate))
  return (found < 0 ? rule.first.length : found) + 1
}
