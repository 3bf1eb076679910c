// How the first HR officer gets in, and how a right is taken back without a chat.
import type { Role } from '../directory/actor.ts'
import { grantRole, revokeRole } from '../features/staff-list/index.ts'
import { normalise } from '../kernel/words.ts'
import type { Called, Command, ExitCode } from './command.ts'

const roles: readonly Role[] = ['admin', 'hr', 'training', 'clerk']
const isRole = (word: string): word is Role => roles.some((role) => role === word)

/** What to say, by whether anything changed; `whose` and `where` are the person and the section. */
type Words = (
  whose: string,
  role: Role,
  where: { ja: string; en: string },
  changed: boolean,
) => readonly string[]

async function change(called: Called, work: typeof grantRole, words: Words): Promise<ExitCode> {
  const role = normalise(called.argument('ROLE')).toLowerCase()
  if (!isRole(role)) {
    called.complain(`ROLE は ${roles.join('、')} のどれかです。\nROLE is one of ${roles.join(', ')}.`)
    return 2
  }
  const { core } = await called.place.open()
  const number = called.argument('NUMBER')
  const section = called.option('section')
  const occupation = called.option('occupation')
  const found = await work(core, {
    number,
    role,
    actorId: null,
    ...(section && { section }),
    ...(occupation && { occupation }),
  })
  const part = found.section
    ? { ja: `${found.section.name}の`, en: ` for ${found.section.name}` }
    : { ja: '全庁の', en: ' for the whole city' }
  const where = occupation ? { ja: `${part.ja}${occupation}の`, en: `${part.en} (${occupation})` } : part
  for (const line of words(`${found.person.number} ${found.person.name}`, role, where, found.changed))
    called.say(line)
  return 0
}

export const grantCommand: Command = {
  name: 'grant',
  usage: 'NUMBER ROLE [--section CODE] [--occupation WORD]',
  about: {
    ja: `職員番号 NUMBER の方に役割 ROLE（${roles.join('、')}）を付ける。--section はその所属と配下に、--occupation は職名にその言葉を含む方に限る（training だけ）`,
    en: `Gives the person with staff number NUMBER the ROLE (${roles.join(', ')}); --section limits it to a part of the tree, --occupation to posts with that word in their title (training only)`,
  },
  positionals: ['NUMBER', 'ROLE'],
  options: { section: 'text', occupation: 'text' },
  beside: 'forward',
  run: (called) =>
    change(called, grantRole, (whose, role, where, changed) =>
      changed
        ? [`${whose} さんに${where.ja} ${role} を付けました。`, `${whose} is now ${role}${where.en}.`]
        : [
            `${whose} さんには、すでに${where.ja} ${role} が付いています。`,
            `${whose} is ${role}${where.en} already.`,
          ],
    ),
}

export const revokeCommand: Command = {
  name: 'revoke',
  usage: 'NUMBER ROLE [--section CODE] [--occupation WORD]',
  about: {
    ja: '役割を外す。--section がなければ全庁の役割、あればその所属の役割',
    en: 'Takes a role back: that for the whole city, or with --section that for a part of the tree',
  },
  positionals: ['NUMBER', 'ROLE'],
  options: { section: 'text', occupation: 'text' },
  beside: 'forward',
  run: (called) =>
    change(called, revokeRole, (whose, role, where, changed) =>
      changed
        ? [`${whose} さんから${where.ja} ${role} を外しました。`, `${whose} is no longer ${role}${where.en}.`]
        : [`${whose} さんに${where.ja} ${role} は付いていません。`, `${whose} was not ${role}${where.en}.`],
    ),
}
