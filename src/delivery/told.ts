// Something told once, as soon as may be.
import type { Tx } from '../db/transaction.ts'
import type { NoticeDetail, Notices } from './notice.ts'

export interface Told {
  readonly kind: string
  readonly recipientId: number
  /** A matter of its own: a later telling of it replaces one that has not gone out yet. */
  readonly subject: string
  /** What makes it another telling of the same subject. */
  readonly anchor?: string
  readonly detail?: NoticeDetail
}

export async function tellOnce(
  { notices }: { readonly notices: Notices },
  tx: Tx,
  once: readonly Told[],
  now: Temporal.Instant,
): Promise<void> {
  if (once.length === 0) return
  await notices.reconcile(
    tx,
    [...Map.groupBy(once, ({ subject }) => subject)].map(([subject, all]) => ({
      subject,
      wanted: all.map(({ kind, recipientId, anchor = '1', detail }) => ({
        kind,
        recipientId,
        rung: 'told',
        anchor,
        dueAt: now,
        ...(detail && { detail }),
      })),
    })),
    now,
  )
}
