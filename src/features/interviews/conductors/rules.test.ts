import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { organisation, type RouteRow } from '../../../directory/organisation.ts'
import {
  type Assignment,
  assign,
  type Matter,
  movesTo,
  type OpenRow,
  reachOf,
  type Situation,
} from './rules.ts'

const day = (iso: string) => Temporal.PlainDate.from(iso)
const [staff, oldChief, newChief, director, deputy] = [1, 2, 3, 4, 5]

const route = (role: RouteRow['role'], evaluatorId: number): RouteRow => ({
  role,
  subjectPersonId: null,
  subjectSectionId: 10,
  evaluatorId,
})
const cityWith = (on: string, first: number | null, second: number | null = director) =>
  organisation({
    on: day(on),
    sections: [{ id: 10, code: '10', name: '税務課', parentId: null }],
    posts: [
      { id: 100, personId: staff, sectionId: 10, title: '主事', gradeRank: 1, main: true, acting: false },
    ],
    routes: [
      ...(first === null ? [] : [route('first', first)]),
      ...(second === null ? [] : [route('second', second)]),
    ],
  })

const april = day('2027-04-01')
const situation = (today: string, more: Partial<Situation> = {}): Situation => ({
  today: day(today),
  organisationOn: (on) =>
    Temporal.PlainDate.compare(on, april) < 0
      ? cityWith(on.toString(), oldChief)
      : cityWith(on.toString(), newChief),
  absent: new Map(),
  left: new Set(),
  substitution: 'second',
  ...more,
})
const matter = (more: Partial<Matter> = {}): Matter => ({
  personId: staff,
  postId: null,
  rule: 'present',
  recordDate: day('2027-03-01'),
  ...more,
})

describe('who conducts', () => {
  test('after the April transfer the March feedback stays with the evaluator of its record date', () => {
    const feedback = matter({ rule: 'record_date' })
    expect(assign(feedback, situation('2027-04-05')).conductorId).toBe(oldChief)
  })

  test('an open interview that asks for the present evaluator goes to the new one', () => {
    expect(assign(matter(), situation('2027-03-31')).conductorId).toBe(oldChief)
    expect(assign(matter(), situation('2027-04-01')).conductorId).toBe(newChief)
  })

  test('before the record date the present evaluator prepares provisionally', () => {
    const later = matter({ rule: 'record_date', recordDate: day('2027-10-01') })
    expect(assign(later, situation('2027-03-31')).conductorId).toBe(oldChief)
    expect(assign(later, situation('2027-05-01')).conductorId).toBe(newChief)
  })

  test('the second evaluator observes, and stops observing when conducting as the substitute', () => {
    expect(assign(matter(), situation('2027-04-01')).observerIds).toEqual([director])
    const absent = new Map([[newChief, { deputyId: null }]])
    const substituted = assign(matter(), situation('2027-04-01', { absent }))
    expect(substituted).toEqual({ conductorId: director, observerIds: [], gap: null, absentId: null })
  })

  test('the deputy of an absence comes before the city’s substitute', () => {
    const absent = new Map([[newChief, { deputyId: deputy }]])
    expect(assign(matter(), situation('2027-04-01', { absent })).conductorId).toBe(deputy)
  })

  test('without a substitute the gap names the absence for HR; without a route the missing evaluator', () => {
    const absent = new Map([[newChief, { deputyId: null }]])
    const none = assign(matter(), situation('2027-04-01', { absent, substitution: 'none' }))
    expect(none).toMatchObject({ conductorId: null, gap: 'absent', absentId: newChief })
    const unnamed = situation('2027-04-01', { organisationOn: (on) => cityWith(on.toString(), null) })
    expect(assign(matter(), unnamed)).toMatchObject({ conductorId: null, gap: 'no-evaluator' })
  })

  test('who has left conducts nothing; a deputy who is the staff member does not hold their own interview', () => {
    const left = new Set([newChief])
    expect(assign(matter(), situation('2027-04-01', { left })).conductorId).toBe(director)
    const absent = new Map([[newChief, { deputyId: staff }]])
    expect(assign(matter(), situation('2027-04-01', { absent })).conductorId).toBe(director)
  })

  test('an empty post, or one whose holder is away, is that of who holds it besides their own', () => {
    const acting = new Map([[10, director]])
    const unnamed = situation('2027-04-01', {
      acting,
      organisationOn: (on) => cityWith(on.toString(), null, null),
    })
    expect(assign(matter(), unnamed)).toMatchObject({ conductorId: director, gap: null })
    const left = new Set([newChief])
    const second = { ...situation('2027-04-01', { left, substitution: 'none' as const }), acting }
    expect(assign(matter(), second)).toMatchObject({ conductorId: director, observerIds: [] })
    const named = new Map([[newChief, { deputyId: deputy }]])
    expect(assign(matter(), situation('2027-04-01', { acting, absent: named })).conductorId).toBe(deputy)
    // Whoever holds the post is never their own evaluator, and away they conduct nothing.
    expect(assign(matter({ personId: director }), unnamed).conductorId).toBeNull()
    const absent = new Map([[director, { deputyId: null }]])
    expect(assign(matter(), { ...unnamed, absent })).toMatchObject({ conductorId: null, gap: 'no-evaluator' })
  })

  test('the city’s rule may name the assistant instead of the second evaluator', () => {
    const assistant = 6
    const withAssistant = (on: Temporal.PlainDate) => {
      const city = cityWith(on.toString(), newChief)
      const evaluator: typeof city.evaluator = (id, role, post) =>
        role === 'assistant' ? assistant : city.evaluator(id, role, post)
      return { ...city, evaluator }
    }
    const absent = new Map([[newChief, { deputyId: null }]])
    const world = situation('2027-04-01', {
      absent,
      organisationOn: withAssistant,
      substitution: 'assistant',
    })
    expect(assign(matter(), world)).toMatchObject({ conductorId: assistant, observerIds: [director] })
    expect(assign(matter(), { ...world, absent: new Map() }).conductorId).toBe(newChief)
  })

  test('a post that the transfer ended is answered by the main post', () => {
    expect(assign(matter({ postId: 999 }), situation('2027-04-01')).conductorId).toBe(newChief)
  })
})

