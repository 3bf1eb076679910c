// GET /healthz: is it well? No names, no counts of people: whoever reaches the port may read it.

import type { Database } from './db/open.ts'
import { deliveryHealth, silentAfterMs } from './delivery/health.ts'
import type { Clock } from './kernel/clock.ts'

export interface Health {
  readonly status: 'ok' | 'degraded'
  readonly database: 'ok' | 'unreachable'
  /** Seconds since the oldest thing that should have been told by now fell due; null: not known. */
  readonly oldestOverdueSeconds: number | null
  readonly dispatcherSilent: boolean | null
}

export interface HealthOptions {
  readonly db: Pick<Database, 'pool'>
  readonly clock: Clock
  /** Milliseconds since the process started: one that has only just begun has not been silent. */
  readonly uptimeMs: () => number
  /** How long the database may take to answer. */
  readonly patienceMs?: number
}

/** A message a quarter of an hour late is a fault, not a busy morning. */
const overdueAfterMs = 15 * 60_000

export async function readHealth({ db, clock, uptimeMs, patienceMs = 3000 }: HealthOptions): Promise<Health> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, patienceMs, undefined)
  })
  const asked = deliveryHealth(db, clock.now()).catch(() => undefined)
  const delivery = await Promise.race([asked, patience])
  clearTimeout(timer)
  if (!delivery)
    return { status: 'degraded', database: 'unreachable', oldestOverdueSeconds: null, dispatcherSilent: null }
  const silent = delivery.silent && uptimeMs() > silentAfterMs
  return {
    status: silent || delivery.oldestOverdueMs > overdueAfterMs ? 'degraded' : 'ok',
    database: 'ok',
    oldestOverdueSeconds: Math.floor(delivery.oldestOverdueMs / 1000),
    dispatcherSilent: silent,
  }
}
