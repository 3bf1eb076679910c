// Seats that are given out after the window (抽選, 選考): wishes, HR's proposal with the reason per person, publishing,
// and how everybody checks their own result.
import { z } from 'zod'
import type { FieldErrors, FormValues } from '../../../cards/card.ts'
import { raw } from '../../../cards/values.ts'
import { writeAudit } from '../../../db/audit.ts'
import { toDbDate } from '../../../db/time.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import { loadCalendars } from '../../../directory/calendars.ts'
import { loadOrganisation } from '../../../directory/load.ts'
import { loadPeople } from '../../../directory/people.ts'
import {
  type Answer,
  type Ask,
  action,
  type FormAnswer,
  form,
  type HomeItem,
  openForm,
  replaceWith,
} from '../../../intake/handler.ts'
import { everyStaffMember } from '../../../intake/permissions.ts'
import type { Core, Feature } from '../../feature.ts'
import { mayRun, officer } from '../access.ts'
import { loadCourse, loadCourses } from '../load.ts'
import { officerCourse } from '../plan/page.ts'
import { applyFor, by } from '../sign-up/apply.ts'
import { drawCourse, isAhead } from '../sign-up/card.ts'
import { lockedSignUp } from '../sign-up/move.ts'
import { loadScene, notFound, ownSignUp } from '../sign-up/scene.ts'
import { writeWishes } from '../sign-up/store.ts'
import { approvalEnds } from '../sign-up/waitlist.ts'
import { type Course, isFirstCome, isOnDemand, windowOf } from '../state.ts'
import { courseName } from '../words.ts'
import { commit, type Draw, findDraw, judge, judgementReasons, lockedDraw } from './draws.ts'
import { propose } from './proposal.ts'
import { lockApplicants, publish } from './publish.ts'
import { type PriorityClause, type PriorityRule, priorityRule } from './rule.ts'
import { textsIn } from './texts.ts'
import {
  type Hindrance,
  isRuleOpen,
  judgeForm,
  mostWishes,
  pageSize,
  ruleForm,
  selectionCard,
  verifyCard,
  wishForm,
} from './views.ts'

const id = z.number().int().positive().max(2_147_483_647)
const ofCourse = z.object({
  course: id,
  version: id.optional(),
  page: z.number().int().min(1).max(10_000).default(1),
})

