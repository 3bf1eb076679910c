// What a new day and the directory do to programmes. Running any of it twice changes nothing.
import type { MentoringPair, MentoringProgramme } from '../../db/generated/client.ts'
import { fromDbDate, fromDbDateOrNull, toDbDate } from '../../db/time.ts'
import type { Tx } from '../../db/transaction.ts'
import { tellOnce } from '../../delivery/told.ts'
import { loadCalendars } from '../../directory/calendars.ts'
import type { DomainEvent } from '../../directory/events.ts'
import { guestsAmong } from '../../directory/guests.ts'
import { loadAbsences } from '../../directory/load.ts'
import { workingDaysFrom } from '../../kernel/calendar.ts'
import type { Core } from '../feature.ts'
import { activate, decline, endOfThoseWhoLeft, lapse, tellCoordinators } from './change.ts'
import { followClosure } from './closure.ts'
import { closeProgramme } from './handlers-programme.ts'
import { comparisonOf } from './matching/solve.ts'
import { apartAmong, quietDay } from './offers.ts'
import { kinds, replanPairs } from './plan.ts'
import { loadScene } from './scene.ts'

type On = (event: DomainEvent, tx: Tx, now: Temporal.Instant) => Promise<void>

export function following(core: Core): On {
  return async (event, tx, now) => {
    const today = now.toZonedDateTimeISO(core.zone).toPlainDate()
    switch (event.type) {
      case 'day-opened':
        return openDay(core, tx, event.on, now)
      case 'people-changed':
        return endOfThoseWhoLeft(core, tx, today, now, event.personIds)
      case 'transfer-effective':
        return afterTransfer(core, tx, event.personIds, today, now)
      case 'absence-changed':
        return afterLeave(core, tx, event.personIds, today, now)
      case 'closure-changed':
        return followClosure(core, event, tx, now)
      case 'calendars-changed':
        return
      default:
        return event satisfies never
    }
  }
}

const sides = ({ menteeId, mentorId }: Pick<MentoringPair, 'menteeId' | 'mentorId'>) => [menteeId, mentorId]
const ofPeople = (personIds: readonly number[]) => ({
  OR: [{ menteeId: { in: [...personIds] } }, { mentorId: { in: [...personIds] } }],
})

/** Silence is acceptance, a programme ends with its last day, and whoever has left is nobody's partner. */
async function openDay(core: Core, tx: Tx, on: Temporal.PlainDate, now: Temporal.Instant): Promise<void> {
  // What ends today ends as it should, also for people whose invitation ends on the same day.
  const over = await tx.mentoringProgramme.findMany({
    where: { status: { in: ['sign_up', 'running'] }, endsOn: { lt: toDbDate(on) } },
    select: { id: true },
  })
  for (const { id } of over) await closeProgramme(core, tx, id, on, now)
  await endOfThoseWhoLeft(core, tx, on, now)
  await followJoined(core, tx, on, now)
  const waiting = await settleDeclined(core, tx, on, now)
  const quiet = waiting.filter(({ acceptBy }) => acceptBy !== null && acceptBy < toDbDate(on))
  const guests = await guestsAmong(
    tx,
    quiet.map(({ menteeId }) => menteeId),
    on,
  )
  const lapsed = quiet.filter(({ menteeId, menteeAccepted }) => guests.has(menteeId) && !menteeAccepted)
  await lapse(core, tx, lapsed, on, now)
  const silent = quiet.filter((pair) => !lapsed.includes(pair))
  if (silent.length > 0) {
    // Who is on leave has not heard of it: that is no acceptance.
    const away = await loadAbsences(tx, on, silent.flatMap(sides))
    const agreed = silent.filter(
      ({ menteeId, mentorId, menteeAccepted, mentorAccepted }) =>
        (menteeAccepted || !away.has(menteeId)) && (mentorAccepted || !away.has(mentorId)),
    )
    if (agreed.length > 0) await activate(core, tx, agreed, on, now)
  }
}

/**
 * On a working morning offers that were declined are gone, and with them those that should never have been made.
 * @returns the offers that still stand
 */
async function settleDeclined(
  core: Core,
  tx: Tx,
  on: Temporal.PlainDate,
  now: Temporal.Instant,
): Promise<(MentoringPair & { readonly programme: MentoringProgramme })[]> {
  const offers = await tx.mentoringPair.findMany({
    where: { status: 'offered' },
    include: { programme: true },
    orderBy: { id: 'asc' },
  })
  const apart = await apartAmong(core, tx, offers, on)
  const { city } = await loadCalendars(tx)
  if (workingDaysFrom(city, on, 0).equals(on))
    for (const offer of offers) {
      const day = apart.has(offer.id) ? quietDay(core, offer, city) : undefined
      const due = day !== undefined && Temporal.PlainDate.compare(day, on) <= 0
      if (due || offer.rematch !== null) await decline(core, tx, offer, on, now)
    }
  return offers.filter(({ id, rematch }) => rematch === null && !apart.has(id))
}

/** For so long after their first day it is caught up on. */
const joinedLately = { days: 14 }