test('a meeting that already was keeps its people, one ahead is taken back', () => {
  const now = Temporal.Instant.from('2027-04-01T00:00:00Z')
  expect(reachOf({ status: 'booked', startsAt: now.subtract({ minutes: 1 }) }, now)).toBe('keeps')
  expect(reachOf({ status: 'booked', startsAt: now.add({ minutes: 1 }) }, now)).toBe('moves-and-releases')
  expect(reachOf({ status: 'held', startsAt: null }, now)).toBe('keeps')
})

describe('moves of participants', () => {
  type Row = OpenRow & { toOn: Temporal.PlainDate | null }
  const apply = (rows: readonly Row[], wanted: Assignment, today: Temporal.PlainDate): Row[] => {
    const open = rows.filter((row) => row.toOn === null)
    const moves = movesTo(open, wanted, today)
    if (!moves) return [...rows]
    const next = rows
      .filter((row) => !moves.remove.includes(row.id))
      .map((row) => (moves.end.includes(row.id) ? { ...row, toOn: today } : row))
    const base = Math.max(0, ...rows.map((row) => row.id))
    return [
      ...next,
      ...moves.begin.map((row, index) => ({ ...row, id: base + index + 1, fromOn: today, toOn: null })),
    ]
  }
  const someAssignment = fc
    .record({
      conductorId: fc.option(fc.integer({ min: 1, max: 4 })),
      observer: fc.option(fc.integer({ min: 1, max: 4 })),
    })
    .map(
      ({ conductorId, observer }): Assignment => ({
        conductorId,
        observerIds: observer !== null && observer !== conductorId ? [observer] : [],
        gap: conductorId === null ? 'absent' : null,
        absentId: null,
      }),
    )

  test('for any transfers there and back: asking twice changes nothing, one conductor a day, history kept', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(someAssignment, fc.integer({ min: 0, max: 3 })), { minLength: 1, maxLength: 12 }),
        (steps) => {
          let rows: Row[] = []
          let today = day('2027-04-01')
          const said = new Map<string, number | null>()
          for (const [wanted, pause] of steps) {
            today = today.add({ days: pause })
            rows = apply(rows, wanted, today)
            const open = rows.filter((row) => row.toOn === null)
            expect(movesTo(open, wanted, today)).toBeNull()
            expect(open.filter((row) => row.role === 'conductor').map((row) => row.personId)).toEqual(
              wanted.conductorId === null ? [] : [wanted.conductorId],
            )
            said.set(today.toString(), wanted.conductorId)
          }
          for (const [iso, conductorId] of said) {
            const on = day(iso)
            const inForce = rows.filter(
              (row) =>
                row.role === 'conductor' &&
                Temporal.PlainDate.compare(row.fromOn, on) <= 0 &&
                (row.toOn === null || Temporal.PlainDate.compare(row.toOn, on) > 0),
            )
            expect(inForce.map((row) => row.personId)).toEqual(conductorId === null ? [] : [conductorId])
          }
        },
      ),
    )
  })
})
