// お知らせの届け先: where one is told, for whoever uses several chats. The choice is the person's own; without one the
// chat that was used last has it.
import { z } from 'zod'
import type { Block, Card, Row } from '../../cards/card.ts'
import type { Platform } from '../../chat/chat.ts'
import { fromDbInstantOrNull } from '../../db/time.ts'
import { inTransaction, type Tx } from '../../db/transaction.ts'
import { isLast } from '../../directory/accounts.ts'
import { type Ask, action, replaceWith, say } from '../../intake/handler.ts'
import { everyStaffMember } from '../../intake/permissions.ts'
import { formatDateTime } from '../../kernel/format.ts'
import type { Language } from '../../kernel/language.ts'
import type { Core, Feature } from '../feature.ts'
import { nameOf, reachTexts } from './texts-reach.ts'

export interface OwnAccount {
  readonly id: number
  readonly platform: Platform
  readonly preferred: boolean
  /** Whether it can be written to: its chat is connected, and takes messages for this person. */
  readonly open: boolean
  readonly seenAt: Temporal.Instant | null
}

/** One's accounts on the chats that the city is connected to, the one that is written to first. */
async function loadOwn(tx: Tx, personId: number, connected: readonly Platform[]): Promise<OwnAccount[]> {
  const rows = await tx.identity.findMany({
    where: { personId, platform: { in: [...connected] } },
    orderBy: [{ preferred: 'desc' }, { lastSeenAt: { sort: 'desc', nulls: 'last' } }, { id: 'asc' }],
  })
  return rows
    .map(({ id, platform, preferred, state, lastSeenAt }) => ({
      id,
      platform: platform as Platform,
      preferred,
      open: state === 'active',
      seenAt: fromDbInstantOrNull(lastSeenAt),
    }))
    .toSorted((a, b) => Number(b.open) - Number(a.open) || Number(isLast(a)) - Number(isLast(b)))
}

export function mineCard(
  accounts: readonly OwnAccount[],
  zone: string,
  language: Language,
  note?: string,
): Card {
  const t = reachTexts(language).mine
  const [first, ...others] = accounts
  const name = (account: OwnAccount) => nameOf(account.platform, language)
  const rows = accounts.map((account): Row => {
    const seen = account.seenAt ? t.seen(formatDateTime(account.seenAt, zone, language)) : ''
    const state = account === first && account.open ? t.here : account.open ? '' : t.closed
    return {
      text: name(account),
      detail: [state, seen].filter((line) => line !== '').join('\n'),
      ...(account.open &&
        !account.preferred && {
          button: { label: t.choose, action: { id: 'accounts.receive-in', data: { account: account.id } } },
        }),
    }
  })
  const said = () => {
    if (!first?.open) return t.none
    if (first.preferred) return t.chosen(name(first))
    return others.length > 0 ? t.latest(name(first)) : t.only(name(first))
  }
  const blocks: Block[] = [
    { type: 'heading', text: t.heading },
    ...(note ? [{ type: 'text', text: [{ bold: note }] } satisfies Block] : []),
    { type: 'text', text: said() },
    ...(accounts.length > 1 ? [{ type: 'list', rows } satisfies Block] : []),
    ...(first?.preferred
      ? [
          {
            type: 'buttons',
            buttons: [{ label: t.free, action: { id: 'accounts.receive-anywhere' } }],
          } satisfies Block,
        ]
      : []),
  ]
  return { language, summary: t.summary, blocks }
}

export function mine(core: Core): Omit<Feature, 'name'> {
  const connected = (core.chats ?? []).map(({ platform }) => platform)
  const card = async (tx: Tx, ask: Ask, note?: string) =>
    mineCard(await loadOwn(tx, ask.actor.id, connected), core.zone, ask.language, note)
  const again = { id: 'accounts.mine' }
  return {
    commands: [
      {
        id: 'accounts.mine',
        phrases: { ja: ['届け先', 'お知らせの届け先'], en: ['where to tell me', 'tell me here'] },
        help: { ja: reachTexts('ja').mine.help, en: reachTexts('en').mine.help },
        permission: everyStaffMember,
        ofUse: async (actor) => (await loadOwn(core.db.prisma, actor.id, connected)).length > 1,
        handle: async (ask) => say(await card(core.db.prisma, ask), again),
      },
    ],
    questions: [
      {
        command: 'accounts.mine',
        all: [/teams|slack|チームズ|スラック|メール/, /受け取|届け|送って|通知/],
      },
      { command: 'accounts.mine', all: [/\b(teams|slack)\b/, /\b(tell|notify|send|receive)\b/] },
    ],
    actions: {
      'accounts.mine': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: z.object({}),
        handle: async (ask) => replaceWith(await card(core.db.prisma, ask), again),
      }),
      'accounts.receive-in': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: z.object({ account: z.int().min(1).max(2_147_483_647) }),
        handle: (ask, { account }) =>
          inTransaction(core.db, async (tx) => {
            const t = reachTexts(ask.language).mine
            const chosen = (await loadOwn(tx, ask.actor.id, connected)).find(({ id }) => id === account)
            if (!chosen?.open) return replaceWith(await card(tx, ask, t.stale), again)
            await tx.identity.updateMany({ where: { personId: ask.actor.id }, data: { preferred: false } })
            await tx.identity.update({ where: { id: account }, data: { preferred: true } })
            return replaceWith(await card(tx, ask, t.done(nameOf(chosen.platform, ask.language))), again)
          }),
      }),
      'accounts.receive-anywhere': action({
        effect: 'changes',
        permission: everyStaffMember,
        data: z.object({}),
        handle: (ask) =>
          inTransaction(core.db, async (tx) => {
            await tx.identity.updateMany({ where: { personId: ask.actor.id }, data: { preferred: false } })
            return replaceWith(await card(tx, ask, reachTexts(ask.language).mine.freed), again)
          }),
      }),
    },
  }
}
