// "Remind me tomorrow" (明日また): nobody is reminded before the next working day of whoever asked.
import { inTransaction } from '../../../db/transaction.ts'
import { type ActionHandler, action, say } from '../../../intake/handler.ts'
import { everyStaffMember } from '../../../intake/permissions.ts'
import { workingDayOnOrAfter } from '../../../kernel/calendar.ts'
import { formatDate } from '../../../kernel/format.ts'
import type { Core } from '../../feature.ts'
import { askedOn } from './matter.ts'
import { aim, heldUpByPerson } from './mine.ts'
import { keepQuiet } from './quiet.ts'
import { replan } from './replan.ts'
import { textsIn } from './texts.ts'
import { lineCard } from './views.ts'

export const laterAction = (core: Core): ActionHandler =>
  action({
    effect: 'changes',
    permission: everyStaffMember,
    data: aim,
    handle: (ask, target) =>
      inTransaction(core.db, async (tx) => {
        const { actor, now, today, language } = ask
        const t = textsIn(language)
        const { scene, subjects } = await heldUpByPerson(core, tx, target, actor.id, now)
        if (subjects.length === 0) return say(lineCard(t.laterSummary, t.nothingHeld))
        const until = workingDayOnOrAfter(askedOn(scene.people, actor.id), today.add({ days: 1 }))
        const changed = subjects
          .map(({ matter }) => matter)
          .filter((matter) => !matter.quietUntil?.equals(until))
        await replan(core, tx, await keepQuiet(tx, ask, changed, until, 'interview.quiet'), now)
        return say(lineCard(t.laterSummary, t.laterDone(formatDate(until, language))))
      }),
  })
