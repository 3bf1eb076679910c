// All that the features answer, in one table, checked when the process starts: a handler without a permission or two
// under one name are defects that nobody should meet in a chat.
import type { Bilingual } from '../kernel/language.ts'
import type { ActionHandler, Answers, CommandHandler, FileHandler, FormHandler, Question } from './handler.ts'

export interface NamedAnswers extends Answers {
  readonly name: string
}

export interface CommandGroup {
  readonly title?: Bilingual
  readonly commands: readonly CommandHandler[]
}

export interface Registry {
  readonly features: readonly NamedAnswers[]
  readonly groups: readonly CommandGroup[]
  readonly commands: ReadonlyMap<string, CommandHandler>
  /** The weightiest first. */
  readonly questions: readonly Question[]
  readonly actions: ReadonlyMap<string, ActionHandler>
  readonly forms: ReadonlyMap<string, FormHandler>
  readonly files: readonly FileHandler[]
}

/** The programme was put together wrongly; every fault is named at once. */
export class RegistryError extends Error {
  constructor(faults: readonly string[]) {
    super(`handlers are not in order:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`)
    this.name = 'RegistryError'
  }
}

/** A phrase as words are compared with it. */
export const phraseKey = (phrase: string): string =>
  phrase.normalize('NFKC').toLowerCase().trim().replace(/\s+/g, '')

/** Throws RegistryError. */
export function createRegistry(features: readonly NamedAnswers[]): Registry {
  const faults: string[] = []
  const commands = new Map<string, CommandHandler>()
  const actions = new Map<string, ActionHandler>()
  const forms = new Map<string, FormHandler>()
  const phrases = new Map<string, string>()

  const enter = <Handler extends { permission: unknown }>(
    table: Map<string, Handler>,
    kind: string,
    feature: string,
    id: string,
    handler: Handler,
  ) => {
    if (!id.startsWith(`${feature}.`)) faults.push(`${kind} ${id} does not begin with ${feature}.`)
    if (table.has(id)) faults.push(`${kind} ${id} is there twice`)
    if (!mayBeAsked(handler.permission)) faults.push(`${kind} ${id} names no permission`)
    table.set(id, handler)
  }

  for (const feature of features) {
    for (const command of feature.commands ?? []) {
      enter(commands, 'command', feature.name, command.id, command)
      if (!command.phrases.ja[0] || !command.phrases.en[0])
        faults.push(`command ${command.id} needs a phrase in each language`)
      for (const phrase of new Set([...command.phrases.ja, ...command.phrases.en].map(phraseKey))) {
        const other = phrases.get(phrase)
        if (phrase === '') faults.push(`command ${command.id} has an empty phrase`)
        if (other) faults.push(`commands ${other} and ${command.id} share the phrase ${phrase}`)
        phrases.set(phrase, command.id)
      }
    }
    for (const [id, handler] of Object.entries(feature.actions ?? {})) {
      enter(actions, 'action', feature.name, id, handler)
      // Without a record it could take effect twice.
      if (handler.sensitive && (handler.effect !== 'reads' || handler.opensForm))
        faults.push(`action ${id} is sensitive and does more than read`)
    }
    for (const [id, handler] of Object.entries(feature.forms ?? {}))
      enter(forms, 'form', feature.name, id, handler)
    for (const handler of feature.files ?? [])
      if (!mayBeAsked(handler.permission))
        faults.push(`a file handler of ${feature.name} names no permission`)
  }
  const questions = features.flatMap((feature) => feature.questions ?? [])
  for (const { command } of questions)
    if (!commands.has(command)) faults.push(`a question leads to the unknown command ${command}`)
  if (faults.length > 0) throw new RegistryError(faults)

  return {
    features,
    groups: features.map(({ title, commands: of }) => ({ commands: of ?? [], ...(title && { title }) })),
    commands,
    questions: questions.toSorted((a, b) => (b.weight ?? 0) - (a.weight ?? 0)),
    actions,
    forms,
    files: features.flatMap((feature) => feature.files ?? []),
  }
}

const mayBeAsked = (permission: unknown): boolean =>
  typeof permission === 'object' && permission !== null && 'allows' in permission && 'who' in permission
