// Days of rest: whoever is asked has as many working days to answer, and a first meeting on one of them is settled anew.
import { release } from '../../agenda/bookings.ts'
import { writeAudit } from '../../db/audit.ts'
import { fromDbDate, toDbDate, toDbInstant } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import { tellOnce } from '../../delivery/told.ts'
import { loadCalendars } from '../../directory/calendars.ts'
import { closureOn, deadlineAfter } from '../../directory/closures.ts'
import type { DomainEvent } from '../../directory/events.ts'
import type { Core } from '../feature.ts'
import { meetingSubject } from './change.ts'
import { idOf, kinds, memberNotices, memberSubject, replanPairs } from './plan.ts'

type ClosureChanged = Extract<DomainEvent, { type: 'closure-changed' }>

export async function followClosure(
  core: Core,
  event: ClosureChanged,
  tx: Tx,
  now: Temporal.Instant,
): Promise<void> {
  const was = (await loadCalendars(tx, event.was)).city
  const is = (await loadCalendars(tx, event.is)).city
  const moved = (day: Date) => {
    const old = fromDbDate(day)
    const to = deadlineAfter(was, is, event.from, old)
    return to.equals(old) ? undefined : toDbDate(to)
  }
  await moveOffers(core, tx, event, moved, now)
  await moveSignUps(core, tx, event, moved, now)
  await releaseMeetings(core, tx, event, now)
}

/** Silence is acceptance: nobody accepts by days on which nothing reached them. */
async function moveOffers(
  core: Core,
  tx: Tx,
  { from, actorId, flow }: ClosureChanged,
  moved: (day: Date) => Date | undefined,
  now: Temporal.Instant,
): Promise<void> {
  const offered = await tx.mentoringPair.findMany({
    where: { status: 'offered', acceptBy: { gte: toDbDate(from) } },
  })
  const ids: number[] = []
  for (const { id, acceptBy, menteeId } of offered) {
    const to = acceptBy && moved(acceptBy)
    if (!to) continue
    await tx.mentoringPair.update({ where: { id }, data: { acceptBy: to, version: { increment: 1 } } })
    await writeAudit(tx, {
      at: now,
      actorId,
      via: 'chat',
      action: 'mentoring.accept-by-moved',
      subject: `mentoring.pair:${id}`,
      subjectPersonId: menteeId,
      change: { to: fromDbDate(to).toString() },
      flow,
    })
    ids.push(id)
  }
  await replanPairs(core, tx, ids, now)
}

async function moveSignUps(
  core: Core,
  tx: Tx,
  { from, actorId, flow }: ClosureChanged,
  moved: (day: Date) => Date | undefined,
  now: Temporal.Instant,
): Promise<void> {
  const programmes = await tx.mentoringProgramme.findMany({
    where: { status: 'sign_up', signUpUntil: { gte: toDbDate(from) } },
    include: { members: true },
  })
  const { city } = await loadCalendars(tx)
  for (const { members, ...programme } of programmes) {
    const to = programme.signUpUntil && moved(programme.signUpUntil)
    // Never past the first day of the programme itself.
    if (!to || to >= programme.endsOn) continue
    await tx.mentoringProgramme.update({ where: { id: programme.id }, data: { signUpUntil: to } })
    await writeAudit(tx, {
      at: now,
      actorId,
      via: 'chat',
      action: 'mentoring.sign-up-moved',
      subject: `mentoring.programme:${programme.id}`,
      change: { to: fromDbDate(to).toString() },
      flow,
    })
    // Who was asked hears of the new last day when it comes; only who was not is asked.
    const subjects = members.map(({ personId }) => memberSubject(programme.id, personId))
    const unasked = await tx.notice.findMany({
      where: { subject: { in: subjects }, status: 'planned', key: { contains: ':asked:' } },
      select: { recipientId: true },
    })
    const waits = new Set(unasked.map(({ recipientId }) => recipientId))
    await core.notices.reconcile(
      tx,
      members.map((member) => ({
        subject: memberSubject(programme.id, member.personId),
        wanted: memberNotices(member, { ...programme, signUpUntil: to }, city, core.zone, now).filter(
          ({ rung }) => rung !== 'asked' || waits.has(member.personId),
        ),
      })),
      now,
    )
  }
}

/** The hour is given back to both, who are shown other ones after it. */
async function releaseMeetings(
  core: Core,
  tx: Tx,
  { is, from, to }: ClosureChanged,
  now: Temporal.Instant,
): Promise<void> {
  const at = (day: Temporal.PlainDate) => day.toZonedDateTime(core.zone).toInstant()
  const start = Temporal.Instant.compare(at(from), now) > 0 ? at(from) : now
  const prefix = meetingSubject(0).slice(0, -1)
  const booked = await tx.booking.findMany({
    where: {
      subject: { startsWith: prefix },
      status: 'booked',
      startsAt: { gte: toDbInstant(start), lt: toDbInstant(at(to)) },
    },
    orderBy: { id: 'asc' },
  })
  const gone = booked.filter(({ startsAt }) => {
    const day = Temporal.Instant.fromEpochMilliseconds(startsAt.getTime())
    return closureOn(is, day.toZonedDateTimeISO(core.zone).toPlainDate()) !== undefined
  })
  if (gone.length === 0) return
  await release(tx, [...new Set(gone.map(({ subject }) => subject))])
  await tellOnce(
    core,
    tx,
    gone.map(({ subject, personId, startsAt }) => ({
      kind: kinds.introduction,
      recipientId: personId,
      subject: `mentoring.put-off-${startsAt.getTime() / 60_000}:${idOf(subject)}`,
    })),
    now,
  )
}
