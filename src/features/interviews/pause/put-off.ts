// Meetings on days on which everything rests: put off when the pause is made, and back as they were where it is taken
// back or ends sooner, as long as nobody has done anything about them meanwhile.
import { book, busySpans } from '../../../agenda/bookings.ts'
import { writeAudits } from '../../../db/audit.ts'
import { fromDbInstant, toDbInstant } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import { openingsOf } from '../../../delivery/hours.ts'
import type { WantedNotice } from '../../../delivery/notice.ts'
import { type Closure, closureOn } from '../../../directory/closures.ts'
import type { DomainEvent } from '../../../directory/events.ts'
import type { Core } from '../../feature.ts'
import { bookingKinds } from '../booking/kinds.ts'
import { releaseMeetings } from '../conductors/release.ts'
import { replan } from '../reminders/replan.ts'
import { interviewSubject, meetingSubject } from '../state.ts'

type ClosureChanged = Extract<DomainEvent, { type: 'closure-changed' }>

export const putOffKind = 'interviews.put-off'
const prefix = 'put-off:'
const putOffSubject = (meetingId: number) => `${prefix}${meetingId}`
export const meetingOf = (subject: string): number => Number(subject.slice(prefix.length))

interface Booked {
  readonly meeting_id: number
  readonly starts_at: Date
  readonly conductor_id: number
  readonly interview_id: number
  readonly person_id: number
  readonly version: number
}

/** Booked meetings still to come that begin within these days, with the interviews that each serves. */
export async function bookedWithin(
  tx: Tx,
  days: Pick<Closure, 'from' | 'to'>,
  zone: string,
  now: Temporal.Instant,
): Promise<readonly Booked[]> {
  const at = (day: Temporal.PlainDate) => toDbInstant(day.toZonedDateTime(zone).toInstant())
  return tx.$queryRaw<Booked[]>`
    SELECT m.id AS meeting_id, m.starts_at, m.conductor_id, i.id AS interview_id, i.person_id, i.version
      FROM meeting m JOIN interview i ON i.meeting_id = m.id
     WHERE m.status = 'booked' AND i.status = 'booked'
       AND m.starts_at >= ${at(days.from)}::timestamptz AND m.starts_at < ${at(days.to)}::timestamptz
       AND m.starts_at > ${toDbInstant(now)}::timestamptz
     ORDER BY m.starts_at, m.id, i.id`
}

export async function followClosure(core: Core, event: ClosureChanged, tx: Tx, now: Temporal.Instant) {
  const rests = (at: Temporal.Instant) =>
    closureOn(event.is, at.toZonedDateTimeISO(core.zone).toPlainDate()) !== undefined
  const changed = [
    ...(await putOff(core, tx, event, rests, now)),
    ...(await putBack(core, tx, event, rests, now)),
  ]
  await replan(core, tx, changed, now)
}

type Rests = (at: Temporal.Instant) => boolean

/** Both get their hour back and hear of it once they are at work. Returns the interviews that wait for a time now. */
async function putOff(core: Core, tx: Tx, event: ClosureChanged, rests: Rests, now: Temporal.Instant) {
  const found = (await bookedWithin(tx, event, core.zone, now)).filter((row) =>
    rests(fromDbInstant(row.starts_at)),
  )
  if (found.length === 0) return []
  const ids = found.map((row) => row.interview_id)
  const gone = new Set((await releaseMeetings(tx, ids, 'waiting', 'offered')).map((one) => one.meetingId))
  const meetings = [...Map.groupBy(found, (row) => row.meeting_id)].filter(([id]) => gone.has(id))
  const opens = await openingsOf(
    tx,
    found.flatMap((row) => [row.person_id, row.conductor_id]),
    core.zone,
    now.add({ minutes: 1 }),
  )
  await core.notices.reconcile(
    tx,
    meetings.map(([id, rows]) => {
      const [first] = rows
      const both = first ? [...new Set([first.person_id, first.conductor_id])] : []
      return {
        subject: putOffSubject(id),
        wanted: both.map(
          (recipientId): WantedNotice => ({
            kind: putOffKind,
            recipientId,
            rung: 'told',
            anchor: rows.map((row) => row.version).join('-'),
            dueAt: opens(recipientId),
            // As they are now: what anybody does about one of them counts its version up.
            detail: { of: rows.map((row) => `${row.interview_id}.${row.version + 1}`).join(' ') },
          }),
        ),
      }
    }),
    now,
  )
  await trail(
    tx,
    'interview.put-off',
    found.map((row) => ({ ...row, startsAt: fromDbInstant(row.starts_at) })),
    event,
    now,
  )
  return ids
}

