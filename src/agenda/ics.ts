// Calendar files (RFC 5545) as Outlook, Google and Apple read them. Written by ical-generator; what it leaves to its
// caller (the zone's definition, a stamp from our clock) is given here.
import ical, {
  ICalAttendeeRole,
  ICalAttendeeStatus,
  ICalCalendarMethod,
  ICalEventStatus,
} from 'ical-generator'

/** One appointment in a calendar file. The summary names the occasion, never what is said in it. */
export interface CalendarEntry {
  /** Stays the same through every change: "meeting-12". */
  readonly uid: string
  /** Counts up with every change. */
  readonly sequence: number
  readonly startsAt: Temporal.Instant
  readonly endsAt: Temporal.Instant
  readonly summary: string
  readonly place?: string
  /** Taken out of the calendar instead of put in. */
  readonly cancelled?: boolean
}

interface Stamp {
  /** IANA zone in which the times are written. */
  readonly zone: string
  readonly now: Temporal.Instant
}

/** One appointment to be taken over (METHOD:PUBLISH) or, when it is cancelled, to be taken out (METHOD:CANCEL). */
export function icsOf(entry: CalendarEntry, stamp: Stamp): string {
  return write([entry], stamp, entry.cancelled ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.PUBLISH)
}

/** Whom an invitation comes from and goes to, by e-mail. */
export interface Parties {
  readonly from: { readonly name?: string; readonly address: string }
  readonly to: string
}

/**
 * An invitation by e-mail (RFC 5546, iMIP): REQUEST, or CANCEL once the time was given back. The same uid with a higher
 * sequence changes what an earlier one put into the calendar. No reply is asked for: nobody reads them.
 */
export function invitationOf(
  entry: CalendarEntry,
  stamp: Stamp,
  parties: Parties,
): { readonly method: 'REQUEST' | 'CANCEL'; readonly ics: string } {
  const method = entry.cancelled ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.REQUEST
  return { method, ics: write([entry], stamp, method, undefined, parties) }
}

/** Many appointments as a subscribed calendar shows them. `name` is the calendar's own. */
export function icsFeed(name: string, entries: readonly CalendarEntry[], stamp: Stamp): string {
  return write(entries, stamp, ICalCalendarMethod.PUBLISH, name)
}

export const icsMimeType = 'text/calendar; charset=utf-8'

function write(
  entries: readonly CalendarEntry[],
  { zone, now }: Stamp,
  method: ICalCalendarMethod,
  name?: string,
  parties?: Parties,
): string {
  const definition = zoneDefinition(zone)
  const calendar = ical({
    prodId: '//Hagukumi//Hagukumi//JA',
    method,
    // Without a name here the stamp stays in UTC, as the standard wants it.
    timezone: { name: null, generator: () => definition ?? null },
    ...(name && { name, ttl: 60 * 60 }),
  })
  for (const entry of entries) {
    const local = (instant: Temporal.Instant) =>
      definition ? instant.toZonedDateTimeISO(zone) : new Date(instant.epochMilliseconds)
    const event = calendar.createEvent({
      id: `${entry.uid}@hagukumi`,
      sequence: entry.sequence,
      stamp: new Date(now.epochMilliseconds),
      start: local(entry.startsAt),
      end: local(entry.endsAt),
      ...(definition && { timezone: zone }),
      summary: plain(entry.summary),
      ...(entry.place && { location: plain(entry.place) }),
      status: entry.cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    })
    if (!parties) continue
    const { from, to } = parties
    event.organizer({ name: plain(from.name ?? from.address), email: from.address })
    event.createAttendee({
      email: to,
      rsvp: false,
      role: ICalAttendeeRole.REQ,
      status: ICalAttendeeStatus.NEEDSACTION,
    })
  }
  return `${calendar.toString().replace(/\r?\n/g, '\r\n').trimEnd()}\r\n`
}

/** On one line and without control characters: they have no place in a calendar file. */
const plain = (text: string): string => text.replace(/\p{Cc}+/gu, ' ').trim()

/**
 * The VTIMEZONE of a zone that keeps one offset all year (Asia/Tokyo); undefined for others, whose times are then
 * written in UTC, which every calendar shows rightly.
 */
function zoneDefinition(zone: string): string | undefined {
  const recent = Temporal.Instant.from('2000-01-01T00:00Z').toZonedDateTimeISO(zone)
  if (zone === 'UTC' || recent.getTimeZoneTransition('next')) return undefined
  const offset = recent.offset.replace(':', '')
  return [
    'BEGIN:VTIMEZONE',
    `TZID:${zone}`,
    'BEGIN:STANDARD',
    'DTSTART:19700101T000000',
    `TZOFFSETFROM:${offset}`,
    `TZOFFSETTO:${offset}`,
    'END:STANDARD',
    'END:VTIMEZONE',
  ].join('\r\n')
}
