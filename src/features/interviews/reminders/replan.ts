import type { Tx } from '../../../db/transaction.ts'
import type { Core } from '../../feature.ts'
import { interviewSubject } from '../state.ts'

/** Makes all planned notices of these interviews follow from their present state. */
export async function replan(
  core: Core,
  tx: Tx,
  interviewIds: readonly number[],
  now: Temporal.Instant,
): Promise<void> {
  await core.notices.reconcile(
    tx,
    interviewIds.map((id) => ({ subject: interviewSubject(id), wanted: [] })),
    now,
  )
}
