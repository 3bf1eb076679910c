// Calendar files of meetings, and what meetings are called in a subscribed calendar.
import { bookingOf } from '../../../agenda/bookings.ts'
import { type DescribeBookings, uidOf } from '../../../agenda/feeds.ts'
import { icsMimeType, icsOf } from '../../../agenda/ics.ts'
import type { OutgoingFile } from '../../../chat/chat.ts'
import type { Tx } from '../../../db/transaction.ts'
import { addressed, loadPeople } from '../../../directory/people.ts'
import type { Ask } from '../../../intake/handler.ts'
import type { Language } from '../../../kernel/language.ts'
import type { Core } from '../../feature.ts'
import { type Interview, meetingSubject } from '../state.ts'
import { nameOf, textsIn } from './texts.ts'

/**
 * The file that puts a meeting into the asking person's calendar, or takes it out once the time was given back.
 * Undefined for whoever never had that meeting in their time.
 */
export async function meetingFile(
  core: Core,
  tx: Tx,
  meetingId: number,
  ask: Pick<Ask, 'actor' | 'language' | 'now' | 'today'>,
): Promise<OutgoingFile | undefined> {
  const subject = meetingSubject(meetingId)
  const booking = await bookingOf(tx, subject, ask.actor.id)
  if (!booking) return undefined
  const t = textsIn(ask.language)
  const text = (await describer(core)(tx, [subject], { id: ask.actor.id, language: ask.language })).get(
    subject,
  )
  const ics = icsOf(
    {
      uid: uidOf(subject),
      sequence: booking.sequence,
      startsAt: booking.start,
      endsAt: booking.end,
      ...(text ?? { summary: t.slotsSummary }),
      cancelled: booking.released,
    },
    { zone: core.zone, now: ask.now },
  )
  return {
    name: `interview-${meetingId}.ics`,
    mimeType: icsMimeType,
    bytes: new TextEncoder().encode(ics),
    comment: booking.released ? t.icsRemove : t.icsComment,
  }
}

/** Names meetings for calendars: 「期首面談(佐藤課長)」, the place, and nothing else. */
export function describer(core: Core): DescribeBookings {
  return async (tx, subjects, reader) => {
    const ids = subjects.flatMap((subject) => /^meeting:(\d+)$/.exec(subject)?.[1] ?? []).map(Number)
    const meetings = await tx.meeting.findMany({
      where: { id: { in: ids } },
      include: { interviews: { include: { step: true }, orderBy: { id: 'asc' } } },
    })
    const bookings = await tx.booking.findMany({ where: { subject: { in: ids.map(meetingSubject) } } })
    const today = core.clock.now().toZonedDateTimeISO(core.zone).toPlainDate()
    const people = await loadPeople(
      tx,
      bookings.map((booking) => booking.personId),
      today,
    )
    return new Map(
      meetings.map((meeting) => {
        const subject = meetingSubject(meeting.id)
        const other = bookings.find(
          (booking) => booking.subject === subject && booking.personId !== reader.id,
        )
        const who = other && people.get(other.personId)
        const names = meeting.interviews.map((each) => nameOfRow(each, reader.language))
        const name = textsIn(reader.language).list([...new Set(names)]) || textsIn(reader.language).interview
        return [
          subject,
          {
            summary: who ? textsIn(reader.language).icsSummary(name, addressed(who, reader.language)) : name,
            ...(meeting.place && { place: meeting.place }),
          },
        ]
      }),
    )
  }
}

const nameOfRow = (
  row: { kind: string; step: { name: string; nameEn: string } | null },
  language: Language,
): string =>
  row.step
    ? language === 'ja'
      ? row.step.name
      : row.step.nameEn || row.step.name
    : nameOf({ kind: row.kind as Interview['kind'], step: null }, language)
