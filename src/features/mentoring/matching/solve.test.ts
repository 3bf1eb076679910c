// What a programme is promised of its matching, on random programmes with ties, more of one side than of the other, people
// for whom nobody is possible, and locks: against three solvers that nobody here wrote, and as laws.
import fc from 'fast-check'
import highsModule from 'highs'
import { munkres } from 'munkres'
import { describe, expect, test } from 'vitest'
import { type Mentee, type Mentor, USUAL_RULES, USUAL_WEIGHTS } from './rules.ts'
import { run } from './run.ts'
import {
  comparisonOf,
  type Matched,
  type MatchingJob,
  pairKey,
  publicOf,
  secondBest,
  solve,
} from './solve.ts'

// The package says that it exports its loader by name; it is the module itself.
const loadHighs = highsModule as unknown as typeof highsModule.default

const topics = ['仕事', 'キャリア', '両立']
const firstMentor = 100

const sideArb = (first: number) => ({
  chain: fc.nat({ max: 3 }).map((section) => [section]),
  // Few kinds of people: ties are the usual case.
  grade: fc.option(fc.integer({ min: 1, max: 3 })),
  years: fc.constantFrom(0, 2, 6),
  topics: fc.subarray(topics),
  styles: fc.constant([]),
  times: fc.subarray(['朝', '夕']),
  avoid: fc.record({
    people: fc.uniqueArray(fc.integer({ min: first, max: first + 5 }), { maxLength: 2 }),
    sections: fc.uniqueArray(fc.nat({ max: 3 }), { maxLength: 1 }),
  }),
})

function jobArb(most: { mentees: number; mentors: number }, locks = true): fc.Arbitrary<MatchingJob> {
  const menteeArb = fc.record({
    ...sideArb(firstMentor),
    wishes: fc.uniqueArray(fc.integer({ min: firstMentor, max: firstMentor + 5 }), { maxLength: 2 }),
  })
  const mentorArb = fc.record({ ...sideArb(1), capacity: fc.integer({ min: 1, max: 2 }) })
  return fc
    .record({
      mentees: fc.array(menteeArb, { maxLength: most.mentees }),
      mentors: fc.array(mentorArb, { maxLength: most.mentors }),
      objective: fc.constantFrom('worst-first' as const, 'sum' as const, 'tiers' as const),
      dice: fc.array(fc.nat({ max: 999 }), { minLength: 4, maxLength: 4 }),
    })
    .map(({ mentees, mentors, objective, dice: [a = 0, b = 0, c = 0, lock = 0] }) => {
      const ones = mentees.map((one, i): Mentee => ({ ...one, personId: 1 + i }))
      const others = mentors.map((other, j): Mentor => ({ ...other, personId: firstMentor + j }))
      const key = (n: number) =>
        pairKey(1 + (n % Math.max(1, ones.length)), firstMentor + (n % Math.max(1, others.length)))
      const [one, other] = [ones[lock % Math.max(1, ones.length)], others[lock % Math.max(1, others.length)]]
      const locked = locks && lock % 3 === 0 && one && other
      return {
        rules: USUAL_RULES,
        weights: USUAL_WEIGHTS,
        mentees: ones,
        mentors: others,
        above: new Map([[1 + (a % 6), new Set([firstMentor + (a % 5)])]]),
        past: new Set([key(b)]),
        refused: new Set([key(c)]),
        setAside: new Set([key(a + c)]),
        objective,
        locked: new Map(locked ? [[one.personId, other.personId]] : []),
      }
    })
}

/** Allowed pairs with their scores, asked pair by pair: nothing of the solver's own preparation. */
function scoresOf(job: MatchingJob): (number | undefined)[][] {
  const { broken, score } = comparisonOf(job)
  return job.mentees.map((mentee) =>
    job.mentors.map((mentor) =>
      broken(mentee, mentor).length > 0 ? undefined : score(mentee, mentor).total,
    ),
  )
}

