// What a claimed message says, made from the world as it is at this moment, and where it goes.
import type { Card } from '../cards/card.ts'
import type { Address, ChatPlatform, Platform } from '../chat/chat.ts'
import type { Database } from '../db/open.ts'
import { fromDbDateOrNull, fromDbInstant } from '../db/time.ts'
import { inTransaction, type Tx } from '../db/transaction.ts'
import { type Account, accountsOf } from '../directory/accounts.ts'
import { officeName, readSetting } from '../directory/settings.ts'
import type { Bilingual } from '../kernel/language.ts'
import type { Log } from '../kernel/log.ts'
import { compose } from './digest.ts'
import { openingsOf } from './hours.ts'
import type { DueNotice, NoticeDetail, NoticeKind, Part, Recipient } from './notice.ts'
import type { Claimed, NoticeChange, OutboxReason } from './outbox.ts'

export type Ports = ReadonlyMap<Platform, ChatPlatform>

export interface Drawing {
  readonly db: Database
  readonly zone: string
  readonly kinds: ReadonlyMap<string, NoticeKind>
  readonly ports: Ports
  readonly log: Log
}

export type Prepared = { readonly claimed: Claimed; readonly notices: readonly NoticeChange[] } & (
  | {
      readonly type: 'message'
      readonly card: Card
      readonly to: Address
      /** Something in it may have arrived before. */
      readonly repeats: boolean
      /** When it may leave, where its platform is paced. */
      readonly turn?: Temporal.Instant
    }
  /** Nothing is left to say. */
  | { readonly type: 'nothing' }
  /** It cannot be told; the reason is for HR. */
  | { readonly type: 'cannot'; readonly reason: OutboxReason }
  /** Drawing failed: a defect. */
  | { readonly type: 'failed' }
)

/** A notice in a message; `inDoubt`: another message that carried it may have arrived. */
type Carried = DueNotice & { readonly inDoubt: boolean }

/** What the messages of one batch need, read together. */
interface World {
  readonly notices: ReadonlyMap<number, readonly Carried[]>
  readonly people: ReadonlyMap<
    number,
    Recipient & { readonly leftOn: Temporal.PlainDate | null; readonly guestUntil: Temporal.PlainDate | null }
  >
  readonly accounts: ReadonlyMap<number, readonly Account[]>
  readonly openingOf: (personId: number) => Temporal.Instant
  readonly office: Bilingual
  readonly today: Temporal.PlainDate
}

async function loadWorld(
  tx: Tx,
  { kinds, zone }: Drawing,
  batch: readonly Claimed[],
  now: Temporal.Instant,
): Promise<World> {
  const recipients = [...new Set(batch.map((claimed) => claimed.recipientId))]
  const rows = await tx.notice.findMany({
    where: { outboxId: { in: batch.map((claimed) => claimed.id) }, status: 'queued' },
    orderBy: [{ dueAt: 'asc' }, { id: 'asc' }],
  })
  const notices = Map.groupBy(
    rows.map((row) => ({
      ...row,
      dueAt: fromDbInstant(row.dueAt),
      detail: row.detail as NoticeDetail,
    })),
    (row) => row.outboxId ?? 0,
  )
  const people = await tx.person.findMany({
    where: { id: { in: recipients } },
    select: { id: true, number: true, name: true, language: true, leftOn: true, guestUntil: true },
  })
  const bound = rows.some((row) => kinds.get(row.kind)?.hours === 'working')
  return {
    notices,
    people: new Map(
      people.map((row) => [
        row.id,
        {
          ...row,
          language: row.language === 'en' ? 'en' : 'ja',
          leftOn: fromDbDateOrNull(row.leftOn),
          guestUntil: fromDbDateOrNull(row.guestUntil),
        },
      ]),
    ),
    accounts: await accountsOf(tx, recipients),
    openingOf: bound ? await openingsOf(tx, recipients, zone, now) : () => now,
    office: await readSetting(tx, officeName),
    today: now.toZonedDateTimeISO(zone).toPlainDate(),
  }
}

const mayHaveArrived = (claimed: Claimed, notice: Carried): boolean =>
  claimed.doubt !== undefined || notice.inDoubt

/** A process whose clock was wrong put it into a message, and died: by so much clocks may differ and be right. */
const early = (notice: Carried, now: Temporal.Instant): boolean =>
  Temporal.Instant.compare(notice.dueAt, now.add({ minutes: 1 })) > 0

/**
 * Notices that must not go out now: not due yet, outside the recipient's working hours, of a kind this program does not
 * know, or in doubt with a kind that is flagged rather than repeated.
 */
function heldBack(
  claimed: Claimed,
  notices: readonly Carried[],
  drawing: Drawing,
  opens: Temporal.Instant,
  now: Temporal.Instant,
): NoticeChange[] {
  return notices.flatMap((notice): NoticeChange[] => {
    const kind = drawing.kinds.get(notice.kind)
    const inDoubt = mayHaveArrived(claimed, notice)
    if (!kind || early(notice, now)) return [{ id: notice.id, to: 'planned', dueAt: notice.dueAt, inDoubt }]
    if (inDoubt && kind.ifUnknown === 'flag') return [{ id: notice.id, to: 'failed' }]
    const late = kind.hours === 'working' && Temporal.Instant.compare(opens, now) > 0
    return late ? [{ id: notice.id, to: 'planned', dueAt: opens, inDoubt }] : []
  })
}

