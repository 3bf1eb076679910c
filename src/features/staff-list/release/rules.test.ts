import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Comparison, PersonChange } from '../../../directory/change/compare.ts'
import { changesIn, releaseWithin, unforeseen } from './rules.ts'

type Changes = Pick<Comparison, 'changes' | 'sections'>

const text = fc.constantFrom('a', 'b', 'c')
const change: fc.Arbitrary<PersonChange> = fc.record({
  kind: fc.constantFrom('new', 'moved', 'changed', 'left'),
  number: text,
  name: text,
  fields: fc.array(fc.record({ field: fc.constantFrom('section', 'name', 'first'), from: text, to: text }), {
    minLength: 1,
    maxLength: 2,
  }),
})
const changes: fc.Arbitrary<Changes> = fc.record({
  changes: fc.array(change, { maxLength: 4 }),
  sections: fc.array(
    fc.record({ kind: fc.constantFrom('new', 'renamed'), code: text, from: fc.constant(null), to: text }),
    { maxLength: 2 },
  ),
})

test('nothing that was seen is in doubt, however much of it has come true, and all that was not seen is', () => {
  fc.assert(
    fc.property(changes, changes, fc.func(fc.boolean()), (seen, other, comesTrue) => {
      const left = { ...seen, changes: seen.changes.filter((each) => !comesTrue(each)) }
      expect(unforeseen(left, changesIn(seen))).toEqual({ changes: [], sections: [] })
      const both = { changes: [...left.changes, ...other.changes], sections: other.sections }
      const doubt = unforeseen(both, changesIn(seen))
      const known = new Set(changesIn(seen))
      expect(changesIn(both).filter((key) => !known.has(key))).toEqual(
        changesIn(doubt).filter((key) => !known.has(key)),
      )
    }),
  )
})

test('a release is to come, and not later than the day itself', () => {
  const on = Temporal.PlainDate.from('2027-04-01')
  const at = (local: string) => Temporal.Instant.from(`${local}:00+09:00`)
  const within = (release: string) => releaseWithin(at(release), on, at('2027-03-15T10:00'), 'Asia/Tokyo')
  expect(within('2027-03-15T10:00')).toBe('past')
  expect(within('2027-03-15T10:01')).toBeUndefined()
  expect(within('2027-04-01T23:59')).toBeUndefined()
  expect(within('2027-04-02T00:00')).toBe('late')
  expect(releaseWithin(undefined, on, at('2027-03-15T10:00'), 'Asia/Tokyo')).toBe('time')
})
