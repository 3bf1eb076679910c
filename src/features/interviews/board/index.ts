import type { CommandHandler } from '../../../intake/handler.ts'
import { everyStaffMember, hr } from '../../../intake/permissions.ts'
import type { Core, Feature } from '../../feature.ts'
import { conducts } from '../booking/access.ts'
import { allActions, showAll } from './all.ts'
import { boardHome } from './home.ts'
import { mineAction, showMine } from './mine.ts'
import { boardPhrases } from './phrases.ts'
import { showTeam, teamAction } from './team.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'
import { boardIn, boardQuestions } from './words.ts'

const isHr = (grants: readonly { readonly role: string }[]) => grants.some(({ role }) => role === 'hr')

/** 「面談」, 「面談 部下」, 「面談 全庁」: what is next, and how it stands. */
export function board(core: Core): Omit<Feature, 'name'> {
  const command = (
    id: keyof typeof boardPhrases,
    help: 'mineHelp' | 'teamHelp' | 'allHelp',
    rest: Pick<CommandHandler, 'permission' | 'handle' | 'ofUse'>,
  ): CommandHandler => ({ id, phrases: boardPhrases[id], help: { ja: ja[help], en: en[help] }, ...rest })
  return {
    commands: [
      command('interviews.mine', 'mineHelp', {
        permission: everyStaffMember,
        handle: (ask, rest, question) => {
          // 「面談 部下の状況」 is as good as 「面談 部下」.
          const asked = boardIn(rest)
          if (asked === 'all' && isHr(ask.actor.grants)) return showAll(core, ask)
          return asked ? showTeam(core, ask) : showMine(core, ask, question ?? rest)
        },
      }),
      command('interviews.team', 'teamHelp', {
        permission: everyStaffMember,
        ofUse: conducts(core),
        handle: (ask) => showTeam(core, ask),
      }),
      command('interviews.all', 'allHelp', { permission: hr, handle: (ask) => showAll(core, ask) }),
    ],
    questions: boardQuestions,
    actions: {
      'interviews.mine': mineAction(core),
      'interviews.team': teamAction(core),
      ...allActions(core),
    },
    home: (ask) => boardHome(core, ask),
  }
}
