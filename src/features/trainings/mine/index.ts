import { z } from 'zod'
import { inTransaction } from '../../../db/transaction.ts'
import { action, giveFile, type Question, replaceWith, say } from '../../../intake/handler.ts'
import { everyStaffMember } from '../../../intake/permissions.ts'
import type { Core, Feature } from '../../feature.ts'
import { notFound } from '../sign-up/scene.ts'
import { describeSignUps, entryFile } from './calendar.ts'
import { mineCard, mineHome } from './mine.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'

const training =
  /研修|講座|講習|セミナー|けんしゅう|eラーニング|\btrain(ing|ings)\b|\bcourses?\b|\bseminars?\b|\bworkshops?\b|e-?learning/

/** Other commands about trainings have their own words. */
const elsewhere = /履歴|記録|修了証|自己啓発|補助|計画|全庁|一覧表|history|record|subsidy|\bplan\b/

const questions: readonly Question[] = [
  { command: 'trainings.mine', all: [training], not: [elsewhere] },
  {
    command: 'trainings.mine',
    all: [training, /申し?込|受付|締切|締め切り|受けたい|行きたい|予定|sign|apply|open|deadline|next|when/],
    not: [elsewhere],
    weight: 2,
  },
]

/** What everybody sees of trainings: what is open to them, what is theirs, their calendar. */
export function mine(core: Core): Omit<Feature, 'name'> {
  return {
    commands: [
      {
        id: 'trainings.mine',
        phrases: { ja: ['研修', 'けんしゅう'], en: ['training', 'trainings'] },
        help: { ja: ja.help, en: en.help },
        permission: everyStaffMember,
        handle: (ask) =>
          inTransaction(core.db, async (tx) =>
            say(await mineCard(core, tx, ask), { id: 'trainings.mine', data: {} }),
          ),
      },
    ],
    questions,
    actions: {
      'trainings.mine': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: z.object({ page: z.int().optional() }),
        handle: (ask, { page }) =>
          inTransaction(core.db, async (tx) => {
            const card = await mineCard(core, tx, ask, page)
            return (page === undefined ? say : replaceWith)(card, {
              id: 'trainings.mine',
              data: { page: page ?? 1 },
            })
          }),
      }),
      'trainings.entry': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: z.object({ signUp: z.int().positive() }),
        handle: (ask, { signUp }) =>
          inTransaction(core.db, async (tx) => {
            const file = await entryFile(core, tx, ask, signUp)
            if (!file) throw notFound()
            return giveFile(file)
          }),
      }),
    },
    home: (ask) => inTransaction(core.db, (tx) => mineHome(core, tx, ask)),
    bookings: describeSignUps,
  }
}