/** What is left to decide when locked pairs are taken out with their places. */
function openOf(job: MatchingJob) {
  const all = scoresOf(job)
  const rows = all.filter((_, i) => !job.locked.has(job.mentees[i]?.personId ?? 0))
  const places = job.mentors.flatMap((mentor, j) => {
    const taken = [...job.locked.values()].filter((id) => id === mentor.personId).length
    return Array.from({ length: Math.max(0, mentor.capacity - taken) }, () => j)
  })
  return { rows, places }
}
type Open = ReturnType<typeof openOf>

interface Worth {
  readonly without: number
  readonly worst: number
  readonly sum: number
}
const worthOf = (scores: readonly (number | undefined)[]): Worth => {
  const had = scores.filter((score) => score !== undefined)
  return {
    without: scores.length - had.length,
    worst: Math.min(100, ...had),
    sum: had.reduce((all, score) => all + score, 0),
  }
}

/** What the solver found for those who were not locked. */
function found(job: MatchingJob, { pairs }: Matched): Worth {
  const all = scoresOf(job)
  const by = new Map(pairs.map(({ menteeId, mentorId }) => [menteeId, mentorId]))
  return worthOf(
    job.mentees.flatMap(({ personId }, i) => {
      if (job.locked.has(personId)) return []
      const j = job.mentors.findIndex((mentor) => mentor.personId === by.get(personId))
      return [j < 0 ? undefined : all[i]?.[j]]
    }),
  )
}

const leaveOut = 100_000
/** The most pairs, then the highest sum, among pairs of at least `least` points: by munkres, everything spelt out. */
function byMunkres({ rows, places }: Open, least: number): Worth {
  if (rows.length === 0) return worthOf([])
  const never = 1e9
  const matrix = rows.map((row) => [
    ...places.map((j) => {
      const score = row[j]
      return score === undefined || score < least ? never : 100 - score
    }),
    ...rows.map(() => leaveOut),
  ])
  const width = matrix[0]?.length ?? 0
  const square = [...matrix, ...Array.from({ length: width - rows.length }, () => Array(width).fill(0))]
  return worthOf(
    munkres(square)
      .filter(([i]) => i < rows.length)
      .map(([i, k]) => (k < places.length ? rows[i]?.[places[k] ?? 0] : undefined)),
  )
}

/** The same by trying everything. */
function byTrying({ rows, places }: Open, least: number): Worth {
  const better = (a: Worth, b: Worth) => (a.without === b.without ? a.sum > b.sum : a.without < b.without)
  const from = (i: number, taken: number): (number | undefined)[][] => {
    if (i === rows.length) return [[]]
    const rest = from(i + 1, taken).map((scores) => [undefined, ...scores])
    for (const [k, j] of places.entries()) {
      const score = rows[i]?.[j]
      if ((taken & (1 << k)) !== 0 || score === undefined || score < least) continue
      rest.push(...from(i + 1, taken | (1 << k)).map((scores) => [score, ...scores]))
    }
    return rest
  }
  return from(0, 0)
    .map(worthOf)
    .reduce((a, b) => (better(b, a) ? b : a))
}

type Oracle = (open: Open, least: number) => Worth
/** The objective spelt out by thresholds: the highest at which no more people stay without, then the sum. */
function best(job: MatchingJob, oracle: Oracle): Worth {
  const open = openOf(job)
  const any = oracle(open, 0)
  if (job.objective === 'sum') return any
  const levels = [...new Set(open.rows.flat().flatMap((score) => score ?? []))].sort((a, b) => b - a)
  for (const least of levels) {
    const reached = oracle(open, least)
    if (reached.without === any.without) return reached
  }
  return any
}

const compared = ({ without, sum }: Worth, objective: MatchingJob['objective'], worst: number) => ({
  without,
  sum,
  ...(objective === 'worst-first' && { worst }),
})
const summed = fc.constantFrom('worst-first' as const, 'sum' as const)
const withObjective = (most: { mentees: number; mentors: number }) =>
  fc.tuple(jobArb(most), summed).map(([job, objective]): MatchingJob => ({ ...job, objective }))