/** 内定者 who have become staff: their pairs go on, and both are told, once. */
async function followJoined(
  core: Core,
  tx: Tx,
  on: Temporal.PlainDate,
  now: Temporal.Instant,
): Promise<void> {
  const pairs = await tx.mentoringPair.findMany({
    where: {
      status: 'active',
      programme: { kind: 'hires', status: { in: ['sign_up', 'running', 'draft'] } },
    },
  })
  if (pairs.length === 0) return
  const joined = await tx.person.findMany({
    where: {
      id: { in: pairs.map(({ menteeId }) => menteeId) },
      guestUntil: { lte: toDbDate(on), gt: toDbDate(on.subtract(joinedLately)) },
      OR: [{ leftOn: null }, { leftOn: { gt: toDbDate(on) } }],
    },
    select: { id: true },
  })
  const ids = new Set(joined.map(({ id }) => id))
  const goOn = pairs.filter(({ menteeId }) => ids.has(menteeId))
  await tellOnce(
    core,
    tx,
    goOn.flatMap((pair) =>
      sides(pair).map((recipientId) => ({
        kind: kinds.joined,
        recipientId,
        subject: `mentoring.joined:${pair.id}`,
      })),
    ),
    now,
  )
}

/** Whoever is back is asked anew with the same days to answer, and introduced to whom they were given meanwhile. */
async function afterLeave(
  core: Core,
  tx: Tx,
  personIds: readonly number[],
  today: Temporal.PlainDate,
  now: Temporal.Instant,
): Promise<void> {
  const away = await loadAbsences(tx, today, personIds)
  const back = new Set(personIds.filter((id) => !away.has(id)))
  if (back.size === 0) return
  const were = await tx.absence.findMany({
    where: { personId: { in: [...back] }, toOn: { lte: toDbDate(today) } },
    select: { personId: true, fromOn: true, toOn: true },
  })
  const pairs = await tx.mentoringPair.findMany({
    where: { status: { in: ['offered', 'active'] }, ...ofPeople([...back]) },
    include: { programme: true },
  })
  /** The leave from which somebody came back within the last days. */
  const leaveOf = (id: number) =>
    were
      .map(({ personId, fromOn, toOn }) => ({
        personId,
        from: fromDbDate(fromOn),
        to: fromDbDateOrNull(toOn),
      }))
      .find(({ personId, to }) => personId === id && to !== null && to.until(today).days < 7)
  const { city } = await loadCalendars(tx)
  const anew: { id: number; recipientId: number; kind: string; since: Temporal.PlainDate }[] = []
  for (const pair of pairs)
    for (const recipientId of sides(pair)) {
      const leave = leaveOf(recipientId)
      if (!leave?.to) continue
      const told = { id: pair.id, recipientId, since: leave.to }
      const activeOn = fromDbDateOrNull(pair.activeOn)
      const acceptBy = fromDbDateOrNull(pair.acceptBy)
      const accepted = recipientId === pair.menteeId ? pair.menteeAccepted : pair.mentorAccepted
      if (pair.status === 'active' && activeOn && Temporal.PlainDate.compare(leave.from, activeOn) <= 0)
        anew.push({ ...told, kind: kinds.introduction })
      if (pair.status !== 'offered' || accepted || !acceptBy) continue
      const by = workingDaysFrom(city, leave.to, pair.programme.acceptDays)
      if (Temporal.PlainDate.compare(acceptBy, by) < 0)
        await tx.mentoringPair.update({
          where: { id: pair.id },
          data: { acceptBy: toDbDate(by), version: { increment: 1 } },
        })
      anew.push({ ...told, kind: kinds.offer })
    }
  await replanPairs(
    core,
    tx,
    anew.map(({ id }) => id),
    now,
  )
  await tellOnce(
    core,
    tx,
    anew.map(({ id, recipientId, kind, since }) => ({
      kind,
      recipientId,
      subject: `mentoring.back-${recipientId}-${since}:${id}`,
    })),
    now,
  )
}

/** A transfer may put two into one section or line. They go on; the coordinator is asked whether they should. */
async function afterTransfer(
  core: Core,
  tx: Tx,
  personIds: readonly number[],
  today: Temporal.PlainDate,
  now: Temporal.Instant,
): Promise<void> {
  const pairs = await tx.mentoringPair.findMany({
    where: { status: { in: ['offered', 'active'] }, ...ofPeople(personIds) },
    include: { programme: true },
  })
  for (const [, of] of Map.groupBy(pairs, ({ programmeId }) => programmeId)) {
    const [first] = of
    if (!first) continue
    const { job } = await loadScene(core, tx, first.programme, today)
    const { broken } = comparisonOf(job)
    const apart = of.filter(({ menteeId, mentorId }) => {
      const mentee = job.mentees.find(({ personId }) => personId === menteeId)
      const mentor = job.mentors.find(({ personId }) => personId === mentorId)
      const rules = mentee && mentor ? broken(mentee, mentor) : []
      return rules.includes('same-section') || rules.includes('in-line')
    })
    await tellCoordinators(core, tx, apart, [first.programme], 'moved', now)
  }
}
