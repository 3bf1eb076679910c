// What officers do with courses: add, change, publish, cancel, and ask supervisors to make time.
import { z } from 'zod'
import type { Field, Form, FormValues } from '../../../cards/card.ts'
import { many, one } from '../../../cards/values.ts'
import { writeAudit } from '../../../db/audit.ts'
import { UniqueError } from '../../../db/errors.ts'
import { toDbInstant } from '../../../db/time.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import { audienceFields, loadAudienceChoices } from '../../../directory/audience/form.ts'
import { readAudience } from '../../../directory/audience/read.ts'
import { type Audience, audienceSchema } from '../../../directory/audience.ts'
import { loadOrganisation } from '../../../directory/load.ts'
import { type Answer, type Ask, action, form, openForm, replaceWith, say } from '../../../intake/handler.ts'
import { fiscalYearOf } from '../../../kernel/fiscal-year.ts'
import { cutText } from '../../../kernel/words.ts'
import type { Core } from '../../feature.ts'
import { officer, ownPart, reachOfCourse } from '../access.ts'
import { loadSignUps } from '../load.ts'
import { proposeFor } from '../nomination/propose.ts'
import { type NominationRule, nominationRule } from '../nomination/rule.ts'
import { trainingKinds } from '../reminders/wanted.ts'
import { by } from '../sign-up/apply.ts'
import { approverOf, loadSituation } from '../sign-up/approver.ts'
import { textsIn as signUpTexts } from '../sign-up/texts.ts'
import { type Course, courseKinds, courseSubject, isOnDemand, signUpSubject } from '../state.ts'
import { addCourse, cancelCourse, changeCourse, draftOf, publishCourse } from './change.ts'
import { type CourseDraft, webAddress } from './draft.ts'
import { isReady, planCard, plannedCourses, yearOr } from './list.ts'
import { officerCourse, showPlanned } from './page.ts'
import { textsIn } from './texts.ts'

const id = z.number().int().positive()
const ofCourse = z.object({ course: id, version: id })
const inYear = z.object({ year: z.number().int() })