describe('as good as', () => {
  const equals = (job: MatchingJob, oracle: Oracle) => {
    const matched = solve(job)
    expect(matched.certificate).toBe(0)
    const [own, theirs] = [found(job, matched), best(job, oracle)]
    expect(compared(own, job.objective, own.worst)).toEqual(compared(theirs, job.objective, theirs.worst))
    return matched
  }

  test('trying everything, on 500 programmes', () => {
    fc.assert(
      fc.property(withObjective({ mentees: 4, mentors: 3 }), (job) => {
        equals(job, byTrying)
      }),
      { numRuns: 500 },
    )
  })

  test('munkres, on 500 programmes, many of them without a place for everybody', () => {
    let short = 0
    fc.assert(
      fc.property(withObjective({ mentees: 10, mentors: 6 }), (job) => {
        if (equals(job, byMunkres).unmatched.length > 0) short += 1
      }),
      { numRuns: 500 },
    )
    expect(short).toBeGreaterThan(100)
  })

  test('HiGHS, on 500 programmes', async () => {
    const highs = await loadHighs()
    const byHighs: Oracle = ({ rows, places }, least) => {
      if (rows.length === 0) return worthOf([])
      const columns = [...new Set(places)]
      const allowed = (i: number, j: number) => (rows[i]?.[j] ?? -1) >= least
      const name = (i: number, j: number) => `x${i}_${j}`
      const goal = rows.flatMap((row, i) => [
        `+ ${leaveOut} o${i}`,
        ...columns.flatMap((j) => (allowed(i, j) ? [`+ ${100 - (row[j] ?? 0)} ${name(i, j)}`] : [])),
      ])
      const once = rows.map(
        (_, i) =>
          ` r${i}: o${i} ${columns.flatMap((j) => (allowed(i, j) ? [`+ ${name(i, j)}`] : [])).join(' ')} = 1`,
      )
      const room = columns.flatMap((j) => {
        const takers = rows.flatMap((_, i) => (allowed(i, j) ? [`+ ${name(i, j)}`] : []))
        const size = places.filter((each) => each === j).length
        return takers.length > 0 ? [` c${j}: ${takers.join(' ')} <= ${size}`] : []
      })
      const lines = ['Minimize', ` goal: ${goal.join(' ')}`, 'Subject To', ...once, ...room, 'End']
      const { Columns } = highs.solve(lines.join('\n'))
      const value = (of: string) => Number((Columns as Record<string, { Primal?: number }>)[of]?.Primal ?? 0)
      return worthOf(
        rows.map((row, i) => row[columns.find((j) => allowed(i, j) && value(name(i, j)) > 0.5) ?? -1]),
      )
    }
    fc.assert(
      fc.property(jobArb({ mentees: 8, mentors: 6 }), (job) => {
        equals({ ...job, objective: 'sum' }, byHighs)
      }),
      { numRuns: 500 },
    )
  })
})

