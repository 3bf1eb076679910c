// The one way in which sign-ups change: the rule is asked, the rows are written with their trail, people's time is
// taken or given back, what is to be told is planned, and whoever waits for a seat that became free is offered it.
import { bookMany, release } from '../../../agenda/bookings.ts'
import { toDbInstant } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import { loadCalendars } from '../../../directory/calendars.ts'
import { Refusal } from '../../../kernel/errors.ts'
import type { Core } from '../../feature.ts'
import { loadSignUps } from '../load.ts'
import { replanSignUps, tellMoves } from '../reminders/plan.ts'
import { wantsSomething } from '../reminders/wanted.ts'
import {
  isLive,
  type Move,
  type SignUp,
  type SignUpCommand,
  type SignUpRefusal,
  seatOf,
  sessionOf,
  signUpSubject,
  transition,
} from '../state.ts'
import { freeSeats, lockSessions, waitingFor } from './seats.ts'
import {
  addSignUps,
  type By,
  type Change,
  lockSignUps,
  type NewSignUp,
  systemBy,
  writeStates,
} from './store.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'
import { offerEnd } from './waitlist.ts'

type MoveCore = Pick<Core, 'zone' | 'notices'>

const refusal = (why: SignUpRefusal): Refusal =>
  new Refusal('conflict', { ja: ja.refused[why], en: en.refused[why] })

/** Somebody was faster: the answer is the card as it is now. */
export class Stale extends Error {
  override readonly name = 'Stale'
}

/**
 * Does to each sign-up what is commanded, all or nothing. Throws Refusal where a command does not fit its state, Stale
 * where a row has changed since it was loaded. The caller holds the locks of the sessions whose seats it gives.
 */
export async function moveSignUps(core: MoveCore, tx: Tx, moves: readonly Move[], by: By): Promise<SignUp[]> {
  const changes = moves.map(({ signUp, command }): Change => {
    const outcome = transition(signUp, command, by.now)
    if (outcome.type === 'refused') throw refusal(outcome.why)
    return { signUp, to: outcome.to, action: command.type }
  })
  await makeWay(core, tx, changes, by)
  const written = await writeStates(tx, changes, by)
  if (written.size < changes.length) throw new Stale('a sign-up has changed meanwhile')
  const now = await loadSignUps(tx, { id: { in: [...written] } })
  await settle(core, tx, now, by)
  await tellMoves(core, tx, moves, now, by)
  const after = new Map(now.map((signUp) => [signUp.id, signUp]))
  const freed = moves.flatMap(({ signUp }) => {
    const moved = after.get(signUp.id)
    const kept = moved && seatOf(moved) !== null && sessionOf(moved) === sessionOf(signUp)
    return seatOf(signUp) !== null && !kept ? (sessionOf(signUp) ?? []) : []
  })
  for (const sessionId of [...new Set(freed)].sort((a, b) => a - b)) await moveUp(core, tx, sessionId, by.now)
  await nominateAgain(core, tx, now, by)
  return now
}

/**
 * Whoever was absent and turns out to have been there after all is not nominated a second time: one sign-up of a course
 * is live at once, so that a date chosen meanwhile is given back.
 */
async function makeWay(core: MoveCore, tx: Tx, changes: readonly Change[], by: By): Promise<void> {
  const back = changes.filter(
    ({ signUp, to }) =>
      (signUp.status === 'absent' || signUp.status === 'partly') &&
      (to.status === 'attended' || to.status === 'completed'),
  )
  if (back.length === 0) return
  const again = (
    await loadSignUps(tx, {
      OR: back.map(({ signUp: { courseId, personId } }) => ({ courseId, personId })),
    })
  ).filter(isLive)
  const [chosen, open] = [
    again.filter(({ status }) => status !== 'nominated'),
    again.filter(({ status }) => status === 'nominated'),
  ]
  await writeStates(
    tx,
    open.map((signUp) => ({ signUp, to: { status: 'cancelled', because: 'hr' }, action: 'end' })),
    by,
  )
  await replanSignUps(core, tx, await loadSignUps(tx, { id: { in: open.map(({ id }) => id) } }), by.now)
  if (chosen.length > 0)
    await moveSignUps(
      core,
      tx,
      chosen.map((signUp) => ({ signUp, command: { type: 'end', because: 'hr' } as const })),
      by,
    )
}

