// From an event of a known person to its handler: by words, action id, form id or file, after the permission.
import type { z } from 'zod'
import type { Action, ActionData, Card, FieldErrors, FormValues } from '../cards/card.ts'
import type { InboundEvent, Reply } from '../chat/chat.ts'
import type { Database } from '../db/open.ts'
import { isOutOfRange } from '../db/transaction.ts'
import { officeName, readSetting } from '../directory/settings.ts'
import { Refusal } from '../kernel/errors.ts'
import type { Language } from '../kernel/language.ts'
import type { Log } from '../kernel/log.ts'
import { inputLimit, normalise } from '../kernel/words.ts'
import { type Builtin, createBuiltin } from './builtin.ts'
import type { Answer, Ask, CommandHandler, FileHandler, FormAnswer, Permission } from './handler.ts'
import type { Ending } from './inbox.ts'
import { findColleagues } from './lookup.ts'
import { permits } from './permissions.ts'
import { createRegistry, type NamedAnswers, type Registry } from './registry.ts'
import { createUnderstanding } from './understanding.ts'
import { fileCard, outdatedCard, refusalCard, refusedCard, textsOf, thanksCard } from './views.ts'

export interface Routed {
  readonly replies: readonly Reply[]
  readonly ending: Ending
  readonly again?: Action
}

/** Larger files are not read; a staff list of 3,000 people has about 0.5 MB. */
export const FILE_LIMIT_MB = 10

export interface Router {
  /** Whether handling it may change anything; what only reads may be run as often as one likes. */
  changes(event: InboundEvent): boolean
  opensForm(actionId: string): boolean
  /** Whether that it came is nobody's business: of it nothing is recorded. */
  sensitive(event: InboundEvent): boolean
  /** Defects are thrown; a Refusal is answered. */
  route(event: InboundEvent, ask: Ask): Promise<Routed>
  /** The present state instead of a second effect. */
  redraw(again: Action, ask: Ask): Promise<Routed>
}

export interface RouterOptions {
  readonly db: Database
  readonly log: Log
  readonly features: readonly NamedAnswers[]
}

/** Thrown to leave a handler's path with a card and an ending. */
class Stop extends Error {
  readonly card: Card
  readonly ending: Ending

  constructor(card: Card, ending: Ending) {
    super(ending)
    this.card = card
    this.ending = ending
  }
}

