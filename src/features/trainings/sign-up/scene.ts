// A course as one person stands to it: what they may do, and what they are shown.
import type { Tx } from '../../../db/transaction.ts'
import { addressed, loadPeople } from '../../../directory/people.ts'
import type { Ask } from '../../../intake/handler.ts'
import { Refusal } from '../../../kernel/errors.ts'
import { loadCourse, loadSignUps } from '../load.ts'
import { meantFor } from '../meant.ts'
import { type Course, isLive, type SignUp } from '../state.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'

export interface Scene {
  readonly course: Course
  /** The person's own: the live one, else the last one; null: never asked. */
  readonly signUp: SignUp | null
  /** The course is meant for this person today. */
  readonly meant: boolean
  /** How the approver is addressed; '' where nobody is asked. */
  readonly approver: string
  /** From 1, where the person waits. */
  readonly place: number
}

export const notFound = () => new Refusal('not-found', { ja: ja.notFound, en: en.notFound })

/** The person's sign-up in a course: the live one, else the latest. */
export async function ownSignUp(tx: Tx, courseId: number, personId: number): Promise<SignUp | null> {
  const all = (await loadSignUps(tx, { courseId, personId })).toSorted((a, b) => b.id - a.id)
  return all.find(isLive) ?? all[0] ?? null
}

/** The place in the waitlist of one session, from 1. */
export async function waitlistPlace(tx: Tx, signUp: SignUp): Promise<number> {
  if (signUp.status !== 'waitlisted') return 0
  const waiting = await loadSignUps(tx, { sessionId: signUp.sessionId, status: 'waitlisted' })
  return waiting.findIndex(({ id }) => id === signUp.id) + 1
}

/**
 * The course for whoever asks: published, and meant for them or already theirs. Throws Refusal (not-found) otherwise,
 * in the same words whether it exists or not. `known`: what this transaction has found out already.
 */
export async function loadScene(
  tx: Tx,
  ask: Pick<Ask, 'actor' | 'language' | 'today'>,
  courseId: number,
  known?: Pick<Scene, 'meant'>,
): Promise<Scene> {
  const course = await loadCourse(tx, courseId)
  if (!course || course.status === 'draft') throw notFound()
  const signUp = await ownSignUp(tx, courseId, ask.actor.id)
  const meant = known?.meant ?? (await meantFor(tx, [course], ask.actor.id, ask.today)).has(course.id)
  if (!signUp && !meant) throw notFound()
  const approverId = signUp?.status === 'awaiting_approval' ? signUp.approverId : null
  const approver =
    approverId === null ? undefined : (await loadPeople(tx, [approverId], ask.today)).get(approverId)
  return {
    course,
    signUp,
    meant,
    approver: approver ? addressed(approver, ask.language) : '',
    place: signUp ? await waitlistPlace(tx, signUp) : 0,
  }
}
