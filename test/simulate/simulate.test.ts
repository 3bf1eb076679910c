// A small seeded selection of what `npm run simulate` does at length: spring in a small town, with everything going
// wrong, held against the same spring without a fault.
import { expect, test } from 'vitest'
import { run } from './run.ts'

test.each([1])(
  'seed %i: nothing lost, doubled, misdirected or untimely',
  { timeout: 120_000 },
  async (seed) => {
    const result = await run({ seed, staff: 20, year: 2027, faults: 'all', until: '2027-05-12' })
    expect(result.findings).toEqual([])
    expect(result.sent).toBeGreaterThan(20)
    // Otherwise nothing was tried.
    expect(result.deaths).toBeGreaterThan(3)
    expect(Object.values(result.faults).filter((count) => count > 0).length).toBeGreaterThan(5)
  },
)
