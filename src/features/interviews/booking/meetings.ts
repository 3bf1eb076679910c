// An hour becomes a meeting, moves, or is given back: interview, slot, both calendars, notices and audit together.
import { book } from '../../../agenda/bookings.ts'
import { before } from '../../../agenda/span.ts'
import { type AuditVia, writeAudit, writeAudits } from '../../../db/audit.ts'
import { toDbInstant } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import type { WantedNotice } from '../../../delivery/notice.ts'
import { calendarOf } from '../../../directory/calendars.ts'
import { readSetting } from '../../../directory/settings.ts'
import type { Core } from '../../feature.ts'
import { releaseMeetings } from '../conductors/release.ts'
import { dueTimes } from '../reminders/due.ts'
import { replan } from '../reminders/replan.ts'
import { ladderSetting } from '../reminders/settings.ts'
import { type Interview, interviewSubject, meetingSubject } from '../state.ts'
import { bookingKinds } from './kinds.ts'

/** Who does it, for the audit trail and for whom to tell. */
export interface By {
  readonly actorId: number | null
  readonly via: AuditVia
  readonly flow: string | null
  readonly now: Temporal.Instant
}

export interface Hour {
  readonly start: Temporal.Instant
  readonly end: Temporal.Instant
  readonly place: string
  readonly conductorId: number
  /** The slot it came from; null for an hour that was agreed on otherwise. */
  readonly slotId: number | null
}

export interface SettleOptions {
  /** What becomes of the hour that a move leaves behind. */
  readonly freed?: 'offered' | 'withdrawn'
  /** False: the caller plans the reminders, of many at once. */
  readonly replan?: boolean
}

/**
 * Books an hour for a waiting interview, or moves a booked one to it, and tells the other side. The interview (and
 * the slot, if there is one) is locked by the caller.
 * Throws OverlapError through inTransaction when either has something else then: everything stays as it was.
 */
export async function settle(
  core: Core,
  tx: Tx,
  interview: Interview & { readonly status: 'waiting' | 'booked' },
  hour: Hour,
  by: By,
  { freed = 'offered', replan: plans = true }: SettleOptions = {},
): Promise<number> {
  const { now } = by
  const time = { startsAt: toDbInstant(hour.start), endsAt: toDbInstant(hour.end) }
  const data = { ...time, place: hour.place, conductorId: hour.conductorId }
  const old = interview.status === 'booked' ? interview.meeting : undefined
  const meetingId = old
    ? (await tx.meeting.update({ where: { id: old.id }, data })).id
    : (await tx.meeting.create({ data })).id
  if (old) await freeSlot(tx, old.id, old.startsAt, freed, now)
  if (hour.slotId !== null)
    // Given back later it is on offer to all, whoever held it back before.
    await tx.slot.update({
      where: { id: hour.slotId },
      data: { status: 'taken', meetingId, arrangementId: null },
    })
  const subject = meetingSubject(meetingId)
  await book(tx, {
    subject,
    personIds: [interview.personId, hour.conductorId],
    startsAt: hour.start,
    endsAt: hour.end,
    exclusive: true,
  })
  const partners = old ? [] : await partnersOf(tx, interview, hour, core.zone)
  const ids = old ? await sharing(tx, old.id) : [interview.id, ...partners]
  await tx.interview.updateMany({
    where: { id: { in: ids } },
    data: { status: 'booked', meetingId, version: { increment: 1 } },
  })
  await writeAudit(tx, {
    at: now,
    actorId: by.actorId,
    via: by.via,
    flow: by.flow,
    action: old ? 'interview.moved' : 'interview.booked',
    subject: interviewSubject(interview.id),
    subjectPersonId: by.actorId === interview.personId ? hour.conductorId : interview.personId,
    change: {
      ...(old && { from: old.startsAt.toString() }),
      to: hour.start.toString(),
      meeting: meetingId,
    },
  })
  await writeAudits(
    tx,
    partners.map((id) => ({
      at: now,
      actorId: by.actorId,
      via: by.via,
      flow: by.flow,
      action: 'interview.booked',
      subject: interviewSubject(id),
      subjectPersonId: interview.personId,
      change: { to: hour.start.toString(), meeting: meetingId, with: interview.id },
    })),
  )
  const told = [interview.personId, hour.conductorId].filter((id) => id !== by.actorId)
  const evening = await choicesToldAt(core, tx, hour, now)
  const unheard = await unheardOf(tx, meetingId)
  await core.notices.reconcile(
    tx,
    [
      {
        subject,
        wanted: [
          ...told.map((recipientId) =>
            want(
              bookingKinds.booked,
              'booked',
              recipientId,
              interview,
              recipientId === interview.personId ? now : evening,
            ),
          ),
          // Another conductor's hour was chosen instead: the first one has their time back.
          ...(old &&
          old.conductorId !== hour.conductorId &&
          old.conductorId !== by.actorId &&
          !unheard.includes(old.conductorId)
            ? [want(bookingKinds.released, 'released', old.conductorId, interview, now)]
            : []),
        ],
      },
    ],
    now,
  )
  if (plans) await replan(core, tx, ids, now)
  return meetingId
}

