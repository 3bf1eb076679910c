// The outbox table: messages on their way. Claiming gives a lease and a fence (a number that counts up with every
// claim); whatever is written afterwards names the fence, so that who lost the lease cannot complete the message.
// Plain SQL through the pool: these few statements are the hot path. Never call them inside a transaction.
import type { Address, Platform, RefusedReason } from '../chat/chat.ts'
import type { Database } from '../db/open.ts'
import { fromDbInstantOrNull, toDbInstant } from '../db/time.ts'
import type { Account } from '../directory/accounts.ts'

/**
 * Why a message was not told, or not told as usual, for HR to read. Besides the platform's refusals:
 * gave-up: too many failed attempts · not-drawable: the text could not be made · unknown: it may or may not have
 * arrived and nobody can be asked · repeated: sent again by the kind's own policy, so it may have arrived twice.
 */
export type OutboxReason = RefusedReason | 'gave-up' | 'not-drawable' | 'unknown' | 'repeated'

type Sql = Pick<Database, 'pool'>

/** A message that this process holds until the lease ends. */
export interface Claimed {
  readonly id: number
  readonly token: string
  readonly recipientId: number
  readonly priority: number
  readonly fence: number
  /** Failed or doubtful ones so far. */
  readonly attempts: number
  /** Where it was handed over before, when it may have arrived there. */
  readonly doubt?: { readonly platform: Platform; readonly conversation?: string }
  readonly reason: OutboxReason | null
}

/** A workspace that takes nothing of this urgency, or less, for the moment. */
export interface Held {
  readonly platform: Platform
  readonly tenant: string
  readonly from: number
}

export interface Due {
  readonly limit: number
  readonly leaseMs: number
  /** People who are written to there are left out. */
  readonly except?: readonly Held[]
  /** More urgent ones alone: where every place is held, it spares asking for each message that waits where it goes. */
  readonly below?: number
  /** Only people who are written to there. */
  readonly only?: Pick<Held, 'platform' | 'tenant'>
}

/**
 * Messages whose holder died (the lease ran out): doubtful when they had been handed to a platform, else simply
 * waiting again. Counts as an attempt. Returns how many.
 */
export async function reap(db: Sql, now: Temporal.Instant, leaseNow: Temporal.Instant): Promise<number> {
  const { rowCount } = await db.pool.query(
    `UPDATE outbox SET status = CASE WHEN platform IS NULL THEN 'waiting' ELSE 'unknown' END,
                       fence = fence + 1, attempts = attempts + 1, leased_until = NULL, next_at = $1
     WHERE id IN (SELECT id FROM outbox WHERE settled_at IS NULL AND status = 'claimed' AND leased_until <= $2
                  FOR UPDATE SKIP LOCKED)`,
    [toDbInstant(now), toDbInstant(leaseNow)],
  )
  return rowCount ?? 0
}

/**
 * Takes the most urgent messages that are due, the oldest first, for `leaseMs` of the lease clock: what has waited
 * through an outage or for another try keeps its place.
 */
export async function claim(
  db: Sql,
  now: Temporal.Instant,
  leaseNow: Temporal.Instant,
  { limit, leaseMs, except = [], below, only }: Due,
): Promise<Claimed[]> {
  const places = only ? [{ ...only, from: 0 }] : except
  // The account of choice, or the one where the message may be already.
  const left =
    places.length === 0
      ? ''
      : `AND ${only ? '' : 'NOT'} EXISTS (
           SELECT FROM (SELECT i.platform, i.tenant FROM identity i
                        WHERE i.person_id = c.recipient_id AND i.state = 'active' AND i.platform <> 'paper'
                        ORDER BY i.platform IS NOT DISTINCT FROM c.platform DESC, i.preferred DESC,
                                 i.platform = 'email', i.last_seen_at DESC NULLS LAST, i.id LIMIT 1) i
           JOIN jsonb_to_recordset($4::jsonb) AS h(platform text, tenant text, "from" int)
             ON i.platform = h.platform AND i.tenant = h.tenant AND c.priority >= h."from")`
  const { rows } = await db.pool.query<{
    id: number
    token: string
    recipient_id: number
    priority: number
    fence: number
    attempts: number
    platform: Platform | null
    conversation: string | null
    reason: OutboxReason | null
  }>(
    // A list of ids is looked up by their index; joined, the whole table would be read for each thousand.
    `UPDATE outbox o SET status = 'claimed', fence = fence + 1, leased_until = $3
     WHERE o.id = ANY (ARRAY(
       SELECT id FROM outbox c
       WHERE settled_at IS NULL AND status IN ('waiting', 'unknown') AND next_at <= $1
         ${below === undefined ? '' : `AND priority < ${Math.trunc(below)}`} ${left}
       ORDER BY priority, id LIMIT $2 FOR UPDATE OF c SKIP LOCKED))
     RETURNING id, token, recipient_id, priority, fence, attempts, platform, conversation, reason`,
    [
      toDbInstant(now),
      limit,
      toDbInstant(leaseNow.add({ milliseconds: leaseMs })),
      ...(places.length > 0 ? [JSON.stringify(places)] : []),
    ],
  )
  rows.sort((a, b) => a.priority - b.priority || a.id - b.id)
  return rows.map((row) => ({
    id: row.id,
    token: row.token,
    recipientId: row.recipient_id,
    priority: row.priority,
    fence: row.fence,
    attempts: row.attempts,
    reason: row.reason,
    ...(row.platform && {
      doubt: { platform: row.platform, ...(row.conversation && { conversation: row.conversation }) },
    }),
  }))
}

