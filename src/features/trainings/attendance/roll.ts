// The list of a session (or of a course without sessions) as its officers see it: who was there, who is not recorded yet.
import type { Block, Button, Card, Row } from '../../../cards/card.ts'
import { fromDbDate, fromDbInstant, toDbInstant } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import { restReasons } from '../../../directory/closures.ts'
import { loadOrganisation } from '../../../directory/load.ts'
import { addressed, loadPeople, type Person } from '../../../directory/people.ts'
import type { Ask, HomeItem } from '../../../intake/handler.ts'
import { formatDate, formatDateTime, formatTime } from '../../../kernel/format.ts'
import type { Core } from '../../feature.ts'
import { officer, runs, runsCourse } from '../access.ts'
import { loadCourses, loadSignUps } from '../load.ts'
import { officerCourse, openPlanned } from '../plan/page.ts'
import { textsIn as signUpTexts } from '../sign-up/texts.ts'
import { type Course, isDone, isOnDemand, type Session, type SignUp, type SignUpStatus } from '../state.ts'
import { courseName, sessionPlace, sessionTime, stateWords } from '../words.ts'
import { textsIn } from './texts.ts'

export const openRoll = (course: number, session: number, page = 1) => ({
  id: 'trainings.roll',
  data: { course, session, page },
})
export const openRolls = { id: 'trainings.rolls', data: {} }

const pageSize = 10
/** Days before and after today whose sessions are offered. */
const near = 14
const mostSessions = 20

export interface Roll {
  readonly course: Course
  /** Null: done at one's own time. */
  readonly session: Session | null
  /** Who is on the list or was there, those not recorded yet first, then by section and name. */
  readonly signUps: readonly SignUp[]
  readonly people: ReadonlyMap<number, Person>
}

/** Statuses of a list: of a session those with a place in it; of a course without sessions all who are to do it. */
const listed: readonly SignUpStatus[] = ['confirmed', 'attended', 'completed', 'partly', 'absent']

export const isUnrecorded = (signUp: SignUp): boolean =>
  signUp.status === 'confirmed' || signUp.status === 'nominated'

/** The list, for an officer whose part the course belongs to. `sessionId` 0: a course without sessions. */
export async function loadRoll(tx: Tx, ask: Ask, courseId: number, sessionId: number): Promise<Roll> {
  const course = await officerCourse(tx, ask, courseId)
  const session = course.sessions.find(({ id }) => id === sessionId) ?? null
  // A session of another course, or none where there are some, is nothing that a button ever named.
  const fits = session !== null || (sessionId === 0 && isOnDemand(course))
  const found = fits
    ? await loadSignUps(tx, {
        courseId,
        ...(session
          ? { sessionId: session.id, status: { in: [...listed] } }
          : { status: { in: [...listed, 'nominated'] } }),
      })
    : []
  const people = await loadPeople(
    tx,
    found.map(({ personId }) => personId),
    ask.today,
  )
  const numberOf = (signUp: SignUp) => people.get(signUp.personId)?.number ?? ''
  const sectionOf = (signUp: SignUp) => people.get(signUp.personId)?.sectionId ?? 0
  const signUps = found.toSorted(
    (a, b) =>
      Number(!isUnrecorded(a)) - Number(!isUnrecorded(b)) ||
      sectionOf(a) - sectionOf(b) ||
      (numberOf(a) < numberOf(b) ? -1 : 1),
  )
  return { course, session, signUps, people }
}

export const nameIn = (roll: Pick<Roll, 'people'>, personId: number, language: Ask['language']): string => {
  const person = roll.people.get(personId)
  return person ? addressed(person, language) : signUpTexts(language).someone
}

