// 内定者 of a programme that is meant for them: HR invites them by e-mail, for a time. What all programmes that take
// guests share is in ../guests.ts.
import { fromDbDate } from '../../db/time.ts'
import { replaceWith } from '../../intake/handler.ts'
import { hr } from '../../intake/permissions.ts'
import type { Core } from '../feature.ts'
import { guestHandlers } from '../guests.ts'
import { leaveProgramme } from './change.ts'
import { audit, gone, isOver, running } from './common.ts'
import { takesAnswers } from './mine.ts'
import { replanMembers } from './plan.ts'
import { textsIn } from './texts.ts'
import { showProgramme } from './views.ts'

/** After the last day each is asked one question; it can still be answered. */
const daysAfter = 14

export const guestsOfProgramme = (core: Core) =>
  guestHandlers(core, {
    feature: 'mentoring',
    key: 'programme',
    permission: hr,
    find: async (tx, ask, programmeId) => {
      const found = await running(tx, ask, programmeId)
      if (found?.programme.kind !== 'hires') return undefined
      const { programme } = found
      const until = fromDbDate(programme.endsOn).add({ days: daysAfter })
      return { name: programme.name, open: !isOver(programme), until }
    },
    members: async (tx, programmeId) => {
      const members = await tx.mentoringMember.findMany({
        where: { programmeId, role: 'mentee' },
        include: { programme: { select: { status: true } } },
      })
      return members.map(({ personId, status, programme }) => ({
        personId,
        status: status === 'asked' && programme.status !== 'sign_up' ? 'waiting' : status,
      }))
    },
    take: async (tx, ask, programmeId, personIds) => {
      await tx.mentoringMember.updateMany({
        where: { programmeId, personId: { in: [...personIds] }, status: 'left' },
        data: { status: 'asked' },
      })
      await tx.mentoringMember.createMany({
        data: personIds.map((personId) => ({ programmeId, personId, role: 'mentee' })),
        skipDuplicates: true,
      })
      await replanMembers(core, tx, programmeId, ask.now, personIds)
      const programme = await tx.mentoringProgramme.findUniqueOrThrow({ where: { id: programmeId } })
      return takesAnswers(programme, ask.today)
        ? undefined
        : textsIn(ask.language).hires.toldLater(personIds.length)
    },
    leave: async (tx, ask, programmeId, personId) => {
      await leaveProgramme(core, tx, programmeId, personId, ask.today, ask.now)
    },
    gone: (language) => replaceWith(gone({ language }), { id: 'mentoring.home', data: {} }),
    back: showProgramme,
    subject: (programmeId) => `mentoring:${programmeId}`,
    audit,
  })
