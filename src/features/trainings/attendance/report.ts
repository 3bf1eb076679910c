// 復命・報告会: a report is owed by a day, and handed in as a link or by saying so. What it says is kept nowhere.
import { z } from 'zod'
import { writeAudit } from '../../../db/audit.ts'
import { fromDbDate, toDbDate } from '../../../db/time.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import { type Ask, action, form, openForm, replaceWith, say } from '../../../intake/handler.ts'
import { everyStaffMember } from '../../../intake/permissions.ts'
import { formatDate } from '../../../kernel/format.ts'
import type { Core } from '../../feature.ts'
import { loadCourse } from '../load.ts'
import { webAddress } from '../plan/draft.ts'
import { lockedSignUp } from '../sign-up/move.ts'
import type { By } from '../sign-up/store.ts'
import { type SignUp, signUpSubject } from '../state.ts'
import { courseName } from '../words.ts'
import { replanAfter } from './record.ts'
import { textsIn } from './texts.ts'

export const openReport = (signUp: number) => ({ id: 'trainings.report', data: { signUp } })

/** Takes a report as handed in; whoever chased for it stops. */
export async function handIn(
  core: Pick<Core, 'zone' | 'notices'>,
  tx: Tx,
  signUp: SignUp,
  { url, on }: { readonly url: string; readonly on: Temporal.PlainDate },
  by: By,
): Promise<void> {
  await tx.report.update({
    where: { signUpId: signUp.id },
    data: { submittedOn: toDbDate(on), url },
  })
  await writeAudit(tx, {
    at: by.now,
    actorId: by.actorId,
    via: by.via,
    flow: by.flow ?? null,
    action: 'trainings.report-handed-in',
    subject: signUpSubject(signUp.id),
    subjectPersonId: signUp.personId,
    change: { course: signUp.courseId, link: url !== '' },
  })
  await replanAfter(core, tx, [signUp], by.now)
}

export function reports(core: Core) {
  const data = z.object({ signUp: z.number().int().positive() })
  const plain = (text: string) => ({ summary: text, blocks: [{ type: 'text', text } as const] })

  /** One's own report that is still owed. */
  const find = async (tx: Tx, ask: Ask, signUpId: number) => {
    const signUp = await lockedSignUp(tx, signUpId)
    if (signUp?.personId !== ask.actor.id) return undefined
    const report = await tx.report.findFirst({ where: { signUpId, submittedOn: null } })
    const course = report && (await loadCourse(tx, signUp.courseId))
    return report && course ? { signUp, course, dueOn: fromDbDate(report.dueOn) } : undefined
  }

  return {
    actions: {
      'trainings.report': action({
        effect: 'reads',
        opensForm: true,
        permission: everyStaffMember,
        data,
        handle: (ask, { signUp }) =>
          inTransaction(core.db, async (tx) => {
            const t = textsIn(ask.language)
            const found = await find(tx, ask, signUp)
            if (!found) return say(plain(t.reportNone))
            const name = courseName(found.course, ask.language)
            return openForm({
              id: 'trainings.report-send',
              title: t.reportTitle,
              submit: t.reportSend,
              cancel: t.cancel,
              data: { signUp },
              intro: t.reportIntro(name, formatDate(found.dueOn, ask.language)),
              fields: [
                {
                  type: 'text',
                  name: 'url',
                  label: t.reportUrl,
                  hint: t.reportHint,
                  optional: true,
                  maxLength: 500,
                  placeholder: 'https://',
                },
              ],
            })
          }),
      }),
    },
    forms: {
      'trainings.report-send': form({
        permission: everyStaffMember,
        data,
        handle: async (ask, { signUp: signUpId }, values) => {
          const t = textsIn(ask.language)
          const url = webAddress(typeof values.url === 'string' ? values.url.trim() : '')
          if (url === undefined) return { errors: { url: t.urlBad } }
          return inTransaction(core.db, async (tx) => {
            const found = await find(tx, ask, signUpId)
            if (!found) return say(plain(t.reportNone))
            const by = { actorId: ask.actor.id, via: 'chat', flow: ask.flow, now: ask.now } as const
            await handIn(core, tx, found.signUp, { url, on: ask.today }, by)
            return replaceWith(plain(t.reportThanks(courseName(found.course, ask.language))))
          })
        },
      }),
    },
  }
}
