// What makes a good pair of mentee and mentor. Hard rules forbid a pair; the parts of the score are weighed by the city.
// Pure, and quick enough for 5,000 × 2,500 pairs: what is compared is prepared as bits once.

/** Ids of topics, ways of talking and times are the programme's own, at most 30 of each. */
export interface Side {
  readonly personId: number
  /** The person's own section first, the top of the tree last. */
  readonly chain: readonly number[]
  /** Rank in the city's list of grades; null: none known. */
  readonly grade: number | null
  /** Whole years of service. */
  readonly years: number
  readonly topics: readonly string[]
  readonly styles: readonly string[]
  readonly times: readonly string[]
  /** 内定者, who is not staff yet. */
  readonly guest?: true
  /** Has not answered the form: named by hand, say. */
  readonly silent?: true
  /** Seen by nobody but this comparison. */
  readonly avoid: { readonly people: readonly number[]; readonly sections: readonly number[] }
}

export interface Mentee extends Side {
  /** Whom they would like, best first. */
  readonly wishes: readonly number[]
}

export interface Mentor extends Side {
  /** How many mentees they can take. */
  readonly capacity: number
}

/** What the people themselves cannot say: from the directory and from earlier programmes. */
export interface Facts {
  /** One is in the other's line of evaluation or supervision. */
  inLine(a: number, b: number): boolean
  /** They were a pair before. */
  past(mentee: number, mentor: number): boolean
  /** One of them declined the other elsewhere. */
  refused(mentee: number, mentor: number): boolean
  /** Whoever runs the programme has seen this pair go: it was forbidden, or did not come about. */
  setAside(mentee: number, mentor: number): boolean
}

export interface Rules {
  /** How many grades the mentor must be above; null: any. */
  readonly gradesAbove: number | null
  /**
   * How many levels of the tree up two sections must differ to count as different: 0 the section alone, 1 its parent too.
   * −1: they may be the same.
   */
  readonly apartBy: number
  /** A handover by skill: something that the one wants to learn must be something that the other can teach. */
  readonly bySkill?: boolean
}

/**
 * Why a pair is forbidden. `private` covers what somebody said in confidence (a person or section to avoid, a decline
 * elsewhere). It is for the solver alone: even that there is such a reason is told to nobody (see `publicOf`).
 */
export type Broken =
  | 'self'
  /** Only staff are asked: a guest is nobody's mentor, so that two guests are never a pair. */
  | 'outside'
  | 'same-section'
  | 'in-line'
  | 'past-pair'
  | 'grade'
  | 'skill'
  | 'set-aside'
  | 'private'

export const PARTS = ['topics', 'wish', 'times', 'style', 'years'] as const
export type PartOfScore = (typeof PARTS)[number]
/** Relative weights, 0 or more; not all 0. */
export type Weights = Readonly<Record<PartOfScore, number>>

export const USUAL_WEIGHTS: Weights = { topics: 40, wish: 20, times: 15, style: 15, years: 10 }
export const USUAL_RULES: Rules = { gradesAbove: 1, apartBy: 0 }
/** For handing work over: what somebody can teach counts, not where they sit or how high. */
export const HANDOVER_RULES: Rules = { gradesAbove: null, apartBy: -1, bySkill: true }

/** For people who are to join: they have no section, no grade and no line yet. */
export const HIRES_RULES: Rules = { gradesAbove: null, apartBy: -1 }

/** The difference of years from which a mentor knows the way and still remembers it. */
const BEST_YEARS = { from: 3, to: 10 }

interface Ready {
  readonly topics: number
  readonly styles: number
  readonly times: number
  readonly avoided: ReadonlySet<number>
  readonly avoidedSections: ReadonlySet<number>
}

export interface Told {
  readonly total: number | undefined
  readonly parts: Readonly<Record<PartOfScore, number | undefined>>
}

export interface Comparison {
  /** The hard rules that the pair breaks; none: it is allowed. */
  broken(mentee: Mentee, mentor: Mentor): Broken[]
  /** Each part 0-100, and the whole as a weighted mean: a whole number 0-100. */
  score(mentee: Mentee, mentor: Mentor): { readonly total: number; readonly parts: Weights }
  /** As far as both have answered: what nobody said is not made up. Without all parts there is no whole. */
  told(mentee: Mentee, mentor: Mentor): Told
  /** Row-major scores, −Infinity where a rule forbids: what the solver takes. */
  matrix(mentees: readonly Mentee[], mentors: readonly Mentor[]): Float64Array
}

