import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CommandHandler, Question } from './handler.ts'
import { everyStaffMember } from './permissions.ts'
import { createRegistry, RegistryError } from './registry.ts'
import { createUnderstanding } from './understanding.ts'

const command = (id: string, ja: string[], en: string[]): CommandHandler => ({
  id,
  phrases: { ja, en },
  help: { ja: id, en: id },
  permission: everyStaffMember,
  handle: async () => ({ replies: [] }),
})
const commands = [
  command('a.mine', ['面談'], ['interview']),
  command('a.team', ['面談 部下'], ['interview team']),
  command('a.all', ['面談 全庁'], ['interview all']),
  command('a.help', ['ヘルプ'], ['help']),
]
const questions: Question[] = [
  { command: 'a.mine', all: [/面談/, /いつ|締切/] },
  { command: 'a.team', all: [/部下/, /面談/], weight: 5 },
  { command: 'a.mine', all: [/interview/, /when/g], not: [/team/] },
]
const understand = createUnderstanding(createRegistry([{ name: 'a', commands, questions }]))

describe('words of a command', () => {
  test.each([
    ['面談', 'a.mine', ''],
    ['面談 部下', 'a.team', ''],
    ['面談部下', 'a.team', ''],
    ['面談　部下', 'a.team', ''],
    ['面談 部下 6月', 'a.team', '6月'],
    ['面談部下６月', 'a.team', '6月'],
    ['  /面談 全庁。', 'a.all', ''],
    ['「面談」', 'a.mine', ''],
    ['INTERVIEW', 'a.mine', ''],
    ['ｉｎｔｅｒｖｉｅｗ　Ｔｅａｍ', 'a.team', ''],
    ['Interview team Tax Section', 'a.team', 'Tax Section'],
    ['ﾍﾙﾌﾟ', 'a.help', ''],
    ['help!', 'a.help', ''],
    ['help?', 'a.help', ''],
  ])('%s is %s', (written, id, rest) => {
    expect(understand(written)).toEqual({ type: 'command', command: id, rest })
  })

  test.each(['helpful people', 'interviewer', 'ヘルプデスクの電話'])('%s is no command', (written) => {
    expect(understand(written).type).toBe('unknown')
  })
})

describe('questions in plain words', () => {
  test('the weightiest that fits comes first', () => {
    expect(understand('面談の締切は')).toEqual({ type: 'question', commands: ['a.mine'] })
    expect(understand('部下の面談はいつですか')).toEqual({ type: 'question', commands: ['a.team', 'a.mine'] })
  })

  test('a pattern that counts its matches is asked from the start every time', () => {
    for (let n = 0; n < 3; n += 1)
      expect(understand('When is my next interview?')).toEqual({ type: 'question', commands: ['a.mine'] })
    expect(understand('when is the team interview').type).toBe('unknown')
  })
})

describe('everything else', () => {
  test.each([
    ['', 'empty'],
    ['　\n ', 'empty'],
    ['。。。', 'empty'],
    ['\u202e\u200b', 'empty'],
    ['お疲れさまです。', 'greeting'],
    ['こんにちは', 'greeting'],
    ['Hello', 'greeting'],
    ['ありがとうございます！', 'thanks'],
    ['Thank you.', 'thanks'],
    ['🎉👨‍👩‍👧', 'unknown'],
    ['مرحبا بك', 'unknown'],
    ['あ'.repeat(10_000), 'unknown'],
    [`面談 ${'!'.repeat(10_000)}x`, 'command'],
  ])('%.12s… is %s', (written, type) => {
    expect(understand(written).type).toBe(type)
  })

  test('any text is understood as something, quickly', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (written) => {
        expect(understand(written).type).toMatch(/^(command|question|greeting|thanks|empty|unknown)$/)
      }),
    )
    // Of this thread's own work: a busy machine makes nothing of it longer.
    const began = process.threadCpuUsage()
    for (const unit of ['お疲れ', '面談 ', 'a', ' ', '「', '! ', '.x']) understand(unit.repeat(10_000))
    expect(process.threadCpuUsage(began).user).toBeLessThan(500_000)
  })
})

describe('a table of handlers that is not in order is refused at the start', () => {
  test('every fault is named', () => {
    const wrong = () =>
      createRegistry([
        {
          name: 'a',
          commands: [command('b.x', ['面談'], ['interview']), command('a.y', ['面 談'], [])],
          questions: [{ command: 'a.nothing', all: [] }],
          actions: { 'a.do': { effect: 'reads', data: undefined, handle: undefined } as never },
        },
      ])
    expect(wrong).toThrow(RegistryError)
    expect(wrong).toThrow(
      /b\.x does not begin with a\.[\s\S]*share the phrase 面談[\s\S]*a\.do names no permission/,
    )
    expect(wrong).toThrow(/a\.y needs a phrase in each language/)
    expect(wrong).toThrow(/unknown command a\.nothing/)
  })
})
