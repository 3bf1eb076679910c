// How interviews follow the directory: transfers, leave, people who left. Each may be told twice.
import { writeAudits } from '../../../db/audit.ts'
import type { Tx } from '../../../db/transaction.ts'
import { calendarsOf } from '../../../directory/calendars.ts'
import type { DomainEvent } from '../../../directory/events.ts'
import { loadAbsences, loadOrganisation } from '../../../directory/load.ts'
import { readSetting } from '../../../directory/settings.ts'
import { addWorkingDays } from '../../../kernel/calendar.ts'
import type { Core } from '../../feature.ts'
import { replan } from '../reminders/replan.ts'
import { interviewSubject } from '../state.ts'
import { localDay } from './day.ts'
import {
  type Affected,
  changingAbsences,
  leaversAmong,
  openWithStatus,
  restoreInterviews,
  resumeInterviews,
  withdrawSlotsOf,
} from './follow-repository.ts'
import { planReleases } from './notices.ts'
import { reassign } from './reassign.ts'
import { releaseMeetings } from './release.ts'
import {
  openInterviewsAround,
  openInterviewsOf,
  peopleOfSectionRoutesChanging,
  peopleUnder,
} from './repository.ts'
import { daysAfterReturn } from './settings.ts'

export async function follow(core: Core, event: DomainEvent, tx: Tx, now: Temporal.Instant): Promise<void> {
  switch (event.type) {
    case 'transfer-effective':
      return followTransfer(core, tx, event.personIds, event.on, now)
    case 'people-changed':
      return followPeople(core, tx, event.personIds, now)
    case 'absence-changed':
      return followAbsence(core, tx, event.personIds, now)
    case 'day-opened':
      // A leave entered in advance begins or ends by itself.
      return followAbsence(core, tx, await changingAbsences(tx, event.on), now)
    case 'calendars-changed':
    case 'closure-changed':
      return
    default:
      event satisfies never
  }
}

async function followTransfer(
  core: Core,
  tx: Tx,
  personIds: readonly number[],
  on: Temporal.PlainDate,
  now: Temporal.Instant,
): Promise<void> {
  const bySection = await peopleOfSectionRoutesChanging(tx, on)
  const under = await openInterviewsOf(tx, bySection)
  await reassign(core, tx, [...(await openInterviewsAround(tx, personIds)), ...under], now)
}

async function followPeople(
  core: Core,
  tx: Tx,
  personIds: readonly number[],
  now: Temporal.Instant,
): Promise<void> {
  const today = localDay(core, now)
  const leavers = await leaversAmong(tx, personIds, today)
  const gone = new Set(leavers)
  if (leavers.length > 0) {
    // A meeting that already was stays: it can still be said to have been held.
    const open = await openWithStatus(tx, leavers, ['waiting', 'booked', 'suspended'], now)
    await close(core, tx, open, 'cancelled', 'interview.cancelled-left', 'left', now)
    await withdrawSlotsOf(tx, leavers, now, null)
    const around = await openInterviewsAround(tx, leavers)
    await reassign(
      core,
      tx,
      [...around, ...(await openInterviewsOf(tx, await peopleUnder(tx, leavers)))],
      now,
    )
  }
  // Taken off the list by mistake and back again: what was cancelled with them waits once more.
  const restored = await restoreInterviews(
    tx,
    personIds.filter((id) => !gone.has(id)),
  )
  if (restored.length > 0) {
    await audit(tx, restored, 'interview.restored', now)
    const ids = restored.map((one) => one.id)
    await reassign(core, tx, ids, now)
    await replan(core, tx, ids, now)
  }
}

async function followAbsence(
  core: Core,
  tx: Tx,
  personIds: readonly number[],
  now: Temporal.Instant,
): Promise<void> {
  if (personIds.length === 0) return
  const today = localDay(core, now)
  const absences = await loadAbsences(tx, today, personIds)
  const absent = personIds.filter((id) => absences.has(id))
  const present = personIds.filter((id) => !absences.has(id))

  const pausing = await openWithStatus(tx, absent, ['waiting', 'booked'], now)
  await close(core, tx, pausing, 'suspended', 'interview.suspended', 'leave', now)
  for (const id of absent) await withdrawSlotsOf(tx, [id], now, absences.get(id)?.back ?? null, core.zone)
  await resume(core, tx, present, today, now)
  await reassign(
    core,
    tx,
    [
      ...(await openInterviewsAround(tx, personIds)),
      ...(await openInterviewsOf(tx, await peopleUnder(tx, personIds))),
    ],
    now,
  )
}

/** Back from leave: waiting again, with time enough, and reminded anew. */
async function resume(
  core: Core,
  tx: Tx,
  personIds: readonly number[],
  today: Temporal.PlainDate,
  now: Temporal.Instant,
): Promise<void> {
  const suspended = await openWithStatus(tx, personIds, ['suspended'])
  if (suspended.length === 0) return
  const days = await readSetting(tx, daysAfterReturn)
  const people = suspended.map((one) => one.personId)
  const calendarOf = await calendarsOf(tx, people, await loadOrganisation(tx, today, people))
  const resumed = suspended.map((one) => {
    const earliest = addWorkingDays(calendarOf(one.personId), today, days)
    const deadline = Temporal.PlainDate.compare(one.deadline, earliest) >= 0 ? one.deadline : earliest
    return { ...one, deadline }
  })
  await resumeInterviews(tx, resumed)
  await audit(tx, resumed, 'interview.resumed', now)
  await replan(
    core,
    tx,
    resumed.map((one) => one.id),
    now,
  )
}

async function close(
  core: Core,
  tx: Tx,
  interviews: readonly Affected[],
  after: 'suspended' | 'cancelled',
  action: string,
  reason: 'leave' | 'left',
  now: Temporal.Instant,
): Promise<void> {
  if (interviews.length === 0) return
  const ids = interviews.map((one) => one.id)
  const released = await releaseMeetings(tx, ids, after, 'offered')
  await audit(tx, interviews, action, now)
  await planReleases(core, tx, released, reason, false, now)
  await replan(core, tx, ids, now)
}

const audit = (tx: Tx, interviews: readonly Affected[], action: string, now: Temporal.Instant) =>
  writeAudits(
    tx,
    interviews.map((one) => ({
      at: now,
      actorId: null,
      via: 'system' as const,
      action,
      subject: interviewSubject(one.id),
      subjectPersonId: one.personId,
      change: { status: one.status, deadline: one.deadline.toString() },
    })),
  )
