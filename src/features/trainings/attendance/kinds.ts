// How the messages after a training are drawn at the moment they are sent, from the present.
import type { Block, Row } from '../../../cards/card.ts'
import { fromDbDate } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import type { DueNotice, NoticeKind, Part, Recipient } from '../../../delivery/notice.ts'
import { loadAbsences } from '../../../directory/load.ts'
import { formatDate } from '../../../kernel/format.ts'
import type { Core } from '../../feature.ts'
import { loadCourses, loadSignUps } from '../load.ts'
import { openCourse } from '../sign-up/card.ts'
import { textsIn as signUpTexts } from '../sign-up/texts.ts'
import { type Course, type SignUp, sessionOf } from '../state.ts'
import { courseName, sessionTime, stateWords } from '../words.ts'
import { afterKinds } from './after-rules.ts'
import { openReport } from './report.ts'
import { isAsked, openSurvey } from './survey.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'
import { textsIn } from './texts.ts'

/** Rows of one part. */
const mostRows = 8

interface Live {
  readonly signUp: SignUp
  readonly course: Course
  readonly notices: readonly DueNotice[]
}

type Drawn = { readonly summary: string; readonly blocks: readonly Block[]; readonly of: readonly Live[] }

export function afterNotices({ zone }: Pick<Core, 'zone'>): NoticeKind[] {
  const liveOnes = async (tx: Tx, notices: readonly DueNotice[], to: Recipient): Promise<Live[]> => {
    const byId = Map.groupBy(notices, ({ subject }) => Number(/(\d+)$/.exec(subject)?.[1] ?? 0))
    const signUps = await loadSignUps(tx, { id: { in: [...byId.keys()] }, personId: to.id })
    const courses = await loadCourses(tx, { id: { in: signUps.map(({ courseId }) => courseId) } })
    const courseOf = new Map(courses.map((course) => [course.id, course]))
    return signUps.flatMap((signUp): Live[] => {
      const course = courseOf.get(signUp.courseId)
      return course ? [{ signUp, course, notices: byId.get(signUp.id) ?? [] }] : []
    })
  }

  const kind = (
    name: keyof typeof afterKinds,
    draw: (tx: Tx, live: readonly Live[], to: Recipient, today: Temporal.PlainDate) => Promise<Drawn>,
  ): NoticeKind => ({
    kind: afterKinds[name],
    title: { ja: ja.titles[name], en: en.titles[name] },
    priority: name === 'report' ? 1 : 2,
    ifUnknown: 'repeat',
    hours: 'working',
    async draw(tx, notices, to, now): Promise<Part | null> {
      const today = now.toZonedDateTimeISO(zone).toPlainDate()
      // Who is on leave is left in peace.
      if ((await loadAbsences(tx, today, [to.id])).has(to.id)) return null
      const { summary, blocks, of } = await draw(tx, await liveOnes(tx, notices, to), to, today)
      if (of.length === 0) return null
      const told = new Set(of.flatMap((each) => each.notices.map(({ id }) => id)))
      const obsolete = notices.map(({ id }) => id).filter((id) => !told.has(id))
      return { summary, blocks, ...(obsolete.length > 0 && { obsolete }) }
    },
  })

  return [
    kind('recorded', async (_, live, to) => {
      const t = textsIn(to.language)
      const of = live.filter(({ signUp }) =>
        ['attended', 'completed', 'partly', 'absent'].includes(signUp.status),
      )
      const rows = of.slice(0, mostRows).map(({ signUp, course }): Row => {
        const session = course.sessions.find(({ id }) => id === sessionOf(signUp))
        const state = stateWords(signUp, { zone, language: to.language, session })
        const when = session && signUp.status !== 'attended' ? sessionTime(session, zone, to.language) : ''
        return {
          text: courseName(course, to.language),
          detail: [state, when].filter(Boolean).join(' / '),
          button: { label: signUpTexts(to.language).see, action: openCourse(course.id) },
        }
      })
      return {
        summary: t.recordedSummary,
        blocks: [
          { type: 'text', text: t.recorded },
          { type: 'list', rows },
        ],
        of,
      }
    }),
    kind('survey', async (_, live, to) => {
      const t = textsIn(to.language)
      const of = live.filter(({ signUp, course }) => isAsked(course, signUp))
      const rows = of.slice(0, mostRows).map(
        ({ signUp, course }): Row => ({
          text: courseName(course, to.language),
          button: { label: t.surveyOpen, action: openSurvey(signUp.id) },
        }),
      )
      return {
        summary: t.surveySummary,
        blocks: [
          { type: 'text', text: t.surveyAsk },
          { type: 'list', rows },
        ],
        of,
      }
    }),
    kind('report', async (tx, live, to, today) => {
      const t = textsIn(to.language)
      const owed = await tx.report.findMany({
        where: { signUpId: { in: live.map(({ signUp }) => signUp.id) }, submittedOn: null },
      })
      const dueOf = new Map(owed.map(({ signUpId, dueOn }) => [signUpId, fromDbDate(dueOn)]))
      const of = live.filter(({ signUp }) => dueOf.has(signUp.id))
      const past = of.some(({ signUp }) => {
        const due = dueOf.get(signUp.id)
        return due && Temporal.PlainDate.compare(due, today) < 0
      })
      const rows = of.slice(0, mostRows).flatMap(({ signUp, course }): Row[] => {
        const due = dueOf.get(signUp.id)
        return due
          ? [
              {
                text: courseName(course, to.language),
                detail: t.reportDue(formatDate(due, to.language)),
                button: { label: t.reportOpen, action: openReport(signUp.id) },
              },
            ]
          : []
      })
      return {
        summary: t.reportSummary,
        blocks: [
          { type: 'text', text: past ? t.reportPast : t.reportAsk },
          { type: 'list', rows },
        ],
        of,
      }
    }),
  ]
}
