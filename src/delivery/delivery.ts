// Delivery put together: dispatcher and timer over the kinds that features registered.
import type { Database } from '../db/open.ts'
import type { Tx } from '../db/transaction.ts'
import type { DomainEvent } from '../directory/events.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import { createDispatcher, type DispatcherOptions } from './dispatcher.ts'
import type { Job } from './jobs.ts'
import { databaseLeaseClock, type LeaseClock } from './lease-clock.ts'
import type { NoticeKind, Tells } from './notice.ts'
import type { Ports } from './prepare.ts'
import { prune } from './retention.ts'
import { createTimer, type Timer } from './timer.ts'

export interface DeliveryOptions
  extends Pick<
    DispatcherOptions,
    | 'told'
    | 'batch'
    | 'leaseMs'
    | 'sendTimeoutMs'
    | 'askAfterMs'
    | 'maxAttempts'
    | 'backoff'
    | 'rates'
    | 'waitUntil'
    | 'turnMs'
  > {
  readonly db: Database
  readonly clock: Clock
  readonly zone: string
  /** The connected platforms. */
  readonly ports: Ports
  /** Everything that registers notice kinds. */
  readonly features: readonly Tells[]
  tell(event: DomainEvent, tx: Tx, now: Temporal.Instant): Promise<void>
  readonly jobs?: readonly Job[]
  readonly vacuums?: boolean
  readonly log: Log
  /** The database's unless injected. */
  readonly leaseClock?: LeaseClock
  readonly random?: () => number
  readonly newToken?: () => string
}

/** Kinds by name. Throws when two features register the same one. */
export function kindsOf(features: readonly Tells[]): ReadonlyMap<string, NoticeKind> {
  const kinds = new Map<string, NoticeKind>()
  for (const kind of features.flatMap((feature) => feature.notices ?? [])) {
    if (kinds.has(kind.kind)) throw new Error(`Two notice kinds are called ${kind.kind}`)
    kinds.set(kind.kind, kind)
  }
  return kinds
}

/** A process's delivery. `start()` it once everything is connected; `poke()` it after commits. */
export function createDelivery(options: DeliveryOptions): Timer {
  const kinds = kindsOf(options.features)
  const { leaseClock = databaseLeaseClock(options.db), random = Math.random } = options
  const dispatcher = createDispatcher({ ...options, kinds, leaseClock, random })
  const jobs = [...(options.jobs ?? []), prune(options.db, options.zone)]
  return createTimer({ ...options, jobs, kinds, dispatcher })
}