/** Throws RegistryError where the features do not fit together. */
export function createRouter({ db, log, features }: RouterOptions): Router {
  // Help and `intake.run` reach back into the table that holds them.
  const table: { registry?: Registry } = {}
  const registryOf = (): Registry => {
    if (!table.registry) throw new Error('the router is asked before it is made')
    return table.registry
  }
  const permit = async (permission: Permission, ask: Ask) => {
    if (await permits(permission, ask.actor, ask.now)) return
    const office = await readSetting(db.prisma, officeName)
    throw new Stop(refusedCard(permission.who, office, ask.language), 'refused')
  }
  const outdated = (ask: Ask) => new Stop(outdatedCard(ask.language), 'outdated')

  const run = async (id: string, ask: Ask, rest = '', question?: string): Promise<Answer> => {
    const command = registryOf().commands.get(id)
    if (!command) throw outdated(ask)
    await permit(command.permission, ask)
    return command.handle(ask, rest, question)
  }
  const builtin: Builtin = createBuiltin({ db, log, registry: registryOf, run })
  const registry = createRegistry([...features, builtin.answers])
  table.registry = registry
  const understand = createUnderstanding(registry)

  const parse = (schema: z.ZodType, data: ActionData | undefined, what: string, ask: Ask): unknown => {
    const parsed = schema.safeParse(data ?? {})
    if (parsed.success) return parsed.data
    log.warn({ flow: ask.flow, what }, 'a button or form brought data that its handler does not take')
    throw outdated(ask)
  }

  const endingOf = (command: string): Ending =>
    registry.commands.get(command)?.effect === 'changes' ? 'changed' : 'answered'

  const onWords = async (text: string, ask: Ask): Promise<Routed> => {
    const understood = understand(text)
    switch (understood.type) {
      case 'command':
        return answered(await run(understood.command, ask, understood.rest), endingOf(understood.command))
      case 'question': {
        for (const id of understood.commands) {
          const command = registry.commands.get(id)
          const allowed = command && (await permits(command.permission, ask.actor, ask.now))
          if (allowed) return answered(await run(id, ask, '', normalise(text).toLowerCase()), endingOf(id))
        }
        const [first = 'intake.help'] = understood.commands
        return answered(await run(first, ask, '', normalise(text).toLowerCase()))
      }
      case 'greeting':
        return answered(await builtin.help(ask, 'greeting'))
      case 'thanks':
        return withCard(thanksCard(ask.language), 'answered')
      case 'empty':
        return { ...answered(await builtin.help(ask, 'empty')), ending: 'not-understood' }
      case 'unknown':
        return { ...answered(await builtin.help(ask, 'not-understood')), ending: 'not-understood' }
      default:
        return understood satisfies never
    }
  }

  const onAction = async ({ id, data }: Action, ask: Ask, selected?: string): Promise<Routed> => {
    const handler = registry.actions.get(id)
    if (!handler) throw outdated(ask)
    await permit(handler.permission, ask)
    const parsed = parse(handler.data, data, id, ask)
    const answer = await handler.handle(ask, parsed, selected === undefined ? undefined : normalise(selected))
    return answered(answer, handler.effect === 'changes' ? 'changed' : 'answered')
  }

  const onForm = async (event: InboundEvent & { type: 'submit' }, ask: Ask): Promise<Routed> => {
    const handler = registry.forms.get(event.form)
    if (!handler) throw outdated(ask)
    await permit(handler.permission, ask)
    const data = parse(handler.data, event.data, event.form, ask)
    const errors = tooLong(event.values, ask.language)
    if (errors) return { replies: [{ type: 'field-errors', errors }], ending: 'invalid' }
    const answer = await handler.handle(ask, data, cleanValues(event.values))
    if ('errors' in answer)
      return { replies: [{ type: 'field-errors', errors: answer.errors }], ending: 'invalid' }
    return answered(answer, 'changed')
  }

  const onFile = async (event: InboundEvent & { type: 'file' }, ask: Ask): Promise<Routed> => {
    if (event.bytes.length > FILE_LIMIT_MB * 1024 * 1024)
      return withCard(fileCard({ limit: FILE_LIMIT_MB }, ask.language), 'invalid')
    const taking: FileHandler[] = []
    for (const handler of registry.files) {
      if (!handler.takes(event.name, event.bytes)) continue
      if (await permits(handler.permission, ask.actor, ask.now))
        return answered(await handler.handle(ask, event.name, event.bytes), 'changed')
      taking.push(handler)
    }
    // Somebody would take it, but not from this person.
    if (taking[0]) await permit(taking[0].permission, ask)
    return withCard(fileCard({}, ask.language), 'not-understood')
  }

  const onLookup = async (event: InboundEvent & { type: 'lookup' }, ask: Ask): Promise<Routed> => {
    const handler = registry.forms.get(event.form)
    const allowed = handler?.searches === true && (await permits(handler.permission, ask.actor, ask.now))
    const options = allowed ? await findColleagues(db, event.query, ask.today, ask.language) : []
    return { replies: [{ type: 'options', options }], ending: allowed ? 'answered' : 'refused' }
  }

  const dispatch = async (event: InboundEvent, ask: Ask): Promise<Routed> => {
    switch (event.type) {
      case 'words':
        return onWords(event.text, ask)
      case 'click':
        return onAction(event.action, ask, event.selected)
      case 'submit':
        return onForm(event, ask)
      case 'file':
        return onFile(event, ask)
      case 'lookup':
        return onLookup(event, ask)
      case 'home': {
        const { replies } = await builtin.home(ask)
        return {
          replies: replies.map((reply) =>
            reply.type === 'card' ? { type: 'home', card: reply.card } : reply,
          ),
          ending: 'answered',
        }
      }
      case 'installed':
        return answered(await builtin.help(ask, 'greeting'))
      case 'uninstalled':
        return { replies: [], ending: 'answered' }
      default:
        return event satisfies never
    }
  }

  const answering = async (ask: Ask, work: () => Promise<Routed>): Promise<Routed> => {
    try {
      return await work()
    } catch (thrown) {
      if (thrown instanceof Stop) return withCard(thrown.card, thrown.ending)
      if (thrown instanceof Refusal) return withCard(refusalCard(thrown.text, ask.language), 'refused')
      // An id that no row can have, in a button that nobody was shown.
      if (isOutOfRange(thrown)) return withCard(outdatedCard(ask.language), 'outdated')
      throw thrown
    }
  }

  /** Whether what was written may lead to such a command. */
  const wordsAre = (text: string, such: (command: CommandHandler) => boolean): boolean => {
    const are = (id: string) => {
      const command = registry.commands.get(id)
      return command !== undefined && such(command)
    }
    const understood = understand(text)
    switch (understood.type) {
      case 'command':
        return are(understood.command)
      case 'question':
        return understood.commands.some(are)
      case 'greeting':
      case 'thanks':
      case 'empty':
      case 'unknown':
        return false
      default:
        return understood satisfies never
    }
  }

  const sensitiveAction = ({ id, data }: Action): boolean =>
    registry.actions.get(id)?.sensitive === true ||
    // A command behind a button of the menu.
    (id === 'intake.run' && registry.commands.get(String(data?.command))?.sensitive === true)

  return {
    sensitive: (event) =>
      event.type === 'words'
        ? wordsAre(event.text, ({ sensitive }) => sensitive === true)
        : event.type === 'click' && sensitiveAction(event.action),
    opensForm: (actionId) => registry.actions.get(actionId)?.opensForm === true,
    changes: (event) => {
      switch (event.type) {
        case 'click':
          return registry.actions.get(event.action.id)?.effect === 'changes'
        case 'submit':
        case 'file':
          return true
        case 'words':
          return wordsAre(event.text, ({ effect }) => effect === 'changes')
        case 'lookup':
        case 'home':
        case 'installed':
        case 'uninstalled':
          return false
        default:
          return event satisfies never
      }
    },
    route: (event, ask) => answering(ask, () => dispatch(event, ask)),
    redraw: (again, ask) =>
      answering(ask, async () => {
        if (registry.actions.get(again.id)?.effect !== 'reads') {
          log.error({ flow: ask.flow, action: again.id }, 'only a reading action can answer a replay')
          throw outdated(ask)
        }
        return onAction(again, ask)
      }),
  }
}

const answered = ({ replies, again }: FormAnswer, ending: Ending = 'answered'): Routed => ({
  replies,
  ending,
  ...(again && { again }),
})

const withCard = (card: Card, ending: Ending): Routed => ({
  replies: [{ type: 'card', card, place: 'new' }],
  ending,
})

/** A text of which only the beginning would be read: refused, so that nobody's words are cut off unseen. */
function tooLong(values: FormValues, language: Language): FieldErrors | undefined {
  const t = textsOf(language)
  const long = Object.entries(values).flatMap(([name, value]) =>
    typeof value === 'string' && value.trim().length > inputLimit
      ? [[name, t.tooLong(inputLimit, value.trim().length)] as const]
      : [],
  )
  return long.length > 0 ? Object.fromEntries(long) : undefined
}

/** Control characters out, spaces tidy, nothing endless; a field without any text is absent. */
function cleanValues(values: FormValues): FormValues {
  const clean: Record<string, string | readonly string[]> = {}
  for (const [name, value] of Object.entries(values)) {
    if (typeof value !== 'string') clean[name] = value.map((one) => normalise(one))
    else {
      const text = normalise(value, { lines: true })
      if (text !== '') clean[name] = text
    }
  }
  return clean
}