export async function rollCard(
  core: Core,
  tx: Tx,
  ask: Ask,
  roll: Roll,
  page = 1,
  lines: readonly string[] = [],
): Promise<Card> {
  const { language, now } = ask
  const { course, session, signUps } = roll
  const t = textsIn(language)
  const reports = new Map(
    (await tx.report.findMany({ where: { signUpId: { in: signUps.map(({ id }) => id) } } })).map((report) => [
      report.signUpId,
      report,
    ]),
  )
  const code =
    session &&
    (await tx.attendanceCode.findFirst({
      where: { sessionId: session.id, revokedAt: null, validUntil: { gt: toDbInstant(now) } },
    }))
  const count = (...statuses: SignUpStatus[]) =>
    signUps.filter(({ status }) => statuses.includes(status)).length
  const fact = (label: string, value: string) => (value ? [{ label, value }] : [])
  const done = signUps.filter(isDone)
  const blocks: Block[] = [
    { type: 'heading', text: courseName(course, language) },
    ...lines.map((text) => ({ type: 'text', text }) as const),
    {
      type: 'facts',
      facts: [
        ...fact(t.facts.when, session ? sessionTime(session, core.zone, language) : t.onDemand),
        ...fact(t.facts.where, session ? sessionPlace(session, language) : ''),
        ...fact(
          t.facts.code,
          !session
            ? ''
            : code
              ? t.codeOpen(
                  formatDateTime(fromDbInstant(code.validFrom), core.zone, language),
                  formatTime(fromDbInstant(code.validUntil), core.zone),
                )
              : t.codeNone,
        ),
        ...fact(t.facts.attended, session ? t.people(count('attended', 'completed')) : ''),
        ...fact(t.facts.completed, session ? '' : t.people(count('attended', 'completed'))),
        ...fact(t.facts.partly, count('partly') > 0 ? t.people(count('partly')) : ''),
        ...fact(t.facts.absent, session ? t.people(count('absent')) : ''),
        ...fact(t.facts.waiting, t.people(count('confirmed', 'nominated'))),
        ...fact(
          t.facts.answers,
          course.surveyWanted
            ? t.ofPeople(done.filter((each) => each.surveyAnswered).length, done.length)
            : '',
        ),
        ...fact(
          t.facts.reports,
          course.reportDays
            ? t.ofPeople([...reports.values()].filter((each) => each.submittedOn).length, reports.size)
            : '',
        ),
      ].slice(0, 10),
    },
    ...mainButtons(roll, code !== null && code !== undefined, ask),
  ]
  const pages = Math.max(1, Math.ceil(signUps.length / pageSize))
  const at = Math.min(Math.max(1, page), pages)
  const shown = signUps.slice((at - 1) * pageSize, at * pageSize)
  blocks.push(
    shown.length === 0
      ? { type: 'text', text: t.nobody }
      : {
          type: 'list',
          rows: shown.map((signUp): Row => {
            const report = reports.get(signUp.id)
            const state = isUnrecorded(signUp)
              ? t.facts.waiting
              : stateWords(signUp, { zone: core.zone, language, session: session ?? undefined })
            const owed = report
              ? report.submittedOn
                ? t.reportDone
                : t.reportLine(formatDate(fromDbDate(report.dueOn), language))
              : ''
            return {
              text: roll.people.get(signUp.personId)?.name ?? '',
              detail: [state, owed].filter(Boolean).join(' / '),
              button: {
                label: t.edit,
                action: {
                  id: 'trainings.attendance-edit',
                  data: { signUp: signUp.id, version: signUp.version },
                },
              },
            }
          }),
        },
  )
  const turn = (label: string, to: number): Button => ({
    label,
    action: openRoll(course.id, session?.id ?? 0, to),
  })
  if (pages > 1) blocks.push({ type: 'context', text: t.page(at, pages) })
  blocks.push({
    type: 'buttons',
    buttons: [
      ...(at > 1 ? [turn(t.previous, at - 1)] : []),
      ...(at < pages ? [turn(t.next, at + 1)] : []),
      ...(course.surveyWanted
        ? [{ label: t.survey, action: { id: 'trainings.survey-result', data: { course: course.id } } }]
        : []),
      { label: t.backToCourse, action: openPlanned(course.id) },
      { label: t.backToSessions, action: openRolls },
    ],
  })
  return { summary: lines[0] ?? t.rollSummary, blocks }
}

function mainButtons({ course, session, signUps }: Roll, hasCode: boolean, { language, now }: Ask): Block[] {
  const t = textsIn(language)
  const data = { course: course.id, session: session?.id ?? 0 }
  const rest = signUps.filter(isUnrecorded).length
  const buttons: Button[] = []
  const over = session !== null && Temporal.Instant.compare(session.endsAt, now) <= 0
  if (course.status === 'draft' || course.status === 'cancelled' || session?.status === 'cancelled') return []
  if (rest > 0)
    buttons.push({
      label: t.tick,
      ...((over || !session) && { style: 'primary' as const }),
      action: { id: 'trainings.tick', data },
    })
  if (session && Temporal.Instant.compare(session.endsAt.add({ minutes: 30 }), now) > 0)
    buttons.unshift({
      label: hasCode ? t.newCode : t.showCode,
      ...(!over && !hasCode && { style: 'primary' as const }),
      action: { id: 'trainings.code-open', data },
      ...(hasCode && { confirm: { title: t.newCodeTitle, text: t.newCodeText, yes: t.yes, no: t.no } }),
    })
  buttons.push({ label: t.walkIn, action: { id: 'trainings.walk-in', data } })
  if (over && rest > 0)
    buttons.push({
      label: t.close,
      action: { id: 'trainings.roll-close', data },
      confirm: { title: t.closeTitle, text: t.closeText(rest), yes: t.yes, no: t.no },
    })
  return [{ type: 'buttons', buttons }]
}

