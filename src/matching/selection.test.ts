import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Applicant, agrees, byTurn, lotOf, type Session, select } from './selection.ts'

const sessionsArb = fc
  .array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 4 })
  .map((seats) => seats.map((n, i): Session => ({ id: `s${i}`, seats: n })))

const caseArb = sessionsArb.chain((sessions) =>
  fc.record({
    sessions: fc.constant(sessions),
    seed: fc.string(),
    applicants: fc
      .array(
        fc.record({
          priority: fc.integer({ min: 1, max: 3 }),
          wishes: fc.shuffledSubarray(sessions.map(({ id }) => id)),
        }),
        { maxLength: 9 },
      )
      .map((all) => all.map((one, i): Applicant => ({ ...one, number: String(1000 + i) }))),
  }),
)
const drawOf = (seed: string) => ({ seed, event: 'course-7' })
const rank = (wishes: readonly string[], session: string | undefined) =>
  session === undefined ? wishes.length : wishes.indexOf(session)

describe('the lottery', () => {
  test('a number can be computed by hand', () => {
    // printf '%s' '7f3a|course-7|001234' | sha256sum
    expect(lotOf('7f3a', 'course-7', '001234')).toBe(
      'a1608d52c909b43faa749c027856e618ce762a34ced19d86bc2fd994f148ac3d',
    )
  })

  test('the order in which applications came in changes nothing', () => {
    fc.assert(
      fc.property(caseArb, fc.infiniteStream(fc.nat()), ({ applicants, sessions, seed }, noise) => {
        const shuffled = applicants
          .map((applicant) => ({ applicant, at: noise.next().value ?? 0 }))
          .sort((a, b) => a.at - b.at)
          .map(({ applicant }) => applicant)
        expect(select(drawOf(seed), shuffled, sessions)).toEqual(select(drawOf(seed), applicants, sessions))
      }),
    )
  })

  test('everybody of one class comes first about equally often', () => {
    const people = ['1', '2', '3', '4'].map((number): Applicant => ({ number, priority: 1, wishes: ['s'] }))
    const wins = new Map<string, number>()
    for (let seed = 0; seed < 4000; seed += 1) {
      const [first] = select(drawOf(String(seed)), people, [{ id: 's', seats: 1 }]).results
      if (first) wins.set(first.number, (wins.get(first.number) ?? 0) + 1)
    }
    for (const { number } of people) expect(Math.abs((wins.get(number) ?? 0) - 1000)).toBeLessThan(150)
  })
})

