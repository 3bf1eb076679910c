import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { at } from '../../../../test/support/small-city.ts'
import type { SignUp, SignUpState } from '../state.ts'
import { blockedUntil, codeIn, codeOf, judge, type Match, markOf, validityOf } from './code.ts'

const signUp = (state: SignUpState): SignUp => ({
  id: 1,
  courseId: 1,
  personId: 1,
  mandatory: false,
  reason: null,
  appliedAt: null,
  queueRank: null,
  wishes: [],
  recommendedById: null,
  surveyAnswered: false,
  quietUntil: null,
  version: 1,
  ...state,
})
const session = { startsAt: at('2027-06-10T13:30'), endsAt: at('2027-06-10T16:00') }
const match: Match = { courseId: 1, sessionId: 5, ...validityOf(session) }
const confirmed = signUp({ status: 'confirmed', sessionId: 5, seat: 1 })

test.each([
  ['123456', '123456'],
  ['１２３４５６', '123456'],
  ['研修 コード 123 456', '123456'],
  ['コードは「482-913」です。', '482913'],
  ['000000', '000000'],
])('the code in %s is %s', (written, code) => expect(codeIn(written)).toBe(code))

test.each(['', '12345', '1234567', '明日の10時', '123456 654321', '2027/06/10', '090-1234-5678'])(
  'there is no code in %j',
  (written) => expect(codeIn(written)).toBeUndefined(),
)

test('what is kept is not the code, and another salt or key keeps another', () => {
  const mark = (text: string) => `key:${text}`
  const kept = [
    markOf(undefined, 'a', '123456'),
    markOf(undefined, 'b', '123456'),
    markOf(mark, 'a', '123456'),
  ]
  expect(new Set(kept).size).toBe(3)
  for (const each of kept) expect(each).not.toContain('123456')
  expect(codeOf(7)).toBe('000007')
})

describe('a code', () => {
  const verdict = (time: string, own: readonly SignUp[] = [confirmed], matches: readonly Match[] = [match]) =>
    judge(matches, own, at(`2027-06-10T${time}`)).type

  test('is taken from a quarter of an hour before the start until half an hour after the end', () => {
    expect(verdict('13:14')).toBe('early')
    expect(verdict('13:15')).toBe('attend')
    expect(verdict('16:29')).toBe('attend')
    expect(verdict('16:30')).toBe('late')
  })

  test('of nobody is wrong; of a session that is not theirs it records nothing', () => {
    expect(verdict('14:00', [confirmed], [])).toBe('wrong')
    expect(verdict('14:00', [signUp({ status: 'confirmed', sessionId: 6, seat: 1 })])).toBe('not-listed')
    expect(verdict('14:00', [signUp({ status: 'waitlisted', sessionId: 5 })])).toBe('not-listed')
    expect(verdict('14:00', [])).toBe('not-listed')
  })

  test('sent twice records once, and does not undo what an officer has recorded', () => {
    const done = { doneOn: Temporal.PlainDate.from('2027-06-10') }
    expect(verdict('14:00', [signUp({ status: 'attended', sessionId: 5, ...done })])).toBe('already')
    expect(verdict('14:00', [signUp({ status: 'absent', sessionId: 5, excused: true })])).toBe('recorded')
  })

  test('that two sessions share means the session of whoever sends it', () => {
    const other = { ...match, sessionId: 9 }
    expect(judge([other, match], [confirmed], at('2027-06-10T14:00'))).toMatchObject({
      type: 'attend',
      match,
    })
  })

  test('never records anybody who is not confirmed for that very session, whenever it comes', () => {
    const state = fc.constantFrom<SignUpState>(
      { status: 'nominated' },
      { status: 'applied' },
      { status: 'awaiting_approval', sessionId: 5, seat: 1, approverId: 2 },
      { status: 'confirmed', sessionId: 5, seat: 1 },
      { status: 'confirmed', sessionId: 6, seat: 1 },
      { status: 'confirmed', sessionId: null, seat: null },
      { status: 'offered', sessionId: 5, seat: 1, offerUntil: at('2027-06-11T00:00') },
      { status: 'waitlisted', sessionId: 5 },
      { status: 'declined', reasonGiven: '' },
      { status: 'cancelled', because: 'self' },
      { status: 'partly', sessionId: 5, excused: null },
      { status: 'absent', sessionId: 5, excused: false },
    )
    const sessions = fc.array(fc.constantFrom(5, 6, 7), { maxLength: 3 })
    fc.assert(
      fc.property(
        fc.array(state, { maxLength: 4 }),
        sessions,
        fc.integer({ min: -600, max: 600 }),
        (own, fits, m) => {
          const now = session.startsAt.add({ minutes: m })
          const matches = fits.map((sessionId) => ({ ...match, sessionId }))
          const found = judge(matches, own.map(signUp), now)
          if (found.type !== 'attend') return
          expect(found.signUp).toMatchObject({ status: 'confirmed', sessionId: found.match.sessionId })
          expect(fits).toContain(found.match.sessionId)
          expect(m >= -15 && m < 180).toBe(true)
        },
      ),
    )
  })
})

test('whoever has sent five wrong codes waits for the rest of a quarter of an hour', () => {
  const since = at('2027-06-10T13:30')
  expect(blockedUntil(null, since)).toBeNull()
  expect(blockedUntil({ since, wrong: 4 }, since)).toBeNull()
  expect(blockedUntil({ since, wrong: 5 }, at('2027-06-10T13:44'))).toEqual(at('2027-06-10T13:45'))
  expect(blockedUntil({ since, wrong: 5 }, at('2027-06-10T13:45'))).toBeNull()
})
