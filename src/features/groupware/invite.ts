// Appointments in people's own calendars, by e-mail: what is booked, moved or given back is told once each, under the
// same uid as files and feeds, so that each takes the place of the one before. Told at least once: the same invitation a
// second time changes nothing in a calendar.
import { z } from 'zod'
import { uidOf } from '../../agenda/feeds.ts'
import { invitationOf } from '../../agenda/ics.ts'
import type { Card } from '../../cards/card.ts'
import type { Address, ChatPlatform, SendOutcome } from '../../chat/chat.ts'
import { toDbInstant } from '../../db/time.ts'
import type { Job } from '../../delivery/jobs.ts'
import { officeName, readSetting, setting } from '../../directory/settings.ts'
import { formatSpan } from '../../kernel/format.ts'
import type { Language } from '../../kernel/language.ts'
import type { Core } from '../feature.ts'
import { textsIn } from './views.ts'

/** To whom invitations go: whoever is told by e-mail, everybody with an address, or nobody. */
export const invitedSetting = setting('groupware.invited', z.enum(['mail', 'everyone', 'nobody']), 'mail')

const atATime = 25
const againMs = 15 * 60_000

interface Due {
  readonly id: number
  readonly person_id: number
  readonly subject: string
  readonly starts_at: Date
  readonly ends_at: Date
  readonly status: 'booked' | 'released'
  readonly sequence: number
  readonly tenant: string
  readonly user_id: string
  readonly language: string | null
  /** 内定者: not greeted as a colleague. */
  readonly guest: boolean
  /** Of the last invitation; -1: none. */
  readonly told: number
}

/** Bookings still to come of which a calendar knows less than we do. */
async function findDue(core: Core, whom: 'mail' | 'everyone', now: Temporal.Instant): Promise<Due[]> {
  const chats = (core.chats ?? []).flatMap(({ platform }) => (platform === 'email' ? [] : [platform]))
  const { rows } = await core.db.pool.query<Due>(
    `SELECT b.id, b.person_id, b.subject, b.starts_at, b.ends_at, b.status, b.sequence, e.tenant, e.user_id,
            p.language, coalesce(p.guest_until > $2::date, false) AS guest, coalesce(i.sequence, -1) AS told
     FROM booking b
     JOIN person p ON p.id = b.person_id AND (p.left_on IS NULL OR p.left_on > $2::date)
     JOIN identity e ON e.person_id = b.person_id AND e.platform = 'email' AND e.state = 'active'
     LEFT JOIN invitation i ON i.booking_id = b.id
     WHERE b.ends_at > $1 AND coalesce(i.sequence, -1) < b.sequence
       AND (b.status = 'booked' OR i.sequence >= 0)
       AND (i.status IS DISTINCT FROM 'waiting' OR i.at <= $1)
       AND ($3 OR e.preferred OR NOT EXISTS (SELECT FROM identity c WHERE c.person_id = b.person_id
                                               AND c.platform = ANY ($4) AND c.state IN ('active', 'blocked')))
     ORDER BY b.starts_at, b.id LIMIT ${atATime}`,
    [
      toDbInstant(now),
      now.toZonedDateTimeISO(core.zone).toPlainDate().toString(),
      whom === 'everyone',
      chats,
    ],
  )
  return rows
}

function cardOf(
  {
    request,
    when,
    what,
    where,
    office,
    guest,
  }: {
    readonly request: boolean
    readonly when: string
    readonly what: string
    readonly where: string | undefined
    readonly office: string
    readonly guest: boolean
  },
  language: Language,
): Card {
  const t = textsIn(language).invite
  return {
    language,
    summary: request ? t.request(when) : t.cancel(when),
    blocks: [
      {
        type: 'text',
        text: `${(guest ? t.greetingGuest : t.greeting)(office)}\n${request ? t.added : t.taken}`,
      },
      {
        type: 'facts',
        facts: [
          { label: t.what, value: what },
          { label: t.when, value: when },
          ...(where ? [{ label: t.where, value: where }] : []),
        ],
      },
      { type: 'context', text: t.noReply },
    ],
  }
}

type Invite = NonNullable<ChatPlatform['invite']>

