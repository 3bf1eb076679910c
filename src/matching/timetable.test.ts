import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Placement,
  type Suits,
  type Timetable,
  type TimetablePerson,
  type TimetableSlot,
  timetable,
} from './timetable.ts'

type Input = { people: TimetablePerson[]; slots: TimetableSlot[]; fixed: Placement[] }

const hour = (h: number) => Date.UTC(2026, 4, 29, h - 9)
const slot = (id: string, h: number): TimetableSlot => ({ id, startsAt: hour(h) })
const person = (id: string, suits: Record<string, Suits>, priority = 0): TimetablePerson => ({
  id,
  priority,
  suits: new Map(Object.entries(suits)),
})

/** Few hours and priorities, so that ties are the rule; answers may name slots that are gone. */
function anyInput(maxPeople: number, maxSlots: number): fc.Arbitrary<Input> {
  const suits = fc.dictionary(
    fc.integer({ min: 0, max: maxSlots }).map((k) => `s${k}`),
    fc.constantFrom<Suits[]>(1, 2),
    { maxKeys: 4 },
  )
  return fc
    .record({
      people: fc.array(fc.tuple(suits, fc.integer({ min: -1, max: 2 })), { maxLength: maxPeople }),
      slots: fc.array(fc.integer({ min: 9, max: 13 }), { maxLength: maxSlots }),
      locks: fc.constantFrom(0, 0, 1, 2),
      salt: fc.integer({ min: 0, max: 20 }),
    })
    .map(({ people, slots, locks, salt }) => {
      const fixed = Array.from({ length: Math.min(locks, people.length, slots.length) }, (_, k) => ({
        person: `p${(k + salt) % people.length}`,
        slot: `s${(k * 2 + salt) % slots.length}`,
      })).filter((lock, k, all) => all.findIndex((other) => other.slot === lock.slot) === k)
      return {
        people: people.map(([known, priority], k) => person(`p${k}`, known, priority)),
        slots: slots.map((h, k) => slot(`s${k}`, h)),
        fixed,
      }
    })
}

/** What a person can be given: the locked slot, else every offered slot that suits. */
function known({ people, slots, fixed }: Input): Map<string, Map<string, Suits | 'locked'>> {
  return new Map(
    people.map(({ id, suits }): [string, Map<string, Suits | 'locked'>] => {
      const lock = fixed.find((one) => one.person === id)
      if (lock) return [id, new Map([[lock.slot, 'locked']])]
      return [id, new Map([...suits].filter(([at]) => slots.some((offered) => offered.id === at)))]
    }),
  )
}

/** The aims in order as numbers, each better when larger. */
function merits(input: Input, placed: readonly Placement[]): number[] {
  const { people, slots, fixed } = input
  const priorities = [...new Set(people.map((one) => one.priority))].sort((a, b) => b - a)
  const times = [...new Set(slots.map((one) => one.startsAt))].sort((a, b) => a - b)
  const free = placed.filter((pair) => !fixed.some((lock) => lock.person === pair.person))
  const who = (pair: Placement) => people.find((one) => one.id === pair.person)
  const when = (pair: Placement) => slots.find((one) => one.id === pair.slot)?.startsAt ?? 0
  return [
    placed.length,
    ...priorities.map((level) => placed.filter((pair) => who(pair)?.priority === level).length),
    free.filter((pair) => who(pair)?.suits.get(pair.slot) === 2).length,
    -free.reduce((sum, pair) => sum + times.indexOf(when(pair)), 0),
  ]
}

function compare(a: number[], b: number[]): number {
  const k = a.findIndex((x, at) => x !== b[at])
  return k < 0 ? 0 : (a[k] ?? 0) - (b[k] ?? 0)
}

/** The best merits of all timetables that keep the locks, by trying every one. */
function bestByTrying(input: Input): number[] {
  const choices = [...known(input)].map(([id, slots]) => ({ id, slots: [...slots.keys()] }))
  const locked = new Set(input.fixed.map((lock) => lock.slot))
  let best: number[] = []
  const from = (k: number, placed: Placement[]): void => {
    const next = choices[k]
    if (!next) {
      const found = merits(input, placed)
      if (best.length === 0 || compare(found, best) > 0) best = found
      return
    }
    const isLocked = input.fixed.some((lock) => lock.person === next.id)
    if (!isLocked) from(k + 1, placed)
    for (const at of next.slots) {
      if (placed.some((pair) => pair.slot === at) || (!isLocked && locked.has(at))) continue
      from(k + 1, [...placed, { person: next.id, slot: at }])
    }
  }
  from(0, [])
  return best
}