/** Where people are written to. */
export async function placesOf(db: Sql): Promise<Pick<Held, 'platform' | 'tenant'>[]> {
  const { rows } = await db.pool.query<Pick<Held, 'platform' | 'tenant'>>(
    `SELECT DISTINCT platform, tenant FROM identity WHERE state = 'active' AND platform <> 'paper'`,
  )
  return rows
}

/** The earliest moment after `now` at which a message wants another try. */
export async function nextTry(db: Sql, now: Temporal.Instant): Promise<Temporal.Instant | undefined> {
  const { rows } = await db.pool.query<{ at: Date | null }>(
    `SELECT min(next_at) AS at FROM outbox
     WHERE settled_at IS NULL AND status IN ('waiting', 'unknown') AND next_at > $1`,
    [toDbInstant(now)],
  )
  return fromDbInstantOrNull(rows[0]?.at) ?? undefined
}

/** What becomes of one notice of a message, apart from the others. */
export interface NoticeChange {
  readonly id: number
  readonly to: 'obsolete' | 'failed' | 'planned'
  /** For `planned`: when it falls due anew. */
  readonly dueAt?: Temporal.Instant
  /** For `planned`: it may have arrived, which its next message must know. */
  readonly inDoubt?: boolean
}

/** How a claim goes on or ends. */
export type Ending =
  /** About to leave: from here on it may have arrived. Keeps the lease. */
  | { readonly to: 'handed'; readonly platform: Platform; readonly conversation?: string }
  | {
      readonly to: 'sent'
      readonly platform: Platform
      readonly conversation: string
      readonly messageRef: string
      /** The account has this conversation on record. */
      readonly known?: boolean
    }
  /** `by`: the account that refused; one that is blocked, without the app or gone is not written to again. */
  | { readonly to: 'refused'; readonly reason: OutboxReason; readonly by?: Address }
  | { readonly to: 'dead'; readonly reason: OutboxReason }
  | { readonly to: 'obsolete' }
  /** Not sent; again at `nextAt`. */
  | { readonly to: 'waiting'; readonly nextAt: Temporal.Instant; readonly attempts: number }
  /** It may have arrived; the platform is asked at `nextAt`. */
  | { readonly to: 'unknown'; readonly nextAt: Temporal.Instant; readonly attempts: number }

export interface Settlement {
  readonly claimed: Pick<Claimed, 'id' | 'fence' | 'attempts'>
  readonly ending: Ending
  /** Notices with a fate of their own; the rest of the message's share its ending. */
  readonly notices?: readonly NoticeChange[]
  /** Kept on the message whatever its ending: 'repeated'. */
  readonly reason?: OutboxReason
}

/** What the notices of a message become with it. */
const noticesBecome = {
  handed: 'queued',
  sent: 'sent',
  refused: 'failed',
  dead: 'failed',
  obsolete: 'obsolete',
  waiting: 'queued',
  unknown: 'queued',
} as const satisfies Record<Ending['to'], string>

/** What a refusal says about the account itself. */
const accountBecomes: Partial<Record<OutboxReason, Account['state']>> = {
  blocked: 'blocked',
  'not-installed': 'uninstalled',
  left: 'left',
}

/** One row of the statement's first argument; what is absent stays as it is, `platform` and what follows aside. */
function row({ claimed, ending, reason }: Settlement) {
  const handed = ending.to === 'handed' || ending.to === 'sent'
  return {
    id: claimed.id,
    fence: claimed.fence,
    to_status: ending.to === 'handed' ? 'claimed' : ending.to,
    notices: noticesBecome[ending.to],
    attempts: 'attempts' in ending ? ending.attempts : claimed.attempts,
    next_at: 'nextAt' in ending ? toDbInstant(ending.nextAt) : undefined,
    /** Where it went: written when it leaves, kept while in doubt or settled, forgotten when it never left. */
    place: handed ? 'write' : ending.to === 'waiting' ? 'forget' : 'keep',
    platform: handed ? ending.platform : undefined,
    conversation: handed ? ending.conversation : undefined,
    message_ref: ending.to === 'sent' ? ending.messageRef : undefined,
    reason: ('reason' in ending ? ending.reason : undefined) ?? reason,
    account: accountOf(ending),
  }
}

/** The account that refused, and what becomes of it. */
const accountOf = (ending: Ending) =>
  ending.to === 'refused' && ending.by ? { ...ending.by, state: accountBecomes[ending.reason] } : undefined

// Parts of the statement below that most endings do without: what is not written is not planned and not looked up.