async function tell(core: Core, invite: Invite, due: Due, now: Temporal.Instant): Promise<SendOutcome> {
  const language = due.language === 'en' ? 'en' : 'ja'
  const reader = { id: due.person_id, language } as const
  const tx = core.db.prisma
  const text = (await core.bookingTexts?.(tx, [due.subject], reader))?.get(due.subject)
  const office = (await readSetting(tx, officeName))[language]
  const [startsAt, endsAt] = [due.starts_at, due.ends_at].map((date) =>
    Temporal.Instant.fromEpochMilliseconds(date.getTime()),
  )
  if (!startsAt || !endsAt) throw new Error('a booking has two ends')
  const summary = text?.summary ?? textsIn(language).invite.unnamed
  const request = due.status === 'booked'
  const entry = {
    uid: uidOf(due.subject),
    sequence: due.sequence,
    startsAt,
    endsAt,
    summary,
    ...(text?.place && { place: text.place }),
    cancelled: !request,
  }
  const when = formatSpan(startsAt, endsAt, core.zone, language)
  const to: Address = { platform: 'email', tenant: due.tenant, user: due.user_id }
  const card = cardOf(
    { request, when, what: summary, where: text?.place, office, guest: due.guest },
    language,
  )
  return invite(
    to,
    card,
    (parties) => invitationOf(entry, { zone: core.zone, now }, parties),
    `invitation-${due.id}-${due.sequence}`,
  )
}

/** Longer than a sending takes: who died over it is followed by another. */
const leaseMs = 5 * 60_000

/** One process tells it. False: another one is at it, or has told it meanwhile. */
async function take(core: Core, { id, told }: Due, now: Temporal.Instant): Promise<boolean> {
  const { rowCount } = await core.db.pool.query(
    `INSERT INTO invitation (booking_id, sequence, status, at)
     SELECT id, $2, 'waiting', $3 FROM booking WHERE id = $1
     ON CONFLICT (booking_id) DO UPDATE SET status = 'waiting', at = $3
       WHERE invitation.sequence = $2 AND (invitation.status <> 'waiting' OR invitation.at <= $4)`,
    [id, told, toDbInstant(now.add({ milliseconds: leaseMs })), toDbInstant(now)],
  )
  return rowCount === 1
}

/** What is written down of it. An invitation that may have arrived counts as told: a mailbox is not filled with copies. */
async function settle(core: Core, due: Due, outcome: SendOutcome, now: Temporal.Instant): Promise<void> {
  const waits = outcome.type === 'later' || outcome.type === 'away'
  const data = waits
    ? { sequence: due.told, status: 'waiting', at: toDbInstant(now.add({ milliseconds: againMs })) }
    : {
        sequence: due.sequence,
        status: outcome.type === 'refused' ? 'refused' : 'sent',
        at: toDbInstant(now),
      }
  await core.db.pool.query(
    `INSERT INTO invitation (booking_id, sequence, status, at)
     SELECT id, $2, $3, $4 FROM booking WHERE id = $1
     ON CONFLICT (booking_id) DO UPDATE SET sequence = $2, status = $3, at = $4
       WHERE invitation.sequence <= $2`,
    [due.id, data.sequence, data.status, data.at],
  )
}

async function inviteAll(core: Core, invite: Invite, stopping: AbortSignal): Promise<void> {
  for (;;) {
    const now = core.clock.now()
    const whom = await readSetting(core.db.prisma, invitedSetting)
    if (whom === 'nobody') return
    const due = await findDue(core, whom, now)
    for (const each of due) {
      if (stopping.aborted) return
      if (!(await take(core, each, now))) continue
      const outcome = await tell(core, invite, each, now).catch((err: unknown): SendOutcome => {
        core.log.warn({ err, booking: each.id }, 'an invitation did not go')
        return { type: 'away' }
      })
      await settle(core, each, outcome, now)
    }
    if (due.length < atATime) return
  }
}

/** Undefined where the city sends no e-mail. */
export function inviting(core: Core): Job | undefined {
  const invite = core.chats?.find((chat) => chat.invite)?.invite
  return (
    invite && {
      name: 'groupware.invite',
      cron: '* * * * *',
      beside: (_, stopping) => inviteAll(core, invite, stopping),
    }
  )
}
