// What is done at one's own time (e-learning) is completed by saying so.
import { z } from 'zod'
import { fromDbDate } from '../../../db/time.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import { type Ask, action, type HomeItem } from '../../../intake/handler.ts'
import { everyStaffMember } from '../../../intake/permissions.ts'
import type { Core } from '../../feature.ts'
import { loadCourse, loadCourses, loadSignUps } from '../load.ts'
import { by } from '../sign-up/apply.ts'
import { drawCourse } from '../sign-up/card.ts'
import { lockedSignUp } from '../sign-up/move.ts'
import { notFound } from '../sign-up/scene.ts'
import { isOnDemand } from '../state.ts'
import { courseName } from '../words.ts'
import { recordMoves } from './record.ts'
import { openReport } from './report.ts'
import { isAsked, openSurvey } from './survey.ts'
import { textsIn } from './texts.ts'

export function completing(core: Core) {
  const id = z.number().int().positive()
  return {
    actions: {
      'trainings.complete': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: z.object({ signUp: id, version: id }),
        handle: (ask, data) =>
          inTransaction(core.db, async (tx) => {
            const t = textsIn(ask.language)
            const signUp = await lockedSignUp(tx, data.signUp)
            if (signUp?.personId !== ask.actor.id) throw notFound()
            const course = await loadCourse(tx, signUp.courseId)
            const may =
              course &&
              isOnDemand(course) &&
              (course.status === 'published' || course.status === 'closed') &&
              (signUp.status === 'confirmed' || signUp.status === 'nominated') &&
              signUp.version === data.version
            if (!may) return drawCourse(core, tx, ask, signUp.courseId, { lines: [t.completeGone] })
            await recordMoves(core, tx, [{ signUp, command: { type: 'complete', on: ask.today } }], by(ask))
            const lines = [t.completed(courseName(course, ask.language))]
            return drawCourse(core, tx, ask, course.id, { lines })
          }),
      }),
    },
  }
}

/** Reports that are owed and surveys of the last month that are not answered. */
export async function afterHome(core: Core, tx: Tx, ask: Ask): Promise<HomeItem[]> {
  const t = textsIn(ask.language)
  const mine = await loadSignUps(tx, {
    personId: ask.actor.id,
    status: { in: ['attended', 'completed'] },
    OR: [{ report: { submittedOn: null } }, { surveyAnswered: false, course: { surveyWanted: true } }],
  })
  const courses = await loadCourses(tx, { id: { in: mine.map(({ courseId }) => courseId) } })
  const courseOf = new Map(courses.map((course) => [course.id, course]))
  const reports = await tx.report.findMany({
    where: { signUpId: { in: mine.map((each) => each.id) }, submittedOn: null },
  })
  const dueOf = new Map(reports.map(({ signUpId, dueOn }) => [signUpId, fromDbDate(dueOn)]))
  const asked = ask.today.subtract({ months: 1 })
  return mine.flatMap((signUp): HomeItem[] => {
    const course = courseOf.get(signUp.courseId)
    if (!course || !('doneOn' in signUp)) return []
    const name = courseName(course, ask.language)
    const due = dueOf.get(signUp.id)
    const survey = isAsked(course, signUp) && Temporal.PlainDate.compare(signUp.doneOn, asked) >= 0
    return [
      ...(due
        ? [
            {
              at: due.toZonedDateTime({ timeZone: core.zone, plainTime: '17:00' }).toInstant(),
              text: t.homeReport(name),
              button: { label: t.reportOpen, action: openReport(signUp.id) },
            },
          ]
        : []),
      ...(survey
        ? [
            {
              at: null,
              text: t.homeSurvey(name),
              button: { label: t.surveyOpen, action: openSurvey(signUp.id) },
            },
          ]
        : []),
    ]
  })
}
