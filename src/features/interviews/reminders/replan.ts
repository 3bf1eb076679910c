import type { Tx } from '../../../db/transaction.ts'
import { readSetting } from '../../../directory/settings.ts'
import type { Core } from '../../feature.ts'
import { dueTimes } from './due.ts'
import { loadFacts } from './facts.ts'
import { wantedNotices } from './ladder.ts'
import { reminderSubject } from './matter.ts'
import { ladderSetting } from './settings.ts'

/**
 * Makes all planned notices of these interviews follow from their present state. Call it, in the same transaction,
 * after every change of an interview, its people, its hours or its deadline; for thousands at once in one call.
 */
export async function replan(
  core: Core,
  tx: Tx,
  interviewIds: readonly number[],
  now: Temporal.Instant,
): Promise<void> {
  if (interviewIds.length === 0) return
  const ladder = await readSetting(tx, ladderSetting)
  const { matters, people } = await loadFacts(tx, interviewIds, now, core.zone)
  const context = { ladder, people, now, due: dueTimes(core.zone, ladder.at) }
  await core.notices.reconcile(
    tx,
    matters.map((matter) => ({
      subject: reminderSubject(matter.id),
      wanted: wantedNotices(matter, context),
    })),
    now,
  )
}
