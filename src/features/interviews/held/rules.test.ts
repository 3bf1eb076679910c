import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { HeldAnswer } from '../state.ts'
import { judge } from './rules.ts'

const lastDay = Temporal.PlainDate.from('2027-06-04')
const [staff, boss, deputy] = [1, 2, 3]
const said = (...answers: [number, HeldAnswer][]) => ({
  personId: staff,
  conductorId: boss,
  answers: answers.map(([personId, answer]) => ({ personId, answer })),
  lastDay,
})

describe('what two answers come to', () => {
  test.each<[HeldAnswer, HeldAnswer, string]>([
    ['held', 'held', 'held'],
    ['moved', 'moved', 'again'],
    ['not_held', 'not_held', 'again'],
    ['moved', 'not_held', 'again'],
    ['held', 'not_held', 'unclear'],
    ['moved', 'held', 'unclear'],
  ])('%s and %s: %s', (own, other, type) => {
    expect(judge(said([staff, own], [boss, other]), lastDay).type).toBe(type)
  })

  test('one answer waits through the last day and is a question of record after it', () => {
    expect(judge(said([staff, 'held']), lastDay)).toEqual({ type: 'wait' })
    const after = lastDay.add({ days: 1 })
    expect(judge(said([staff, 'held']), after)).toEqual({ type: 'unclear', why: 'silent' })
    expect(judge(said(), after)).toEqual({ type: 'unclear', why: 'silent' })
  })

  test('of two conductors either may confirm, and only the one who sat there is waited for', () => {
    expect(judge(said([staff, 'held'], [deputy, 'held']), lastDay).type).toBe('held')
    expect(judge(said([staff, 'moved'], [deputy, 'moved']), lastDay).type).toBe('wait')
  })
})

test('laws: never held without both sides; order is no matter; late days never undo a decision', () => {
  const answer = fc.constantFrom<HeldAnswer>('held', 'moved', 'not_held')
  const answers = fc.uniqueArray(fc.tuple(fc.constantFrom(staff, boss, deputy), answer), {
    selector: ([id]) => id,
  })
  fc.assert(
    fc.property(answers, fc.integer({ min: -10, max: 10 }), (given, days) => {
      const today = lastDay.add({ days })
      const judged = judge(said(...given), today)
      expect(judge(said(...given.toReversed()), today)).toEqual(judged)
      const held = (ids: number[]) => given.some(([id, what]) => ids.includes(id) && what === 'held')
      expect(judged.type === 'held').toBe(held([staff]) && held([boss, deputy]))
      if (judged.type === 'wait') expect(days).toBeLessThanOrEqual(0)
      else if (judged.type !== 'unclear' || judged.why === 'differ')
        expect(judge(said(...given), today.add({ days: 1000 }))).toEqual(judged)
    }),
  )
})
