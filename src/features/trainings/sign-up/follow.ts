// Sign-ups follow the directory and the days: offers run out in order, what nobody approved ends, who has left or is
// away gives seats back, and whoever is above a person now is asked.
import { fromDbDateOrNull, toDbDate, toDbInstant } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import { loadCalendars } from '../../../directory/calendars.ts'
import type { DomainEvent } from '../../../directory/events.ts'
import type { Core } from '../../feature.ts'
import { loadCourses, loadSignUps } from '../load.ts'
import { replanSignUps } from '../reminders/plan.ts'
import { type Move, type SignUp, sessionOf } from '../state.ts'
import { approverOf, loadSituation } from './approver.ts'
import { moveSignUps } from './move.ts'
import { lockSessions } from './seats.ts'
import { lockSignUps, systemBy } from './store.ts'
import { approvalEnds } from './waitlist.ts'

const live = ['nominated', 'awaiting_approval', 'applied', 'confirmed', 'offered', 'waitlisted']

/** Moves what `of` finds under its locks: sessions first, then sign-ups, each looked at once more. */
async function moveAll(
  core: Core,
  tx: Tx,
  found: readonly SignUp[],
  now: Temporal.Instant,
  commandFor: (signUp: SignUp) => Move['command'] | null,
): Promise<void> {
  if (found.length === 0) return
  await lockSessions(tx, [...new Set(found.flatMap((each) => sessionOf(each) ?? []))])
  await lockSignUps(
    tx,
    found.map(({ id }) => id),
  )
  const present = await loadSignUps(tx, { id: { in: found.map(({ id }) => id) } })
  const moves = present.flatMap((signUp): Move[] => {
    const command = commandFor(signUp)
    return command ? [{ signUp, command }] : []
  })
  if (moves.length > 0) await moveSignUps(core, tx, moves, systemBy(now))
}

/** Offers whose time is over go to the next in line. */
export async function lapseOffers(core: Core, tx: Tx, now: Temporal.Instant): Promise<void> {
  const over = await loadSignUps(tx, { status: 'offered', offerUntil: { lte: toDbInstant(now) } })
  await moveAll(core, tx, over, now, (signUp) =>
    signUp.status === 'offered' && Temporal.Instant.compare(signUp.offerUntil, now) <= 0
      ? { type: 'lapse' }
      : null,
  )
}

/** Applications that could be approved until yesterday. */
async function endUndecided(
  core: Core,
  tx: Tx,
  on: Temporal.PlainDate,
  now: Temporal.Instant,
): Promise<void> {
  const waiting = await loadSignUps(tx, {
    status: 'awaiting_approval',
    course: { closesOn: { lt: toDbDate(on) } },
  })
  if (waiting.length === 0) return
  const courses = await loadCourses(tx, { id: { in: [...new Set(waiting.map(({ courseId }) => courseId))] } })
  const { city } = await loadCalendars(tx)
  const over = new Set(
    courses
      .filter((course) => Temporal.PlainDate.compare(approvalEnds(city, course), on) < 0)
      .map(({ id }) => id),
  )
  const ending = waiting.filter(({ courseId }) => over.has(courseId))
  await moveAll(core, tx, ending, now, (signUp) =>
    signUp.status === 'awaiting_approval' ? { type: 'end', because: 'not_decided' } : null,
  )
}