export function selection(core: Core): Omit<Feature, 'name'> {
  const { zone } = core

  /** What keeps a course from its result today. */
  const hindranceOf = async (
    tx: Tx,
    course: Course,
    ask: Pick<Ask, 'now' | 'today'>,
  ): Promise<Hindrance | undefined> => {
    if (windowOf(course, ask.today) !== 'over') return { type: 'window', until: course.closesOn }
    const waiting = await tx.signUp.count({ where: { courseId: course.id, status: 'awaiting_approval' } })
    const { city } = await loadCalendars(tx)
    if (waiting > 0) return { type: 'approvals', count: waiting, until: approvalEnds(city, course) }
    if (!course.sessions.some((session) => isAhead(session, ask.now))) return { type: 'no-sessions' }
    const applied = await tx.signUp.count({
      where: { courseId: course.id, status: { in: ['applied', 'nominated'] } },
    })
    return applied === 0 ? { type: 'nobody' } : undefined
  }

  /** A course whose seats are given out here, for an officer of its part. */
  const selected = async (tx: Tx, ask: Ask, courseId: number): Promise<Course> => {
    const course = await officerCourse(tx, ask, courseId)
    if (isFirstCome(course) || isOnDemand(course)) throw notFound()
    return course
  }

  const show = async (
    tx: Tx,
    ask: Ask,
    course: Course,
    page = 1,
    lines: readonly string[] = [],
  ): Promise<Answer> => {
    const draw = await findDraw(tx, course.id)
    const hindrance = await hindranceOf(tx, course, ask)
    const proposal = draw && draw.status !== 'published' ? await propose(tx, course, draw, ask) : undefined
    const pages = Math.max(1, Math.ceil((proposal?.applicants.length ?? 0) / pageSize))
    const at = Math.min(page, pages)
    const shown = proposal?.applicants.slice((at - 1) * pageSize, at * pageSize) ?? []
    const people = await loadPeople(
      tx,
      shown.map(({ signUp }) => signUp.personId),
      ask.today,
    )
    const org = await loadOrganisation(tx, ask.today, [])
    const card = selectionCard(
      {
        course,
        draw,
        hindrance,
        ...(proposal && { proposal }),
        people,
        sectionOf: (person) => org.section(person?.sectionId ?? 0)?.name ?? '',
        page: at,
      },
      { language: ask.language, zone, today: ask.today },
      lines,
    )
    return replaceWith(card, { id: 'trainings.selection', data: { course: course.id, page: at } })
  }

  /** Where it was not drawn on the day sign-up opened: the server was down, or the course was published late. */
  const ensureDraw = async (
    tx: Tx,
    course: Course,
    ask: Pick<Ask, 'now' | 'today'>,
  ): Promise<Draw | undefined> => {
    if (course.status === 'published' && windowOf(course, ask.today) !== 'ahead')
      await commit(tx, course.id, ask.now)
    return lockedDraw(tx, course.id)
  }

  const publishResult = (
    ask: Ask,
    data: { course: number; version: number; applicants: number; seated: number },
  ): Promise<Answer> =>
    inTransaction(core.db, async (tx) => {
      const t = textsIn(ask.language)
      const seen = await selected(tx, ask, data.course)
      await lockApplicants(tx, seen)
      const draw = await ensureDraw(tx, seen, ask)
      // Read once more, under the locks.
      const course = await selected(tx, ask, data.course)
      if (
        !draw ||
        draw.status === 'published' ||
        course.status !== 'published' ||
        course.version !== data.version
      )
        return show(tx, ask, course, 1, [t.stale])
      if (await hindranceOf(tx, course, ask)) return show(tx, ask, course, 1, [t.notYet])
      const { applicants } = await propose(tx, course, draw, ask)
      const seats = applicants.filter(({ result }) => result?.seat).length
      // What HR has seen is what is published.
      if (applicants.length !== data.applicants || seats !== data.seated)
        return show(tx, ask, course, 1, [t.stale])
      const { seated, waiting } = await publish(core, tx, course, draw, {
        ...by(ask),
        today: ask.today,
        passed: (reason) => textsIn('ja').passedOver(textsIn('ja').reasons[reason]),
      })
      await writeAudit(tx, {
        at: ask.now,
        actorId: ask.actor.id,
        via: 'chat',
        action: 'trainings.selection-published',
        subject: `course:${course.id}`,
        change: { seated, waiting, judgements: draw.judgements.length },
        flow: ask.flow,
      })
      return show(tx, ask, course, 1, [t.done(seated, waiting)])
    })

  const saveRule = (ask: Ask, data: { course: number; version: number }, values: FormValues) =>
    inTransaction(core.db, async (tx) => {
      const t = textsIn(ask.language)
      const course = await selected(tx, ask, data.course)
      if (!isRuleOpen(course, ask.today)) return show(tx, ask, course, 1, [t.ruleFrozen])
      const read = readRule(values, ask)
      if ('errors' in read) return read
      const { count } = await tx.course.updateMany({
        where: { id: course.id, version: data.version },
        data: { priority: read.rule, version: { increment: 1 } },
      })
      if (count === 0) return show(tx, ask, course, 1, [t.stale])
      await writeAudit(tx, {
        at: ask.now,
        actorId: ask.actor.id,
        via: 'chat',
        action: 'trainings.priority-changed',
        subject: `course:${course.id}`,
        change: { priority: read.rule },
        flow: ask.flow,
      })
      return show(tx, ask, await selected(tx, ask, course.id), 1, [t.ruleSaved])
    })

  /** The applicant of a course in which HR chooses, locked together with its draw. */
  const judging = async (tx: Tx, ask: Ask, signUpId: number) => {
    const signUp = await lockedSignUp(tx, signUpId)
    if (!signUp) throw notFound()
    const course = await selected(tx, ask, signUp.courseId)
    const draw = await ensureDraw(tx, course, ask)
    if (course.selection !== 'hr' || !draw) throw notFound()
    return { signUp, course, draw }
  }

  const saveJudgement = (ask: Ask, data: { signUp: number; page: number }, values: FormValues) =>
    inTransaction(core.db, async (tx): Promise<FormAnswer | { readonly errors: FieldErrors }> => {
      const t = textsIn(ask.language)
      const { signUp, course, draw } = await judging(tx, ask, data.signUp)
      if (draw.status === 'published' || (signUp.status !== 'applied' && signUp.status !== 'nominated'))
        return show(tx, ask, course, data.page, [t.stale])
      const as = (['usual', 'prefer', 'pass'] as const).find((each) => each === raw(values, 'as'))
      const reason = judgementReasons.find((each) => each === raw(values, 'reason'))
      if (!as) return { errors: { as: t.chosenMissing } }
      if (as !== 'usual' && !reason) return { errors: { reason: t.reasonNeeded } }
      await judge(tx, draw, signUp.id, as === 'usual' || !reason ? null : { as, reason }, ask.now)
      await writeAudit(tx, {
        at: ask.now,
        actorId: ask.actor.id,
        via: 'chat',
        action: 'trainings.judged',
        subject: `sign-up:${signUp.id}`,
        subjectPersonId: signUp.personId,
        change: { as, reason: reason ?? null },
        flow: ask.flow,
      })
      return show(tx, ask, course, data.page, [t.judged])
    })

  const openWishes = (ask: Ask, courseId: number) =>
    inTransaction(core.db, async (tx) => {
      const { course, signUp } = await loadScene(tx, ask, courseId)
      const sessions = course.sessions.filter((session) => isAhead(session, ask.now))
      if (isFirstCome(course) || sessions.length === 0 || windowOf(course, ask.today) !== 'open')
        return drawCourse(core, tx, ask, course.id)
      return openForm(wishForm(course, sessions, signUp, { language: ask.language, zone, today: ask.today }))
    })

  const saveWishes = async (
    ask: Ask,
    data: { course: number; signUp?: number | undefined; version?: number | undefined },
    values: FormValues,
  ) => {
    const t = textsIn(ask.language)
    const named = Array.from({ length: mostWishes }, (_, n) => raw(values, `wish${n + 1}`))
    const chosen = named.filter((value) => value !== '').map(Number)
    if (!chosen.every((each) => id.safeParse(each).success) || chosen.length === 0)
      return { errors: { wish1: t.wishNone } }
    const twice = named.findIndex((value, n) => value !== '' && named.indexOf(value) < n)
    if (twice >= 0) return { errors: { [`wish${twice + 1}`]: t.wishTwice } }
    if (data.signUp === undefined) return applyFor(core, ask, { course: data.course, wishes: chosen })
    const { signUp: signUpId, version } = data
    return inTransaction(core.db, async (tx) => {
      const signUp = await lockedSignUp(tx, signUpId)
      if (!signUp || signUp.personId !== ask.actor.id) throw notFound()
      const course = await loadCourse(tx, signUp.courseId)
      const open = course?.status === 'published' && windowOf(course, ask.today) === 'open'
      const waits = ['applied', 'awaiting_approval', 'nominated'].includes(signUp.status)
      const ahead = new Set(course?.sessions.filter((each) => isAhead(each, ask.now)).map((each) => each.id))
      if (!open || !waits || signUp.version !== version) return drawCourse(core, tx, ask, signUp.courseId)
      if (!chosen.every((each) => ahead.has(each))) return { errors: { wish1: t.wishNone } }
      await writeWishes(tx, signUp.id, chosen)
      return drawCourse(core, tx, ask, signUp.courseId, { lines: [t.wishSaved] })
    })
  }

  /** Courses of the officer's part whose result can be published. */
  const ready = async (tx: Tx, ask: Ask): Promise<Course[]> => {
    const over = await loadCourses(tx, {
      status: 'published',
      selection: { not: 'first_come' },
      closesOn: { lt: toDbDate(ask.today) },
      signUps: { some: { status: 'applied' } },
    })
    const found: Course[] = []
    for (const course of over)
      if (!(await hindranceOf(tx, course, ask)) && (await mayRun(tx, ask.actor, course, ask.today)))
        found.push(course)
    return found
  }

  return {
    actions: {
      'trainings.selection': action({
        effect: 'reads',
        permission: officer,
        data: ofCourse,
        handle: (ask, { course, page }) =>
          inTransaction(core.db, async (tx) => {
            const found = await selected(tx, ask, course)
            await ensureDraw(tx, found, ask)
            return show(tx, ask, found, page)
          }),
      }),
      'trainings.selection-publish': action({
        effect: 'changes',
        permission: officer,
        data: z.object({ course: id, version: id, applicants: z.number().int(), seated: z.number().int() }),
        handle: publishResult,
      }),
      'trainings.priority-edit': action({
        effect: 'reads',
        opensForm: true,
        permission: officer,
        data: z.object({ course: id }),
        handle: (ask, { course }) =>
          inTransaction(core.db, async (tx) => {
            const found = await selected(tx, ask, course)
            return isRuleOpen(found, ask.today)
              ? openForm(ruleForm(found, ask.language))
              : show(tx, ask, found, 1, [textsIn(ask.language).ruleFrozen])
          }),
      }),
      'trainings.judge': action({
        effect: 'reads',
        opensForm: true,
        permission: officer,
        data: z.object({ signUp: id, page: z.number().int().min(1).default(1) }),
        handle: (ask, { signUp, page }) =>
          inTransaction(core.db, async (tx) => {
            const { draw } = await judging(tx, ask, signUp)
            const now = draw.judgements.find((each) => each.signUp === signUp)
            return openForm(judgeForm(signUp, now, page, ask.language))
          }),
      }),
      'trainings.wish': action({
        effect: 'reads',
        opensForm: true,
        permission: everyStaffMember,
        data: z.object({ course: id }),
        handle: (ask, { course }) => openWishes(ask, course),
      }),
      'trainings.verify': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: z.object({ course: id }),
        handle: (ask, { course: courseId }) =>
          inTransaction(core.db, async (tx) => {
            const { course } = await loadScene(tx, ask, courseId)
            if (isFirstCome(course)) throw notFound()
            const signUp = await ownSignUp(tx, course.id, ask.actor.id)
            const draw = await findDraw(tx, course.id)
            return replaceWith(
              verifyCard(
                course,
                draw,
                { signUp, number: ask.actor.number },
                { language: ask.language, zone, today: ask.today },
              ),
            )
          }),
      }),
    },
    forms: {
      'trainings.priority': form({
        permission: officer,
        data: z.object({ course: id, version: id }),
        handle: saveRule,
      }),
      'trainings.judged': form({
        permission: officer,
        data: z.object({ signUp: id, page: z.number().int().min(1).default(1) }),
        handle: saveJudgement,
      }),
      'trainings.wished': form({
        permission: everyStaffMember,
        data: z.object({ course: id, signUp: id.optional(), version: id.optional() }),
        handle: saveWishes,
      }),
    },
    home: async (ask): Promise<readonly HomeItem[]> => {
      if (!(await officer.allows(ask.actor, ask.now))) return []
      const t = textsIn(ask.language)
      return (await ready(core.db.prisma, ask)).map((course) => ({
        at: null,
        text: t.home(courseName(course, ask.language)),
        button: { label: t.ready, action: { id: 'trainings.selection', data: { course: course.id } } },
      }))
    },
    on: async (event, tx, now) => {
      if (event.type !== 'day-opened') return
      const open = await loadCourses(tx, {
        status: 'published',
        selection: { not: 'first_come' },
        opensOn: { lte: toDbDate(event.on) },
        closesOn: { gte: toDbDate(event.on) },
        draws: { none: { status: { not: 'discarded' } } },
      })
      for (const course of open) await commit(tx, course.id, now)
    },
  }
}

function readRule(
  values: FormValues,
  ask: Pick<Ask, 'language'>,
): { readonly rule: PriorityRule } | { readonly errors: Record<string, string> } {
  const t = textsIn(ask.language)
  const chosen = values.classes ?? []
  const named = typeof chosen === 'string' ? [chosen] : chosen
  const number = (name: string) => (raw(values, name) === '' ? Number.NaN : Number(raw(values, name)))
  const [from, to, years] = [number('from'), number('to'), number('years')]
  const errors: Record<string, string> = {}
  const clauses: Record<string, PriorityClause> = {
    mandatory: { type: 'mandatory' },
    recommended: { type: 'recommended' },
    never: { type: 'never' },
    grade: { type: 'grade', from, to },
    years: { type: 'years', to: years },
  }
  if (
    named.includes('grade') &&
    !(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to && to <= 1000)
  )
    errors.to = t.rangeWrong
  if (named.includes('years') && !(Number.isInteger(years) && years >= 1 && years <= 60))
    errors.years = t.yearsWrong
  if (Object.keys(errors).length > 0) return { errors }
  const first = Object.entries(clauses).flatMap(([name, each]) => (named.includes(name) ? [each] : []))
  return { rule: priorityRule.parse({ first }) }
}
