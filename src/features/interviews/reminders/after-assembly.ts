// 議会後に設定: whoever attends the assembly is asked again on the first working day after it, and says so with one press.
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
import { buttons, lineCard, text } from './views.ts'

export const afterAssemblyAction = (core: Core): ActionHandler =>
  action({
    effect: 'changes',
    permission: everyStaffMember,
    data: aim,
    handle: (ask, target) =>
      inTransaction(core.db, async (tx) => {
        const { actor, now, language } = ask
        const t = textsIn(language)
        const { scene, subjects } = await heldUpByPerson(core, tx, target, actor.id, now)
        if (subjects.length === 0) return say(lineCard(t.afterAssemblySummary, t.nothingHeld))
        const session = scene.people.assemblyOf?.(actor.id)
        if (!session) return say(lineCard(t.afterAssemblySummary, t.noAssembly))
        const until = workingDayOnOrAfter(askedOn(scene.people, actor.id), session.to)
        const changed = subjects
          .map(({ matter }) => matter)
          .filter((matter) => !matter.quietUntil?.equals(until))
        await replan(core, tx, await keepQuiet(tx, ask, changed, until, 'interview.after-assembly'), now)
        const card = lineCard(
          t.afterAssemblySummary,
          t.afterAssemblyDone(session.name, formatDate(until, language)),
        )
        const deadline = subjects
          .map(({ matter }) => matter.deadline)
          .toSorted(Temporal.PlainDate.compare)
          .find((day) => Temporal.PlainDate.compare(day, until) < 0)
        if (!deadline) return say(card)
        // The deadline itself does not move by this: it is HR's, and one press asks for it.
        const askLater = {
          label: t.askDeadline,
          action: { id: 'interviews.ask-deadline', data: dataOf(target) },
        }
        return say({
          ...card,
          blocks: [
            ...card.blocks,
            text(t.afterAssemblyDeadline(formatDate(deadline, language))),
            buttons({ ...askLater, style: 'primary' }),
          ],
        })
      }),
  })

const dataOf = ({ interview, step }: { interview?: number | undefined; step?: number | undefined }) => ({
  ...(interview !== undefined && { interview }),
  ...(step !== undefined && { step }),
})
