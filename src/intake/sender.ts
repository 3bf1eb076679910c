import type { Sender } from '../chat/chat.ts'
import type { Database } from '../db/open.ts'
import { fromDbInstantOrNull } from '../db/time.ts'
import { touchAccount } from '../directory/accounts.ts'
import type { Actor, Grant } from '../directory/actor.ts'
import { languageOf } from '../directory/people.ts'

/** A sign of life is written down this often at most, unless the address itself has changed. */
const quiet = Temporal.Duration.from({ hours: 1 })

type Row = {
  readonly account_state: string
  readonly conversation: string | null
  readonly service_url: string | null
  readonly last_seen_at: Date | null
  /** Whether the person was in another chat after that. */
  readonly elsewhere: boolean
  /** null: has left. */
  readonly id: number | null
  readonly number: string
  readonly name: string
  readonly language: string | null
  readonly grants: readonly Grant[]
  readonly guest: boolean | null
}

/** In one question, since it comes before every answer. Nobody who has left by the day. */
async function find(db: Database, { platform, tenant, user }: Sender, today: Temporal.PlainDate) {
  const { rows } = await db.pool.query<Row>(
    `SELECT i.state AS account_state, i.conversation, i.service_url, i.last_seen_at,
            p.id, p.number, p.name, p.language, p.guest_until > $4::date AS guest,
            EXISTS (SELECT FROM identity o WHERE o.person_id = i.person_id AND o.id <> i.id
                                             AND o.last_seen_at >= i.last_seen_at) AS elsewhere,
            (SELECT coalesce(jsonb_agg(jsonb_build_object('role', g.role, 'sectionId', g.section_id)
                                       || CASE WHEN g.occupation IS NULL THEN '{}' ELSE jsonb_build_object('occupation', g.occupation) END
                                       ORDER BY g.id),
                             '[]')
             FROM role_grant g WHERE g.person_id = p.id
               AND g.valid_from <= $4::date AND (g.valid_to IS NULL OR g.valid_to > $4::date)) AS grants
     FROM identity i LEFT JOIN person p ON p.id = i.person_id AND (p.left_on IS NULL OR p.left_on > $4::date)
     WHERE i.platform = $1 AND i.tenant = $2 AND i.user_id = $3 AND i.state <> 'left'`,
    [platform, tenant, user, today.toString()],
  )
  return rows[0]
}

/**
 * The person behind an account, with the rights in force on the day. undefined: an account that no list knows, or of
 * somebody who has left; the two are never told apart. Without `noted` no sign of life is written down.
 */
export async function resolveSender(
  db: Database,
  sender: Sender,
  now: Temporal.Instant,
  today: Temporal.PlainDate,
  noted = true,
): Promise<Actor | undefined> {
  const found = await find(db, sender, today)
  if (!found) return undefined
  if (noted) await noteSign(db, sender, now, found)
  if (found.id === null) return undefined
  const { id, number, name, grants, guest } = found
  const language = languageOf(found.language, sender.locale)
  // Whoever is not staff yet has no right of the staff's, whatever is on record.
  return guest ? { id, number, name, language, grants: [], guest } : { id, number, name, language, grants }
}

async function noteSign(db: Database, sender: Sender, now: Temporal.Instant, found: Row): Promise<void> {
  const moved =
    (sender.conversation !== undefined && sender.conversation !== found.conversation) ||
    (sender.serviceUrl !== undefined && sender.serviceUrl !== found.service_url)
  const seen = fromDbInstantOrNull(found.last_seen_at)
  const stale = !seen || Temporal.Instant.compare(seen.add(quiet), now) < 0
  // Who goes to and fro between two chats is told in the one where they were last.
  if (moved || stale || found.elsewhere) await touchAccount(db, sender, now)
  // Who writes to us can be written to, whatever an earlier send was told.
  if (found.account_state !== 'active') await setAccountState(db, sender, 'active')
}

/** What the platform tells of an account: the app was taken away, or is there again. */
export async function setAccountState(
  db: Database,
  { platform, tenant, user }: Sender,
  state: 'active' | 'uninstalled',
): Promise<void> {
  await db.prisma.identity.updateMany({
    where: { platform, tenant, userId: user, state: { not: 'left' } },
    data: { state },
  })
}
