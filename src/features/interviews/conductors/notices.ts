// What people are told when an interview gets another conductor, or a meeting ahead is taken back. The notices have
// subjects of their own ("conductor:12", "released:34"), since the reminders reconcile "interview:12".
import type { Tx } from '../../../db/transaction.ts'
import { opening } from '../../../delivery/hours.ts'
import type { WantedNotice } from '../../../delivery/notice.ts'
import { calendarsOf } from '../../../directory/calendars.ts'
import { loadOrganisation } from '../../../directory/load.ts'
import type { Core } from '../../feature.ts'
import { localDay } from './day.ts'
import type { Released } from './release.ts'

export const changedKind = 'interviews.conductor-changed'
export const releasedKind = 'interviews.meeting-released'

const changedPrefix = 'conductor:'
const changedSubject = (interviewId: number) => `${changedPrefix}${interviewId}`
const releasedSubject = (meetingId: number) => `released:${meetingId}`

/** The interview or meeting that a notice of this folder is about. */
export const subjectId = (subject: string): number => Number(subject.slice(subject.indexOf(':') + 1))

export interface ConductorChange {
  readonly interviewId: number
  readonly personId: number
  readonly generation: number
  readonly from: number | null
  /** Null: nobody for now; nobody is told, HR sees the gap. */
  readonly to: number | null
  /** The meeting that was taken back for it. */
  readonly meetingId: number | null
}

/** Why a meeting ahead was taken back; what people read about it depends on it. */
export type ReleaseReason = 'conductor' | 'leave' | 'cancelled' | 'left'

/** The next moment at which somebody's office works. Due now would count as past. */
async function soonFor(core: Core, tx: Tx, people: readonly number[], now: Temporal.Instant) {
  const ids = [...new Set(people)]
  const organisation = await loadOrganisation(tx, localDay(core, now), ids.length > 400 ? undefined : ids)
  const calendarOf = await calendarsOf(tx, ids, organisation)
  const soon = now.add({ minutes: 1 })
  const moments = new Map(ids.map((id) => [id, opening(calendarOf(id), core.zone, soon)]))
  return (personId: number) => moments.get(personId) ?? soon
}

/**
 * Staff member and new conductor hear of it at the next working moment. A change that is taken back before anybody
 * heard of it is not told at all.
 */
export async function planChanges(
  core: Core,
  tx: Tx,
  changes: readonly ConductorChange[],
  now: Temporal.Instant,
): Promise<void> {
  if (changes.length === 0) return
  const subjects = changes.map((change) => changedSubject(change.interviewId))
  const planned = await tx.$queryRaw<{ subject: string; detail: { from?: number; meeting?: number } }[]>`
    SELECT DISTINCT ON (subject) subject, detail FROM notice
    WHERE subject = ANY(${subjects}::text[]) AND status = 'planned' ORDER BY subject, id`
  const untold = new Map(planned.map((row) => [row.subject, row.detail]))
  const due = await soonFor(
    core,
    tx,
    changes.flatMap((change) => (change.to === null ? [change.personId] : [change.personId, change.to])),
    now,
  )
  const today = localDay(core, now)
  const wanted = changes.map((change) => {
    const subject = changedSubject(change.interviewId)
    const before = untold.get(subject)
    const from = before ? (before.from ?? 0) : (change.from ?? 0)
    const meeting = change.meetingId ?? before?.meeting
    if (change.to === null || (from === change.to && meeting === undefined)) return { subject, wanted: [] }
    const notice = (recipientId: number): WantedNotice => ({
      kind: changedKind,
      recipientId,
      rung: 'changed',
      anchor: `${today}+${change.generation}+${change.to}`,
      dueAt: due(recipientId),
      detail: { from, to: change.to ?? 0, ...(meeting !== undefined && { meeting }) },
    })
    return { subject, wanted: [notice(change.personId), notice(change.to)] }
  })
  await core.notices.reconcile(tx, wanted, now)
}

/** Those who had a meeting ahead hear that it is off: the conductor of then, and the staff member where `tellStaff`. */
export async function planReleases(
  core: Core,
  tx: Tx,
  released: readonly Released[],
  reason: ReleaseReason,
  tellStaff: boolean,
  now: Temporal.Instant,
): Promise<void> {
  const ahead = released.filter((one) => Temporal.Instant.compare(one.startsAt, now) > 0)
  if (ahead.length === 0) return
  const due = await soonFor(
    core,
    tx,
    ahead.flatMap((one) => [one.conductorId, one.personId]),
    now,
  )
  const today = localDay(core, now)
  const byMeeting = new Map(ahead.map((one) => [one.meetingId, one]))
  await core.notices.reconcile(
    tx,
    [...byMeeting.values()].map((one) => ({
      subject: releasedSubject(one.meetingId),
      wanted: [one.conductorId, ...(tellStaff ? [one.personId] : [])].map((recipientId) => ({
        kind: releasedKind,
        recipientId,
        rung: reason,
        anchor: today.toString(),
        dueAt: due(recipientId),
        detail: { interview: one.interviewId, person: one.personId, reason },
      })),
    })),
    now,
  )
}