const placedIds = (answer: Timetable) => answer.placed.map((pair) => pair.person).sort()

describe('a section’s timetable', () => {
  const slots = [slot('ten', 10), slot('nine', 9), slot('eleven', 11)]

  test('everyone is placed although the first would take the second’s only time', () => {
    const people = [person('sato', { nine: 2, ten: 1 }), person('mori', { nine: 1 })]
    expect(timetable({ people, slots })).toEqual({
      placed: [
        { person: 'mori', slot: 'nine' },
        { person: 'sato', slot: 'ten' },
      ],
      unplaced: [],
    })
  })

  test('a preferred slot goes before an early one', () => {
    const people = [person('sato', { nine: 1, eleven: 2 })]
    expect(timetable({ people, slots }).placed).toEqual([{ person: 'sato', slot: 'eleven' }])
  })

  test('among equally good slots the early ones are used', () => {
    const people = ['a', 'b'].map((id) => person(id, { nine: 1, ten: 1, eleven: 1 }))
    expect(timetable({ people, slots }).placed.map((pair) => pair.slot)).toEqual(['nine', 'ten'])
  })

  test('who knows no offered slot is told so, also where a withdrawn slot had suited', () => {
    const people = [person('sato', {}), person('mori', { withdrawn: 2 })]
    expect(timetable({ people, slots }).unplaced).toEqual([
      { person: 'mori', reason: { kind: 'nothing-suits' } },
      { person: 'sato', reason: { kind: 'nothing-suits' } },
    ])
  })

  test('three who know only two slots: the one of lowest priority is named, with all three', () => {
    const two: Record<string, Suits> = { nine: 2, ten: 2 }
    const people = [
      person('low', two, 1),
      person('high', two, 3),
      person('free', { eleven: 1 }, 0),
      person('mid', two, 2),
    ]
    const answer = timetable({ people, slots })
    expect(placedIds(answer)).toEqual(['free', 'high', 'mid'])
    expect(answer.unplaced).toEqual([
      {
        person: 'low',
        reason: { kind: 'crowded', people: ['high', 'mid', 'low'], slots: ['nine', 'ten'] },
      },
    ])
  })

  test('one of high priority is not left out for two preferences of others', () => {
    const people = [
      person('high', { nine: 1 }, 1),
      person('a', { nine: 2, ten: 1 }),
      person('b', { ten: 2, eleven: 1 }),
    ]
    expect(timetable({ people, slots }).placed).toEqual([
      { person: 'high', slot: 'nine' },
      { person: 'a', slot: 'ten' },
      { person: 'b', slot: 'eleven' },
    ])
  })

  test('a lock stays, though it does not suit and somebody of higher priority wants it', () => {
    const people = [person('boss', { nine: 2 }, 9), person('sato', { ten: 2 })]
    const answer = timetable({ people, slots, fixed: [{ person: 'sato', slot: 'nine' }] })
    expect(answer.placed).toEqual([{ person: 'sato', slot: 'nine' }])
    expect(answer.unplaced).toEqual([
      { person: 'boss', reason: { kind: 'crowded', people: ['boss', 'sato'], slots: ['nine'] } },
    ])
  })

  test('nobody, or no slots', () => {
    expect(timetable({ people: [], slots })).toEqual({ placed: [], unplaced: [] })
    expect(timetable({ people: [person('sato', { nine: 1 })], slots: [] }).unplaced).toEqual([
      { person: 'sato', reason: { kind: 'nothing-suits' } },
    ])
  })

  test('what has no meaning is refused', () => {
    const sato = person('sato', { nine: 1 })
    const mori = person('mori', { nine: 1 })
    const nine = { person: 'sato', slot: 'nine' }
    const refused = (input: Parameters<typeof timetable>[0], message: RegExp) =>
      expect(() => timetable(input)).toThrow(message)
    refused({ people: [sato, sato], slots }, /person sato is given twice/)
    refused({ people: [sato], slots: [...slots, slot('nine', 15)] }, /slot nine is given twice/)
    refused({ people: [sato], slots: [{ id: 'x', startsAt: Number.NaN }] }, /slot x starts at NaN/)
    refused({ people: [{ ...sato, priority: Number.NaN }], slots }, /person sato has priority NaN/)
    refused({ people: [person('sato', { nine: 3 as Suits })], slots }, /person sato has a choice of 3/)
    refused({ people: [mori], slots, fixed: [nine] }, /person sato is fixed but/)
    refused({ people: [sato], slots, fixed: [{ person: 'sato', slot: 'x' }] }, /slot x is fixed but/)
    refused({ people: [sato], slots, fixed: [nine, { person: 'sato', slot: 'ten' }] }, /sato is fixed twice/)
    refused(
      { people: [sato, mori], slots, fixed: [nine, { ...nine, person: 'mori' }] },
      /nine is fixed twice/,
    )
  })
})

