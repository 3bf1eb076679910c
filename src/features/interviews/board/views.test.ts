import fc from 'fast-check'
import { describe, it } from 'vitest'
import { expectLegal, hostileText } from '../../../../test/support/legal.ts'
import type { Line, StepChoice } from './all-repository.ts'
import { attentionCard, boardCard, peopleBlocks, personCard } from './all-views.ts'
import type { Counts, Moment } from './state-words.ts'

const day = Temporal.PlainDate.from('2027-05-28')
const now = Temporal.Instant.from('2027-05-20T01:00:00Z')
const language = fc.constantFrom('ja' as const, 'en' as const)
const moment = language.map((spoken): Moment => ({ now, today: day, zone: 'Asia/Tokyo', language: spoken }))
const count = fc.nat(4000)
const counts: fc.Arbitrary<Counts> = fc.record({
  total: count,
  held: count,
  booked: count,
  waiting: count,
  confirming: count,
  suspended: count,
})
const section = fc.record({
  id: fc.nat(),
  code: fc.constant('1'),
  name: hostileText,
  parentId: fc.constant(null),
})
const branch = fc.record({ section: fc.option(section), direct: fc.boolean(), counts })
const step: fc.Arbitrary<StepChoice> = fc.record({
  id: fc.integer({ min: 1, max: 1_000_000 }),
  name: hostileText,
  nameEn: hostileText,
  cycle: hostileText,
  cycleEn: hostileText,
  opensOn: fc.constant(day),
  open: fc.boolean(),
})
const line: fc.Arbitrary<Line & { label: string }> = fc.record({
  id: fc.nat(),
  personId: fc.nat(),
  number: hostileText,
  name: hostileText,
  title: hostileText,
  label: hostileText,
  sectionId: fc.option(fc.nat()),
  stepId: fc.option(fc.nat()),
  kind: fc.constantFrom('step' as const, 'development' as const, 'return' as const),
  conductors: fc.array(hostileText, { maxLength: 3 }),
  status: fc.constantFrom('waiting' as const, 'booked' as const, 'held' as const, 'unclear' as const),
  opensOn: fc.constant(null),
  deadline: fc.constant(day),
  startsAt: fc.option(fc.constant(now)),
  endsAt: fc.option(fc.constant(now)),
  heldOn: fc.option(fc.constant(day)),
})
const runs = { numRuns: 40, interruptAfterTimeLimit: 20_000 }

describe('HR’s cards are ones that both platforms take, whatever names they hold', () => {
  it('the board', () => {
    const board = fc.record({
      node: fc.record({
        section: fc.option(section),
        parent: fc.option(section, { nil: undefined }),
        counts,
        branches: fc.array(branch, { maxLength: 14 }),
      }),
      steps: fc.array(step, { maxLength: 23 }),
      step: fc.constant(0),
      attention: count,
      page: fc.integer({ min: -1, max: 5 }),
    })
    fc.assert(
      fc.property(board, language, (given, spoken) => expectLegal(boardCard(given, spoken))),
      runs,
    )
  })

  it('people, a person, what needs attention', () => {
    const lines = fc.array(line, { minLength: 0, maxLength: 12 })
    const turn = (page: number) => ({ id: 'interviews.section', data: { page } })
    fc.assert(
      fc.property(lines, moment, hostileText, (found, at, name) => {
        const blocks = peopleBlocks(found.slice(0, 10), 25, 2, at, turn, [])
        expectLegal({ summary: 'x', blocks })
        const who = { name, number: '1', title: name, section: name, lines: found }
        expectLegal(personCard({ ...who, gap: { cycle: 1, person: 1 } }, at))
        expectLegal(attentionCard({ gap: found.length, unclear: 1, overdue: 0 }, at.language))
      }),
      runs,
    )
  })
})
