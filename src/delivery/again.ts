// What HR does about what could not be told: "send again" plans it anew, for now, to be drawn as the world is then;
// "told otherwise" lets go of it.
import { toDbInstant } from '../db/time.ts'
import type { Tx } from '../db/transaction.ts'

/**
 * Accounts that refused are tried once more: whoever asks has had it mended, and if not they refuse again.
 * Plans the failed notices of one person anew, as due now. The messages that failed stay as they are. Returns the keys
 * of what was planned; none when nothing (any more) has failed. The caller audits, and says beforehand that what may
 * have arrived (reason `unknown`) may arrive twice.
 */
export async function sendAgain(tx: Tx, personId: number, now: Temporal.Instant): Promise<readonly string[]> {
  await tx.identity.updateMany({
    where: { personId, state: { in: ['blocked', 'uninstalled'] } },
    data: { state: 'active' },
  })
  const rows = await tx.$queryRaw<{ key: string }[]>`
    UPDATE notice SET status = 'planned', outbox_id = NULL, settled_at = NULL, in_doubt = false,
      due_at = ${toDbInstant(now)}::timestamptz
    WHERE recipient_id = ${personId} AND status = 'failed' RETURNING key`
  return rows.map((row) => row.key).toSorted()
}

/**
 * Lets go of what could not be told to one person, who has heard of it in another way: nobody is shown it as failed any
 * more. Its messages keep their reason. Returns how many notices; the caller audits.
 */
export async function letGo(tx: Tx, personId: number): Promise<number> {
  const { count } = await tx.notice.updateMany({
    where: { recipientId: personId, status: 'failed' },
    data: { status: 'obsolete' },
  })
  return count
}
