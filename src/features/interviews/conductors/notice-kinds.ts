import { fromDbInstant } from '../../../db/time.ts'
import type { Tx } from '../../../db/transaction.ts'
import type { DueNotice, NoticeKind, Recipient } from '../../../delivery/notice.ts'
import { addressed, loadPeople } from '../../../directory/people.ts'
import type { Core } from '../../feature.ts'
import { loadInterviews } from '../load.ts'
import { isOpen } from '../state.ts'
import { localDay } from './day.ts'
import { changedKind, releasedKind, subjectId } from './notices.ts'
import { type ChangeShown, changedPart, type ReleaseShown, releasedPart } from './views.ts'

const number = (value: unknown): number => (typeof value === 'number' ? value : 0)
const reasonOf = (value: unknown): ReleaseShown['reason'] =>
  value === 'leave' || value === 'left' || value === 'cancelled' ? value : 'conductor'

/** Both kinds this folder tells; each drawn from the present state, silent about what has been overtaken. */
export function conductorNotices(core: Core): NoticeKind[] {
  const shared = { priority: 2, ifUnknown: 'repeat', hours: 'working' } as const
  return [
    { ...shared, kind: changedKind, draw: (...args) => drawChanged(core, ...args) },
    { ...shared, kind: releasedKind, draw: (...args) => drawReleased(core, ...args) },
  ]
}

async function startsOf(tx: Tx, meetingIds: readonly number[]) {
  const rows = await tx.meeting.findMany({
    where: { id: { in: [...meetingIds] } },
    select: { id: true, startsAt: true },
  })
  return new Map(rows.map((row) => [row.id, fromDbInstant(row.startsAt)]))
}

async function drawChanged(
  core: Core,
  tx: Tx,
  notices: readonly DueNotice[],
  to: Recipient,
  now: Temporal.Instant,
) {
  const today = localDay(core, now)
  const ids = notices.map((notice) => subjectId(notice.subject))
  const interviews = new Map(
    (await loadInterviews(tx, { id: { in: ids } }, today)).map((one) => [one.id, one]),
  )
  const starts = await startsOf(
    tx,
    notices.map((notice) => number(notice.detail.meeting)),
  )
  const people = await loadPeople(
    tx,
    [...interviews.values()].flatMap((one) => [one.personId, ...one.conductorIds]),
    today,
  )
  const name = (id: number) => {
    const person = people.get(id)
    return person ? addressed(person, to.language) : ''
  }
  const obsolete: number[] = []
  const mine: ChangeShown[] = []
  const theirs: ChangeShown[] = []
  for (const notice of notices) {
    const interview = interviews.get(subjectId(notice.subject))
    const conductorId = number(notice.detail.to)
    const stands = interview && isOpen(interview) && interview.conductorIds.includes(conductorId)
    const concerned = interview && (interview.personId === to.id || conductorId === to.id)
    if (!stands || !concerned) {
      obsolete.push(notice.id)
      continue
    }
    const shown: ChangeShown = {
      interview,
      person: name(interview.personId),
      conductor: name(conductorId),
      takenBack: starts.get(number(notice.detail.meeting)) ?? null,
    }
    if (interview.personId === to.id) mine.push(shown)
    else theirs.push(shown)
  }
  if (mine.length + theirs.length === 0) return null
  return { ...changedPart(mine, theirs, core.zone, to.language), obsolete }
}

async function drawReleased(
  core: Core,
  tx: Tx,
  notices: readonly DueNotice[],
  to: Recipient,
  now: Temporal.Instant,
) {
  const today = localDay(core, now)
  const ids = notices.map((notice) => number(notice.detail.interview))
  const interviews = new Map(
    (await loadInterviews(tx, { id: { in: ids } }, today)).map((one) => [one.id, one]),
  )
  const meetings = await tx.meeting.findMany({
    where: { id: { in: notices.map((notice) => subjectId(notice.subject)) } },
  })
  const meetingOf = new Map(meetings.map((meeting) => [meeting.id, meeting]))
  const people = await loadPeople(
    tx,
    [...notices.map((notice) => number(notice.detail.person)), ...meetings.map((one) => one.conductorId)],
    today,
  )
  const obsolete: number[] = []
  const shown: ReleaseShown[] = []
  for (const notice of notices) {
    const interview = interviews.get(number(notice.detail.interview))
    const meeting = meetingOf.get(subjectId(notice.subject))
    // Once its hour is over, that it was taken back no longer helps anybody.
    const over = !meeting || Temporal.Instant.compare(fromDbInstant(meeting.startsAt), now) <= 0
    if (!interview || over) {
      obsolete.push(notice.id)
      continue
    }
    const other = people.get(meeting.conductorId === to.id ? interview.personId : meeting.conductorId)
    shown.push({
      interview,
      startsAt: fromDbInstant(meeting.startsAt),
      with: other ? addressed(other, to.language) : '',
      reason: reasonOf(notice.detail.reason),
    })
  }
  if (shown.length === 0) return null
  return { ...releasedPart(shown, core.zone, to.language), obsolete }
}
