// How the first HR officer's chat account is linked where the staff list does not have its address.
import { linkByNumber } from '../features/accounts/index.ts'
import { normalise } from '../kernel/words.ts'
import type { Command } from './command.ts'

export const linkCommand: Command = {
  name: 'link',
  usage: 'NUMBER USER',
  about: {
    ja: '話しかけてきたアカウント USER（Slack の U…、Teams のオブジェクト ID）を、職員番号 NUMBER の方に結びつける',
    en: 'Links the account USER (U… in Slack, the object id in Teams) that has written to the bot to the person with staff number NUMBER',
  },
  positionals: ['NUMBER', 'USER'],
  beside: 'forward',
  run: async ({ place, argument, say }) => {
    const { core } = await place.open()
    const linked = await linkByNumber(core, {
      number: normalise(argument('NUMBER')),
      userId: argument('USER').trim(),
    })
    say(`${linked.name} さんのアカウントを結びつけました。`)
    say(`The account is linked to ${linked.name}.`)
    return 0
  },
}
