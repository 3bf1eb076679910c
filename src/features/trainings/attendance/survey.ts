// Three questions after a training. An answer is kept without its person: the row has a random id, the sign-up only
// says that it has answered, and nothing is shown before five have.
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Block, Form } from '../../../cards/card.ts'
import type { Tx } from '../../../db/transaction.ts'
import { inTransaction } from '../../../db/transaction.ts'
import { type Ask, action, form, openForm, replaceWith, say } from '../../../intake/handler.ts'
import { everyStaffMember } from '../../../intake/permissions.ts'
import type { Language } from '../../../kernel/language.ts'
import { cutText, normalise } from '../../../kernel/words.ts'
import type { Core } from '../../feature.ts'
import { officer } from '../access.ts'
import { loadCourse } from '../load.ts'
import { officerCourse } from '../plan/page.ts'
import { lockedSignUp } from '../sign-up/move.ts'
import { type Course, isDone, type SignUp } from '../state.ts'
import { courseName } from '../words.ts'
import { replanAfter } from './record.ts'
import { textsIn } from './texts.ts'

/** Fewer answers are not shown: whose they are could be worked out. */
export const fewestAnswers = 5
/** Comments that a card shows. */
const mostComments = 10

/** Whether this person is asked. */
export const isAsked = (course: Pick<Course, 'surveyWanted'>, signUp: SignUp): boolean =>
  course.surveyWanted && isDone(signUp) && !signUp.surveyAnswered

export const openSurvey = (signUp: number) => ({ id: 'trainings.survey', data: { signUp } })

export function surveyButton(course: Course, signUp: SignUp, language: Language): Block[] {
  if (!isAsked(course, signUp)) return []
  const t = textsIn(language)
  return [{ type: 'buttons', buttons: [{ label: t.surveyOpen, action: openSurvey(signUp.id) }] }]
}

export interface SurveyFigures {
  readonly count: number
  readonly useful: number
  readonly applied: number
  readonly comments: readonly string[]
}

/** The answers of a course, as averages; null while there are too few. Comments in no order that says anything. */
export function surveyFigures(
  answers: readonly {
    readonly id: string
    readonly useful: number
    readonly applied: number
    readonly comment: string
  }[],
): SurveyFigures | null {
  if (answers.length < fewestAnswers) return null
  const mean = (of: (answer: (typeof answers)[number]) => number) =>
    answers.reduce((sum, answer) => sum + of(answer), 0) / answers.length
  return {
    count: answers.length,
    useful: mean(({ useful }) => useful),
    applied: mean(({ applied }) => applied),
    comments: answers
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
      .flatMap(({ comment }) => (comment === '' ? [] : [comment])),
  }
}

export const shownAverage = (value: number): string => value.toFixed(1)

function surveyForm(course: Course, signUp: number, language: Language): Form {
  const t = textsIn(language)
  const options = t.scale.map((label, n) => ({ label, value: String(n + 1) }))
  return {
    id: 'trainings.survey-send',
    title: t.surveyTitle,
    submit: t.send,
    cancel: t.cancel,
    data: { signUp },
    intro: t.surveyIntro(courseName(course, language)),
    fields: [
      { type: 'select', name: 'useful', label: t.useful, options },
      { type: 'select', name: 'applied', label: t.applied, options },
      {
        type: 'text',
        name: 'comment',
        label: t.comment,
        hint: t.commentHint,
        optional: true,
        multiline: true,
        maxLength: 300,
      },
    ],
  }
}

