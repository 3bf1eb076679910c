import type { Address, Platform } from '../chat/chat.ts'
import type { Database } from '../db/open.ts'
import { toDbInstant } from '../db/time.ts'
import type { Tx } from '../db/transaction.ts'

/** An account as the directory has it; only an active one can be written to. */
export interface Account extends Address {
  readonly state: 'active' | 'blocked' | 'uninstalled' | 'left'
}

/** E-mail is for whoever has no chat, or has chosen it. */
export const isLast = ({
  platform,
  preferred,
}: {
  readonly platform: string
  readonly preferred: boolean
}): boolean => !preferred && (platform === 'email' || platform === 'paper')

/**
 * All accounts of many people, each person's in the order of choice: the preferred one, else the chat last used, else
 * e-mail.
 */
export async function accountsOf(
  tx: Tx,
  personIds: readonly number[],
): Promise<ReadonlyMap<number, readonly Account[]>> {
  const rows = await tx.identity.findMany({
    where: { personId: { in: [...new Set(personIds)] } },
    orderBy: [{ preferred: 'desc' }, { lastSeenAt: { sort: 'desc', nulls: 'last' } }, { id: 'asc' }],
  })
  const found = new Map<number, Account[]>()
  for (const row of rows.toSorted((a, b) => Number(isLast(a)) - Number(isLast(b)))) {
    const account = {
      platform: row.platform as Platform,
      tenant: row.tenant,
      user: row.userId,
      ...(row.conversation && { conversation: row.conversation }),
      ...(row.serviceUrl && { serviceUrl: row.serviceUrl }),
      state: row.state as Account['state'],
    }
    found.set(row.personId, [...(found.get(row.personId) ?? []), account])
  }
  return found
}

/**
 * Keeps the conversation and the time of the last sign of life of an account, without waiting for the disk: what were
 * lost with the machine's power comes again with the next word. On its own, never within a transaction.
 */
export async function touchAccount(
  db: Pick<Database, 'pool'>,
  { platform, tenant, user, conversation, serviceUrl }: Address,
  now: Temporal.Instant,
): Promise<void> {
  await db.pool.query(
    `UPDATE identity SET last_seen_at = $4, conversation = coalesce($5, conversation),
            service_url = coalesce($6, service_url)
     FROM set_config('synchronous_commit', 'off', true)
     WHERE platform = $1 AND tenant = $2 AND user_id = $3`,
    [platform, tenant, user, toDbInstant(now), conversation || null, serviceUrl || null],
  )
}

/** Where a conversation of two is reached, as its platform last told; undefined where nobody has been told. */
export async function serviceUrlOf(
  db: Pick<Database, 'prisma'>,
  platform: Platform,
  conversation: string,
): Promise<string | undefined> {
  const found = await db.prisma.identity.findFirst({
    where: { platform, conversation, serviceUrl: { not: null } },
    select: { serviceUrl: true },
  })
  return found?.serviceUrl ?? undefined
}