/** A duty that somebody missed, all of it or a part, is still theirs: they choose another date. */
async function nominateAgain(core: MoveCore, tx: Tx, moved: readonly SignUp[], by: By): Promise<void> {
  const missed = moved.filter(
    ({ status, mandatory }) => mandatory && (status === 'absent' || status === 'partly'),
  )
  await enterSignUps(
    core,
    tx,
    missed.map(({ courseId, personId, reason, status }) => ({
      courseId,
      personId,
      mandatory: true,
      reason: status === 'partly' ? 'partly' : reason,
      state: { status: 'nominated' },
      applied: false,
    })),
    'nominate',
    systemBy(by.now),
  )
}

/** One of them. */
export async function moveSignUp(
  core: MoveCore,
  tx: Tx,
  signUp: SignUp,
  command: SignUpCommand,
  by: By,
): Promise<SignUp> {
  const [moved] = await moveSignUps(core, tx, [{ signUp, command }], by)
  if (!moved) throw new Error(`sign-up ${signUp.id} is gone`)
  return moved
}

/** New sign-ups, with all that follows from their states. Whoever has a live one in the course is passed over. */
export async function enterSignUps(
  core: MoveCore,
  tx: Tx,
  made: readonly NewSignUp[],
  action: string,
  by: By,
): Promise<SignUp[]> {
  const added = await addSignUps(tx, made, action, by)
  // A new one that waits or is over has taken nobody's time and has nothing planned.
  await settle(core, tx, added.filter(wantsSomething), by)
  return added
}

/** A sign-up with its session(s) locked, in this order everywhere. Undefined: there is none of this id. */
export async function lockedSignUp(
  tx: Tx,
  id: number,
  alsoSessions: readonly number[] = [],
): Promise<SignUp | undefined> {
  const seen = await tx.signUp.findUnique({ where: { id }, select: { sessionId: true } })
  if (!seen) return undefined
  await lockSessions(tx, [
    ...new Set([...(seen.sessionId === null ? [] : [seen.sessionId]), ...alsoSessions]),
  ])
  await lockSignUps(tx, [id])
  const [signUp] = await loadSignUps(tx, { id })
  return signUp
}

/** People's time and notices as the present states want them. Idempotent. */
export async function settle(core: MoveCore, tx: Tx, signUps: readonly SignUp[], by: Pick<By, 'now'>) {
  if (signUps.length === 0) return
  const coming = signUps.filter((each) => each.status === 'confirmed' && each.sessionId !== null)
  if (coming.length > 0) {
    const sessions = await tx.courseSession.findMany({
      where: { id: { in: [...new Set(coming.flatMap((each) => sessionOf(each) ?? []))] } },
      select: { id: true, startsAt: true, endsAt: true },
    })
    const timeOf = new Map(sessions.map(({ id, startsAt, endsAt }) => [id, { startsAt, endsAt }]))
    const away = coming.flatMap((signUp) => {
      const time = timeOf.get(sessionOf(signUp) ?? 0)
      return time ? [{ subject: signUpSubject(signUp.id), personId: signUp.personId, ...time }] : []
    })
    await bookMany(tx, away, false)
  }
  // Whoever was there was there: past time stays as it is.
  const free = signUps.filter(
    ({ status }) => !['confirmed', 'attended', 'partly', 'absent', 'completed'].includes(status),
  )
  if (free.length > 0)
    await release(
      tx,
      free.map(({ id }) => signUpSubject(id)),
    )
  await replanSignUps(core, tx, signUps, by.now)
}

/**
 * Offers the free seats of a session to those who wait, in their order, each until the end of a working day. Nothing
 * where nobody waits, or where it begins too soon for anybody to be asked.
 */
export async function moveUp(
  core: MoveCore,
  tx: Tx,
  sessionId: number,
  now: Temporal.Instant,
): Promise<void> {
  await lockSessions(tx, [sessionId])
  const session = await tx.courseSession.findUnique({
    where: { id: sessionId },
    include: { course: { select: { status: true } } },
  })
  if (session?.status !== 'planned' || session.course.status !== 'published') return
  if (session.startsAt <= toDbInstant(now)) return
  const waiting = await loadSignUps(tx, waitingFor(sessionId))
  if (waiting.length === 0) return
  const { city } = await loadCalendars(tx)
  const until = offerEnd(
    city,
    core.zone,
    now,
    Temporal.Instant.fromEpochMilliseconds(session.startsAt.getTime()),
  )
  if (!until) return
  const seats = await freeSeats(tx, sessionId, waiting.length)
  const moves = seats.flatMap((seat, n): Move[] => {
    const signUp = waiting[n]
    return signUp ? [{ signUp, command: { type: 'offer', seat, until, sessionId } }] : []
  })
  if (moves.length > 0) await moveSignUps(core, tx, moves, systemBy(now))
}
