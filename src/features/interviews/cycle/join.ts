import type { Tx } from '../../../db/transaction.ts'
import type { DomainEvent } from '../../../directory/events.ts'
import type { Core } from '../../feature.ts'
import { localDay } from '../conductors/day.ts'
import { loadCandidates, openCycles } from './repository.ts'
import { joinCycle } from './start.ts'

/** New people take part in running cycles that let them; being told twice changes nothing. */
export async function followJoiners(
  core: Core,
  event: DomainEvent,
  tx: Tx,
  now: Temporal.Instant,
): Promise<void> {
  if (event.type !== 'people-changed' && event.type !== 'transfer-effective') return
  const cycles = (await openCycles(tx)).filter((cycle) => cycle.participation.lateJoiners)
  if (cycles.length === 0) return
  const today = localDay(core, now)
  const candidates = await loadCandidates(tx, today, event.personIds)
  for (const cycle of cycles) await joinCycle(core, tx, cycle, candidates, now, today)
}
