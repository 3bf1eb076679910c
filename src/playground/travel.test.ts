import { expect, test } from 'vitest'
import { MovableClock } from '../kernel/clock.ts'
import { travel } from './travel.ts'

const at = (text: string) => Temporal.PlainDateTime.from(text).toZonedDateTime('Asia/Tokyo').toInstant()

function journey(from: string, due: readonly string[]) {
  const clock = new MovableClock(at(from))
  const stops: string[] = []
  const deps = {
    clock,
    zone: 'Asia/Tokyo',
    runDue: async () => {
      stops.push(
        clock.now().toZonedDateTimeISO('Asia/Tokyo').toPlainDateTime().toString({ smallestUnit: 'minute' }),
      )
    },
    nextDue: async (after: Temporal.Instant) => {
      const later = due.map(at).filter((instant) => Temporal.Instant.compare(instant, after) > 0)
      return later.sort(Temporal.Instant.compare)[0] ?? null
    },
  }
  return { deps, stops }
}

test('a journey stops at every midnight and at every due time, in order', async () => {
  const { deps, stops } = journey('2027-05-11T09:00', [
    '2027-05-12T08:45',
    '2027-05-11T17:00',
    '2027-05-20T08:45',
  ])
  await travel(deps, at('2027-05-13T09:00'))
  expect(stops).toEqual([
    '2027-05-11T09:00',
    '2027-05-11T17:00',
    '2027-05-12T00:00',
    '2027-05-12T08:45',
    '2027-05-13T00:00',
    '2027-05-13T09:00',
  ])
})

test('what becomes due only on the way is stopped at as well', async () => {
  const due: string[] = []
  const { deps, stops } = journey('2027-05-11T09:00', due)
  const { runDue } = deps
  deps.runDue = async () => {
    await runDue()
    if (stops.length === 2) due.push('2027-05-12T10:00')
  }
  await travel(deps, at('2027-05-12T12:00'))
  expect(stops).toEqual(['2027-05-11T09:00', '2027-05-12T00:00', '2027-05-12T10:00', '2027-05-12T12:00'])
})

test('time never goes back', async () => {
  const { deps } = journey('2027-05-11T09:00', [])
  await expect(travel(deps, at('2027-05-11T08:00'))).rejects.toThrow(RangeError)
})