describe('laws', () => {
  const job = jobArb({ mentees: 9, mentors: 6 })

  test('no forbidden pair, no mentor beyond their places, locks kept, everybody in a pair or with a reason', () => {
    fc.assert(
      fc.property(job, (one) => {
        const { pairs, unmatched, certificate } = solve(one)
        const scores = scoresOf(one)
        expect(certificate).toBe(0)
        for (const { menteeId, mentorId } of pairs)
          if (one.locked.get(menteeId) !== mentorId)
            expect(scores[menteeId - 1]?.[mentorId - firstMentor]).toBeDefined()
        for (const { personId, capacity } of one.mentors) {
          const locks = [...one.locked.values()].filter((id) => id === personId).length
          expect(pairs.filter(({ mentorId }) => mentorId === personId).length).toBeLessThanOrEqual(
            Math.max(capacity, locks),
          )
        }
        for (const [menteeId, mentorId] of one.locked) expect(pairs).toContainEqual({ menteeId, mentorId })
        const had = pairs.map(({ menteeId }) => menteeId)
        const without = unmatched.map(({ menteeId }) => menteeId)
        expect([...had, ...without].sort((a, b) => a - b)).toEqual(
          one.mentees.map(({ personId }) => personId),
        )
        expect(solve(one)).toEqual({ pairs, unmatched, certificate })
      }),
      { numRuns: 300 },
    )
  })

  test('a reason is a proof: these people may have these mentors alone, who have one place too few', () => {
    fc.assert(
      fc.property(job, (one) => {
        const scores = scoresOf(one)
        for (const { mentees, mentors } of solve(one).unmatched) {
          const room = mentors.reduce((sum, id) => {
            const taken = [...one.locked.values()].filter((each) => each === id).length
            return sum + Math.max(0, (one.mentors[id - firstMentor]?.capacity ?? 0) - taken)
          }, 0)
          expect(mentees.length).toBe(room + 1)
          for (const mentee of mentees)
            for (const { personId, capacity } of one.mentors) {
              const taken = [...one.locked.values()].filter((id) => id === personId).length
              if (scores[mentee - 1]?.[personId - firstMentor] !== undefined && capacity > taken)
                expect(mentors).toContain(personId)
            }
        }
      }),
      { numRuns: 300 },
    )
  })

  test('locking what was found changes nothing: one pair of it no value, all of it no pair', () => {
    fc.assert(
      fc.property(job, fc.nat(), (one, n) => {
        const first = solve(one)
        const kept = first.pairs[n % Math.max(1, first.pairs.length)]
        if (!kept) return
        const again = solve({ ...one, locked: new Map([...one.locked, [kept.menteeId, kept.mentorId]]) })
        expect(again.pairs.length).toBe(first.pairs.length)
        expect(again.pairs).toContainEqual(kept)
        const sumOf = ({ pairs }: Matched) =>
          pairs.reduce((sum, pair) => {
            const [mentee, mentor] = [
              one.mentees[pair.menteeId - 1],
              one.mentors[pair.mentorId - firstMentor],
            ]
            return sum + (mentee && mentor ? comparisonOf(one).score(mentee, mentor).total : 0)
          }, 0)
        if (one.objective === 'sum') expect(sumOf(again)).toBe(sumOf(first))
        const all = new Map(first.pairs.map(({ menteeId, mentorId }) => [menteeId, mentorId]))
        expect(solve({ ...one, locked: all }).pairs).toEqual(first.pairs)
      }),
      { numRuns: 300 },
    )
  })

  test('a new proposal for a few is what a run with everybody else locked says: whoever has a pair only holds a place', () => {
    fc.assert(
      fc.property(job, fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { maxLength: 3 }), (one, few) => {
        const first = solve(one)
        const stays = first.pairs.filter(({ menteeId }) => !few.includes(menteeId))
        const locked = new Map(stays.map(({ menteeId, mentorId }) => [menteeId, mentorId]))
        const whole = solve({ ...one, locked })
        const part = solve({
          ...one,
          locked: new Map(),
          mentees: one.mentees.filter(({ personId }) => !locked.has(personId)),
          mentors: one.mentors.map((mentor) => {
            const taken = stays.filter(({ mentorId }) => mentorId === mentor.personId).length
            return { ...mentor, capacity: Math.max(0, mentor.capacity - taken) }
          }),
        })
        expect(whole.pairs.filter(({ menteeId }) => !locked.has(menteeId))).toEqual(part.pairs)
      }),
      { numRuns: 300 },
    )
  })

  test('one mentor more leaves nobody more without; one pair forbidden that was not found costs nobody a pair', () => {
    fc.assert(
      fc.property(jobArb({ mentees: 7, mentors: 5 }, false), (one) => {
        const first = solve(one)
        const fewer = solve({ ...one, mentors: one.mentors.slice(1) })
        expect(fewer.pairs.length).toBeLessThanOrEqual(first.pairs.length)
        const taken = new Set(first.pairs.map(({ menteeId, mentorId }) => pairKey(menteeId, mentorId)))
        const other = one.mentees
          .flatMap(({ personId }) => one.mentors.map((mentor) => pairKey(personId, mentor.personId)))
          .find((key) => !taken.has(key))
        const again = solve({ ...one, refused: new Set([...one.refused, ...(other ? [other] : [])]) })
        expect(again.pairs.length).toBe(first.pairs.length)
      }),
    )
  })

  /** The same programme, in which nobody has said anything in confidence. */
  const frank = (one: MatchingJob): MatchingJob => {
    const avoid = { people: [], sections: [] }
    return {
      ...one,
      mentees: one.mentees.map((mentee) => ({ ...mentee, avoid, wishes: [] })),
      mentors: one.mentors.map((mentor) => ({ ...mentor, avoid })),
      refused: new Set(),
    }
  }

  test('the next best is another mentor whom the rules allow; no wish moves it, and nobody whom somebody avoids is missing', () => {
    fc.assert(
      fc.property(job, (one) => {
        const pairs = new Map(solve(one).pairs.map(({ menteeId, mentorId }) => [menteeId, mentorId]))
        for (const { personId } of one.mentees) {
          const second = secondBest(one, pairs, personId)
          expect(secondBest(frank(one), pairs, personId)).toEqual(second)
          if (!second) continue
          expect(second.mentorId).not.toBe(pairs.get(personId))
          expect(scoresOf(frank(one))[personId - 1]?.[second.mentorId - firstMentor]).toBeDefined()
        }
      }),
    )
  })

  test('what may be told of a pair is the same whatever anybody has said in confidence', () => {
    fc.assert(
      fc.property(job, (one) => {
        const [told, plain] = [comparisonOf(publicOf(one)), comparisonOf(publicOf(frank(one)))]
        for (const mentee of publicOf(one).mentees)
          for (const mentor of publicOf(one).mentors) {
            expect(told.broken(mentee, mentor)).toEqual(plain.broken(mentee, mentor))
            expect(told.broken(mentee, mentor)).not.toContain('private')
            expect(told.told(mentee, mentor)).toEqual(plain.told(mentee, mentor))
          }
      }),
    )
  })
})

