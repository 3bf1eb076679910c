import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hostileText } from '../../test/support/legal.ts'
import { clean, fit, fitLabel, isBlank, languageOf, moreMark } from './fit.ts'

describe('fit', () => {
  test('leaves alone what fits', () => {
    expect(fit('期首面談', 4)).toBe('期首面談')
  })

  test('cuts between characters as people see them, with a mark', () => {
    expect(fit('期首面談のご案内', 5)).toBe('期首面談…')
    expect(fit('👨‍👩‍👧‍👦👨‍👩‍👧‍👦', 15)).toBe('👨‍👩‍👧‍👦…')
    expect(fit('葛󠄀城市', 4)).toBe('葛󠄀…')
    expect(fit('🇯🇵🇯🇵🇯🇵', 9)).toBe('🇯🇵🇯🇵…')
  })

  test('never exceeds its room nor leaves half a pair behind', () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 1, max: 300 }), (text, max) => {
        const shown = fit(text, max)
        expect(shown.length).toBeLessThanOrEqual(max)
        expect(shown.isWellFormed()).toBe(true)
        expect(shown === clean(text) || shown.endsWith('…')).toBe(true)
      }),
    )
  })

  test('cuts a character that is longer than all the room', () => {
    expect(fit(`e${'\u0301'.repeat(500)}`, 10)).toHaveLength(10)
  })
})

test('clean takes away what controls a screen, and keeps what makes up a character', () => {
  expect(clean('a\u0000b\u001b[31m\r\nc\u2028d')).toBe('ab[31m\nc\nd')
  expect(clean('\u202etxt.exe')).toBe('txt.exe')
  expect(clean('👩‍💻')).toBe('👩‍💻')
  expect(clean('x\ud83d')).toBe('x')
})

test('a label is never empty and stays on one line', () => {
  expect(['', ' ', '\u200b\u2800', '\u3164'].map((text) => fitLabel(text, 10))).toEqual(['—', '—', '—', '—'])
  expect(fitLabel(' 総務課\n人事係 ', 20)).toBe('総務課 人事係')
  expect(isBlank('。')).toBe(false)
})

test('the mark says how many in both languages', () => {
  expect([moreMark(12, 'ja'), moreMark(12, 'en')]).toEqual(['ほか12件', '12 more'])
})

test('a card tells its language, by itself or by its first line', () => {
  expect(languageOf({ summary: '面談のお知らせ' })).toBe('ja')
  expect(languageOf({ summary: 'Your next interview' })).toBe('en')
  expect(languageOf({ summary: 'Your next interview', language: 'ja' })).toBe('ja')
  expect(languageOf({ title: 'Offer times' })).toBe('en')
})