interface Near {
  readonly course: Course
  readonly session: Session | null
  readonly rest: number
}

/** Sessions around today that this officer runs, and their courses without sessions that are under way. */
export async function rollsNear(core: Core, tx: Tx, ask: Ask): Promise<Near[]> {
  const mine = runs(ask.actor, await loadOrganisation(tx, ask.today, []))
  const at = (days: number) => toDbInstant(ask.today.add({ days }).toZonedDateTime(core.zone).toInstant())
  const courses = (
    await loadCourses(tx, {
      status: { in: ['published', 'closed'] },
      OR: [
        { sessions: { some: { status: { not: 'cancelled' }, startsAt: { gte: at(-near), lt: at(near) } } } },
        { sessions: { none: {} }, signUps: { some: { status: { in: ['confirmed', 'nominated'] } } } },
      ],
    })
  ).filter((course) => runsCourse(mine, course))
  const counted = await tx.signUp.groupBy({
    by: ['courseId', 'sessionId'],
    where: { courseId: { in: courses.map(({ id }) => id) }, status: 'confirmed' },
    _count: true,
  })
  const restOf = (course: number, session: number | null) =>
    counted.find(({ courseId, sessionId }) => courseId === course && sessionId === session)?._count ?? 0
  const [from, to] = [at(-near), at(near)]
  const found = courses.flatMap((course): Near[] => {
    if (isOnDemand(course)) return [{ course, session: null, rest: restOf(course.id, null) }]
    return course.sessions
      .filter(({ status, startsAt }) => {
        const starts = toDbInstant(startsAt)
        return status !== 'cancelled' && starts >= from && starts < to
      })
      .map((session) => ({ course, session, rest: restOf(course.id, session.id) }))
  })
  // What is nearest to now comes first; what has no hour comes last.
  const distance = ({ session }: Near) =>
    session
      ? Math.abs(session.startsAt.epochMilliseconds - ask.now.epochMilliseconds)
      : Number.MAX_SAFE_INTEGER
  return found.toSorted((a, b) => distance(a) - distance(b))
}

export async function rollsCard(core: Core, tx: Tx, ask: Ask): Promise<Card> {
  const t = textsIn(ask.language)
  const all = await rollsNear(core, tx, ask)
  const rows = all.slice(0, mostSessions).map(({ course, session, rest }): Row => {
    const when = session ? sessionTime(session, core.zone, ask.language) : t.onDemand
    const isAhead = session && Temporal.Instant.compare(session.startsAt, ask.now) > 0
    return {
      text: courseName(course, ask.language),
      detail: [when, rest > 0 ? t.unrecorded(rest) : isAhead ? '' : t.allRecorded]
        .filter(Boolean)
        .join(' / '),
      button: { label: t.open, action: openRoll(course.id, session?.id ?? 0) },
    }
  })
  return {
    summary: t.rollSummary,
    blocks: [
      { type: 'heading', text: t.sessionsTitle },
      rows.length > 0 ? { type: 'list', rows } : { type: 'text', text: t.sessionsNone },
      { type: 'context', text: t.sessionsHow },
    ],
  }
}

/** The officers' own: sessions of today, and past ones that are not recorded yet. */
export async function rollHome(core: Core, tx: Tx, ask: Ask): Promise<HomeItem[]> {
  if (!officer.allows(ask.actor, ask.now)) return []
  const t = textsIn(ask.language)
  const restedOn = await restReasons(tx, core.zone)
  return (await rollsNear(core, tx, ask)).flatMap(({ course, session, rest }): HomeItem[] => {
    if (!session || rest === 0) return []
    if (restedOn(session.startsAt) !== undefined) {
      const decide = { id: 'trainings.plan-course', data: { course: course.id } }
      const text = t.homeRested(courseName(course, ask.language))
      return [
        {
          at: session.startsAt,
          text,
          detail: sessionTime(session, core.zone, ask.language),
          button: { label: t.open, action: decide },
        },
      ]
    }
    const button = { label: t.open, action: openRoll(course.id, session.id) }
    const name = courseName(course, ask.language)
    const day = session.startsAt.toZonedDateTimeISO(core.zone).toPlainDate()
    const detail = sessionTime(session, core.zone, ask.language)
    if (Temporal.Instant.compare(session.endsAt, ask.now) <= 0)
      return [{ at: session.endsAt, text: t.homeRest(name, rest), detail, button }]
    return day.equals(ask.today) ? [{ at: session.startsAt, text: t.homeRoll(name), detail, button }] : []
  })
}
