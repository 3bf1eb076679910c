// 「研修」: what is open to me now by deadline, and my own, what wants an answer first.
import type { Block, Button, Card, Row } from '../../../cards/card.ts'
import { toDbDate } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import { addressed, loadPeople } from '../../../directory/people.ts'
import type { Ask, HomeItem } from '../../../intake/handler.ts'
import { formatDate } from '../../../kernel/format.ts'
import type { Language } from '../../../kernel/language.ts'
import type { Core } from '../../feature.ts'
import { officer } from '../access.ts'
import { loadCourses, loadSignUps } from '../load.ts'
import { meantFor } from '../meant.ts'
import { awaiting } from '../sign-up/approve.ts'
import { isAhead, openCourse } from '../sign-up/card.ts'
import { waitlistPlace } from '../sign-up/scene.ts'
import { type Course, isFirstCome, isLive, type SignUp, sessionOf } from '../state.ts'
import { courseName, sessionTime, stateWords } from '../words.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'

export const textsIn = (language: Language): typeof ja => (language === 'ja' ? ja : en)

const pageSize = 8
/** Of one's own, those that are settled are in the record. */
const mostOwn = 8

interface Mine {
  readonly signUp: SignUp
  readonly course: Course
}

/** Courses that somebody may sign up for today, by the end of the window; those answered already left out. */
export async function openTo(tx: Tx, personId: number, today: Temporal.PlainDate): Promise<Course[]> {
  const day = toDbDate(today)
  const courses = await loadCourses(tx, {
    status: 'published',
    opensOn: { lte: day },
    closesOn: { gte: day },
    signUps: {
      none: { personId, OR: [{ status: { not: 'cancelled' } }, { cancelReason: 'self', appliedAt: null }] },
    },
  })
  const meant = await meantFor(tx, courses, personId, today)
  return courses.filter(({ id }) => meant.has(id))
}

/** What is under way of one's own: what wants an answer first, then by time. */
export async function ownLive(tx: Tx, personId: number): Promise<Mine[]> {
  const live = ['nominated', 'awaiting_approval', 'applied', 'confirmed', 'offered', 'waitlisted']
  const signUps = await loadSignUps(tx, {
    personId,
    status: { in: live },
    course: { status: { in: ['published', 'closed'] } },
  })
  const courses = await loadCourses(tx, { id: { in: signUps.map(({ courseId }) => courseId) } })
  const byId = new Map(courses.map((course) => [course.id, course]))
  const rank = ({ signUp }: Mine) => (signUp.status === 'offered' ? 0 : signUp.status === 'nominated' ? 1 : 2)
  const at = ({ signUp, course }: Mine) =>
    course.sessions.find(({ id }) => id === sessionOf(signUp))?.startsAt.epochMilliseconds ??
    Number.MAX_SAFE_INTEGER
  return signUps
    .flatMap((signUp) => {
      const course = byId.get(signUp.courseId)
      return course && isLive(signUp) ? [{ signUp, course }] : []
    })
    .toSorted((a, b) => rank(a) - rank(b) || at(a) - at(b))
}

async function ownRow(core: Core, tx: Tx, ask: Ask, { signUp, course }: Mine): Promise<Row> {
  const { language } = ask
  const t = textsIn(language)
  const approverId = signUp.status === 'awaiting_approval' ? signUp.approverId : null
  const approver =
    approverId === null ? undefined : (await loadPeople(tx, [approverId], ask.today)).get(approverId)
  const state = stateWords(signUp, {
    zone: core.zone,
    language,
    session: course.sessions.find(({ id }) => id === sessionOf(signUp)),
    approver: approver && addressed(approver, language),
    waitlistPlace: await waitlistPlace(tx, signUp),
  })
  const label = signUp.status === 'offered' ? t.answer : signUp.status === 'nominated' ? t.choose : t.open
  return {
    text: courseName(course, language),
    detail: [signUp.mandatory ? t.mandatory : '', state].filter(Boolean).join(' / '),
    button: { label, action: openCourse(course.id) },
  }
}

function openRow(core: Core, ask: Ask, course: Course): Row {
  const { language } = ask
  const t = textsIn(language)
  const ahead = course.sessions.filter((session) => isAhead(session, ask.now))
  const [only] = ahead
  const when =
    only && ahead.length === 1
      ? sessionTime(only, core.zone, language)
      : ahead.length > 1
        ? t.dates(ahead.length)
        : ''
  return {
    text: courseName(course, language),
    detail: [t.closes(formatDate(course.closesOn, language)), when].filter(Boolean).join(' / '),
    button: { label: t.open, action: openCourse(course.id) },
  }
}

