// The card of one course for whoever may take part: what it is, how one stands to it, and the one obvious button.
import type { Block, Button, Card, LinkButton, Row } from '../../../cards/card.ts'
import type { Tx } from '../../../db/transaction.ts'
import { type Answer, type Ask, replaceWith, say } from '../../../intake/handler.ts'
import { formatDate } from '../../../kernel/format.ts'
import type { Language } from '../../../kernel/language.ts'
import type { Core } from '../../feature.ts'
import { reasonWords } from '../nomination/rule.ts'
import {
  type Course,
  isFirstCome,
  isLive,
  isOnDemand,
  type Session,
  type SignUp,
  sessionOf,
  windowOf,
} from '../state.ts'
import { courseName, sessionPlace, sessionTime, stateWords } from '../words.ts'
import { loadScene, type Scene } from './scene.ts'
import { textsIn } from './texts.ts'

export const openCourse = (course: number) => ({ id: 'trainings.course', data: { course } })
export const openList = { id: 'trainings.mine', data: { page: 1 } }

/** Sessions that one card shows. */
const mostSessions = 12

interface Reading {
  readonly zone: string
  readonly language: Language
  readonly now: Temporal.Instant
  readonly today: Temporal.PlainDate
}

/** Planned and not yet begun. */
export const isAhead = (session: Session, now: Temporal.Instant): boolean =>
  session.status === 'planned' && Temporal.Instant.compare(session.startsAt, now) > 0

/** What kind of step a click on a session is for this person now; null: none. */
function stepFor(scene: Scene, today: Temporal.PlainDate): 'apply' | 'choose' | 'change' | null {
  const { course, signUp, meant } = scene
  if (course.status !== 'published') return null
  if (signUp && isLive(signUp)) {
    if (signUp.status === 'nominated') return isFirstCome(course) ? 'choose' : null
    // Another date of the same course, as long as seats go to whoever comes first.
    return signUp.status === 'confirmed' && signUp.sessionId !== null && isFirstCome(course) ? 'change' : null
  }
  if (signUp && (signUp.status === 'attended' || signUp.status === 'completed')) return null
  return meant && windowOf(course, today) === 'open' ? 'apply' : null
}

export function courseCard(scene: Scene, reading: Reading, lines: readonly string[] = []): Card {
  const { course, signUp } = scene
  const { language, today } = reading
  const t = textsIn(language)
  const name = courseName(course, language)
  const step = stepFor(scene, today)
  const note = noteOf(scene, reading, step)
  const sessions = sessionRows(scene, reading, step)
  return {
    summary: lines[0] ?? name,
    blocks: [
      { type: 'heading', text: name },
      ...lines.map((text) => ({ type: 'text', text }) as const),
      { type: 'facts', facts: factsOf(scene, reading) },
      ...(course.aims ? [{ type: 'context', text: course.aims } as const] : []),
      ...(signUp?.mandatory && isLive(signUp)
        ? [{ type: 'context', text: t.mandatoryLine(reasonWords(signUp.reason, language)) } as const]
        : []),
      ...(note ? [{ type: 'context', text: note } as const] : []),
      ...(sessions.length > 0 ? [{ type: 'list', rows: sessions } as const] : []),
      ...buttonBlocks(scene, reading, step),
    ],
  }
}

function factsOf(scene: Scene, { zone, language }: Reading) {
  const { course, signUp } = scene
  const t = textsIn(language)
  const session = sessionOfOwn(course, signUp)
  const fact = (label: string, value: string) => (value ? [{ label, value }] : [])
  return [
    ...(signUp
      ? fact(
          t.state,
          stateWords(signUp, {
            zone,
            language,
            session,
            approver: scene.approver,
            waitlistPlace: scene.place,
          }),
        )
      : []),
    {
      label: t.window,
      value: t.windowDays(formatDate(course.opensOn, language), formatDate(course.closesOn, language)),
    },
    ...(isOnDemand(course) ? fact(t.when, t.anyTime) : []),
    ...fact(t.deadline, course.deadline ? t.until(formatDate(course.deadline, language)) : ''),
    ...fact(t.hours, course.minutes ? t.minutes(course.minutes) : ''),
    ...fact(t.teachers, course.teachers),
    ...fact(t.approval, !signUp && course.approvalNeeded ? t.approvalNeeded : ''),
  ]
}

