// A whole matching run as plain data in, plain data out, so that a worker thread can do it.
import { nextBest, type Objective, pair, type Wanted } from '../../../matching/pairing.ts'
import {
  type Comparison,
  comparison,
  type Facts,
  type Mentee,
  type Mentor,
  type Rules,
  type Weights,
} from './rules.ts'

/** Pairs of people as "3:7". */
export type PairKey = string
export const pairKey = (a: number, b: number): PairKey => `${a}:${b}`

export interface MatchingJob {
  readonly rules: Rules
  readonly weights: Weights
  readonly mentees: readonly Mentee[]
  readonly mentors: readonly Mentor[]
  /** Person → those who supervise or evaluate them. */
  readonly above: ReadonlyMap<number, ReadonlySet<number>>
  readonly past: ReadonlySet<PairKey>
  readonly refused: ReadonlySet<PairKey>
  readonly setAside: ReadonlySet<PairKey>
  readonly objective: 'worst-first' | 'tiers' | 'sum'
  /** Mentee → mentor: these stay. */
  readonly locked: ReadonlyMap<number, number>
}

export interface Unmatched {
  readonly menteeId: number
  /** These mentees may only have these mentors, who have no place left: the proof. No mentors: nobody is allowed. */
  readonly mentees: readonly number[]
  readonly mentors: readonly number[]
}

export interface Matched {
  /** All of them, locked ones too, by mentee. */
  readonly pairs: readonly { readonly menteeId: number; readonly mentorId: number }[]
  readonly unmatched: readonly Unmatched[]
  /** 0 proves that nothing better exists. */
  readonly certificate: number
}

/** Mentee → mentors: asked millions of times in a large programme, without writing a key each time. */
function byMentee(keys: ReadonlySet<PairKey>): (mentee: number, mentor: number) => boolean {
  const found = new Map<number, Set<number>>()
  for (const key of keys) {
    const [mentee = 0, mentor = 0] = key.split(':').map(Number)
    found.set(mentee, (found.get(mentee) ?? new Set()).add(mentor))
  }
  return found.size === 0 ? () => false : (mentee, mentor) => found.get(mentee)?.has(mentor) ?? false
}

const factsOf = ({ above, past, refused, setAside }: MatchingJob): Facts => ({
  inLine: (a, b) => (above.get(a)?.has(b) ?? false) || (above.get(b)?.has(a) ?? false),
  past: byMentee(past),
  refused: byMentee(refused),
  setAside: byMentee(setAside),
})

export const comparisonOf = (job: MatchingJob): Comparison => comparison(job.rules, job.weights, factsOf(job))

/**
 * The programme as it may be shown: without what anybody said in confidence. Whatever is told about a pair, and whoever is
 * named as possible, follows from this alone: then nothing that is shown tells of a wish or of somebody to avoid.
 */
export function publicOf(job: MatchingJob): MatchingJob {
  const { topics, times, style, years } = job.weights
  const none = topics + times + style + years === 0
  const avoid = { people: [], sections: [] }
  return {
    ...job,
    mentees: job.mentees.map((mentee) => ({ ...mentee, avoid, wishes: [] })),
    mentors: job.mentors.map((mentor) => ({ ...mentor, avoid })),
    refused: new Set(),
    weights: { topics: none ? 1 : topics, times, style, years, wish: 0 },
  }
}

const objectiveOf = (objective: MatchingJob['objective']): Objective =>
  objective === 'tiers' ? { type: 'tiers', from: [80, 50] } : { type: objective }

/** Rows, columns and scores. A pair that stays counts as allowed, and a mentor has room for those who stay. */
function wantedOf(job: MatchingJob, compared: Comparison): Wanted {
  const { mentees, mentors } = job
  const score = compared.matrix(mentees, mentors)
  const columnOf = new Map(mentors.map(({ personId }, column) => [personId, column]))
  const capacity = Int32Array.from(mentors, (mentor) => mentor.capacity)
  const locked = new Map<number, number>()
  const taken = new Int32Array(mentors.length)
  for (const [row, mentee] of mentees.entries()) {
    const column = columnOf.get(job.locked.get(mentee.personId) ?? -1)
    const mentor = column === undefined ? undefined : mentors[column]
    if (column === undefined || !mentor) continue
    locked.set(row, column)
    score[row * mentors.length + column] = compared.score(mentee, mentor).total
    taken[column] = (taken[column] ?? 0) + 1
  }
  for (const [column, held] of taken.entries()) capacity[column] = Math.max(capacity[column] ?? 0, held)
  return {
    rows: mentees.length,
    columns: mentors.length,
    score,
    capacity,
    objective: objectiveOf(job.objective),
    locked,
  }
}

export function solve(job: MatchingJob): Matched {
  const { mentees, mentors } = job
  const found = pair(wantedOf(job, comparisonOf(job)))
  const mentee = (row: number) => mentees[row]?.personId ?? 0
  const mentor = (column: number) => mentors[column]?.personId ?? 0
  return {
    pairs: [...found.column].flatMap((column, row) =>
      column < 0 ? [] : [{ menteeId: mentee(row), mentorId: mentor(column) }],
    ),
    unmatched: found.violators.map((violator) => ({
      menteeId: mentee(violator.row),
      mentees: violator.rows.map(mentee),
      mentors: violator.columns.map(mentor),
    })),
    certificate: found.certificate,
  }
}

export interface Second {
  readonly mentorId: number
  /** None where one of the two has not answered. */
  readonly score: number | undefined
  readonly heldBy: readonly number[]
  readonly free: boolean
}

/**
 * The next best mentor for a mentee as far as may be shown, and who holds those places. Whom somebody avoids may be among
 * them: a gap would tell.
 */
export function secondBest(
  job: MatchingJob,
  pairs: ReadonlyMap<number, number>,
  menteeId: number,
): Second | undefined {
  const shown = publicOf({
    ...job,
    mentees: job.mentees.filter(({ personId }) => personId === menteeId),
    locked: new Map(),
  })
  const [mentee] = shown.mentees
  if (!mentee) return undefined
  const compared = comparisonOf(shown)
  const held = shown.mentors.findIndex(({ personId }) => personId === pairs.get(menteeId))
  const best = nextBest(wantedOf(shown, compared), { column: Int32Array.of(held) }, 0)
  const mentor = best && shown.mentors[best.column]
  if (!mentor) return undefined
  const heldBy = [...pairs].flatMap(([other, by]) => (by === mentor.personId ? [other] : []))
  const score = compared.told(mentee, mentor).total
  return { mentorId: mentor.personId, score, heldBy, free: heldBy.length < mentor.capacity }
}
