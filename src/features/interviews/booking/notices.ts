// What booking tells, drawn as the world is when it is sent.
import { bookingOf } from '../../../agenda/bookings.ts'
import type { Block, Row } from '../../../cards/card.ts'
import type { Tx } from '../../../db/transaction.ts'
import type { DueNotice, NoticeKind, Part, Recipient } from '../../../delivery/notice.ts'
import { loadPeople, type Person } from '../../../directory/people.ts'
import type { Core } from '../../feature.ts'
import { loadInterviews } from '../load.ts'
import type { Interview } from '../state.ts'
import { sideOf } from './access.ts'
import { bookingKinds } from './kinds.ts'
import { openAction } from './show.ts'
import { pickableSlots } from './store.ts'
import { nameOf, textsIn } from './texts.ts'
import { calendarButton, counterpart, whenOf } from './views.ts'

/** Rows that one part shows; the rest is counted. */
const mostRows = 10

export function bookingNotices(core: Core): NoticeKind[] {
  const { zone } = core
  const dayOf = (now: Temporal.Instant) => now.toZonedDateTimeISO(zone).toPlainDate()

  /** The interviews that notices are about, as they are now, with the people in them. */
  async function read(tx: Tx, notices: readonly DueNotice[], now: Temporal.Instant) {
    const ids = [...new Set(notices.map((notice) => Number(notice.detail.interview)))]
    const interviews = await loadInterviews(tx, { id: { in: ids } }, dayOf(now))
    return new Map(interviews.map((interview) => [interview.id, interview]))
  }

  const meetingIdOf = (notice: DueNotice) => Number(notice.subject.split(':')[1])

  async function peopleIn(tx: Tx, interviews: Iterable<Interview>, now: Temporal.Instant) {
    const ids = [...interviews].flatMap((each) => [
      each.personId,
      ...each.conductorIds,
      ...('meeting' in each && each.meeting ? [each.meeting.conductorId] : []),
    ])
    return loadPeople(tx, ids, dayOf(now))
  }

  const named = (interview: Interview, people: ReadonlyMap<number, Person>, to: Recipient) =>
    counterpart(interview, { reader: to.id, language: to.language, people })

  const booked: NoticeKind = {
    kind: bookingKinds.booked,
    priority: 2,
    ifUnknown: 'repeat',
    hours: 'working',
    async draw(tx, notices, to, now) {
      const t = textsIn(to.language)
      const interviews = await read(tx, notices, now)
      const people = await peopleIn(tx, interviews.values(), now)
      const seen = new Set<number>()
      const rows: (Row & { readonly starts: number })[] = []
      const obsolete: number[] = []
      for (const notice of notices) {
        const interview = interviews.get(Number(notice.detail.interview))
        const meeting = interview?.status === 'booked' ? interview.meeting : undefined
        const ahead = meeting && Temporal.Instant.compare(meeting.startsAt, now) > 0
        const theirs = interview && (sideOf(interview, to.id) || meeting?.conductorId === to.id)
        if (!interview || !meeting || !ahead || !theirs || meeting.id !== meetingIdOf(notice)) {
          obsolete.push(notice.id)
          continue
        }
        if (seen.has(meeting.id)) continue
        seen.add(meeting.id)
        const details = [nameOf(interview, to.language), meeting.place].filter(Boolean).join(' / ')
        rows.push({
          text: t.bookedRow(named(interview, people, to), whenOf(meeting, zone, to.language)),
          detail: details,
          button: calendarButton(meeting.id, to.language),
          starts: meeting.startsAt.epochMilliseconds,
        })
      }
      if (rows.length === 0) return null
      const own = [...interviews.values()].find((each) => each.personId === to.id)
      const inOrder = rows.toSorted((a, b) => a.starts - b.starts).map(({ starts: _, ...row }): Row => row)
      return part(t.bookedSummary, t.bookedTitle, inOrder, obsolete, to, own && t.bookedForStaff, own)
    },
  }

  const released: NoticeKind = {
    kind: bookingKinds.released,
    priority: 1,
    ifUnknown: 'repeat',
    hours: 'working',
    async draw(tx, notices, to, now) {
      const t = textsIn(to.language)
      const interviews = await read(tx, notices, now)
      const people = await peopleIn(tx, interviews.values(), now)
      const rows: Row[] = []
      const obsolete: number[] = []
      for (const notice of notices) {
        const interview = interviews.get(Number(notice.detail.interview))
        // Their own hold on the time, as it was: the meeting itself may have moved on to somebody else.
        const was = await bookingOf(tx, notice.subject, to.id)
        if (!interview || !was?.released) {
          obsolete.push(notice.id)
          continue
        }
        rows.push({
          text: t.releasedRow(named(interview, people, to), whenOf(was, zone, to.language)),
          detail: nameOf(interview, to.language),
          button: calendarButton(meetingIdOf(notice), to.language, true),
        })
      }
      if (rows.length === 0) return null
      const own = [...interviews.values()].find((each) => each.personId === to.id)
      const next = own ? t.releasedStaff : t.releasedConductor
      return part(t.releasedSummary, t.releasedTitle, rows, obsolete, to, next, own)
    },
  }

  const offered: NoticeKind = {
    kind: bookingKinds.offered,
    priority: 1,
    ifUnknown: 'repeat',
    hours: 'working',
    async draw(tx, notices, to, now) {
      const t = textsIn(to.language)
      const interviews = await read(tx, notices, now)
      const open = [...interviews.values()].filter(
        (each) => each.personId === to.id && each.status === 'waiting',
      )
      const slots = await pickableSlots(tx, open, now, zone)
      const live = open.filter((each) => (slots.get(each.id)?.length ?? 0) > 0)
      const obsolete = notices
        .filter((notice) => !live.some((each) => each.id === Number(notice.detail.interview)))
        .map((notice) => notice.id)
      if (live.length === 0) return null
      const blocks = live.flatMap((interview): Block[] => [
        {
          type: 'text',
          text: t.offeredNotice(nameOf(interview, to.language), slots.get(interview.id)?.length ?? 0),
        },
        {
          type: 'buttons',
          buttons: [
            {
              label: t.choose,
              action: { id: 'interviews.pick', data: { interview: interview.id } },
              style: 'primary',
            },
            { label: t.details, action: openAction(interview.id) },
          ],
        },
      ])
      return { summary: t.offeredNoticeSummary, blocks, obsolete }
    },
  }

  return [booked, released, offered]
}

function part(
  summary: string,
  title: string,
  rows: readonly Row[],
  obsolete: readonly number[],
  to: Recipient,
  next: string | undefined,
  own: Interview | undefined,
): Part {
  const t = textsIn(to.language)
  const more = rows.length - mostRows
  return {
    summary,
    obsolete,
    blocks: [
      { type: 'text', text: [{ bold: title }] },
      { type: 'list', rows: rows.slice(0, mostRows) },
      ...(more > 0 ? [{ type: 'context', text: t.more(more) } as const] : []),
      ...(next ? [{ type: 'text', text: next } as const] : []),
      ...(own
        ? [{ type: 'buttons', buttons: [{ label: t.details, action: openAction(own.id) }] } as const]
        : []),
    ],
  }
}
