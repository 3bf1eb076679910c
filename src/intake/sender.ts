import type { Sender } from '../chat/chat.ts'
import type { Database } from '../db/open.ts'
import { fromDbInstant } from '../db/time.ts'
import { touchAccount } from '../directory/accounts.ts'
import type { Actor } from '../directory/actor.ts'
import { loadActor } from '../directory/people.ts'

/** A sign of life is written down this often at most, unless the address itself has changed. */
const quiet = Temporal.Duration.from({ hours: 1 })

/**
 * The person behind an account, with the rights in force on the day. undefined: an account that no list knows, or of
 * somebody who has left; the two are never told apart.
 */
export async function resolveSender(
  db: Database,
  sender: Sender,
  now: Temporal.Instant,
  today: Temporal.PlainDate,
): Promise<Actor | undefined> {
  const { platform, tenant, user } = sender
  const account = await db.prisma.identity.findUnique({
    where: { platform_tenant_userId: { platform, tenant, userId: user } },
  })
  if (!account || account.state === 'left') return undefined
  const moved =
    (sender.conversation !== undefined && sender.conversation !== account.conversation) ||
    (sender.serviceUrl !== undefined && sender.serviceUrl !== account.serviceUrl)
  const seen = account.lastSeenAt && fromDbInstant(account.lastSeenAt)
  const stale = !seen || Temporal.Instant.compare(seen.add(quiet), now) < 0
  if (moved || stale) await touchAccount(db.prisma, sender, now)
  // Who writes to us can be written to, whatever an earlier send was told.
  if (account.state !== 'active') await setAccountState(db, sender, 'active')
  return loadActor(db.prisma, account.personId, today, sender.locale)
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
