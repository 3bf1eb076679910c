import fc from 'fast-check'
import { describe, test } from 'vitest'
import { expectLegal, hostileText } from '../../../test/support/legal.ts'
import { cadences, partsOfDay } from './rules.ts'
import type { Mine, MyTable, SeriesState } from './state.ts'
import { seriesCard, tableCard, timesCard } from './views.ts'
import { figuresCard, manageCard, roundCard } from './views-run.ts'

const now = Temporal.Instant.from('2027-05-20T01:00:00Z')
const day = Temporal.PlainDate.from('2027-05-28')
const span = fc.option(fc.constant({ start: now, end: now.add({ minutes: 45 }) }), { nil: undefined })
const language = fc.constantFrom('ja' as const, 'en' as const)
const id = fc.integer({ min: 1, max: 2_147_483_647 })
const count = fc.nat(4_000)
const people = fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 0, maxLength: 8 })
const names = fc
  .array(hostileText, { minLength: 9, maxLength: 9 })
  .map((all) => new Map(all.map((name, i) => [i + 1, name])))

const series: fc.Arbitrary<SeriesState> = fc.record({
  id,
  name: hostileText,
  purpose: hostileText,
  status: fc.constantFrom('draft', 'open', 'closed'),
  size: fc.integer({ min: 2, max: 8 }),
  cadence: fc.constantFrom(...cadences),
  minutes: fc.integer({ min: 10, max: 240 }),
  hours: fc.constantFrom(...partsOfDay),
  place: hostileText,
})
const table: fc.Arbitrary<MyTable> = fc.record({
  id,
  version: id,
  status: fc.constantFrom('planned', 'unplaced', 'held', 'not_held', 'cancelled'),
  seriesId: id,
  name: hostileText,
  round: fc.integer({ min: 1, max: 999 }),
  zone: fc.constant('Asia/Tokyo'),
  span,
  place: hostileText,
  link: fc.constantFrom('', 'https://example.com/a?b=1&c=<x>|y', 'javascript:alert(1)'),
  reader: fc.integer({ min: 1, max: 9 }),
  hostId: fc.integer({ min: 1, max: 9 }),
  coming: people,
  cannot: people,
  people: fc.integer({ min: 1, max: 9 }),
  names,
  starters: fc.array(hostileText, { maxLength: 2 }),
  ahead: fc.boolean(),
  asks: fc.boolean(),
  guest: fc.boolean(),
})
const mine: fc.Arbitrary<Mine> = fc.record({
  series,
  status: fc.constantFrom('asked', 'joined', 'paused', 'left'),
  pausedUntil: fc.option(fc.constant(day)),
  facilitates: fc.boolean(),
  guest: fc.boolean(),
  tables: fc.array(table, { maxLength: 7 }),
})
const runs = { numRuns: 60, interruptAfterTimeLimit: 20_000 }

describe('cards are ones that both platforms take, whatever names they hold', () => {
  test('a member’s series', () => {
    fc.assert(
      fc.property(mine, language, hostileText, (own, spoken, note) =>
        expectLegal(seriesCard(own, spoken, note)),
      ),
      runs,
    )
  })

  test('a table and times to choose from', () => {
    const times = fc.array(
      count.map((free) => ({ start: now, end: now.add({ minutes: 30 }), free })),
      {
        maxLength: 6,
      },
    )
    fc.assert(
      fc.property(table, times, language, hostileText, (own, found, spoken, note) => {
        expectLegal(tableCard(own, spoken, note))
        expectLegal(timesCard(own, found, spoken, note))
      }),
      runs,
    )
  })

  test('HR’s series, seating and figures', () => {
    const managed = fc.record({
      series: fc
        .tuple(series, fc.option(fc.integer({ min: 1, max: 60 })))
        .map(([own, rounds]) => ({ ...own, version: 3, rounds, nextOn: day })),
      who: fc.option(hostileText, { nil: undefined }),
      coordinator: fc.option(hostileText, { nil: undefined }),
      joined: count,
      paused: count,
      asked: count,
      facilitators: count,
      done: count,
      draft: fc.option(id, { nil: undefined }),
      last: fc.option(id, { nil: undefined }),
      left: fc.boolean(),
      today: fc.constantFrom(day, day.add({ days: 1 })),
    })
    const round = fc.record({
      id,
      version: id,
      series: fc.record({ id, name: hostileText, version: id }),
      number: fc.integer({ min: 1, max: 999 }),
      status: fc.constantFrom('draft', 'published', 'done'),
      tries: fc.integer({ min: 1, max: 5 }),
      repeats: count,
      sameDepartment: count,
      leastSame: count,
      tables: fc.array(fc.record({ number: count, span, hostId: fc.integer({ min: 1, max: 9 }), people }), {
        maxLength: 30,
      }),
      unled: count,
      names,
      since: fc.record({ gone: fc.nat(2), fresh: fc.nat(2) }),
      zone: fc.constant('Asia/Tokyo'),
    })
    const figures = fc.array(
      fc.record({
        number: count,
        tables: count,
        answered: count,
        held: count,
        seated: count,
        coming: count,
      }),
      { maxLength: 20 },
    )
    fc.assert(
      fc.property(
        managed,
        round,
        figures,
        fc.nat(5),
        language,
        hostileText,
        (own, seated, rates, page, spoken, note) => {
          expectLegal(manageCard(own, spoken, note))
          expectLegal(roundCard(seated, page, spoken, note))
          expectLegal(figuresCard(own.series, own.joined, rates, spoken))
        },
      ),
      runs,
    )
  })
})