export function surveys(core: Core) {
  const id = z.number().int().positive()
  const plain = (text: string) => ({ summary: text, blocks: [{ type: 'text', text } as const] })

  /** One's own sign-up that is asked for answers; else the words why not. */
  const find = async (tx: Tx, ask: Ask, signUpId: number) => {
    const t = textsIn(ask.language)
    const signUp = await lockedSignUp(tx, signUpId)
    const course = signUp?.personId === ask.actor.id ? await loadCourse(tx, signUp.courseId) : undefined
    if (!signUp || !course) return t.surveyNone
    if (signUp.surveyAnswered) return t.answered
    return isAsked(course, signUp) ? { course, signUp } : t.surveyNone
  }

  const result = (ask: Ask, courseId: number) =>
    inTransaction(core.db, async (tx) => {
      const t = textsIn(ask.language)
      const course = await officerCourse(tx, ask, courseId)
      const answers = await tx.surveyAnswer.findMany({ where: { courseId } })
      const asked = await tx.signUp.count({ where: { courseId, status: { in: ['attended', 'completed'] } } })
      const figures = surveyFigures(answers)
      const title = t.surveyResult(courseName(course, ask.language))
      if (!figures)
        return say({
          summary: t.surveyTitle,
          blocks: [
            { type: 'heading', text: title },
            { type: 'text', text: t.surveyFew(answers.length) },
          ],
        })
      const spread = t.scale.map((label, n) => ({
        label,
        value: answers.filter(({ useful }) => useful === n + 1).length,
      }))
      const shown = figures.comments.slice(0, mostComments)
      const blocks: Block[] = [
        { type: 'heading', text: title },
        { type: 'text', text: t.surveyCount(figures.count, asked) },
        {
          type: 'facts',
          facts: [
            { label: t.useful, value: t.average(shownAverage(figures.useful)) },
            { label: t.applied, value: t.average(shownAverage(figures.applied)) },
          ],
        },
        {
          type: 'chart',
          shape: 'bar',
          title: t.useful,
          series: spread,
          text: spread.map(({ label, value }) => `${label}: ${value}`).join(' / '),
        },
      ]
      if (shown.length > 0)
        blocks.push(
          { type: 'text', text: [{ bold: t.comments }] },
          { type: 'list', rows: shown.map((text) => ({ text })) },
        )
      if (figures.comments.length > shown.length)
        blocks.push({ type: 'context', text: t.moreComments(figures.comments.length - shown.length) })
      return say({ summary: t.surveyTitle, blocks })
    })

  return {
    actions: {
      'trainings.survey': action({
        effect: 'reads',
        opensForm: true,
        permission: everyStaffMember,
        data: z.object({ signUp: id }),
        handle: (ask, { signUp }) =>
          inTransaction(core.db, async (tx) => {
            const found = await find(tx, ask, signUp)
            if (typeof found === 'string') return say(plain(found))
            return openForm(surveyForm(found.course, signUp, ask.language))
          }),
      }),
      'trainings.survey-result': action({
        effect: 'reads',
        permission: officer,
        data: z.object({ course: id }),
        handle: (ask, { course }) => result(ask, course),
      }),
    },
    forms: {
      'trainings.survey-send': form({
        permission: everyStaffMember,
        data: z.object({ signUp: id }),
        handle: async (ask, { signUp: signUpId }, values) => {
          const t = textsIn(ask.language)
          const scale = (name: string) => (/^[1-5]$/.test(String(values[name])) ? Number(values[name]) : null)
          const [useful, applied] = [scale('useful'), scale('applied')]
          if (useful === null || applied === null)
            return {
              errors: {
                ...(useful === null && { useful: t.choose }),
                ...(applied === null && { applied: t.choose }),
              },
            }
          const comment = typeof values.comment === 'string' ? normalise(values.comment, { lines: true }) : ''
          return inTransaction(core.db, async (tx) => {
            const found = await find(tx, ask, signUpId)
            if (typeof found === 'string') return say(plain(found))
            const { course, signUp } = found
            // No trail and no time: nothing leads from an answer back to who gave it.
            await tx.surveyAnswer.create({
              data: {
                id: randomUUID(),
                courseId: course.id,
                sessionId: 'sessionId' in signUp ? signUp.sessionId : null,
                useful,
                applied,
                comment: cutText(comment, 300),
              },
            })
            await tx.signUp.update({ where: { id: signUp.id }, data: { surveyAnswered: true } })
            await replanAfter(core, tx, [{ ...signUp, surveyAnswered: true }], ask.now)
            return replaceWith(plain(t.thanks))
          })
        },
      }),
    },
  }
}