/** Asks each kind for its part, most urgent first, and says which notices the world has overtaken. */
async function drawParts(
  tx: Tx,
  notices: readonly DueNotice[],
  to: Recipient,
  drawing: Drawing,
  now: Temporal.Instant,
) {
  const parts: Part[] = []
  const obsolete = new Set<number>()
  const byKind = [...Map.groupBy(notices, (notice) => notice.kind)].flatMap(([name, due]) => {
    const kind = drawing.kinds.get(name)
    return kind ? [{ kind, due }] : []
  })
  byKind.sort((a, b) => a.kind.priority - b.kind.priority)
  for (const { kind, due } of byKind) {
    const part = await kind.draw(tx, due, to, now)
    for (const id of part ? (part.obsolete ?? []) : due.map((notice) => notice.id)) obsolete.add(id)
    if (part) parts.push(part)
  }
  return { parts, obsolete }
}

/** A place the person can be written to through one of the connected platforms: one, never two. */
export const reachable = (accounts: readonly Account[] | undefined, ports: Ports): Address | undefined => {
  const account = accounts?.find((each) => each.state === 'active' && ports.has(each.platform))
  if (!account) return undefined
  // Whoever blocked the bot in a chat does not get the same by e-mail, unless they have chosen that.
  const before = accounts?.slice(0, accounts.indexOf(account)) ?? []
  if (
    account.platform === 'email' &&
    before.some(({ state, platform }) => state === 'blocked' && ports.has(platform))
  )
    return undefined
  const { state: _, ...address } = account
  return address
}

async function prepareOne(
  tx: Tx,
  claimed: Claimed,
  world: World,
  drawing: Drawing,
  now: Temporal.Instant,
): Promise<Prepared> {
  const all = world.notices.get(claimed.id) ?? []
  const person = world.people.get(claimed.recipientId)
  if (!person) return { claimed, notices: [], type: 'cannot', reason: 'no-account' }
  if (person.leftOn && Temporal.PlainDate.compare(person.leftOn, world.today) <= 0)
    return { claimed, notices: [], type: 'cannot', reason: 'left' }
  const held = heldBack(claimed, all, drawing, world.openingOf(person.id), now)
  const ids = new Set(held.map((change) => change.id))
  const due = all.filter((notice) => !ids.has(notice.id))
  const { parts, obsolete } = await drawParts(tx, due, person, drawing, now)
  const notices = [...held, ...[...obsolete].map((id): NoticeChange => ({ id, to: 'obsolete' }))]
  const guest = person.guestUntil !== null && Temporal.PlainDate.compare(world.today, person.guestUntil) < 0
  const card = compose(parts, world.office, person.language, guest)
  if (!card) {
    // Nothing more goes out; where something was flagged, that is how the message ends.
    const flagged = held.some((change) => change.to === 'failed')
    return flagged
      ? { claimed, notices, type: 'cannot', reason: 'unknown' }
      : { claimed, notices, type: 'nothing' }
  }
  const to = reachable(world.accounts.get(person.id), drawing.ports)
  const told = due.filter((notice) => !obsolete.has(notice.id))
  const repeats = told.some((notice) => mayHaveArrived(claimed, notice))
  return to
    ? { claimed, notices, type: 'message', card, to, repeats }
    : { claimed, notices, type: 'cannot', reason: whyNot(world.accounts.get(person.id)) }
}

/** Why nobody can be written to: what the account of choice is like, for HR. */
function whyNot(accounts: readonly Account[] | undefined): OutboxReason {
  switch (accounts?.[0]?.state) {
    case 'blocked':
      return 'blocked'
    case 'uninstalled':
      return 'not-installed'
    case 'left':
      return 'left'
    default:
      return 'no-account'
  }
}

/** Messages drawn in one transaction: while it is open, nobody else gets to the embedded database. */
const drawnTogether = { embedded: 25, server: 125 } as const

/** Draws what was claimed, as the world is now; several short reading transactions where it is much. */
export async function prepare(
  drawing: Drawing,
  claimed: readonly Claimed[],
  now: Temporal.Instant,
): Promise<Prepared[]> {
  const size = drawnTogether[drawing.db.kind]
  const prepared: Prepared[] = []
  for (let from = 0; from < claimed.length; from += size)
    prepared.push(...(await drawTogether(drawing, claimed.slice(from, from + size), now)))
  return prepared
}

/**
 * Draws a batch in one reading transaction. Where a kind fails, the batch is drawn again one message at a time, so
 * that a defect in one kind holds up only the messages that carry it.
 */
async function drawTogether(
  drawing: Drawing,
  batch: readonly Claimed[],
  now: Temporal.Instant,
): Promise<Prepared[]> {
  const [only, ...others] = batch
  if (!only) return []
  try {
    return await inTransaction(drawing.db, async (tx) => {
      const world = await loadWorld(tx, drawing, batch, now)
      const prepared: Prepared[] = []
      for (const claimed of batch) prepared.push(await prepareOne(tx, claimed, world, drawing, now))
      return prepared
    })
  } catch (error) {
    if (others.length === 0) {
      drawing.log.error({ err: error, outbox: only.id }, 'a message could not be drawn')
      return [{ claimed: only, notices: [], type: 'failed' }]
    }
    const prepared: Prepared[] = []
    for (const claimed of batch) prepared.push(...(await drawTogether(drawing, [claimed], now)))
    return prepared
  }
}