describe('laws', () => {
  test('all aims in their order equal the best of all timetables (most placed, priority, preference, early)', () => {
    fc.assert(
      fc.property(anyInput(6, 5), (input) => {
        expect(merits(input, timetable(input).placed)).toEqual(bestByTrying(input))
      }),
      { numRuns: 1500 },
    )
  })

  test('everyone appears once, each slot is used once, locks stay and the rest suits', () => {
    fc.assert(
      fc.property(anyInput(14, 10), (input) => {
        const { placed, unplaced } = timetable(input)
        const all = [...placed.map((pair) => pair.person), ...unplaced.map((one) => one.person)]
        expect(all.sort()).toEqual(input.people.map((one) => one.id).sort())
        expect(new Set(placed.map((pair) => pair.slot)).size).toBe(placed.length)
        expect(placed).toEqual(expect.arrayContaining(input.fixed))
        const choices = known(input)
        for (const pair of placed) expect([...(choices.get(pair.person)?.keys() ?? [])]).toContain(pair.slot)
      }),
      { numRuns: 500 },
    )
  })

  test('a crowded reason proves itself: these people know only these slots, one fewer than they are', () => {
    fc.assert(
      fc.property(anyInput(14, 8), (input) => {
        const choices = known(input)
        for (const { person: id, reason } of timetable(input).unplaced) {
          if (reason.kind === 'nothing-suits') {
            expect(choices.get(id)?.size).toBe(0)
            continue
          }
          expect(reason.people).toContain(id)
          expect(reason.people.length).toBe(reason.slots.length + 1)
          const together = new Set(reason.people.flatMap((one) => [...(choices.get(one)?.keys() ?? [])]))
          expect([...together].sort()).toEqual([...reason.slots].sort())
        }
      }),
      { numRuns: 500 },
    )
  })

  test('nobody in the crowd has a lower priority than who is left out, locks apart', () => {
    fc.assert(
      fc.property(anyInput(14, 8), (input) => {
        const priority = new Map(input.people.map((one) => [one.id, one.priority]))
        const locked = new Set(input.fixed.map((lock) => lock.person))
        for (const { person: id, reason } of timetable(input).unplaced) {
          if (reason.kind === 'nothing-suits') continue
          for (const other of reason.people.filter((one) => !locked.has(one))) {
            expect(priority.get(other) ?? 0).toBeGreaterThanOrEqual(priority.get(id) ?? 0)
          }
        }
      }),
      { numRuns: 500 },
    )
  })

  test('one in the crowd giving way makes room for all the others', () => {
    fc.assert(
      fc.property(anyInput(10, 6), (input) => {
        for (const { reason } of timetable(input).unplaced) {
          if (reason.kind === 'nothing-suits') continue
          for (const gives of reason.people) {
            const rest = reason.people.filter((id) => id !== gives)
            const people = input.people.filter((one) => rest.includes(one.id))
            const fixed = input.fixed.filter((lock) => rest.includes(lock.person))
            expect(timetable({ ...input, people, fixed }).unplaced).toEqual([])
          }
        }
      }),
      { numRuns: 200 },
    )
  })

  test('the order in which people, slots, answers and locks are given never matters', () => {
    const shuffled = anyInput(10, 8).chain((input) =>
      fc.record({
        input: fc.constant(input),
        people: fc.shuffledSubarray(input.people, { minLength: input.people.length }),
        slots: fc.shuffledSubarray(input.slots, { minLength: input.slots.length }),
      }),
    )
    fc.assert(
      fc.property(shuffled, ({ input, people, slots }) => {
        const backwards = people.map((one) => ({ ...one, suits: new Map([...one.suits].reverse()) }))
        const again = timetable({ people: backwards, slots, fixed: [...input.fixed].reverse() })
        expect(again).toEqual(timetable(input))
      }),
      { numRuns: 500 },
    )
  })
})
