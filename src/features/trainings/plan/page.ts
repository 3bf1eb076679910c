// One course as its officers see it: how it is set, how its sessions fill, what to do next.
import type { Block, Button, Card, Row } from '../../../cards/card.ts'
import type { Tx } from '../../../db/transaction.ts'
import { audienceLine, loadAudienceNames } from '../../../directory/audience/words.ts'
import { audienceSchema } from '../../../directory/audience.ts'
import { restReasons } from '../../../directory/closures.ts'
import { type Answer, type Ask, replaceWith, say } from '../../../intake/handler.ts'
import { Refusal } from '../../../kernel/errors.ts'
import { formatDate } from '../../../kernel/format.ts'
import type { Language } from '../../../kernel/language.ts'
import type { Core } from '../../feature.ts'
import { mayRun } from '../access.ts'
import { loadCourse } from '../load.ts'
import { type NominationRule, nominationRule } from '../nomination/rule.ts'
import { textsIn as signUpTexts } from '../sign-up/texts.ts'
import { type Course, isFirstCome, isOnDemand, type Session, type SignUpStatus } from '../state.ts'
import { courseName, sessionPlace, sessionTime } from '../words.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'
import { textsIn } from './texts.ts'

export const openPlanned = (course: number) => ({ id: 'trainings.plan-course', data: { course } })
export const openPlan = (year?: number) => ({
  id: 'trainings.plan',
  data: { ...(year && { year }), page: 1 },
})

const mostSessions = 15

/** The course, for an officer whose part it belongs to; the same refusal whether it exists or not. */
export async function officerCourse(tx: Tx, ask: Ask, courseId: number): Promise<Course> {
  const course = await loadCourse(tx, courseId)
  if (!course || !(await mayRun(tx, ask.actor, course, ask.today)))
    throw new Refusal('not-found', { ja: ja.notFound, en: en.notFound })
  return course
}

export type Counts = Readonly<Partial<Record<SignUpStatus, number>>>

/** How many sign-ups of each course stand where; those who only said "not this time" are not counted. */
export async function countsOf(tx: Tx, courseIds: readonly number[]): Promise<ReadonlyMap<number, Counts>> {
  const rows = await tx.signUp.groupBy({
    by: ['courseId', 'status'],
    where: {
      courseId: { in: [...courseIds] },
      NOT: { status: 'cancelled', appliedAt: null },
    },
    _count: true,
  })
  const counts = new Map<number, Record<string, number>>()
  for (const { courseId, status, _count } of rows)
    counts.set(courseId, { ...counts.get(courseId), [status]: _count })
  return counts
}

/** Whoever is affected when it is cancelled. */
export const liveCount = (counts: Counts): number =>
  (['nominated', 'awaiting_approval', 'applied', 'confirmed', 'offered', 'waitlisted'] as const).reduce(
    (sum, status) => sum + (counts[status] ?? 0),
    0,
  )

export function ruleWords(rule: unknown, language: Language): string {
  const t = textsIn(language)
  if (rule === null) return t.nominationNone
  const words = nominationRule.parse(rule).any.map((clause: NominationRule['any'][number]): string => {
    switch (clause.type) {
      case 'hired':
        return t.clauses.hired
      case 'year':
        return t.clauses.year(clause.nth)
      case 'promoted':
        return t.clauses.promoted(clause.to)
      case 'never':
        return t.clauses.never
      case 'all':
        return t.clauses.all
      default:
        return clause satisfies never
    }
  })
  return words.join(language === 'ja' ? '、' : ', ')
}

function optionWords(course: Course, language: Language): string {
  const t = textsIn(language).options
  return [
    t[course.selection],
    course.approvalNeeded ? t.approval : '',
    course.mandatory ? t.mandatory : '',
    course.surveyWanted ? t.survey : '',
    course.reportDays ? t.report(course.reportDays) : '',
  ]
    .filter(Boolean)
    .join(language === 'ja' ? '・' : ', ')
}

function sessionRow(
  course: Course,
  session: Session,
  zone: string,
  now: Temporal.Instant,
  language: Language,
  rested: boolean,
): Row {
  const t = textsIn(language)
  // On a day of rest it can still be moved or cancelled; whoever held it all the same finds the roll under attendance.
  const over = !rested && Temporal.Instant.compare(session.startsAt, now) <= 0
  const state =
    session.status === 'planned' ? t.seats(session.taken, session.capacity) : t.sessionState[session.status]
  const detail = [sessionPlace(session, language), state].filter(Boolean).join(' / ')
  return {
    text: sessionTime(session, zone, language),
    ...(detail && { detail }),
    ...(session.status === 'planned' &&
      !over &&
      course.status !== 'cancelled' && {
        button: {
          label: t.editSession,
          action: { id: 'trainings.session-edit', data: { session: session.id, version: session.version } },
        },
      }),
    ...(over &&
      course.status !== 'cancelled' && {
        button: {
          label: t.roll,
          action: { id: 'trainings.roll', data: { course: course.id, session: session.id, page: 1 } },
        },
      }),
  }
}

