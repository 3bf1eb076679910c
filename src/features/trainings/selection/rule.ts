// Who goes before whom where seats are given out after the window: classes in the order in which the course names them;
// within a class the lot decides. Pure.
import { z } from 'zod'
import type { Course } from '../state.ts'

const clause = z.discriminatedUnion('type', [
  /** Whoever must take part. */
  z.object({ type: z.literal('mandatory') }),
  /** Has never attended or completed a course of the series. */
  z.object({ type: z.literal('never') }),
  /** Grade of the main post, both included. */
  z.object({ type: z.literal('grade'), from: z.int().min(0).max(1_000), to: z.int().min(0).max(1_000) }),
  /** 採用N年目まで: the fiscal year of hiring is the first. */
  z.object({ type: z.literal('years'), to: z.int().min(1).max(60) }),
  /** 推薦: the supervisor recommended the person when approving. */
  z.object({ type: z.literal('recommended') }),
])
export type PriorityClause = z.infer<typeof clause>

/** As the column `course.priority` keeps it. */
export const priorityRule = z.object({ first: z.array(clause).max(5) })
export type PriorityRule = z.infer<typeof priorityRule>

/** What a course without a rule of its own goes by; where HR chooses (派遣), what supervisors say counts as well. */
const usualRule: PriorityRule = { first: [{ type: 'mandatory' }, { type: 'never' }] }
const usualChoice: PriorityRule = {
  first: [{ type: 'mandatory' }, { type: 'recommended' }, { type: 'never' }],
}

export type Ruled = Pick<Course, 'priority' | 'selection'>

export const ruleOf = ({ priority, selection }: Ruled): PriorityRule =>
  priority !== null ? priorityRule.parse(priority) : selection === 'hr' ? usualChoice : usualRule

/** Whether a recommendation counts in a course: elsewhere nobody is asked for one. */
export const countsRecommendations = (course: Ruled & Pick<Course, 'approvalNeeded'>): boolean =>
  course.selection !== 'first_come' &&
  course.approvalNeeded &&
  ruleOf(course).first.some(({ type }) => type === 'recommended')

export interface Candidate {
  readonly mandatory: boolean
  readonly completed: boolean
  readonly recommended: boolean
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
    case 'recommended':
      return candidate.recommended
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
