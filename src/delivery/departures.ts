// What has really left this process lately. Turns are evenly spaced, but a busy process wakes late and would send what
// has gathered in one go, more than the platform counts as allowed.
import type { Address } from '../chat/chat.ts'
import { workspaceKey } from './pace.ts'
import type { RatesOf } from './rates.ts'

/** On the way to the platform gaps grow and shrink: a stretch is kept this much longer than it counts. */
const onTheWay = 1.015

export interface Departures {
  /**
   * Undefined: the message leaves now, and is counted. Else the moment before which it would be one too many.
   */
  leave(to: Address, now: Temporal.Instant): Temporal.Instant | undefined
}

export function createDepartures(ratesOf: RatesOf): Departures {
  /** The latest ones of each workspace, as many as may leave in a stretch; a ring, `next` is the oldest. */
  const left = new Map<string, { readonly at: number[]; next: number }>()
  return {
    leave(to, now) {
      const most = ratesOf.get(to.platform)?.workspace.most
      if (!most) return undefined
      const key = workspaceKey(to)
      const ring = left.get(key) ?? { at: [], next: 0 }
      left.set(key, ring)
      const ms = now.epochMilliseconds
      const oldest = ring.at[ring.next]
      const free = oldest === undefined ? ms : oldest + Math.ceil(most.inMs * onTheWay)
      // What lies ahead of now was written by a clock that has been set back since.
      if (oldest !== undefined && oldest <= ms && ms < free)
        return Temporal.Instant.fromEpochMilliseconds(free)
      ring.at[ring.next] = ms
      ring.next = (ring.next + 1) % most.messages
      return undefined
    },
  }
}
