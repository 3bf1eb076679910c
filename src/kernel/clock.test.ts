import { expect, test } from 'vitest'
import { MovableClock, systemClock } from './clock.ts'

const start = Temporal.Instant.from('2026-05-29T00:00:00Z')

test('a movable clock stands still until it is moved', () => {
  const clock = new MovableClock(start)
  expect(clock.now().equals(start)).toBe(true)
  clock.advance({ days: 3, hours: 1 })
  expect(clock.now().toString()).toBe('2026-06-01T01:00:00Z')
  clock.advance(Temporal.Duration.from('-PT1H'))
  expect(clock.now().toString()).toBe('2026-06-01T00:00:00Z')
  clock.set(start)
  expect(clock.now().equals(start)).toBe(true)
})

test('the system clock goes forward', () => {
  const before = systemClock.now()
  expect(Temporal.Instant.compare(before, systemClock.now())).toBeLessThanOrEqual(0)
  expect(before.toZonedDateTimeISO('UTC').year).toBeGreaterThanOrEqual(2026)
})