/** @throws RangeError on weights that are negative or all 0 */
export function comparison(rules: Rules, weights: Weights, facts: Facts): Comparison {
  const sum = PARTS.reduce((all, part) => all + weights[part], 0)
  if (!(sum > 0) || PARTS.some((part) => !(weights[part] >= 0)))
    throw new RangeError('mentoring: weights are 0 or more, and not all 0')
  const bits = bitsByName()
  const prepared = new WeakMap<Side, Ready>()
  const ready = (side: Side): Ready => {
    const found = prepared.get(side)
    if (found) return found
    const made: Ready = {
      topics: bits('topic', side.topics),
      styles: bits('style', side.styles),
      times: bits('time', side.times),
      avoided: new Set(side.avoid.people),
      avoidedSections: new Set(side.avoid.sections),
    }
    prepared.set(side, made)
    return made
  }
  const partsOf = (mentee: Mentee, mentor: Mentor): Weights => {
    const one = ready(mentee)
    const other = ready(mentor)
    return {
      topics: share(one.topics, other.topics),
      wish: wishScore(mentee.wishes.indexOf(mentor.personId)),
      times: (one.times & other.times) !== 0 || one.times === 0 || other.times === 0 ? 100 : 0,
      style: share(one.styles, other.styles),
      years: yearsScore(mentor.years - mentee.years),
    }
  }
  const totalOf = (parts: Weights) => {
    let weighed = 0
    for (const part of PARTS) weighed += parts[part] * weights[part]
    return Math.round(weighed / sum)
  }
  const isPrivate = (mentee: Mentee, mentor: Mentor) => {
    const one = ready(mentee)
    const other = ready(mentor)
    return (
      one.avoided.has(mentor.personId) ||
      other.avoided.has(mentee.personId) ||
      (one.avoidedSections.size > 0 && mentor.chain.some((id) => one.avoidedSections.has(id))) ||
      (other.avoidedSections.size > 0 && mentee.chain.some((id) => other.avoidedSections.has(id))) ||
      facts.refused(mentee.personId, mentor.personId)
    )
  }
  const checks: Readonly<Record<Broken, (mentee: Mentee, mentor: Mentor) => boolean>> = {
    self: (mentee, mentor) => mentee.personId === mentor.personId,
    outside: (_, { guest }) => guest === true,
    'same-section': (mentee, mentor) => near(mentee.chain, mentor.chain, rules.apartBy),
    grade: ({ grade: low }, { grade: high }) =>
      rules.gradesAbove !== null && low !== null && high !== null && high - low < rules.gradesAbove,
    // Who hands work over is often the chief or their deputy: the line is no hindrance there.
    'in-line': (mentee, mentor) => !rules.bySkill && facts.inLine(mentee.personId, mentor.personId),
    'past-pair': (mentee, mentor) => facts.past(mentee.personId, mentor.personId),
    skill: (mentee, mentor) => {
      const wanted = ready(mentee).topics
      return rules.bySkill === true && wanted !== 0 && (wanted & ready(mentor).topics) === 0
    },
    'set-aside': (mentee, mentor) => facts.setAside(mentee.personId, mentor.personId),
    private: isPrivate,
  }
  const all = Object.entries(checks) as [Broken, (mentee: Mentee, mentor: Mentor) => boolean][]
  return {
    broken: (mentee, mentor) => all.filter(([, breaks]) => breaks(mentee, mentor)).map(([rule]) => rule),
    score: (mentee, mentor) => {
      const parts = partsOf(mentee, mentor)
      return { total: totalOf(parts), parts }
    },
    told: (mentee, mentor) => {
      const parts = partsOf(mentee, mentor)
      if (!mentee.silent && !mentor.silent) return { total: totalOf(parts), parts }
      const unknown = { topics: undefined, times: undefined, style: undefined }
      return { total: undefined, parts: { ...parts, ...unknown } }
    },
    matrix: (mentees, mentors) => {
      const matrix = new Float64Array(mentees.length * mentors.length)
      let at = 0
      for (const mentee of mentees)
        for (const mentor of mentors)
          matrix[at++] = all.some(([, breaks]) => breaks(mentee, mentor))
            ? -Infinity
            : totalOf(partsOf(mentee, mentor))
      return matrix
    },
  }
}

/** Two sections count as one when they meet within `levels` steps up from both. */
function near(a: readonly number[], b: readonly number[], levels: number): boolean {
  for (let i = 0; i <= levels && i < a.length; i++)
    for (let j = 0; j <= levels && j < b.length; j++) if (a[i] === b[j]) return true
  return false
}

/** How much of what the mentee wants the mentor has; whoever names nothing is content with anything. */
function share(wanted: number, had: number): number {
  if (wanted === 0) return 100
  return Math.round((100 * count(wanted & had)) / count(wanted))
}

const wishScore = (place: number) => (place < 0 ? 0 : Math.max(40, 100 - 20 * place))

/** Full marks three to ten years ahead; falling by ten for each year short of it or beyond. */
function yearsScore(ahead: number): number {
  if (ahead < BEST_YEARS.from) return Math.max(0, 100 - 25 * (BEST_YEARS.from - ahead))
  return Math.max(0, 100 - 10 * Math.max(0, ahead - BEST_YEARS.to))
}

function count(bits: number): number {
  let left = bits
  let ones = 0
  for (; left !== 0; ones++) left &= left - 1
  return ones
}

/** @throws RangeError beyond 30 names of a kind: a bit each */
function bitsByName() {
  const known = new Map<string, Map<string, number>>()
  return (kind: string, names: readonly string[]): number => {
    const of = known.get(kind) ?? new Map<string, number>()
    known.set(kind, of)
    let bits = 0
    for (const name of names) {
      let bit = of.get(name)
      if (bit === undefined) {
        bit = of.size
        if (bit >= 30) throw new RangeError(`mentoring: more than 30 names of ${kind}`)
        of.set(name, bit)
      }
      bits |= 1 << bit
    }
    return bits
  }
}
