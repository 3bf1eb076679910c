// A calendar file of somebody's groupware, read for one thing alone: when they are busy. Titles, places and people are
// not even looked at. Runs in a worker of its own (`read.ts`), since a file may ask for more than anybody can count.
import ICAL from 'ical.js'

/** Milliseconds since 1970, [start, end). */
export type Busy = readonly [start: number, end: number]

export interface Reading {
  /** IANA zone of days, and of times that name none. */
  readonly zone: string
  readonly from: number
  readonly to: number
}

/** Looked at of one file at most; what lies beyond is left out, and said. */
const mostEvents = 20_000
const mostSteps = 200_000
const mostBusy = 5_000

export interface ReadCalendar {
  /** Put together where they touch, in their order. */
  readonly busy: readonly Busy[]
  /** More was there than is looked at. */
  readonly cut: boolean
}

/** Windows' own names of zones, as Outlook and Exchange write them (unicode.org, windowsZones); others come with a definition. */
const windowsZones: Readonly<Record<string, string>> = {
  'Tokyo Standard Time': 'Asia/Tokyo',
  'Korea Standard Time': 'Asia/Seoul',
  'China Standard Time': 'Asia/Shanghai',
  'Singapore Standard Time': 'Asia/Singapore',
  'GMT Standard Time': 'Europe/London',
  'W. Europe Standard Time': 'Europe/Berlin',
  'Romance Standard Time': 'Europe/Paris',
  'Eastern Standard Time': 'America/New_York',
  'Pacific Standard Time': 'America/Los_Angeles',
  UTC: 'UTC',
}

const isZone = (name: string): boolean => {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name)
    return true
  } catch {
    return false
  }
}

/** Reads what a file may be written in: UTF-8 or UTF-16; of another encoding only texts suffer, which nobody reads. */
export function decode(bytes: Uint8Array): string {
  const utf16 =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : undefined
  return new TextDecoder(utf16 ?? 'utf-8').decode(bytes)
}

interface Moment {
  readonly ms: number
  /** A whole day, of which the end is the next one. */
  readonly day: boolean
}

/** Times of one file, with the zones that it defines itself. */
function clockOf(calendar: ICAL.Component, zone: string) {
  const defined = new Map<string, ICAL.Timezone>()
  for (const part of calendar.getAllSubcomponents('vtimezone')) {
    const tzid = part.getFirstPropertyValue('tzid')
    if (typeof tzid === 'string') defined.set(tzid, new ICAL.Timezone(part))
  }
  return (time: ICAL.Time, tzid: string | undefined): Moment => {
    const { year, month, day, hour, minute, second } = time
    const plain = Temporal.PlainDateTime.from(
      time.isDate ? { year, month, day } : { year, month, day, hour, minute, second: Math.min(second, 59) },
    )
    const at = (name: string) => plain.toZonedDateTime(name).epochMilliseconds
    if (time.isDate) return { ms: at(zone), day: true }
    if (time.zone?.tzid === 'UTC') return { ms: at('UTC'), day: false }
    const name =
      tzid === undefined
        ? zone
        : (windowsZones[tzid] ?? tzid.replace(/^\/[^/]+\/(?:[^/]+\/)?(?=[A-Z][a-z]+\/)/, ''))
    if (isZone(name)) return { ms: at(name), day: false }
    const own = tzid === undefined ? undefined : defined.get(tzid)
    return { ms: own ? at('UTC') - own.utcOffset(time) * 1000 : at(zone), day: false }
  }
}

const textOf = (part: ICAL.Component, name: string): string =>
  String(part.getFirstPropertyValue(name) ?? '').toUpperCase()

/** Cancelled, shown as free, or our own appointment come back: no time is taken by it here. */
function isFree(event: ICAL.Component): boolean {
  if (textOf(event, 'status') === 'CANCELLED') return true
  if (/@HAGUKUMI$/.test(textOf(event, 'uid'))) return true
  const outlook = textOf(event, 'x-microsoft-cdo-busystatus')
  if (outlook !== '') return outlook === 'FREE' || outlook === 'WORKINGELSEWHERE'
  return textOf(event, 'transp') === 'TRANSPARENT'
}

const tzidOf = (property: ICAL.Property | null): string | undefined => {
  const given = property?.getFirstParameter('tzid')
  return typeof given === 'string' && given !== '' ? given : undefined
}

