// How many calls Slack takes. Source: docs.slack.dev/apis/web-api/rate-limits (November 2026).
import type { Clock } from '../../src/kernel/clock.ts'

export interface Limits {
  /** Messages to one channel: one a second, after `channelBurst` at once. Slack promises no burst. */
  readonly channelPerSecond: number
  readonly channelBurst: number
  /** Messages of the app in the workspace; "several hundred", 230-525 were seen. */
  readonly workspacePerMinute: number
  /** Calls a minute of one method by its tier. Slack lets more pass at times; whoever relies on it is refused here. */
  readonly tiers: Readonly<Record<Tier, number>>
}
export type Tier = 1 | 2 | 3 | 4

export const slackPace: Limits = {
  channelPerSecond: 1,
  channelBurst: 1,
  workspacePerMinute: 300,
  tiers: { 1: 1, 2: 20, 3: 50, 4: 100 },
}

/** Seconds to wait, 0 when the call may pass. */
export type Pace = (use: { method: string; tier: Tier | 'message'; channel?: string }) => number

/** Buckets that fill by the clock. `false` lets everything pass. */
export function makePace(clock: Clock, limits: Limits | false): Pace {
  if (limits === false) return () => 0
  const buckets = new Map<string, { left: number; at: number }>()
  const bucket = (name: string, capacity: number, perMs: number) => {
    const now = clock.now().epochMilliseconds
    const kept = buckets.get(name) ?? { left: capacity, at: now }
    const filled = { left: Math.min(capacity, kept.left + Math.max(0, now - kept.at) * perMs), at: now }
    buckets.set(name, filled)
    // Rounded, or the last sliver of a second would be missing.
    const missing = 1 - Math.round(filled.left * 1e6) / 1e6
    const take = () => {
      filled.left -= 1
    }
    return { wait: missing <= 0 ? 0 : Math.ceil(missing / perMs / 1000), take }
  }
  return ({ method, tier, channel }) => {
    const asked =
      tier === 'message'
        ? [
            bucket(`channel:${channel}`, limits.channelBurst, limits.channelPerSecond / 1000),
            bucket('messages', limits.workspacePerMinute, limits.workspacePerMinute / 60_000),
          ]
        : [bucket(method, limits.tiers[tier], limits.tiers[tier] / 60_000)]
    const wait = Math.max(...asked.map((each) => each.wait))
    if (wait === 0) for (const each of asked) each.take()
    return wait
  }
}