export function courses(core: Core) {
  /** Work on a course whose page was shown as it still is; else the page anew. */
  const change = (
    ask: Ask,
    data: { course: number; version: number },
    work: (tx: Tx, course: Course) => Promise<string>,
  ): Promise<Answer> =>
    inTransaction(core.db, async (tx) => {
      await tx.$queryRaw`SELECT id FROM course WHERE id = ${data.course}::int FOR UPDATE`
      const course = await officerCourse(tx, ask, data.course)
      const line = course.version === data.version ? await work(tx, course) : textsIn(ask.language).stale
      return showPlanned(core, tx, ask, course.id, { lines: [line] })
    })

  const publish = (ask: Ask, data: { course: number; version: number }) =>
    change(ask, data, async (tx, course) => {
      const t = textsIn(ask.language)
      if (course.status !== 'draft') return t.stale
      if (course.target === null && course.nomination === null) return t.publishNoTarget
      if (isOnDemand(course) && course.deadline === null && course.kind !== 'elearning')
        return t.publishNoSession
      if (course.kind === 'lecture' && course.lecturerConfirmedAt === null) return t.publishLecturer
      await publishCourse(core, tx, course, by(ask))
      return t.published
    })

  const publishAll = (ask: Ask, data: { year: number }) =>
    inTransaction(
      core.db,
      async (tx) => {
        const year = yearOr(data.year, ask.today)
        const ready = (await plannedCourses(tx, ask, year)).filter(isReady)
        for (const course of ready) await publishCourse(core, tx, course, by(ask))
        const lines = [textsIn(ask.language).publishedAll(ready.length)]
        return replaceWith(await planCard(core, tx, ask, { year, lines }), {
          id: 'trainings.plan',
          data: { year },
        })
      },
      { timeout: 60_000 },
    )

  const cancel = (ask: Ask, data: { course: number; version: number }) =>
    change(ask, data, async (tx, course) => {
      const t = textsIn(ask.language)
      if (course.status !== 'draft' && course.status !== 'published') return t.stale
      return t.courseCancelled(await cancelCourse(core, tx, course, by(ask)))
    })

  const confirmLecturer = (ask: Ask, data: { course: number; version: number }) =>
    change(ask, data, async (tx, course) => {
      await tx.course.update({
        where: { id: course.id },
        data: { lecturerConfirmedAt: toDbInstant(ask.now), version: { increment: 1 } },
      })
      const entry = { at: ask.now, actorId: ask.actor.id, via: 'chat' as const, flow: ask.flow }
      await writeAudit(tx, {
        ...entry,
        action: 'trainings.lecturer-confirmed',
        subject: courseSubject(course.id),
        change: {},
      })
      return textsIn(ask.language).lecturerConfirmed
    })

  /** HR turns to the supervisors of those who have not done it: a button, never by itself. */
  const makeTime = (ask: Ask, data: { course: number; version: number }) =>
    change(ask, data, async (tx, course) => {
      const t = textsIn(ask.language)
      const signUps = (
        await loadSignUps(tx, {
          courseId: course.id,
          mandatory: true,
          status: { in: ['nominated', 'confirmed'] },
        })
      ).filter(
        (each) => each.status === 'nominated' || (each.status === 'confirmed' && each.sessionId === null),
      )
      if (signUps.length === 0) return t.makeTimeNone
      const situation = await loadSituation(
        tx,
        signUps.map(({ personId }) => personId),
        ask.today,
      )
      await core.notices.reconcile(
        tx,
        signUps.map((signUp) => {
          const above = approverOf(signUp.personId, situation)
          const notice = {
            kind: trainingKinds.makeTime,
            rung: 'asked',
            anchor: ask.today.toString(),
            dueAt: ask.now,
          }
          return {
            subject: `make-time:${signUpSubject(signUp.id)}`,
            wanted: above === null ? [] : [{ ...notice, recipientId: above }],
          }
        }),
        ask.now,
      )
      await writeAudit(tx, {
        at: ask.now,
        actorId: ask.actor.id,
        via: 'chat',
        flow: ask.flow,
        action: 'trainings.make-time',
        subject: courseSubject(course.id),
        change: { people: signUps.length },
      })
      return t.makeTimeSent(signUps.length)
    })

  const open = (ask: Ask, data: { course: number }, draw: (tx: Tx, course: Course) => Promise<Form> | Form) =>
    inTransaction(core.db, async (tx) => openForm(await draw(tx, await officerCourse(tx, ask, data.course))))

  return {
    actions: {
      'trainings.publish': action({
        effect: 'changes',
        permission: officer,
        data: ofCourse,
        handle: publish,
      }),
      'trainings.publish-all': action({
        effect: 'changes',
        permission: officer,
        data: inYear,
        handle: publishAll,
      }),
      'trainings.course-cancel': action({
        effect: 'changes',
        permission: officer,
        data: ofCourse,
        handle: cancel,
      }),
      'trainings.lecturer-confirm': action({
        effect: 'changes',
        permission: officer,
        data: ofCourse,
        handle: confirmLecturer,
      }),
      'trainings.make-time': action({
        effect: 'changes',
        permission: officer,
        data: ofCourse,
        handle: makeTime,
      }),
      'trainings.course-add': action({
        effect: 'reads',
        opensForm: true,
        permission: officer,
        data: inYear,
        handle: async (ask, { year }) => openForm(courseForm(null, yearOr(year, ask.today), ask)),
      }),
      'trainings.course-edit': action({
        effect: 'reads',
        opensForm: true,
        permission: officer,
        data: ofCourse,
        handle: (ask, data) => open(ask, data, (_, course) => courseForm(course, course.fiscalYear, ask)),
      }),
      'trainings.target-edit': action({
        effect: 'reads',
        opensForm: true,
        permission: officer,
        data: ofCourse,
        handle: (ask, data) => open(ask, data, (tx, course) => targetForm(tx, course, ask)),
      }),
      'trainings.nomination-edit': action({
        effect: 'reads',
        opensForm: true,
        permission: officer,
        data: ofCourse,
        handle: (ask, data) => open(ask, data, (_, course) => nominationForm(course, ask)),
      }),
    },
    forms: {
      'trainings.course-save': form({
        permission: officer,
        data: z.object({ course: id.optional(), version: id.optional(), year: z.number().int() }),
        handle: async (ask, data, values) => {
          const read = readCourse(values, ask)
          if ('errors' in read) return read
          const t = textsIn(ask.language)
          try {
            return await inTransaction(core.db, async (tx) => {
              if (data.course === undefined) {
                const at = { fiscalYear: read.year, ...ownPart(ask.actor) }
                const made = { ...read.draft, target: null, nomination: null, sessions: [] }
                const course = await addCourse(tx, made, at, by(ask))
                return showPlanned(core, tx, ask, course, { lines: [t.saved], place: 'new' })
              }
              const course = await officerCourse(tx, ask, data.course)
              if (course.version !== data.version)
                return showPlanned(core, tx, ask, course.id, { lines: [t.stale] })
              await changeCourse(core, tx, course, { ...draftOf(course), ...read.draft }, by(ask))
              return showPlanned(core, tx, ask, course.id, { lines: [t.saved] })
            })
          } catch (error) {
            if (!(error instanceof UniqueError)) throw error
            return { errors: { code: t.form.bad.codeTaken } }
          }
        },
      }),
      'trainings.target': form({
        permission: officer,
        data: ofCourse,
        handle: (ask, data, values) =>
          inTransaction(core.db, async (tx) => {
            const course = await officerCourse(tx, ask, data.course)
            const t = textsIn(ask.language)
            if (course.version !== data.version)
              return showPlanned(core, tx, ask, course.id, { lines: [t.stale] })
            const before = course.target === null ? {} : audienceSchema.parse(course.target)
            const choices = await targetChoices(tx, course, before, ask.today)
            const parts = ['conditions', 'people'] as const
            const read = await readAudience(tx, parts, before, values, choices, ask.language, ask.today)
            if (read.errors) return { errors: read.errors }
            await changeCourse(core, tx, course, { ...draftOf(course), target: read.audience }, by(ask))
            await proposeFor(tx, course.id, ask.today, ask.now)
            return showPlanned(core, tx, ask, course.id, { lines: [t.saved] })
          }),
      }),
      'trainings.nomination': form({
        permission: officer,
        data: ofCourse,
        handle: (ask, data, values) => {
          const read = readNomination(values, ask)
          if ('errors' in read) return Promise.resolve(read)
          return inTransaction(core.db, async (tx) => {
            const course = await officerCourse(tx, ask, data.course)
            const t = textsIn(ask.language)
            if (course.version !== data.version)
              return showPlanned(core, tx, ask, course.id, { lines: [t.stale] })
            await changeCourse(core, tx, course, { ...draftOf(course), nomination: read.rule }, by(ask))
            await proposeFor(tx, course.id, ask.today, ask.now)
            return showPlanned(core, tx, ask, course.id, { lines: [t.saved] })
          })
        },
      }),
    },
    showPlan: (ask: Ask, wanted: { year?: number | undefined; page?: number | undefined }) =>
      inTransaction(core.db, async (tx) => {
        const year = yearOr(wanted.year, ask.today)
        const card = await planCard(core, tx, ask, { ...wanted, year })
        const data = { year, page: wanted.page ?? 1 }
        return (wanted.page === undefined ? say : replaceWith)(card, { id: 'trainings.plan', data })
      }),
  }
}

