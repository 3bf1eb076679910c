import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Broken,
  comparison,
  type Facts,
  HANDOVER_RULES,
  type Mentee,
  type Mentor,
  PARTS,
  type Rules,
  USUAL_RULES,
  USUAL_WEIGHTS,
} from './rules.ts'

const nothing: Facts = { inLine: () => false, past: () => false, refused: () => false, setAside: () => false }
const side = {
  grade: 1,
  years: 1,
  topics: ['仕事の進め方'],
  styles: ['聞く'],
  times: ['火曜午後'],
  avoid: { people: [], sections: [] },
}
const mentee: Mentee = { ...side, personId: 1, chain: [10, 100], wishes: [] }
const mentor: Mentor = { ...side, personId: 2, chain: [20, 200], grade: 3, years: 6, capacity: 1 }
const usual = comparison(USUAL_RULES, USUAL_WEIGHTS, nothing)
const topics = ['キャリア', '仕事の進め方', '人間関係', '両立']

const sideArb = {
  chain: fc.uniqueArray(fc.nat({ max: 9 }), { minLength: 1, maxLength: 3 }),
  grade: fc.option(fc.integer({ min: 1, max: 7 })),
  years: fc.nat({ max: 40 }),
  topics: fc.subarray(topics),
  styles: fc.subarray(['聞く', '助言']),
  times: fc.subarray(['朝', '昼', '夕']),
  avoid: fc.record({
    people: fc.uniqueArray(fc.nat({ max: 30 }), { maxLength: 2 }),
    sections: fc.uniqueArray(fc.nat({ max: 9 }), { maxLength: 1 }),
  }),
}
const menteeArb: fc.Arbitrary<Mentee> = fc.record({
  ...sideArb,
  personId: fc.nat({ max: 14 }),
  wishes: fc.uniqueArray(fc.integer({ min: 15, max: 30 }), { maxLength: 3 }),
})
const mentorArb: fc.Arbitrary<Mentor> = fc.record({
  ...sideArb,
  personId: fc.integer({ min: 15, max: 30 }),
  capacity: fc.constant(1),
})

describe('hard rules', () => {
  test('a pair that breaks none is allowed', () => expect(usual.broken(mentee, mentor)).toEqual([]))

  const cases: readonly [Broken, Mentee, Mentor, Facts?, Rules?][] = [
    ['self', { ...mentee, personId: 2 }, mentor],
    ['outside', { ...mentee, guest: true }, { ...mentor, guest: true }],
    ['same-section', mentee, { ...mentor, chain: [10, 100] }],
    ['same-section', mentee, { ...mentor, chain: [11, 100] }, nothing, { ...USUAL_RULES, apartBy: 1 }],
    ['grade', mentee, { ...mentor, grade: 1 }],
    ['in-line', mentee, mentor, { ...nothing, inLine: (a, b) => a === 1 && b === 2 }],
    ['past-pair', mentee, mentor, { ...nothing, past: () => true }],
    ['private', mentee, mentor, { ...nothing, refused: () => true }],
    ['set-aside', mentee, mentor, { ...nothing, setAside: () => true }],
    ['skill', { ...mentee, topics: ['会計'] }, mentor, nothing, HANDOVER_RULES],
    ['skill', mentee, { ...mentor, topics: [] }, nothing, HANDOVER_RULES],
    ['private', { ...mentee, avoid: { people: [2], sections: [] } }, mentor],
    ['private', mentee, { ...mentor, avoid: { people: [1], sections: [] } }],
    ['private', { ...mentee, avoid: { people: [], sections: [200] } }, mentor],
    ['private', mentee, { ...mentor, avoid: { people: [], sections: [10] } }],
  ]
  test.each(cases)('%s', (rule, one, other, facts = nothing, rules = USUAL_RULES) => {
    expect(comparison(rules, USUAL_WEIGHTS, facts).broken(one, other)).toEqual([rule])
  })

  test('neighbouring sections under one roof are fine unless the city says otherwise; unknown grades break nothing', () => {
    expect(usual.broken(mentee, { ...mentor, chain: [11, 100] })).toEqual([])
    expect(usual.broken({ ...mentee, grade: null }, mentor)).toEqual([])
    expect(
      comparison({ ...USUAL_RULES, gradesAbove: null }, USUAL_WEIGHTS, nothing).broken(mentee, {
        ...mentor,
        grade: 1,
      }),
    ).toEqual([])
  })

  test('in a handover section, line and grade are no hindrance; who names no skill learns any', () => {
    const near: Mentor = { ...mentor, chain: [10, 100], grade: 1 }
    const inLine: Facts = { ...nothing, inLine: () => true }
    const handover = comparison(HANDOVER_RULES, USUAL_WEIGHTS, inLine)
    expect(handover.broken(mentee, near)).toEqual([])
    expect(handover.broken({ ...mentee, topics: [] }, { ...near, topics: [] })).toEqual([])
  })

  test('whose confidence forbids a pair cannot be told: the reason reads the same from either side', () => {
    const byMentee = usual.broken({ ...mentee, avoid: { people: [2], sections: [] } }, mentor)
    const byMentor = usual.broken(mentee, { ...mentor, avoid: { people: [1], sections: [] } })
    const bySection = usual.broken({ ...mentee, avoid: { people: [], sections: [20] } }, mentor)
    expect(byMentor).toEqual(byMentee)
    expect(bySection).toEqual(byMentee)
  })
})