export async function plannedCard(
  core: Core,
  tx: Tx,
  ask: Ask,
  course: Course,
  lines: readonly string[] = [],
): Promise<Card> {
  const { language, now } = ask
  const t = textsIn(language)
  const names = await loadAudienceNames(tx, ask.today)
  const restedOn = await restReasons(tx, core.zone)
  const counts = (await countsOf(tx, [course.id])).get(course.id) ?? {}
  const proposed = await tx.nomination.count({ where: { courseId: course.id, status: 'proposed' } })
  const target =
    course.target === null ? t.targetNone : audienceLine(audienceSchema.parse(course.target), names, language)
  const shown = Object.entries(counts) as [SignUpStatus, number][]
  const fact = (label: string, value: string) => (value ? [{ label, value }] : [])
  const blocks: Block[] = [
    { type: 'heading', text: courseName(course, language) },
    ...lines.map((text) => ({ type: 'text', text }) as const),
    {
      type: 'facts',
      facts: [
        ...fact(t.fact.status, t.statuses[course.status]),
        ...fact(t.fact.code, course.code),
        ...fact(t.fact.kind, signUpTexts(language).kinds[course.kind]),
        ...fact(t.fact.occupation, course.occupation ? t.occupation(course.occupation) : ''),
        ...fact(t.fact.target, target),
        ...fact(
          t.fact.window,
          signUpTexts(language).windowDays(
            formatDate(course.opensOn, language),
            formatDate(course.closesOn, language),
          ),
        ),
        ...fact(t.fact.deadline, course.deadline ? formatDate(course.deadline, language) : ''),
        ...fact(t.fact.options, optionWords(course, language)),
        ...fact(t.fact.nomination, ruleWords(course.nomination, language)),
      ],
    },
  ]
  if (course.sessions.length > 0)
    blocks.push({
      type: 'list',
      rows: course.sessions
        .slice(0, mostSessions)
        .map((session) =>
          sessionRow(course, session, core.zone, now, language, restedOn(session.startsAt) !== undefined),
        ),
    })
  if (shown.length > 0)
    blocks.push({
      type: 'facts',
      facts: shown.map(([status, count]) => ({ label: t.counts[status], value: String(count) })),
    })
  else blocks.push({ type: 'context', text: t.noSignUps })
  blocks.push(...buttonBlocks(course, counts, proposed, language))
  return { summary: lines[0] ?? t.summary, blocks }
}

function buttonBlocks(course: Course, counts: Counts, proposed: number, language: Language): Block[] {
  const t = textsIn(language)
  const data = { course: course.id, version: course.version }
  const of = (label: string, id: string, more: Partial<Button> = {}): Button => ({
    label,
    action: { id: `trainings.${id}`, data },
    ...more,
  })
  const next: Button[] = []
  const settings: Button[] = []
  if (course.status === 'draft')
    next.push(
      of(t.publish, 'publish', {
        style: 'primary',
        confirm: {
          title: t.publishTitle,
          text: t.publishText(courseName(course, language)),
          yes: t.yes,
          no: t.no,
        },
      }),
    )
  if (course.kind === 'lecture' && course.lecturerConfirmedAt === null && course.status === 'draft')
    next.push(of(t.lecturerAsk, 'lecture-ask'), of(t.lecturerConfirm, 'lecturer-confirm'))
  if (course.nomination !== null || proposed > 0) next.push(of(t.nominations, 'nominations'))
  if (Object.keys(counts).length > 0) next.push(of(t.people, 'people'))
  if (course.sessions.length === 0 && Object.keys(counts).length > 0)
    next.push({
      label: t.roll,
      action: { id: 'trainings.roll', data: { course: course.id, session: 0, page: 1 } },
    })
  if (!isFirstCome(course) && !isOnDemand(course)) next.push(of(t.selectionOpen, 'selection'))
  const unfinished = (counts.nominated ?? 0) + (course.sessions.length === 0 ? (counts.confirmed ?? 0) : 0)
  if (course.mandatory && course.status === 'published' && unfinished > 0)
    next.push(
      of(t.makeTime, 'make-time', {
        confirm: { title: t.makeTimeTitle, text: t.makeTimeText(unfinished), yes: t.makeTimeSend, no: t.no },
      }),
    )
  if (course.status === 'draft' || course.status === 'published')
    settings.push(
      of(t.edit, 'course-edit'),
      of(t.setTarget, 'target-edit'),
      of(t.setNomination, 'nomination-edit'),
      of(t.addSession, 'session-add'),
    )
  if (course.status === 'published' && isFirstCome(course)) settings.push(of(t.enrol, 'enrol-open'))
  const last: Button[] = [{ label: t.back, action: openPlan(course.fiscalYear) }]
  if (course.status === 'draft' || course.status === 'published')
    last.push(
      of(t.cancelCourse, 'course-cancel', {
        confirm: {
          title: t.cancelCourseTitle,
          text: t.cancelCourseText(courseName(course, language), liveCount(counts)),
          yes: t.cancelCourseYes,
          no: t.no,
        },
      }),
    )
  return [next, settings, last].flatMap((buttons): Block[] =>
    buttons.length > 0 ? [{ type: 'buttons', buttons }] : [],
  )
}

/** The page as it is now. */
export async function showPlanned(
  core: Core,
  tx: Tx,
  ask: Ask,
  courseId: number,
  {
    lines = [],
    place = 'replace',
  }: { readonly lines?: readonly string[]; readonly place?: 'new' | 'replace' } = {},
): Promise<Answer> {
  const card = await plannedCard(core, tx, ask, await officerCourse(tx, ask, courseId), lines)
  return (place === 'new' ? say : replaceWith)(card, openPlanned(courseId))
}