function courseForm(course: Course | null, year: number, { language, today }: Ask): Form {
  const t = textsIn(language).form
  const options = textsIn(language).options
  const on = (course: Course | null) =>
    [
      (course?.approvalNeeded ?? true) ? 'approval' : '',
      course?.mandatory ? 'mandatory' : '',
      course?.surveyWanted ? 'survey' : '',
    ].filter(Boolean)
  const text = (
    name: string,
    label: string,
    value: string | undefined,
    maxLength: number,
    more: object = {},
  ): Field => ({
    type: 'text',
    name,
    label,
    maxLength,
    ...(value && { value }),
    ...more,
  })
  return {
    id: 'trainings.course-save',
    title: course ? t.editTitle : t.addTitle,
    submit: t.save,
    cancel: t.cancel,
    data: { year, ...(course && { course: course.id, version: course.version }) },
    fields: [
      ...(course
        ? []
        : [{ type: 'number', name: 'year', label: t.year, value: year, min: 2000, max: 2199 } as const]),
      text('code', t.code, course?.code, 40, { hint: t.codeHint }),
      text('name', t.name, course?.name, 100),
      text('nameEn', t.nameEn, course?.nameEn, 100, { optional: true }),
      {
        type: 'select',
        name: 'kind',
        label: t.kind,
        value: course?.kind ?? 'specialist',
        options: courseKinds.map((value) => ({ value, label: signUpTexts(language).kinds[value] })),
      },
      { type: 'date', name: 'opensOn', label: t.opensOn, value: (course?.opensOn ?? today).toString() },
      {
        type: 'date',
        name: 'closesOn',
        label: t.closesOn,
        value: (course?.closesOn ?? today.add({ days: 21 })).toString(),
      },
      {
        type: 'date',
        name: 'deadline',
        label: t.deadline,
        hint: t.deadlineHint,
        optional: true,
        ...(course?.deadline && { value: course.deadline.toString() }),
      },
      {
        type: 'select',
        name: 'selection',
        label: t.selection,
        value: course?.selection ?? 'first_come',
        options: (['first_come', 'lottery', 'hr'] as const).map((value) => ({
          value,
          label: options[value],
        })),
      },
      {
        type: 'checkboxes',
        name: 'options',
        label: t.options,
        optional: true,
        values: on(course),
        options: (['approval', 'mandatory', 'survey'] as const).map((value) => ({
          value,
          label: options[value],
        })),
      },
      {
        type: 'number',
        name: 'minutes',
        label: t.minutes,
        optional: true,
        min: 1,
        max: 60_000,
        ...(course?.minutes && { value: course.minutes }),
      },
      {
        type: 'number',
        name: 'reportDays',
        label: t.reportDays,
        hint: t.reportHint,
        optional: true,
        min: 1,
        max: 365,
        ...(course?.reportDays && { value: course.reportDays }),
      },
      text('teachers', t.teachers, course?.teachers, 100, { optional: true }),
      text('materialsUrl', t.materials, course?.materialsUrl, 500, { optional: true }),
      text('aims', t.aims, course?.aims, 500, { optional: true, multiline: true }),
    ],
  }
}