const timeOf = (property: ICAL.Property | null): ICAL.Time | undefined => {
  const value = property?.getFirstValue()
  return value instanceof ICAL.Time ? value : undefined
}

const dayMs = 86_400_000

/** All that is busy in a calendar file within [from, to). Throws where it is no calendar. */
export function readIcs(text: string, { zone, from, to }: Reading): ReadCalendar {
  const parsed: unknown[] = ICAL.parse(text)
  const roots = (Array.isArray(parsed[0]) ? parsed : [parsed]) as unknown[][]
  const found: Busy[] = []
  let steps = 0
  let cut = false
  const add = (start: number, end: number) => {
    if (end <= from || start >= to || end <= start) return
    if (found.length >= mostBusy) cut = true
    else found.push([Math.max(start, from), Math.min(end, to)])
  }

  for (const root of roots) {
    const calendar = new ICAL.Component(root)
    if (calendar.name !== 'vcalendar') throw new Error('not a calendar')
    const momentOf = clockOf(calendar, zone)
    const events = calendar.getAllSubcomponents('vevent')
    if (events.length > mostEvents) cut = true

    const startOf = (
      event: ICAL.Component,
    ): (Moment & { readonly time: ICAL.Time; readonly tzid: string | undefined }) | undefined => {
      const property = event.getFirstProperty('dtstart')
      const time = timeOf(property)
      if (!time) return undefined
      const tzid = tzidOf(property)
      return { ...momentOf(time, tzid), time, tzid }
    }
    const lengthOf = (event: ICAL.Component, start: Moment): number => {
      const property = event.getFirstProperty('dtend')
      const end = timeOf(property)
      if (end) return momentOf(end, tzidOf(property)).ms - start.ms
      const duration = event.getFirstPropertyValue('duration')
      if (duration instanceof ICAL.Duration) return duration.toSeconds() * 1000
      return start.day ? dayMs : 0
    }

    /** Occurrences that were moved, changed or called off by themselves, by their series. */
    const moved = new Map<string, Set<number>>()
    for (const event of events.slice(0, mostEvents)) {
      const property = event.getFirstProperty('recurrence-id')
      const time = timeOf(property)
      if (!time) continue
      const uid = textOf(event, 'uid')
      moved.set(uid, (moved.get(uid) ?? new Set()).add(momentOf(time, tzidOf(property)).ms))
    }
    for (const event of events.slice(0, mostEvents)) {
      if (isFree(event)) continue
      const start = startOf(event)
      if (!start) continue
      const length = lengthOf(event, start)
      const repeats = event.hasProperty('rrule') || event.hasProperty('rdate')
      if (!repeats || event.hasProperty('recurrence-id')) {
        add(start.ms, start.ms + length)
        continue
      }
      // The first one belongs to days that are named one by one, which the library leaves to its caller.
      if (!event.hasProperty('rrule')) add(start.ms, start.ms + length)
      const exceptions = moved.get(textOf(event, 'uid'))
      const expansion = new ICAL.RecurExpansion({ component: event, dtstart: start.time })
      for (;;) {
        steps += 1
        if (steps > mostSteps || found.length >= mostBusy) {
          cut = true
          break
        }
        const next = expansion.next()
        if (!next) break
        const { ms } = momentOf(next, start.tzid)
        if (ms >= to) break
        if (!exceptions?.has(ms)) add(ms, ms + length)
      }
    }
    for (const part of calendar.getAllSubcomponents('vfreebusy'))
      for (const property of part.getAllProperties('freebusy')) {
        if (String(property.getFirstParameter('fbtype') ?? '').toUpperCase() === 'FREE') continue
        for (const value of property.getValues()) {
          if (!(value instanceof ICAL.Period)) continue
          add(momentOf(value.start, undefined).ms, momentOf(value.getEnd(), undefined).ms)
        }
      }
  }
  return { busy: joined(found), cut }
}

/** One stretch where several touch: nobody learns from it how many appointments there are. */
export function joined(spans: readonly Busy[]): Busy[] {
  const result: [number, number][] = []
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1)
    if (last && start <= last[1]) last[1] = Math.max(last[1], end)
    else result.push([start, end])
  }
  return result
}