describe('the laws of selection', () => {
  test('never more people than seats, each at most one seat, each among their own wishes', () => {
    fc.assert(
      fc.property(caseArb, ({ applicants, sessions, seed }) => {
        const { results } = select(drawOf(seed), applicants, sessions)
        expect(results.map(({ number }) => number).sort()).toEqual(applicants.map(({ number }) => number))
        for (const { id, seats } of sessions)
          expect(results.filter(({ seat }) => seat?.session === id).length).toBeLessThanOrEqual(seats)
        for (const { number, seat } of results) {
          const wishes = applicants.find((applicant) => applicant.number === number)?.wishes ?? []
          if (seat) expect(wishes[seat.wish - 1]).toBe(seat.session)
        }
      }),
    )
  })

  test('Pareto-efficient: no other way of seating makes one better off and nobody worse (by trying them all)', () => {
    const small = caseArb.filter(({ applicants }) => applicants.length <= 5)
    fc.assert(
      fc.property(small, ({ applicants, sessions, seed }) => {
        const { results } = select(drawOf(seed), applicants, sessions)
        const got = applicants.map(({ number, wishes }) =>
          rank(wishes, results.find((result) => result.number === number)?.seat?.session),
        )
        const left = new Map(sessions.map(({ id, seats }) => [id, seats]))
        const better = (i: number, strictly: boolean): boolean => {
          const applicant = applicants[i]
          if (!applicant) return strictly
          const worst = got[i] ?? 0
          for (let wish = 0; wish <= worst; wish += 1) {
            const session = applicant.wishes[wish]
            if (session === undefined) {
              if (better(i + 1, strictly || wish < worst)) return true
              continue
            }
            const free = left.get(session) ?? 0
            if (free === 0) continue
            left.set(session, free - 1)
            const found = better(i + 1, strictly || wish < worst)
            left.set(session, free)
            if (found) return true
          }
          return false
        }
        expect(better(0, false)).toBe(false)
      }),
    )
  })

  test('no lie pays: whatever somebody says instead, they get nothing they would rather have', () => {
    const some = caseArb.filter(({ applicants }) => applicants.length > 0)
    const lieArb = some.chain((one) =>
      fc.tuple(
        fc.constant(one),
        fc.nat({ max: one.applicants.length - 1 }),
        fc.shuffledSubarray(one.sessions.map(({ id }) => id)),
      ),
    )
    fc.assert(
      fc.property(lieArb, ([{ applicants, sessions, seed }, liar, lie]) => {
        const honest = applicants[liar]
        if (!honest) throw new Error('there is a liar')
        const outcome = (all: readonly Applicant[]) =>
          rank(
            honest.wishes,
            select(drawOf(seed), all, sessions).results.find(({ number }) => number === honest.number)?.seat
              ?.session,
          )
        const lied = outcome(applicants.with(liar, { ...honest, wishes: lie }))
        // A seat that was never wished for is worse than none.
        if (lied >= 0) expect(lied).toBeGreaterThanOrEqual(outcome(applicants))
      }),
    )
  })

  test('nobody of a later class has a seat that somebody of an earlier class would rather have', () => {
    fc.assert(
      fc.property(caseArb, ({ applicants, sessions, seed }) => {
        const { results } = select(drawOf(seed), applicants, sessions)
        for (const envious of results)
          for (const { session } of envious.waiting)
            for (const seated of results)
              if (seated.seat?.session === session) expect(byTurn(seated, envious)).toBeLessThan(0)
      }),
    )
  })

  test('everybody can check their own result by the cut-offs alone, and a changed result is found out', () => {
    fc.assert(
      fc.property(caseArb, ({ applicants, sessions, seed }) => {
        const { results, cutoffs } = select(drawOf(seed), applicants, sessions)
        const closed = new Set(sessions.filter(({ seats }) => seats === 0).map(({ id }) => id))
        for (const result of results) {
          const wishes = applicants.find(({ number }) => number === result.number)?.wishes ?? []
          expect(agrees(result, wishes, { cutoffs, closed })).toBe(true)
          for (const other of [undefined, ...wishes].filter((session) => session !== result.seat?.session)) {
            const { seat: _, ...turn } = result
            const changed = other === undefined ? turn : { ...turn, seat: { session: other, wish: 1 } }
            expect(agrees(changed, wishes, { cutoffs, closed })).toBe(false)
          }
        }
      }),
    )
  })

  test('waiting lists are in the order of turns, without gaps', () => {
    fc.assert(
      fc.property(caseArb, ({ applicants, sessions, seed }) => {
        const { results } = select(drawOf(seed), applicants, sessions)
        for (const { id } of sessions) {
          const places = results.flatMap(({ waiting }) =>
            waiting.filter(({ session }) => session === id).map(({ place }) => place),
          )
          expect(places).toEqual(places.map((_, i) => i + 1))
        }
      }),
    )
  })
})

test('what cannot be drawn is refused', () => {
  const one: Applicant = { number: '1', priority: 1, wishes: ['s'] }
  const session: Session = { id: 's', seats: 1 }
  expect(() => select(drawOf(''), [one, one], [session])).toThrow('an applicant occurs twice')
  expect(() => select(drawOf(''), [one], [session, session])).toThrow('a session occurs twice')
  expect(() => select(drawOf(''), [one], [])).toThrow('names no session')
  expect(() => select(drawOf(''), [{ ...one, wishes: ['s', 's'] }], [session])).toThrow('a wish occurs twice')
  for (const seats of [-1, 0.5, Number.NaN])
    expect(() => select(drawOf(''), [one], [{ id: 's', seats }])).toThrow('whole numbers')
})
