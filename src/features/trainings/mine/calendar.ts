// A confirmed session in people's calendars: one file, and its name in the subscribed feed.
import { bookingOf } from '../../../agenda/bookings.ts'
import { type BookingText, type DescribeBookings, uidOf } from '../../../agenda/feeds.ts'
import { icsMimeType, icsOf } from '../../../agenda/ics.ts'
import type { OutgoingFile } from '../../../chat/chat.ts'
import type { Tx } from '../../../db/transaction.ts'
import type { Ask } from '../../../intake/handler.ts'
import type { Core } from '../../feature.ts'
import { signUpSubject } from '../state.ts'
import { courseName, sessionPlace } from '../words.ts'
import { textsIn } from './mine.ts'

/** Names sign-ups for calendars: the course and the place. */
export const describeSignUps: DescribeBookings = async (tx, subjects, reader) => {
  const ids = subjects.flatMap((subject) => /^sign-up:(\d+)$/.exec(subject)?.[1] ?? []).map(Number)
  if (ids.length === 0) return new Map()
  const rows = await tx.signUp.findMany({
    where: { id: { in: ids }, personId: reader.id },
    select: {
      id: true,
      course: { select: { name: true, nameEn: true } },
      session: { select: { place: true, url: true } },
    },
  })
  return new Map(
    rows.map(({ id, course, session }): [string, BookingText] => {
      const place = session ? sessionPlace(session, reader.language) : ''
      return [signUpSubject(id), { summary: courseName(course, reader.language), ...(place && { place }) }]
    }),
  )
}

/** The file that puts a session into the asking person's calendar, or takes it out again; undefined: never theirs. */
export async function entryFile(
  core: Core,
  tx: Tx,
  ask: Ask,
  signUp: number,
): Promise<OutgoingFile | undefined> {
  const subject = signUpSubject(signUp)
  const booking = await bookingOf(tx, subject, ask.actor.id)
  if (!booking) return undefined
  const t = textsIn(ask.language)
  const texts = await describeSignUps(tx, [subject], { id: ask.actor.id, language: ask.language })
  const ics = icsOf(
    {
      uid: uidOf(subject),
      sequence: booking.sequence,
      startsAt: booking.start,
      endsAt: booking.end,
      ...(texts.get(subject) ?? { summary: t.summary }),
      cancelled: booking.released,
    },
    { zone: core.zone, now: ask.now },
  )
  return {
    name: `training-${signUp}.ics`,
    mimeType: icsMimeType,
    bytes: new TextEncoder().encode(ics),
    comment: booking.released ? t.icsRemove : t.icsComment,
  }
}
