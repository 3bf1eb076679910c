// 「カレンダー」: one's own bookings in one's own calendar, by a private address or as a file.
import { z } from 'zod'
import { bookingOf } from '../../../agenda/bookings.ts'
import { feedAddress, hasFeed, replaceFeed, revokeFeed } from '../../../agenda/feeds.ts'
import type { Block, Button, Card } from '../../../cards/card.ts'
import { writeAudit } from '../../../db/audit.ts'
import { toDbInstant } from '../../../db/time.ts'
import { inTransaction, type Tx } from '../../../db/transaction.ts'
import { type Answer, type Ask, action, replaceWith, say } from '../../../intake/handler.ts'
import { everyStaffMember } from '../../../intake/permissions.ts'
import type { Core } from '../../feature.ts'
import { meetingSubject } from '../state.ts'
import { textsIn } from './texts.ts'
import { calendarButton } from './views.ts'

export function calendar(core: Core) {
  const { publicUrl } = core

  /** The person's next meeting that lies ahead. */
  async function nextMeeting(tx: Tx, ask: Ask): Promise<number | undefined> {
    const rows = await tx.meeting.findMany({
      where: {
        status: 'booked',
        endsAt: { gt: toDbInstant(ask.now) },
        interviews: { some: {} },
        OR: [{ conductorId: ask.actor.id }, { interviews: { some: { personId: ask.actor.id } } }],
      },
      orderBy: { startsAt: 'asc' },
      take: 1,
    })
    const [row] = rows
    return row && (await bookingOf(tx, meetingSubject(row.id), ask.actor.id)) ? row.id : undefined
  }

  async function card(tx: Tx, ask: Ask, above: readonly Block[] = []): Promise<Card> {
    const t = textsIn(ask.language)
    const has = await hasFeed(tx, ask.actor.id)
    const next = await nextMeeting(tx, ask)
    const confirm = (title: string, text: string) => ({ title, text, yes: title, no: t.no })
    const make: Button = has
      ? {
          label: t.calendarReplace,
          action: { id: 'interviews.feed-make' },
          confirm: confirm(t.calendarReplace, t.calendarReplaceText),
        }
      : { label: t.calendarMake, action: { id: 'interviews.feed-make' }, style: 'primary' }
    const revoke: Button = {
      label: t.calendarRevoke,
      action: { id: 'interviews.feed-revoke' },
      confirm: confirm(t.calendarRevoke, t.calendarRevokeText),
    }
    const feed = publicUrl === undefined ? [] : has ? [make, revoke] : [make]
    const file = next === undefined ? [] : [{ ...calendarButton(next, ask.language), label: t.calendarNext }]
    const buttons = [...feed, ...file]
    return {
      summary: t.calendarSummary,
      blocks: [
        { type: 'heading', text: t.calendarTitle },
        ...above,
        { type: 'text', text: publicUrl === undefined ? t.calendarOff : t.calendarIntro },
        ...(publicUrl !== undefined && has && above.length === 0
          ? [{ type: 'context', text: t.calendarHas } as const]
          : []),
        ...(next === undefined ? [{ type: 'context', text: t.calendarNone } as const] : []),
        ...(buttons.length > 0 ? [{ type: 'buttons', buttons } as const] : []),
      ],
    }
  }

  const open = (ask: Ask): Promise<Answer> =>
    inTransaction(core.db, async (tx) => say(await card(tx, ask), { id: 'interviews.calendar' }))

  const audit = (tx: Tx, ask: Ask, what: string) =>
    writeAudit(tx, {
      at: ask.now,
      actorId: ask.actor.id,
      via: 'chat',
      action: what,
      subject: `person:${ask.actor.id}`,
      subjectPersonId: ask.actor.id,
      change: {},
      flow: ask.flow,
    })

  async function make(ask: Ask): Promise<Answer> {
    if (publicUrl === undefined) return open(ask)
    return inTransaction(core.db, async (tx) => {
      const secret = await replaceFeed(tx, ask.actor.id, ask.now)
      await audit(tx, ask, 'feed.made')
      const t = textsIn(ask.language)
      const address = feedAddress(publicUrl, secret)
      return replaceWith(
        await card(tx, ask, [
          { type: 'text', text: t.calendarAddress },
          { type: 'text', text: [{ link: address, label: address }] },
        ]),
        { id: 'interviews.calendar' },
      )
    })
  }

  async function revoke(ask: Ask): Promise<Answer> {
    return inTransaction(core.db, async (tx) => {
      const t = textsIn(ask.language)
      if (await revokeFeed(tx, ask.actor.id, ask.now)) await audit(tx, ask, 'feed.revoked')
      return replaceWith(await card(tx, ask, [{ type: 'text', text: t.calendarRevoked }]), {
        id: 'interviews.calendar',
      })
    })
  }

  const none = z.object({})
  return {
    commands: [
      {
        id: 'interviews.calendar',
        phrases: { ja: ['カレンダー', '予定表'], en: ['calendar'] },
        help: { ja: textsIn('ja').calendarHelp, en: textsIn('en').calendarHelp },
        permission: everyStaffMember,
        handle: open,
      },
    ],
    questions: [
      {
        command: 'interviews.calendar',
        all: [/カレンダー|予定表|\bcalendars?\b|\bical\b|\bics\b/],
        weight: 5,
      },
    ],
    actions: {
      'interviews.calendar': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: none,
        handle: open,
      }),
      'interviews.feed-make': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: none,
        handle: make,
      }),
      'interviews.feed-revoke': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: none,
        handle: revoke,
      }),
    },
  }
}
