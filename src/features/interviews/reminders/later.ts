// "Remind me tomorrow" (明日また): nobody is reminded before the next working day of whoever asked.
import { writeAudits } from '../../../db/audit.ts'
import { toDbDate } from '../../../db/time.ts'
import { inTransaction } from '../../../db/transaction.ts'
import { type ActionHandler, action, say } from '../../../intake/handler.ts'
import { everyStaffMember } from '../../../intake/permissions.ts'
import { workingDayOnOrAfter } from '../../../kernel/calendar.ts'
import { formatDate } from '../../../kernel/format.ts'
import type { Core } from '../../feature.ts'
import { interviewSubject } from '../state.ts'
import { askedOn } from './matter.ts'
import { aim, heldUpByPerson } from './mine.ts'
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
        const { actor, now, today, language, flow } = ask
        const t = textsIn(language)
        const { scene, subjects } = await heldUpByPerson(core, tx, target, actor.id, now)
        if (subjects.length === 0) return say(lineCard(t.laterSummary, t.nothingHeld))
        const until = workingDayOnOrAfter(askedOn(scene.people, actor.id), today.add({ days: 1 }))
        const changed = subjects.filter(({ matter }) => !matter.quietUntil?.equals(until))
        const ids = changed.map(({ matter }) => matter.id)
        await tx.interview.updateMany({ where: { id: { in: ids } }, data: { quietUntil: toDbDate(until) } })
        await writeAudits(
          tx,
          changed.map(({ matter }) => ({
            at: now,
            actorId: actor.id,
            via: 'chat' as const,
            action: 'interview.quiet',
            subject: interviewSubject(matter.id),
            subjectPersonId: matter.personId,
            change: { until: until.toString() },
            flow,
          })),
        )
        await replan(core, tx, ids, now)
        return say(lineCard(t.laterSummary, t.laterDone(formatDate(until, language))))
      }),
  })