/**
 * Gives a booked hour back: the interview waits again and the other side is told. The caller has locked it. The slot
 * is offered to others again while it lies ahead, or withdrawn.
 */
export async function giveBack(
  core: Core,
  tx: Tx,
  interview: Interview & { readonly status: 'booked' },
  slot: 'offered' | 'withdrawn',
  by: By,
): Promise<void> {
  const { now } = by
  const { meeting } = interview
  const ids = await sharing(tx, meeting.id)
  await releaseMeetings(tx, ids, 'waiting', before(now, meeting.startsAt) ? slot : 'withdrawn')
  await writeAudit(tx, {
    at: now,
    actorId: by.actorId,
    via: by.via,
    flow: by.flow,
    action: 'interview.released',
    subject: interviewSubject(interview.id),
    subjectPersonId: by.actorId === interview.personId ? meeting.conductorId : interview.personId,
    change: { from: meeting.startsAt.toString(), meeting: meeting.id },
  })
  const unheard = await unheardOf(tx, meeting.id)
  const told = [interview.personId, meeting.conductorId].filter(
    (id) => id !== by.actorId && !unheard.includes(id),
  )
  await core.notices.reconcile(
    tx,
    [
      {
        subject: meetingSubject(meeting.id),
        wanted: told.map((recipientId) =>
          want(bookingKinds.released, 'released', recipientId, interview, now),
        ),
      },
    ],
    now,
  )
  await replan(core, tx, ids, now)
}

/**
 * When a conductor hears that somebody has chosen one of their hours: of all the choices of a day once, in the
 * evening; at once where the hour is nearer than that.
 */
async function choicesToldAt(
  core: Core,
  tx: Tx,
  { conductorId, start }: Pick<Hour, 'conductorId' | 'start'>,
  now: Temporal.Instant,
): Promise<Temporal.Instant> {
  const { at } = await readSetting(tx, ladderSetting)
  const today = now.toZonedDateTimeISO(core.zone).toPlainDate()
  const calendar = await calendarOf(tx, conductorId, today)
  const evening = dueTimes(core.zone, at).evening(calendar, now)
  return before(evening.at, start) ? evening.at : now
}

/** Who has not yet been told of a booking: taken back, it never was. */
async function unheardOf(tx: Tx, meetingId: number): Promise<number[]> {
  const rows = await tx.notice.findMany({
    where: { subject: meetingSubject(meetingId), kind: bookingKinds.booked, status: 'planned' },
    select: { recipientId: true },
  })
  return rows.map(({ recipientId }) => recipientId)
}

/** Once for each state of the interview. */
const want = (
  kind: string,
  rung: string,
  recipientId: number,
  interview: Interview,
  dueAt: Temporal.Instant,
): WantedNotice => ({
  kind,
  rung,
  recipientId,
  anchor: `${interview.version + 1}`,
  dueAt,
  detail: { interview: interview.id },
})

/**
 * Interviews of other cycles that this hour serves too (a half year ends in October, and the next one begins): of the
 * same person with the same conductor, of steps that both say so, in whose windows the day lies. One that somebody is
 * changing at this moment is left to them.
 */
async function partnersOf(
  tx: Tx,
  { id, personId, postId, step, cycle }: Interview,
  { start, conductorId }: Hour,
  zone: string,
): Promise<number[]> {
  if (!step?.shared || !cycle) return []
  const day = start.toZonedDateTimeISO(zone).toPlainDate().toString()
  const rows = await tx.$queryRaw<{ id: number; cycle_id: number }[]>`
    SELECT i.id, s.cycle_id FROM interview i JOIN step s ON s.id = i.step_id JOIN cycle c ON c.id = s.cycle_id
     WHERE i.person_id = ${personId}::int AND i.status = 'waiting' AND i.id <> ${id}::int AND s.shared
       AND s.status = 'open' AND c.status = 'open' AND c.id <> ${cycle.id}::int
       AND s.opens_on <= ${day}::date AND i.deadline >= ${day}::date
       AND i.post_id IS NOT DISTINCT FROM ${postId}::int
       AND EXISTS (SELECT FROM participant p WHERE p.interview_id = i.id AND p.role = 'conductor'
                      AND p.person_id = ${conductorId}::int AND p.to_on IS NULL)
     ORDER BY i.deadline, i.id FOR UPDATE OF i SKIP LOCKED`
  // Of one cycle the step that is due first: two of its steps are two talks.
  const first = new Map<number, number>()
  for (const row of rows) if (!first.has(row.cycle_id)) first.set(row.cycle_id, row.id)
  return [...first.values()]
}

const sharing = async (tx: Tx, meetingId: number): Promise<number[]> =>
  (await tx.interview.findMany({ where: { meetingId }, select: { id: true }, orderBy: { id: 'asc' } })).map(
    (row) => row.id,
  )

async function freeSlot(
  tx: Tx,
  meetingId: number,
  startsAt: Temporal.Instant,
  status: 'offered' | 'withdrawn',
  now: Temporal.Instant,
): Promise<void> {
  const ahead = before(now, startsAt)
  await tx.slot.updateMany({
    where: { meetingId },
    data: { status: ahead ? status : 'withdrawn', meetingId: null },
  })
}
