// A list against the directory on a day: everything HR decides on, and the mark by which a changed world is noticed.
import { createHash } from 'node:crypto'
import type { Comparison, Conflict } from '../../directory/change/compare.ts'
import type { StaffList } from '../../directory/change/listed.ts'
import type { Reorganisation, SectionMapping } from '../../directory/change/mapping.ts'
import { type Problem, problem, sorted } from './problem.ts'

export interface Counts {
  readonly new: number
  readonly returned: number
  readonly moved: number
  readonly changed: number
  readonly left: number
  readonly missing: number
  readonly sections: number
  readonly errors: number
  readonly warnings: number
}

export interface Preview {
  readonly comparison: Comparison
  /** Those of the file and those against the directory, errors first. */
  readonly problems: readonly Problem[]
  readonly counts: Counts
  /** Changes when what would be written changes: a button that carries another one is stale. */
  readonly mark: string
  /** What the list does to sections, and what is likely to go on as what. */
  readonly reorganisation: Reorganisation
  /** New people who may be guests (内定者). */
  readonly likely: readonly Likely[]
}

const columnOf: Readonly<Record<Conflict['field'], string>> = {
  number: '職員番号',
  email: 'メールアドレス',
  section: '所属コード',
  supervisor: '上司',
  assistant: '評価補助者',
  first: '一次評価者',
  second: '二次評価者',
  adjuster: '調整者',
  decider: '決定者',
}

const conflictProblem = ({ code, row, field, value, what }: Conflict): Problem =>
  problem(code, { row, column: columnOf[field], value }, what)

export function previewOf(
  comparison: Comparison,
  found: readonly Problem[],
  options: { readonly markMissingAsLeft: boolean; readonly mapping?: SectionMapping },
  reorganisation: Reorganisation,
  likely: readonly Likely[] = [],
): Preview {
  const problems = sorted([...found, ...comparison.conflicts.map(conflictProblem)])
  const count = (kind: string) => comparison.changes.filter((change) => change.kind === kind).length
  const { on, changes, sections, missing } = comparison
  const content = JSON.stringify([
    on,
    options.markMissingAsLeft,
    changes,
    sections,
    missing,
    comparison.conflicts,
    options.mapping ?? [],
    likely,
  ])
  return {
    comparison,
    problems,
    reorganisation,
    likely,
    counts: {
      new: count('new'),
      returned: count('returned'),
      moved: count('moved'),
      changed: count('changed'),
      left: count('left'),
      missing: missing.length,
      sections: sections.length,
      errors: problems.filter((each) => each.severity === 'error').length,
      warnings: problems.filter((each) => each.severity === 'warning').length,
    },
    mark: createHash('sha256').update(content).digest('hex').slice(0, 16),
  }
}

/** Whether there is anything to write. */
export const changesAnything = ({ comparison: { changes, sections, writes } }: Preview): boolean =>
  changes.length + sections.length + writes.people.length > 0

/** Whom the list leaves without a first evaluator: named in a form once it is applied. */
export function withoutEvaluator({ people }: StaffList, { comparison }: Preview): number {
  const fresh = new Set(comparison.changes.flatMap(({ kind, number }) => (kind === 'new' ? [number] : [])))
  return people.filter(({ number, routes: { first } }) => first === null || (!first && fresh.has(number)))
    .length
}

/** What waits in staff_import until it is applied or cancelled. */
export interface Waiting {
  readonly list: StaffList
  readonly problems: readonly Problem[]
  /** With a release: what was to change when it was looked at last (release/rules.ts). */
  readonly foreseen?: readonly string[]
  /** 機構改革: what goes on as what; a proposal until HR has confirmed it. */
  readonly mapping?: { readonly pairs: SectionMapping; readonly confirmed: boolean }
  /** 内定者: who of the list is which guest, as HR has said. */
  readonly joined?: readonly Joined[]
}

export interface Joined {
  readonly number: string
  readonly guestId: number
}

/** Somebody of the list who may be a guest, or whom HR knows to be one. */
export interface Likely extends Joined {
  /** As the list has it. */
  readonly name: string
  readonly guest: string
  readonly by: 'email' | 'name'
  readonly joined: boolean
}

/**
 * From when a list given today usually holds: in March, when the transfers of the new fiscal year are known, from
 * 1 April; else from today.
 */
export const usualDay = (today: Temporal.PlainDate): Temporal.PlainDate =>
  today.month === 3 ? Temporal.PlainDate.from({ year: today.year, month: 4, day: 1 }) : today
