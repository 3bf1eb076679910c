import { expect, test } from 'vitest'
import { MAX_ATTEMPTS } from './inbox.ts'
import { nextTry } from './next-try.ts'

const all = (passing: boolean, awaited: boolean, keeps = true) =>
  Array.from({ length: MAX_ATTEMPTS + 1 }, (_, before) =>
    nextTry({ tried: before + 1, passing, awaited, keeps }),
  )

test('what lies in the moment is tried again here at once, then from the record for a quarter of an hour', () => {
  const steps = all(true, true)
  expect(steps.map(({ type }) => type)).toEqual([
    ...['here', 'here', 'here'],
    ...['later', 'later', 'later', 'later'],
    ...['end', 'end'],
  ])
  const whole = steps.reduce((sum, each) => sum + (each.type === 'end' ? 0 : each.ms), 0)
  expect(whole / 60_000).toBeGreaterThan(15)
})

test('the record gives up no sooner than this does', () => {
  expect(all(true, false).findIndex(({ type }) => type === 'end')).toBe(MAX_ATTEMPTS - 1)
})

test('a defect is tried three times and no more, within seconds', () => {
  expect(all(false, true).map(({ type }) => type)).toEqual(['here', 'here', ...Array(7).fill('end')])
})

test('nobody waits for what comes from the record, and a Home is not brought later', () => {
  expect(all(true, false)[0]).toEqual({ type: 'later', ms: 300 })
  expect(all(true, true, false).map(({ type }) => type)).toEqual([
    'here',
    'here',
    'here',
    ...Array(6).fill('end'),
  ])
})