type ReadCourse =
  | { readonly errors: Record<string, string> }
  | { readonly year: number; readonly draft: Omit<CourseDraft, 'sessions' | 'target' | 'nomination'> }

function readCourse(values: FormValues, { language, today }: Ask): ReadCourse {
  const t = textsIn(language).form.bad
  const errors: Record<string, string> = {}
  const isoDay = (name: string, optional = false): string => {
    const value = one(values, name)
    if (!/^\d{4}-\d{2}-\d{2}$/.test(value) && !(optional && value === '')) errors[name] = t.date
    return value
  }
  const whole = (name: string, most: number, why: string): number | null => {
    const value = one(values, name)
    if (value === '') return null
    const number = Number(value)
    if (Number.isInteger(number) && number >= 1 && number <= most) return number
    errors[name] = why
    return null
  }
  const name = cutText(one(values, 'name'), 100)
  const code = cutText(one(values, 'code'), 40)
  if (name === '') errors.name = t.required
  if (code === '') errors.code = t.required
  const opensOn = isoDay('opensOn')
  const closesOn = isoDay('closesOn')
  const deadline = isoDay('deadline', true)
  if (!errors.opensOn && !errors.closesOn && closesOn < opensOn) errors.closesOn = t.backwards
  const materialsUrl = webAddress(one(values, 'materialsUrl'))
  if (materialsUrl === undefined) errors.materialsUrl = t.url
  const minutes = whole('minutes', 60_000, t.minutes)
  const reportDays = whole('reportDays', 365, t.reportDays)
  const year = one(values, 'year') === '' ? fiscalYearOf(today) : Number(one(values, 'year'))
  if (!Number.isInteger(year) || year < 2000 || year > 2199) errors.year = t.year
  const kind = courseKinds.find((each) => each === one(values, 'kind')) ?? 'specialist'
  const selection = (['first_come', 'lottery', 'hr'] as const).find(
    (each) => each === one(values, 'selection'),
  )
  const options = many(values, 'options')
  if (Object.keys(errors).length > 0) return { errors }
  return {
    year,
    draft: {
      code,
      name,
      nameEn: cutText(one(values, 'nameEn'), 100),
      kind,
      aims: cutText(one(values, 'aims'), 500),
      teachers: cutText(one(values, 'teachers'), 100),
      materialsUrl: materialsUrl ?? '',
      mandatory: options.includes('mandatory'),
      approvalNeeded: options.includes('approval'),
      surveyWanted: options.includes('survey'),
      selection: selection ?? 'first_come',
      opensOn,
      closesOn,
      deadline: deadline === '' ? null : deadline,
      minutes,
      reportDays,
    },
  }
}

