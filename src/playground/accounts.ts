import { toDbDate, toDbInstant } from '../db/time.ts'
import type { Tx } from '../db/transaction.ts'
import { TENANT } from './platform.ts'

/**
 * Gives everybody who is new in the city an account of the pretended workplace, but not those who are to have none;
 * says how many were new.
 */
export async function openAccounts(
  tx: Tx,
  now: Temporal.Instant,
  today: Temporal.PlainDate,
  without: readonly number[] = [],
): Promise<number> {
  const fresh = await tx.person.findMany({
    where: {
      id: { notIn: [...without] },
      identities: { none: { platform: 'playground' } },
      // Whoever is yet to join is reached by e-mail.
      OR: [{ guestUntil: null }, { guestUntil: { lte: toDbDate(today) } }],
    },
    select: { id: true },
  })
  if (fresh.length === 0) return 0
  await tx.identity.createMany({
    data: fresh.map(({ id }) => ({
      personId: id,
      platform: 'playground',
      tenant: TENANT,
      userId: String(id),
      conversation: `D${id}`,
      lastSeenAt: toDbInstant(now),
    })),
  })
  return fresh.length
}

/** Takes the accounts of these people away: no PC, no chat, as it is in nurseries and workshops. */
export async function closeAccounts(tx: Tx, people: readonly number[]): Promise<void> {
  await tx.identity.deleteMany({ where: { platform: 'playground', personId: { in: [...people] } } })
}