const sessionOfOwn = (course: Course, signUp: SignUp | null): Session | undefined =>
  signUp ? course.sessions.find(({ id }) => id === sessionOf(signUp)) : undefined

function noteOf({ course, signUp, meant }: Scene, { language, today }: Reading, step: unknown): string {
  const t = textsIn(language)
  if (course.status === 'cancelled') return t.courseCancelled
  if (signUp && isLive(signUp)) return ''
  if (step !== null) {
    if (course.selection === 'lottery') return t.selectionLottery
    return course.selection === 'hr' ? t.selectionHr : ''
  }
  if (!meant || signUp) return ''
  const state = windowOf(course, today)
  if (state === 'ahead') return t.windowAhead(formatDate(course.opensOn, language))
  return state === 'over' ? t.windowOver(formatDate(course.closesOn, language)) : ''
}

function sessionRows(scene: Scene, reading: Reading, step: 'apply' | 'choose' | 'change' | null): Row[] {
  const { course, signUp } = scene
  const { zone, language, now } = reading
  const t = textsIn(language)
  const mine = signUp && isLive(signUp) ? sessionOf(signUp) : null
  // Whoever has nothing to choose sees the session that is theirs.
  const shown = course.sessions.filter(
    (session) => session.id === mine || ((mine === null || step !== null) && isAhead(session, now)),
  )
  return shown.slice(0, mostSessions).map((session) => {
    const left = Math.max(0, session.capacity - session.taken)
    const seats =
      session.status === 'cancelled'
        ? t.sessionCancelled
        : isFirstCome(course) && isAhead(session, now) && session.id !== mine
          ? t.seatsLeft(left)
          : ''
    const detail = [sessionPlace(session, language), seats].filter(Boolean).join(' / ')
    const button =
      session.id === mine || !isAhead(session, now)
        ? undefined
        : sessionButton(scene, session, step, left, language)
    return {
      text: sessionTime(session, zone, language),
      ...(detail && { detail }),
      ...(button && { button }),
    }
  })
}

function sessionButton(
  { course, signUp }: Scene,
  session: Session,
  step: 'apply' | 'choose' | 'change' | null,
  left: number,
  language: Language,
): Button | undefined {
  const t = textsIn(language)
  const choose = (label: string): Button => ({
    label,
    action: {
      id: 'trainings.choose',
      data: { signUp: signUp?.id ?? 0, version: signUp?.version ?? 0, session: session.id },
    },
  })
  switch (step) {
    case 'apply':
      if (!isFirstCome(course)) return undefined
      return {
        label: left === 0 ? t.wait : t.applySession,
        action: { id: 'trainings.apply', data: { course: course.id, session: session.id } },
      }
    case 'choose':
      return choose(left === 0 ? t.wait : t.choose)
    case 'change':
      return left === 0 ? undefined : choose(t.changeTo)
    case null:
      return undefined
    default:
      return step satisfies never
  }
}

