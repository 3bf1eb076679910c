import fc from 'fast-check'
import { expect, it } from 'vitest'
import { backoffMs } from './backoff.ts'

const policy = { firstMs: 2_000, longestMs: 60_000 }

it('doubles, up to a cap, and spreads over the whole of it', () => {
  const most = (attempt: number) => backoffMs(attempt, () => 0.999999, policy)
  expect([1, 2, 3, 6, 60].map(most)).toEqual([1_999, 3_999, 7_999, 59_999, 59_999])
  expect(backoffMs(3, () => 0, policy)).toBe(1)
})

it('is always a wait, and never longer than the longest', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 5_000 }),
      fc.double({ min: 0, max: 0.999999, noNaN: true }),
      (n, x) => {
        const ms = backoffMs(n, () => x, policy)
        return Number.isInteger(ms) && ms >= 1 && ms <= policy.longestMs
      },
    ),
  )
})