export async function mineCard(core: Core, tx: Tx, ask: Ask, page = 1): Promise<Card> {
  const t = textsIn(ask.language)
  const own = await ownLive(tx, ask.actor.id)
  const open = await openTo(tx, ask.actor.id, ask.today)
  const approvals = (await awaiting(tx, ask.actor.id)).length
  const blocks: Block[] = [{ type: 'heading', text: t.title }]
  if (approvals > 0)
    blocks.push(
      { type: 'text', text: t.approvals(approvals) },
      {
        type: 'buttons',
        buttons: [{ label: t.openApprovals, action: { id: 'trainings.approvals', data: {} } }],
      },
    )
  if (own.length > 0) {
    const rows: Row[] = []
    for (const each of own.slice(0, mostOwn)) rows.push(await ownRow(core, tx, ask, each))
    blocks.push({ type: 'text', text: [{ bold: t.mineTitle }] }, { type: 'list', rows })
    if (own.length > mostOwn) blocks.push({ type: 'context', text: t.more(own.length - mostOwn) })
  }
  const pages = Math.max(1, Math.ceil(open.length / pageSize))
  const at = Math.min(Math.max(1, page), pages)
  const shown = open.slice((at - 1) * pageSize, at * pageSize)
  if (shown.length > 0)
    blocks.push(
      { type: 'text', text: [{ bold: t.openTitle }] },
      { type: 'list', rows: shown.map((course) => openRow(core, ask, course)) },
    )
  else blocks.push({ type: 'text', text: own.length > 0 ? t.nothingOpen : t.nothing })
  const turn = (to: number, label: string): Button => ({
    label,
    action: { id: 'trainings.mine', data: { page: to } },
  })
  const buttons: Button[] = [
    ...(at > 1 ? [turn(at - 1, t.previous)] : []),
    ...(at < pages ? [turn(at + 1, t.next)] : []),
    ...(officer.allows(ask.actor, ask.now)
      ? [{ label: t.hr, action: { id: 'trainings.plan', data: {} } }]
      : []),
  ]
  if (pages > 1) blocks.push({ type: 'context', text: t.page(at, pages) })
  if (buttons.length > 0) blocks.push({ type: 'buttons', buttons })
  return { summary: t.summary, blocks }
}

/** What comes up, what wants an answer, and how many are open. */
export async function mineHome(core: Core, tx: Tx, ask: Ask): Promise<HomeItem[]> {
  const { language, now } = ask
  const t = textsIn(language)
  const endOf = (day: Temporal.PlainDate) =>
    day.toZonedDateTime({ timeZone: core.zone, plainTime: '17:00' }).toInstant()
  const own = (await ownLive(tx, ask.actor.id)).flatMap(({ signUp, course }): HomeItem[] => {
    const name = courseName(course, language)
    const button = { label: t.open, action: openCourse(course.id) }
    const session = course.sessions.find(({ id }) => id === sessionOf(signUp))
    switch (signUp.status) {
      case 'offered':
        return [{ at: signUp.offerUntil, text: t.homeOffer(name), button: { ...button, label: t.answer } }]
      case 'nominated':
        return isFirstCome(course)
          ? [
              {
                at: endOf(course.deadline ?? course.closesOn),
                text: t.homeChoose(name),
                button: { ...button, label: t.choose },
              },
            ]
          : []
      case 'confirmed':
        if (session)
          return isAhead(session, now)
            ? [
                {
                  at: session.startsAt,
                  text: t.homeComing(name),
                  detail: [sessionTime(session, core.zone, language), session.place]
                    .filter(Boolean)
                    .join(' '),
                  button,
                },
              ]
            : []
        return [{ at: course.deadline ? endOf(course.deadline) : null, text: t.homeDue(name), button }]
      default:
        return []
    }
  })
  const open = await openTo(tx, ask.actor.id, ask.today)
  const [first] = open
  if (!first) return own
  return [
    ...own,
    {
      at: endOf(first.closesOn),
      text: t.homeOpen(open.length),
      detail: courseName(first, language),
      button: { label: t.open, action: { id: 'trainings.mine', data: {} } },
    },
  ]
}