function buttonBlocks(scene: Scene, reading: Reading, step: 'apply' | 'choose' | 'change' | null): Block[] {
  const { course, signUp } = scene
  const { language, now, today } = reading
  const t = textsIn(language)
  const buttons: (Button | LinkButton)[] = []
  const ahead = course.sessions.filter((session) => isAhead(session, now))
  const ofSignUp = (label: string, id: string, more: Partial<Button> = {}): Button => ({
    label,
    action: { id, data: { signUp: signUp?.id ?? 0, version: signUp?.version ?? 0 } },
    ...more,
  })
  if (step === 'apply' && (isOnDemand(course) || (!isFirstCome(course) && ahead.length > 0)))
    buttons.push({
      label: t.apply,
      style: 'primary',
      action:
        !isFirstCome(course) && ahead.length > 1
          ? { id: 'trainings.wish', data: { course: course.id } }
          : { id: 'trainings.apply', data: { course: course.id } },
    })
  if (step === 'apply' && !(signUp?.status === 'cancelled' && signUp.because === 'self'))
    buttons.push({ label: t.pass, action: { id: 'trainings.pass', data: { course: course.id } } })
  if (step === 'choose' && isOnDemand(course))
    buttons.push(ofSignUp(t.chooseAnyTime, 'trainings.choose', { style: 'primary' }))
  if (signUp?.status === 'offered') buttons.push(ofSignUp(t.accept, 'trainings.accept', { style: 'primary' }))
  if (signUp?.status === 'confirmed' && isOnDemand(course))
    buttons.push(ofSignUp(t.complete, 'trainings.complete', { style: 'primary' }))
  const session = sessionOfOwn(course, signUp)
  if (signUp?.status === 'confirmed' && session)
    buttons.push({ label: t.calendarEntry, action: { id: 'trainings.entry', data: { signUp: signUp.id } } })
  if (signUp && canWithdraw(signUp, session, now)) buttons.push(withdrawButton(course, signUp, language))
  if (course.materialsUrl && signUp && (signUp.status === 'confirmed' || signUp.status === 'attended'))
    buttons.push({ label: t.materials, url: course.materialsUrl })
  if (session?.url && signUp?.status === 'confirmed') buttons.push({ label: t.openUrl, url: session.url })
  if (!isFirstCome(course)) {
    const waits =
      signUp?.status === 'applied' || signUp?.status === 'awaiting_approval' || signUp?.status === 'nominated'
    if (waits && ahead.length > 1 && windowOf(course, today) === 'open')
      buttons.push({ label: t.changeWishes, action: { id: 'trainings.wish', data: { course: course.id } } })
    if (signUp)
      buttons.push({ label: t.verify, action: { id: 'trainings.verify', data: { course: course.id } } })
  }
  buttons.push({ label: t.back, action: openList })
  return [{ type: 'buttons', buttons }]
}

/** Until it begins; whoever must take part can give a session back, not the duty. */
function canWithdraw(signUp: SignUp, session: Session | undefined, now: Temporal.Instant): boolean {
  if (!isLive(signUp) || (signUp.status === 'nominated' && signUp.mandatory)) return false
  if (signUp.mandatory && signUp.status === 'confirmed' && !session) return false
  return !session || Temporal.Instant.compare(session.startsAt, now) > 0
}

function withdrawButton(course: Course, signUp: SignUp, language: Language): Button {
  const t = textsIn(language)
  const name = courseName(course, language)
  return {
    label: signUp.mandatory ? t.giveBack : t.withdraw,
    action: { id: 'trainings.withdraw', data: { signUp: signUp.id, version: signUp.version } },
    confirm: {
      title: t.withdrawTitle,
      text: signUp.mandatory ? t.giveBackText(name) : t.withdrawText(name),
      yes: signUp.mandatory ? t.giveBackYes : t.yes,
      no: t.no,
    },
  }
}

/** The course as it is now for whoever asks. Throws Refusal where it is not theirs to see. */
export async function drawCourse(
  core: Core,
  tx: Tx,
  ask: Ask,
  courseId: number,
  {
    lines = [],
    place = 'replace',
    known,
  }: {
    readonly lines?: readonly string[]
    readonly place?: 'new' | 'replace'
    readonly known?: Pick<Scene, 'meant'>
  } = {},
): Promise<Answer> {
  const scene = await loadScene(tx, ask, courseId, known)
  const { language, now, today } = ask
  const card = courseCard(scene, { zone: core.zone, language, now, today }, lines)
  return (place === 'new' ? say : replaceWith)(card, openCourse(courseId))
}
