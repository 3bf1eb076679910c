import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createDepartures } from './departures.ts'
import { usualRates } from './rates.ts'

const to = { platform: 'teams', tenant: 'T1', user: 'U1' } as const
const instant = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms)

it('never lets more leave in any stretch than the platform counts as allowed, however late one wakes', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 120 }), { minLength: 60, maxLength: 300 }), (gaps) => {
      const departures = createDepartures(usualRates)
      const left: number[] = []
      let now = 1_000_000
      for (const gap of gaps) {
        now += gap
        const free = departures.leave(to, instant(now))
        if (free) {
          expect(free.epochMilliseconds).toBeGreaterThan(now)
          now = free.epochMilliseconds
          expect(departures.leave(to, free)).toBeUndefined()
        }
        left.push(now)
      }
      for (const [index, at] of left.entries()) {
        const later = left[index + 50]
        if (later !== undefined) expect(later - at).toBeGreaterThanOrEqual(1_000)
      }
    }),
  )
})

it('counts each workspace for itself, and forgets a time that the clock has gone back behind', () => {
  const departures = createDepartures(usualRates)
  for (let n = 0; n < 50; n++) expect(departures.leave(to, instant(5_000_000))).toBeUndefined()
  expect(departures.leave(to, instant(5_000_000))?.epochMilliseconds).toBe(5_001_015)
  expect(departures.leave({ ...to, tenant: 'T2' }, instant(5_000_000))).toBeUndefined()
  expect(departures.leave({ ...to, platform: 'playground' }, instant(5_000_000))).toBeUndefined()
  expect(departures.leave(to, instant(1_000_000))).toBeUndefined()
})