/** The hour stands again where its day is one of work after all, both are free, and the interview still waits as it was left. */
async function putBack(core: Core, tx: Tx, event: ClosureChanged, rests: Rests, now: Temporal.Instant) {
  const at = (day: Temporal.PlainDate) => toDbInstant(day.toZonedDateTime(core.zone).toInstant())
  const rows = await tx.$queryRaw<
    { meeting_id: number; starts_at: Date; ends_at: Date; conductor_id: number; of: string; told: number[] }[]
  >`
    SELECT m.id AS meeting_id, m.starts_at, m.ends_at, m.conductor_id, min(n.detail->>'of') AS of,
           array_agg(n.recipient_id) FILTER (WHERE n.status IN ('queued', 'sent', 'failed')) AS told
      FROM meeting m JOIN notice n ON n.subject = ${prefix}::text || m.id AND n.kind = ${putOffKind}
     WHERE m.status = 'released' AND m.starts_at >= ${at(event.from)}::timestamptz
       AND m.starts_at < ${at(event.to)}::timestamptz AND m.starts_at > ${toDbInstant(now)}::timestamptz
       AND n.id = (SELECT max(l.id) FROM notice l WHERE l.subject = n.subject AND l.recipient_id = n.recipient_id)
     GROUP BY m.id ORDER BY m.starts_at, m.id`
  const back: number[] = []
  for (const row of rows) {
    const [startsAt, endsAt] = [fromDbInstant(row.starts_at), fromDbInstant(row.ends_at)]
    if (rests(startsAt)) continue
    const left = new Map(row.of.split(' ').map((each) => each.split('.').map(Number) as [number, number]))
    const ids = [...left.keys()]
    const waiting = await tx.$queryRaw<{ id: number; person_id: number; version: number }[]>`
      SELECT id, person_id, version FROM interview
       WHERE id = ANY(${ids}::int[]) AND status = 'waiting' ORDER BY id FOR UPDATE`
    const [first] = waiting
    if (!first || waiting.length < ids.length || waiting.some(({ id, version }) => left.get(id) !== version))
      continue
    const both = [...new Set([first.person_id, row.conductor_id])]
    const busy = await busySpans(tx, both, startsAt, endsAt)
    if (busy.some((span) => span.exclusive)) continue
    const subject = meetingSubject(row.meeting_id)
    await tx.meeting.update({ where: { id: row.meeting_id }, data: { status: 'booked' } })
    await book(tx, { subject, personIds: both, startsAt, endsAt, exclusive: true })
    await tx.interview.updateMany({
      where: { id: { in: ids } },
      data: { status: 'booked', meetingId: row.meeting_id, version: { increment: 1 } },
    })
    const slot = await tx.slot.findFirst({
      where: { ownerId: row.conductor_id, startsAt: row.starts_at, endsAt: row.ends_at, status: 'offered' },
      select: { id: true },
    })
    if (slot)
      await tx.slot.update({
        where: { id: slot.id },
        data: { status: 'taken', meetingId: row.meeting_id, arrangementId: null },
      })
    await tellBack(core, tx, row.meeting_id, { interview: first, told: row.told ?? [] }, now)
    await trail(
      tx,
      'interview.put-back',
      waiting.map((one) => ({ interview_id: one.id, person_id: one.person_id, startsAt })),
      event,
      now,
    )
    back.push(...ids)
  }
  return back
}

/** Whoever has not heard that it was put off has nothing to hear; whoever has, hears that it stands. */
async function tellBack(
  core: Core,
  tx: Tx,
  meetingId: number,
  { interview, told }: { interview: { id: number; version: number }; told: readonly number[] },
  now: Temporal.Instant,
) {
  const subject = meetingSubject(meetingId)
  const unheard = await tx.notice.findMany({
    where: { subject, kind: bookingKinds.booked, status: 'planned' },
    select: { recipientId: true },
  })
  const to = [...new Set([...told, ...unheard.map(({ recipientId }) => recipientId)])]
  await core.notices.reconcile(
    tx,
    [
      { subject: putOffSubject(meetingId), wanted: [] },
      {
        subject,
        wanted: to.map((recipientId) => ({
          kind: bookingKinds.booked,
          recipientId,
          rung: 'back',
          anchor: `${interview.version + 1}`,
          dueAt: now.add({ minutes: 1 }),
          detail: { interview: interview.id },
        })),
      },
    ],
    now,
  )
}

const trail = (
  tx: Tx,
  action: string,
  rows: readonly { interview_id: number; person_id: number; startsAt: Temporal.Instant }[],
  { actorId, flow }: ClosureChanged,
  now: Temporal.Instant,
) =>
  writeAudits(
    tx,
    rows.map((row) => ({
      at: now,
      actorId,
      via: 'chat' as const,
      action,
      subject: interviewSubject(row.interview_id),
      subjectPersonId: row.person_id,
      change: { at: row.startsAt.toString() },
      flow,
    })),
  )
