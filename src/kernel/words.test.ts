import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutText, inputLimit, normalise } from './words.ts'

test('full-width letters and digits become plain, half-width kana full', () => {
  expect(normalise('ＡＢＣ１２３')).toBe('ABC123')
  expect(normalise('ﾒﾝﾀﾞﾝ')).toBe('メンダン')
  expect(normalise('か\u3099')).toBe('が')
})

test('spaces of all kinds are trimmed and become one', () => {
  expect(normalise('　面談 \t\u00a0 部下\r\n')).toBe('面談 部下')
  expect(normalise('a\u0085b\u2028c\vd')).toBe('a b c d')
})

test('what controls the screen instead of being read is taken out', () => {
  expect(normalise('a\u0000b\u001b[31mc\u007f')).toBe('ab[31mc')
  expect(normalise('\u202e談面\u202c \u2066x\u2069\u200f')).toBe('談面 x')
  expect(normalise('面\u200b談\ufeff')).toBe('面談')
  expect(normalise('a\ud800b')).toBe('ab')
  expect(normalise('\u0000\u200b ')).toBe('')
})

test('emoji stay whole', () => {
  expect(normalise('👩‍👧 👍🏽')).toBe('👩‍👧 👍🏽')
})

test('a longer text keeps its lines when asked to', () => {
  expect(normalise('  一行目 \r\n\r\n\r\n\n 二行目\u2028三\t行目 \n', { lines: true })).toBe(
    '一行目\n\n二行目\n三 行目',
  )
})

test('it is cut at the limit, never through a character of two units', () => {
  expect(normalise('あ'.repeat(20_000))).toHaveLength(inputLimit)
  const cut = normalise(`a${'👍'.repeat(6_000)}`)
  expect(cut).toHaveLength(inputLimit - 1)
  expect(cut.isWellFormed()).toBe(true)
  // One character that NFKC makes eighteen of.
  expect(normalise('\ufdfa'.repeat(9_000)).length).toBeLessThanOrEqual(inputLimit)
})

test('once is enough, and nothing unwanted is left, whatever comes in', () => {
  const unit = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 4 }),
    fc.constantFrom(
      '\u00a8',
      '\u0308',
      '\u200b',
      '\u202e',
      '\n',
      '\r\n',
      ' ',
      '\u3000',
      '\ud83d',
      '\udc4d',
      'ｶ',
      'ﾞ',
    ),
  )
  const text = fc.array(unit, { maxLength: 30 }).map((units) => units.join(''))
  fc.assert(
    fc.property(text, fc.boolean(), (input, lines) => {
      const once = normalise(input, { lines })
      expect(normalise(once, { lines })).toBe(once)
      expect(once.isWellFormed()).toBe(true)
      expect(once).toBe(once.trim())
      expect(once).not.toMatch(lines ? /(?!\n)\p{Cc}|\n\n\n/u : /\p{Cc}/u)
      expect(once).not.toMatch(/[\u202a-\u202e\u2066-\u2069]| {2}/u)
    }),
    { numRuns: 2_000 },
  )
})

test('a text is never cut within a character', () => {
  expect(cutText('育成👩👩', 3)).toBe('育成')
  expect(cutText('育成👩👩', 4)).toBe('育成👩')
  expect(cutText('育成', 4)).toBe('育成')
})