describe('the score', () => {
  test('is a whole number 0-100 between the lowest and the highest part, whatever the people', () => {
    fc.assert(
      fc.property(menteeArb, mentorArb, (one, other) => {
        const { total, parts } = usual.score(one, other)
        expect(Number.isInteger(total)).toBe(true)
        const values = PARTS.map((part) => parts[part])
        for (const value of values) expect(value).toBeGreaterThanOrEqual(0)
        expect(total).toBeGreaterThanOrEqual(Math.min(...values))
        expect(total).toBeLessThanOrEqual(Math.max(...values))
        expect(Math.max(...values)).toBeLessThanOrEqual(100)
      }),
    )
  })

  test('one more topic in common never lowers it, a weight of 0 leaves a part out', () => {
    fc.assert(
      fc.property(menteeArb, mentorArb, fc.constantFrom(...topics), (one, other, topic) => {
        const more = { ...other, topics: [...new Set([...other.topics, topic])] }
        expect(usual.score(one, more).total).toBeGreaterThanOrEqual(usual.score(one, other).total)
        const without = comparison(USUAL_RULES, { ...USUAL_WEIGHTS, topics: 0 }, nothing)
        expect(without.score(one, more).total).toBe(without.score(one, other).total)
      }),
    )
  })

  test('the first wish counts most, and whoever names nothing is content', () => {
    const wished = (wishes: number[]) => usual.score({ ...mentee, wishes }, mentor).parts.wish
    expect([wished([2]), wished([9, 2]), wished([9, 8, 2]), wished([9])]).toEqual([100, 80, 60, 0])
    expect(usual.score({ ...mentee, topics: [], styles: [], times: [] }, mentor).parts).toMatchObject({
      topics: 100,
      style: 100,
      times: 100,
    })
    expect(usual.score({ ...mentee, times: ['朝'] }, mentor).parts.times).toBe(0)
  })

  test('of whoever has not answered no part is made up, and no whole', () => {
    const silent = { ...mentee, topics: [], styles: [], times: [], silent: true as const }
    const told = usual.told(silent, mentor)
    expect(told.total).toBeUndefined()
    expect(told.parts).toMatchObject({ topics: undefined, style: undefined, times: undefined, years: 100 })
    expect(usual.told(mentee, { ...mentor, silent: true }).total).toBeUndefined()
    expect(usual.told(mentee, mentor)).toEqual(usual.score(mentee, mentor))
  })

  test('three to ten years ahead is best', () => {
    const ahead = (years: number) => usual.score({ ...mentee, years: 0 }, { ...mentor, years }).parts.years
    expect([0, 1, 3, 10, 12, 40].map(ahead)).toEqual([25, 50, 100, 100, 80, 0])
  })
})

test('the matrix says the same as asking pair by pair', () => {
  const facts: Facts = {
    inLine: (a, b) => (a + b) % 7 === 0,
    past: (a, b) => (a * b) % 5 === 1,
    refused: (a, b) => (a + 2 * b) % 11 === 0,
    setAside: (a, b) => (2 * a + b) % 13 === 0,
  }
  const { matrix, broken, score } = comparison(USUAL_RULES, USUAL_WEIGHTS, facts)
  fc.assert(
    fc.property(
      fc.array(menteeArb, { maxLength: 6 }),
      fc.array(mentorArb, { maxLength: 6 }),
      (ones, others) => {
        const pairs = ones.flatMap((one) => others.map((other) => [one, other] as const))
        expect([...matrix(ones, others)]).toEqual(
          pairs.map(([one, other]) => (broken(one, other).length > 0 ? -Infinity : score(one, other).total)),
        )
      },
    ),
  )
})

test('weights that weigh nothing, and too many topics, are refused', () => {
  const none = { topics: 0, wish: 0, times: 0, style: 0, years: 0 }
  expect(() => comparison(USUAL_RULES, none, nothing)).toThrow('not all 0')
  expect(() => comparison(USUAL_RULES, { ...none, topics: -1, wish: 2 }, nothing)).toThrow('0 or more')
  const many = Array.from({ length: 31 }, (_, i) => `t${i}`)
  expect(() => usual.score({ ...mentee, topics: many }, mentor)).toThrow('more than 30')
})