/** Whoever has left is taken off; whoever is away on the day of a session gives the seat back. */
async function followAbsence(
  core: Core,
  tx: Tx,
  personIds: readonly number[],
  now: Temporal.Instant,
): Promise<void> {
  const today = now.toZonedDateTimeISO(core.zone).toPlainDate()
  const theirs = await loadSignUps(tx, { personId: { in: [...personIds] }, status: { in: live } })
  if (theirs.length === 0) return
  const people = await tx.person.findMany({
    where: { id: { in: [...personIds] } },
    select: { id: true, leftOn: true, absences: { select: { fromOn: true, toOn: true } } },
  })
  const sessions = await tx.courseSession.findMany({
    where: { id: { in: theirs.flatMap((each) => sessionOf(each) ?? []) } },
    select: { id: true, startsAt: true },
  })
  const dayOf = new Map(
    sessions.map(({ id, startsAt }) => [
      id,
      Temporal.Instant.fromEpochMilliseconds(startsAt.getTime()).toZonedDateTimeISO(core.zone).toPlainDate(),
    ]),
  )
  const personOf = new Map(people.map((person) => [person.id, person]))
  await moveAll(core, tx, theirs, now, (signUp) => {
    const person = personOf.get(signUp.personId)
    const leftOn = fromDbDateOrNull(person?.leftOn)
    if (leftOn && Temporal.PlainDate.compare(leftOn, today) <= 0) return { type: 'end', because: 'left' }
    const day = dayOf.get(sessionOf(signUp) ?? 0)
    if (!day || Temporal.PlainDate.compare(day, today) < 0) return null
    const away = person?.absences.some(
      ({ fromOn, toOn }) => fromOn <= toDbDate(day) && (toOn === null || toOn > toDbDate(day)),
    )
    if (!away && !(leftOn && Temporal.PlainDate.compare(leftOn, day) <= 0)) return null
    // The duty remains; the seat is free for somebody who can come.
    return { type: 'end', because: signUp.mandatory ? 'session_cancelled' : 'left' }
  })
}

/** Asks whoever is to approve now, and tells whoever is above a person now of their absences. */
async function followSupervisors(
  core: Core,
  tx: Tx,
  where: Parameters<typeof loadSignUps>[1],
  now: Temporal.Instant,
): Promise<void> {
  const today = now.toZonedDateTimeISO(core.zone).toPlainDate()
  const found = await loadSignUps(tx, where)
  if (found.length === 0) return
  const situation = await loadSituation(tx, [...new Set(found.map(({ personId }) => personId))], today)
  const changed = found.flatMap((signUp) => {
    if (signUp.status !== 'awaiting_approval') return []
    const approverId = approverOf(signUp.personId, situation)
    return approverId === signUp.approverId ? [] : [{ id: signUp.id, approverId }]
  })
  for (const { id, approverId } of changed)
    await tx.signUp.updateMany({ where: { id, status: 'awaiting_approval' }, data: { approverId } })
  const fresh = changed.length > 0 ? await loadSignUps(tx, { id: { in: found.map(({ id }) => id) } }) : found
  await replanSignUps(core, tx, fresh, now)
}

export async function followSignUps(
  core: Core,
  event: DomainEvent,
  tx: Tx,
  now: Temporal.Instant,
): Promise<void> {
  switch (event.type) {
    case 'day-opened':
      await lapseOffers(core, tx, now)
      await endUndecided(core, tx, event.on, now)
      // An absence that begins or ends today is told of by nobody: whoever is asked is looked up anew.
      await followSupervisors(core, tx, { status: 'awaiting_approval' }, now)
      return
    case 'people-changed':
    case 'absence-changed':
      await followAbsence(core, tx, event.personIds, now)
      await followSupervisors(
        core,
        tx,
        {
          OR: [
            { personId: { in: [...event.personIds] }, status: { in: live } },
            { status: 'awaiting_approval' },
          ],
        },
        now,
      )
      return
    case 'transfer-effective':
      await followSupervisors(
        core,
        tx,
        {
          OR: [
            { personId: { in: [...event.personIds] }, status: { in: live } },
            { status: 'awaiting_approval' },
          ],
        },
        now,
      )
      return
    case 'calendars-changed':
      await replanSignUps(
        core,
        tx,
        await loadSignUps(tx, { personId: { in: [...event.personIds] }, status: { in: live } }),
        now,
      )
      return
    case 'closure-changed':
      return
    default:
      event satisfies never
  }
}
