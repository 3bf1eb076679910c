// "Send again": what could not be told is planned anew, for now; it is drawn as the world is then.
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
    UPDATE notice SET status = 'planned', outbox_id = NULL, settled_at = NULL, due_at = ${toDbInstant(now)}::timestamptz
    WHERE recipient_id = ${personId} AND status = 'failed' RETURNING key`
  return rows.map((row) => row.key).toSorted()
}
