// What intake answers itself: help, Home, language, and the button behind every line of help.
import { z } from 'zod'
import { hasWords } from '../chat/chat.ts'
import type { Database } from '../db/open.ts'
import { inTransaction } from '../db/transaction.ts'
import { addressed, loadPeople } from '../directory/people.ts'
import { officeName, readSetting } from '../directory/settings.ts'
import type { Log } from '../kernel/log.ts'
import { type Answer, type Ask, action, type CommandHandler, replaceWith, say } from './handler.ts'
import { gatherHome } from './home.ts'
import { everybody, permits } from './permissions.ts'
import type { NamedAnswers, Registry } from './registry.ts'
import { type HelpGroup, helpCard, homeCard, languageCard, textsOf } from './views.ts'

export type Opening = 'greeting' | 'not-understood' | 'empty'

export interface Builtin {
  readonly answers: NamedAnswers
  /** Help of what this person may do, after a line that fits what was written. */
  help(ask: Ask, opening?: Opening): Promise<Answer>
  home(ask: Ask): Promise<Answer>
}

export interface BuiltinOptions {
  readonly db: Database
  readonly log: Log
  /** The finished table, which holds these answers too. */
  registry(): Registry
  /** Runs a command as if its words had been written, permission and all. */
  run(command: string, ask: Ask): Promise<Answer>
}

export function createBuiltin({ db, log, registry, run }: BuiltinOptions): Builtin {
  const nameOf = async (ask: Ask) => {
    const people = await loadPeople(db.prisma, [ask.actor.id], ask.today)
    return addressed(people.get(ask.actor.id) ?? { ...ask.actor, title: '' }, ask.language)
  }

  const isFor = async ({ permission, ofUse }: CommandHandler, { actor, now }: Ask) =>
    (await permits(permission, actor, now)) && (!ofUse || (await ofUse(actor, now)))

  const permitted = async (ask: Ask): Promise<HelpGroup[]> => {
    const groups: HelpGroup[] = []
    for (const group of registry().groups) {
      const commands = []
      for (const command of group.commands) if (await isFor(command, ask)) commands.push(command)
      groups.push({ ...group, commands })
    }
    return groups
  }

  const help = async (ask: Ask, opening?: Opening): Promise<Answer> => {
    const t = textsOf(ask.language).help
    const groups = await permitted(ask)
    switch (opening) {
      case undefined:
        return say(
          hasWords(ask.sender.platform)
            ? helpCard(groups, ask.language)
            : helpCard(groups, ask.language, undefined, t.introPage),
        )
      case 'greeting': {
        const office = await readSetting(db.prisma, officeName)
        const greeting = t.greeting(await nameOf(ask), office[ask.language])
        return say(helpCard(groups, ask.language, greeting))
      }
      case 'not-understood':
        return say(helpCard(groups, ask.language, undefined, t.notUnderstood))
      case 'empty':
        return say(helpCard(groups, ask.language, undefined, t.emptyWords))
      default:
        return opening satisfies never
    }
  }

  const drawHome = async (ask: Ask) => {
    const { items, incomplete } = await gatherHome(registry().features, ask, log)
    const page = !hasWords(ask.sender.platform)
    return homeCard({ addressed: await nameOf(ask), items, incomplete, page, language: ask.language })
  }
  const home = async (ask: Ask) => say(await drawHome(ask))

  const nothing = z.object({})
  const showLanguage = async (ask: Ask) => say(languageCard(ask.language, false))

  const answers: NamedAnswers = {
    name: 'intake',
    title: { ja: textsOf('ja').help.tools, en: textsOf('en').help.tools },
    commands: [
      {
        id: 'intake.home',
        phrases: { ja: ['ホーム', 'これからの予定'], en: ['home', 'my next things'] },
        help: { ja: 'これからの予定とお願いを日付の順に見る', en: 'Your next dates and requests' },
        permission: everybody,
        handle: home,
      },
      {
        id: 'intake.language',
        phrases: { ja: ['言語', '言語設定'], en: ['language'] },
        help: { ja: '日本語と英語を切り替える', en: 'Japanese or English' },
        permission: everybody,
        handle: showLanguage,
      },
      {
        id: 'intake.help',
        phrases: { ja: ['ヘルプ', 'メニュー', '使い方', 'つかいかた'], en: ['help', 'menu'] },
        help: { ja: 'できることを見る', en: 'What you can do' },
        permission: everybody,
        handle: (ask) => help(ask),
      },
    ],
    questions: [
      {
        command: 'intake.help',
        all: [/使い方|何が?できる|なにが?できる|教えて|困った|what can (i|you) do|how (do|does)/],
        weight: -10,
      },
      { command: 'intake.home', all: [/予定|やること|すること|to ?do\b|my (tasks|schedule)/], weight: -10 },
      { command: 'intake.language', all: [/英語|日本語|\benglish\b|\bjapanese\b/], weight: -5 },
    ],
    actions: {
      'intake.help': action({
        effect: 'reads',
        permission: everybody,
        data: nothing,
        handle: (ask) => help(ask),
      }),
      'intake.home': action({ effect: 'reads', permission: everybody, data: nothing, handle: home }),
      'intake.run': action({
        effect: 'reads',
        permission: everybody,
        data: z.object({ command: z.string() }),
        handle: (ask, { command }) => run(command, ask),
      }),
      'intake.language': action({
        effect: 'reads',
        permission: everybody,
        data: nothing,
        handle: showLanguage,
      }),
      'intake.set-language': action({
        effect: 'changes',
        permission: everybody,
        data: z.object({ language: z.enum(['ja', 'en']) }),
        handle: async (ask, { language }) => {
          await inTransaction(db, (tx) =>
            tx.person.update({ where: { id: ask.actor.id }, data: { language }, select: { id: true } }),
          )
          return replaceWith(languageCard(language, true), { id: 'intake.language' })
        },
      }),
    },
  }
  return { answers, help, home }
}
