import fc from 'fast-check'
import { expect, test } from 'vitest'
import { card, form, longCard } from '../../test/support/cards.ts'
import { expectLegal } from '../../test/support/legal.ts'

test('every card, whatever it holds, is one that Slack and Teams take', () => {
  fc.assert(fc.property(card, expectLegal), { numRuns: 150 })
  expect.hasAssertions()
})

test('a card of more blocks than a message takes is shortened, not refused', () => {
  fc.assert(fc.property(longCard, expectLegal), { numRuns: 20, endOnFailure: true })
  expect.hasAssertions()
})

test('every form, whatever it holds, is one that Slack and Teams take', () => {
  fc.assert(fc.property(form, expectLegal), { numRuns: 200 })
  expect.hasAssertions()
})