describe('a large programme', () => {
  const large = (): MatchingJob => {
    const side = (personId: number) => ({
      personId,
      chain: [personId % 23],
      grade: personId > 1_000 ? 5 : 1,
      years: personId % 17,
      topics: topics.filter((_, i) => (personId >> i) % 2 === 0),
      styles: [],
      times: [],
      avoid: { people: [], sections: [] },
    })
    return {
      rules: USUAL_RULES,
      weights: USUAL_WEIGHTS,
      mentees: Array.from({ length: 400 }, (_, i) => ({ ...side(1 + i), wishes: [] })),
      mentors: Array.from({ length: 330 }, (_, j) => ({ ...side(1_001 + j), capacity: 2 })),
      above: new Map(),
      past: new Set(['3:1005']),
      refused: new Set(['4:1006']),
      setAside: new Set(['5:1007']),
      objective: 'worst-first',
      locked: new Map([[7, 1_009]]),
    }
  }

  test('is computed in a thread of its own, to the same end; what cannot be computed is said', async () => {
    let turns = 0
    const timer = setInterval(() => {
      turns += 1
    }, 1)
    expect(await run(large())).toEqual(solve(large()))
    clearInterval(timer)
    // This thread went on meanwhile.
    expect(turns).toBeGreaterThan(0)
    const none = { topics: 0, wish: 0, times: 0, style: 0, years: 0 }
    await expect(run({ ...large(), weights: none })).rejects.toThrow('not all 0')
  })
})
