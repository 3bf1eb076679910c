// What a person wrote, understood by rules: the phrase of a command first, the longest wins; then plain-word
// questions by weight. What fits neither gets the menu, never silence.
import { normalise } from '../kernel/words.ts'
import { phraseKey, type Registry } from './registry.ts'

export type Understood =
  /** `rest`: what followed the phrase, as it was written. */
  | { readonly type: 'command'; readonly command: string; readonly rest: string }
  /** Commands whose questions fit, the weightiest first. */
  | { readonly type: 'question'; readonly commands: readonly string[] }
  | { readonly type: 'greeting' }
  | { readonly type: 'thanks' }
  | { readonly type: 'empty' }
  | { readonly type: 'unknown' }

/** No question is longer; patterns are never run over ten thousand characters. */
const longestQuestion = 200

const greetings =
  /^(お(疲|つか)れ(様|さま)(です|でした)?|おはよう(ございます)?|こん(にち|ばん)は|はじめまして|hello|hi|hey|good (morning|afternoon|evening))[。.!、,〜~ー\s]*$/
const thanks =
  /^(どうも)?(ありがとう(ございます|ございました)?|助かりました|thanks|thank you( very much)?|thx)[。.!、,〜~ー\s]*$/

/** Compiles the registry's phrases once. */
export function createUnderstanding(registry: Pick<Registry, 'commands' | 'questions'>) {
  const phrases = [...registry.commands.values()]
    .flatMap((command) =>
      [...command.phrases.ja, ...command.phrases.en].map((phrase) => ({
        command: command.id,
        length: phraseKey(phrase).length,
        pattern: phrasePattern(phrase),
      })),
    )
    .toSorted((a, b) => b.length - a.length)

  return (written: string): Understood => {
    const words = peel(normalise(written))
    if (words === '') return { type: 'empty' }
    for (const { command, pattern } of phrases) {
      const rest = pattern.exec(words)?.[1]
      if (rest !== undefined) return { type: 'command', command, rest: rest.trim() }
    }
    const asked = words.toLowerCase()
    if (greetings.test(asked.slice(0, longestQuestion))) return { type: 'greeting' }
    if (thanks.test(asked.slice(0, longestQuestion))) return { type: 'thanks' }
    if (asked.length > longestQuestion) return { type: 'unknown' }
    const commands = registry.questions
      .filter(
        ({ all, not = [] }) => all.every((re) => matches(re, asked)) && !not.some((re) => matches(re, asked)),
      )
      .map((question) => question.command)
    return commands.length > 0 ? { type: 'question', commands: [...new Set(commands)] } : { type: 'unknown' }
  }
}

/** A pattern with the g or y flag remembers where it stopped; here each asks from the start. */
function matches(pattern: RegExp, text: string): boolean {
  pattern.lastIndex = 0
  return pattern.test(text)
}

/**
 * The phrase at the start, spaces between its words optional (「面談部下」 for 「面談 部下」), then the end, a space, a
 * digit or a mark: 「面談の締切は」 is a question, not the command 「面談」.
 */
function phrasePattern(phrase: string): RegExp {
  const words = normalise(phrase).split(' ').map(RegExp.escape)
  return new RegExp(`^${words.join('\\s*')}(?=$|[\\s\\d:、,(「])[:、,]?(.*)$`, 'isu')
}

const before = new Set(' /「『"\'“')
const after = new Set(' 」』"\'”。.!?、,')

/** Without the slash of a command, quotation marks around it and the full stop or question mark after it. */
function peel(words: string): string {
  let from = 0
  let to = words.length
  while (from < to && before.has(words[from] ?? '')) from += 1
  while (to > from && after.has(words[to - 1] ?? '')) to -= 1
  return words.slice(from, to)
}