/** All notices of a message share its ending. */
const toldTogether = `, told AS (
  UPDATE notice n SET status = d.notices, settled_at = $2::timestamptz
  FROM done d WHERE n.outbox_id = d.id AND n.status = 'queued' AND d.notices <> 'queued')`

/** $4: notices with a fate of their own. */
const toldEach = `, fates AS (
    SELECT n.id, coalesce(c.to_status, d.notices) AS to_status, c.due_at, c.in_doubt
    FROM done d JOIN notice n ON n.outbox_id = d.id AND n.status = 'queued'
    LEFT JOIN jsonb_to_recordset($4::jsonb) AS c(id int, outbox_id int, to_status text, due_at timestamptz, in_doubt boolean)
      ON c.id = n.id AND c.outbox_id = d.id),
  told AS (
    UPDATE notice n SET
      status = f.to_status,
      outbox_id = CASE WHEN f.to_status = 'planned' THEN NULL ELSE n.outbox_id END,
      due_at = coalesce(f.due_at, n.due_at),
      in_doubt = coalesce(f.in_doubt, n.in_doubt),
      settled_at = CASE WHEN f.to_status = 'planned' THEN NULL ELSE $2::timestamptz END
    FROM fates f WHERE n.id = f.id AND f.to_status <> 'queued')`

/** The conversation of somebody who had none yet. */
const reached = `, reached AS (
  UPDATE identity i SET conversation = d.conversation
  FROM done d WHERE d.status = 'sent' AND i.person_id = d.recipient_id AND i.platform = d.platform
    AND i.conversation IS NULL AND i.state = 'active'
    AND NOT EXISTS (SELECT FROM identity j WHERE j.person_id = i.person_id AND j.platform = i.platform
                                             AND j.state = 'active' AND j.id <> i.id))`

/** An account that is not written to again. */
const lost = `, lost AS (
  UPDATE identity i SET state = d.account ->> 'state'
  FROM done d WHERE i.person_id = d.recipient_id AND i.platform = d.account ->> 'platform'
    AND i.tenant = d.account ->> 'tenant' AND i.user_id = d.account ->> 'user'
    AND i.state = 'active' AND d.account ->> 'state' IS NOT NULL)`

/**
 * Writes endings, each with its notices, in one statement. Those whose fence has moved on, or (for `handed`) whose
 * lease ends before `leaseUntilAtLeast`, are left untouched. Returns the ids that were written.
 */
export async function settle(
  db: Sql,
  settlements: readonly Settlement[],
  now: Temporal.Instant,
  leaseUntilAtLeast?: Temporal.Instant,
): Promise<ReadonlySet<number>> {
  if (settlements.length === 0) return new Set()
  const changes = settlements.flatMap(({ claimed, notices = [] }) =>
    notices.map(({ id, to, dueAt, inDoubt }) => ({
      id,
      outbox_id: claimed.id,
      to_status: to,
      due_at: dueAt ? toDbInstant(dueAt) : null,
      in_doubt: inDoubt,
    })),
  )
  const endings = settlements.map(({ ending }) => ending)
  const parts = [
    changes.length > 0
      ? toldEach
      : endings.some(({ to }) => noticesBecome[to] !== 'queued')
        ? toldTogether
        : '',
    endings.some((ending) => ending.to === 'sent' && !ending.known) ? reached : '',
    endings.some((ending) => accountOf(ending)?.state) ? lost : '',
  ]
  const { rows } = await db.pool.query<{ id: number }>(
    `WITH x AS (
       SELECT * FROM json_to_recordset($1::json) AS x(
         id int, fence int, to_status text, notices text, attempts int, next_at timestamptz, place text,
         platform text, conversation text, message_ref text, reason text, account jsonb)),
     done AS (
       UPDATE outbox o SET
         status = x.to_status,
         leased_until = CASE WHEN x.to_status = 'claimed' THEN o.leased_until END,
         attempts = x.attempts,
         next_at = coalesce(x.next_at, o.next_at),
         platform = CASE x.place WHEN 'write' THEN x.platform WHEN 'keep' THEN o.platform END,
         conversation = CASE x.place WHEN 'write' THEN x.conversation WHEN 'keep' THEN o.conversation END,
         message_ref = coalesce(x.message_ref, o.message_ref),
         reason = coalesce(x.reason, o.reason),
         settled_at = CASE WHEN x.to_status IN ('sent', 'refused', 'dead', 'obsolete') THEN $2::timestamptz END
       FROM x
       WHERE o.id = x.id AND o.fence = x.fence AND o.status = 'claimed'
         AND ($3::timestamptz IS NULL OR o.leased_until >= $3::timestamptz)
       RETURNING o.id, o.recipient_id, o.status, o.platform, o.conversation, x.notices, x.account)
     ${parts.join('')}
     SELECT id FROM done`,
    [
      JSON.stringify(settlements.map(row)),
      toDbInstant(now),
      leaseUntilAtLeast ? toDbInstant(leaseUntilAtLeast) : null,
      ...(changes.length > 0 ? [JSON.stringify(changes)] : []),
    ],
  )
  return new Set(rows.map((each) => each.id))
}