/** What a target can name: of an occupation's course only the sections in its part of the city. */
const targetChoices = async (tx: Tx, course: Course, audience: Audience, today: Temporal.PlainDate) =>
  loadAudienceChoices(tx, reachOfCourse(course, await loadOrganisation(tx, today, [])), audience, today)

async function targetForm(tx: Tx, course: Course, { language, today }: Ask): Promise<Form> {
  const t = textsIn(language).form
  const audience = course.target === null ? {} : audienceSchema.parse(course.target)
  const choices = await targetChoices(tx, course, audience, today)
  return {
    id: 'trainings.target',
    title: t.targetTitle,
    submit: t.save,
    cancel: t.cancel,
    data: { course: course.id, version: course.version },
    intro: t.targetIntro,
    fields: audienceFields(['conditions', 'people'], audience, choices, language),
  }
}

const clauseTypes = ['hired', 'year', 'promoted', 'never', 'all'] as const

function nominationForm(course: Course, { language }: Ask): Form {
  const t = textsIn(language)
  const rule = course.nomination === null ? { any: [] } : nominationRule.parse(course.nomination)
  const nth = rule.any.flatMap((clause) => (clause.type === 'year' ? [clause.nth] : []))[0]
  const rank = rule.any.flatMap((clause) => (clause.type === 'promoted' ? [clause.to] : []))[0]
  const labels = {
    hired: t.clauses.hired,
    year: t.form.clauseYear,
    promoted: t.form.clausePromoted,
    never: t.clauses.never,
    all: t.clauses.all,
  }
  return {
    id: 'trainings.nomination',
    title: t.form.nominationTitle,
    submit: t.form.save,
    cancel: t.form.cancel,
    data: { course: course.id, version: course.version },
    intro: t.form.nominationIntro,
    fields: [
      {
        type: 'checkboxes',
        name: 'clauses',
        label: t.form.clauses,
        optional: true,
        values: [...new Set(rule.any.map(({ type }) => type))],
        options: clauseTypes.map((value) => ({ value, label: labels[value] })),
      },
      {
        type: 'number',
        name: 'nth',
        label: t.form.year_nth,
        optional: true,
        min: 1,
        max: 60,
        ...(nth && { value: nth }),
      },
      {
        type: 'number',
        name: 'rank',
        label: t.form.rank,
        optional: true,
        min: 1,
        max: 1_000,
        ...(rank && { value: rank }),
      },
    ],
  }
}

function readNomination(
  values: FormValues,
  { language }: Ask,
): { readonly errors: Record<string, string> } | { readonly rule: NominationRule | null } {
  const t = textsIn(language).form
  const chosen = many(values, 'clauses')
  const [nth, rank] = [Number(one(values, 'nth')), Number(one(values, 'rank'))]
  if (chosen.includes('year') && !(Number.isInteger(nth) && nth >= 1 && nth <= 60))
    return { errors: { nth: t.badYear } }
  if (chosen.includes('promoted') && !(Number.isInteger(rank) && rank >= 1 && rank <= 1_000))
    return { errors: { rank: t.badRank } }
  const any = clauseTypes
    .filter((type) => chosen.includes(type))
    .map((type): NominationRule['any'][number] => {
      switch (type) {
        case 'year':
          return { type, nth }
        case 'promoted':
          return { type, to: rank }
        case 'hired':
        case 'never':
        case 'all':
          return { type }
        default:
          return type satisfies never
      }
    })
  return { rule: any.length > 0 ? { any } : null }
}
