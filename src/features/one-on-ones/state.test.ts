import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type MeetingState, meetingStates, outcome, skipsInRow, tellable } from './state.ts'

test('what two answers come to', () => {
  expect(outcome([])).toBe('planned')
  expect(outcome([{ held: true }])).toBe('held')
  expect(outcome([{ held: false }])).toBe('not_held')
  expect(outcome([{ held: true }, { held: true }])).toBe('held')
  expect(outcome([{ held: true }, { held: false }])).toBe('planned')
})

test('laws: skips in a row are those at the end, and any other meeting begins anew', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom<MeetingState>(...meetingStates)), (statuses) => {
      const row = skipsInRow(statuses)
      expect(statuses.slice(statuses.length - row).every((each) => each === 'skipped')).toBe(true)
      if (row < statuses.length) expect(statuses[statuses.length - row - 1]).not.toBe('skipped')
      expect(skipsInRow([...statuses, 'skipped'])).toBe(row + 1)
      expect(skipsInRow([...statuses, 'held'])).toBe(0)
    }),
  )
})

test('groups below five are told of to nobody', () => {
  const rate = (sectionId: number, members: number) => ({ sectionId, members, planned: 9, held: 3, open: 2 })
  expect(tellable([rate(1, 4), rate(2, 5)])).toEqual([rate(2, 5)])
})
