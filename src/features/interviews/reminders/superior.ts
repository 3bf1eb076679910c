// HR's own button "tell the superior": the person is told so first, kindly; the superior hears of it on the next
// working morning, unless a date is found by then (both are drawn from the state of their hour).
import { z } from 'zod'
import { writeAudits } from '../../../db/audit.ts'
import { inTransaction } from '../../../db/transaction.ts'
import { reaches } from '../../../directory/rights.ts'
import { readSetting } from '../../../directory/settings.ts'
import { type ActionHandler, action, say } from '../../../intake/handler.ts'
import { hr } from '../../../intake/permissions.ts'
import { Refusal } from '../../../kernel/errors.ts'
import type { Core } from '../../feature.ts'
import { interviewSubject } from '../state.ts'
import { dueTimes } from './due.ts'
import { ladderKinds } from './ladder.ts'
import { superiorSubject } from './matter.ts'
import { aim, heldUpByPerson } from './mine.ts'
import { called } from './scene.ts'
import { ladderSetting } from './settings.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'
import { textsIn } from './texts.ts'
import { lineCard } from './views.ts'

const data = aim.extend({ holder: z.int() })

export const tellSuperiorAction = (core: Core): ActionHandler =>
  action<z.infer<typeof data>>({
    effect: 'changes',
    permission: hr,
    data,
    handle: (ask, { holder, ...target }) =>
      inTransaction(core.db, async (tx) => {
        const { actor, now, today, language, flow } = ask
        const t = textsIn(language)
        const { scene, subjects: all } = await heldUpByPerson(core, tx, target, holder, now)
        const waiting = all.filter(({ matter }) => matter.status === 'waiting')
        const subjects = waiting.filter(({ matter }) =>
          reaches(actor, 'hr', matter.personId, scene.organisation),
        )
        if (waiting.length > 0 && subjects.length === 0)
          throw new Refusal('not-allowed', { ja: ja.notYourPart, en: en.notYourPart })
        if (subjects.length === 0) return say(lineCard(t.tellTitle, t.tellSettled))
        const superior = scene.people.superiorOf(holder)
        if (superior === null) return say(lineCard(t.tellTitle, t.tellNobody))

        const due = dueTimes(core.zone, (await readSetting(tx, ladderSetting)).at)
        const soon = due.next(scene.people.calendarOf(holder), now)
        const morning = due.onOrAfter(scene.people.calendarOf(superior), soon.day.add({ days: 1 }))
        const told = { rung: 'hr', anchor: `${today}` }
        await core.notices.reconcile(
          tx,
          subjects.map(({ matter }) => ({
            subject: superiorSubject(matter.id),
            wanted: [
              { ...told, kind: ladderKinds.superiorSoon, recipientId: holder, dueAt: soon.at },
              { ...told, kind: ladderKinds.superior, recipientId: superior, dueAt: morning.at },
            ],
          })),
          now,
        )
        await writeAudits(
          tx,
          subjects.map(({ matter }) => ({
            at: now,
            actorId: actor.id,
            via: 'chat' as const,
            action: 'interview.superior-asked',
            subject: interviewSubject(matter.id),
            subjectPersonId: holder,
            change: { superior },
            flow,
          })),
        )
        const who = called(scene, holder, language, t.unknownPerson)
        return say(lineCard(t.tellTitle, t.told(who, called(scene, superior, language, t.superior))))
      }),
  })
