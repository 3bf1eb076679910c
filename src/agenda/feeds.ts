// A person's bookings as a calendar to subscribe to. The address holds a secret of 256 bits; only its SHA-256 is
// kept, so that neither a backup nor a log can be turned into an address. One address a person; a new one ends the old.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { toDbInstant } from '../db/time.ts'
import type { Tx } from '../db/transaction.ts'
import type { Language } from '../kernel/language.ts'
import { busySpans } from './bookings.ts'
import { type CalendarEntry, icsFeed, icsMimeType } from './ics.ts'

/** What a booking is called in a calendar: the occasion and the place, never content. */
export interface BookingText {
  readonly summary: string
  readonly place?: string
}

/** Each feature names the subjects it knows ("meeting:12"); others are left out of the map. */
export type DescribeBookings = (
  tx: Tx,
  subjects: readonly string[],
  reader: { readonly id: number; readonly language: Language },
) => Promise<ReadonlyMap<string, BookingText>>

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')

/** 43 characters that fit into an address. */
const newSecret = (): string => randomBytes(32).toString('base64url')

/** Whether the person has an address in force. */
export async function hasFeed(tx: Tx, personId: number): Promise<boolean> {
  return (await tx.feed.count({ where: { personId, revokedAt: null } })) > 0
}

/** Makes a new address and ends the old one. The secret is returned this once and kept nowhere; audit is the caller's. */
export async function replaceFeed(tx: Tx, personId: number, now: Temporal.Instant): Promise<string> {
  await revokeFeed(tx, personId, now)
  const secret = newSecret()
  await tx.feed.create({ data: { personId, tokenHash: hashOf(secret), createdAt: toDbInstant(now) } })
  return secret
}

/** Ends the address at once. False: there was none. */
export async function revokeFeed(tx: Tx, personId: number, now: Temporal.Instant): Promise<boolean> {
  const { count } = await tx.feed.updateMany({
    where: { personId, revokedAt: null },
    data: { revokedAt: toDbInstant(now) },
  })
  return count > 0
}

/** Where calendars subscribe: `publicUrl` without a trailing slash. */
export const feedAddress = (publicUrl: string, secret: string): string => `${publicUrl}/feeds/${secret}.ics`

export interface FeedSource {
  readonly zone: string
  readonly describe: readonly DescribeBookings[]
}

/** The calendar behind a secret: the past 30 and the next 400 days. Undefined: no such address, or no longer. */
export async function feedOf(
  tx: Tx,
  secret: string,
  now: Temporal.Instant,
  { zone, describe }: FeedSource,
): Promise<string | undefined> {
  const hash = hashOf(secret)
  const feed = await tx.feed.findUnique({ where: { tokenHash: hash } })
  // The index compares hashes, which say nothing of the secret; the last comparison takes the same time for all.
  if (!feed || feed.revokedAt || !timingSafeEqual(Buffer.from(feed.tokenHash), Buffer.from(hash)))
    return undefined
  const person = await tx.person.findUnique({ where: { id: feed.personId } })
  if (!person || (person.leftOn && person.leftOn <= toDbInstant(now))) return undefined

  const reader = { id: person.id, language: person.language === 'en' ? ('en' as const) : ('ja' as const) }
  const day = (days: number) => now.add({ hours: 24 * days })
  const busy = await busySpans(tx, [person.id], day(-30), day(400))
  const texts = new Map<string, BookingText>()
  const subjects = busy.map((booking) => booking.subject)
  for (const each of describe)
    for (const [subject, text] of await each(tx, subjects, reader)) texts.set(subject, text)
  const entries = busy.map(
    ({ subject, sequence, start, end }): CalendarEntry => ({
      uid: uidOf(subject),
      sequence,
      startsAt: start,
      endsAt: end,
      ...(texts.get(subject) ?? { summary: reader.language === 'ja' ? '予定' : 'Booked' }),
    }),
  )
  return icsFeed(reader.language === 'ja' ? 'はぐくみ' : 'Hagukumi', entries, { zone, now })
}

/** "meeting:12" as a calendar knows it; the same in files and feeds, so that one replaces the other. */
export const uidOf = (subject: string): string => subject.replaceAll(':', '-')

export interface FeedResponse {
  readonly status: 200 | 404
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What an HTTP server answers to /feeds/:secret.ics; `secret` comes without ".ics". Unknown and ended look alike. */
export async function serveFeed(
  tx: Tx,
  secret: string,
  now: Temporal.Instant,
  source: FeedSource,
): Promise<FeedResponse> {
  const headers = {
    'cache-control': 'private, no-store',
    'referrer-policy': 'no-referrer',
    'x-robots-tag': 'noindex, nofollow',
  }
  const body = /^[\w-]{43}$/.test(secret) ? await feedOf(tx, secret, now, source) : undefined
  return body === undefined
    ? {
        status: 404,
        headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' },
        body: 'Not found\n',
      }
    : { status: 200, headers: { ...headers, 'content-type': icsMimeType }, body }
}
