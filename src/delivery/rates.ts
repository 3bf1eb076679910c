// How fast each platform takes messages, and how much of that we use: a little less, since what is evenly spaced here
// arrives a little less evenly there.
import type { Platform } from '../chat/chat.ts'

/** A bucket: one message every `everyMs`, and so many at once after a rest. */
export interface Limit {
  readonly everyMs: number
  readonly burst: number
}

export interface Rates {
  /** For all of a workspace together. `reserve`: how many of the burst broadcasts leave to the others. */
  readonly workspace: Limit & {
    readonly reserve: number
    /** As the platform counts: so many in any stretch of time. */
    readonly most: { readonly messages: number; readonly inMs: number }
  }
  /** For each conversation; all of them hold. */
  readonly conversation: readonly Limit[]
}

export type RatesOf = ReadonlyMap<Platform, Rates>

/**
 * In any stretch of time a bucket gives at most `burst + stretch / everyMs`:
 * Slack 5 + 395 = 400 a minute for a workspace, 1 a second for a conversation (docs.slack.dev, rate limits: "1 per second
 * per channel", "several hundred per minute"). Teams 1 + 49 = 50 a second for an app in a tenant; for a conversation
 * 6 + 1 in 1 s, 6 + 2 in 2 s, 6 + 30 in 30 s, and 360 + 1,440 an hour (learn.microsoft.com, "Optimize your bot with rate
 * limiting": 7, 8, 60 and 1,800). E-mail 240 a minute: what a city's own mail server takes beside its daily work. The
 * playground has none.
 */
export const usualRates: RatesOf = new Map<Platform, Rates>([
  [
    'slack',
    {
      workspace: { everyMs: 60_000 / 395, burst: 5, reserve: 2, most: { messages: 400, inMs: 60_000 } },
      conversation: [{ everyMs: 1_000, burst: 1 }],
    },
  ],
  [
    'teams',
    {
      workspace: { everyMs: 20.2, burst: 1, reserve: 0, most: { messages: 50, inMs: 1_000 } },
      conversation: [
        { everyMs: 1_000, burst: 6 },
        { everyMs: 2_500, burst: 360 },
      ],
    },
  ],
  [
    'email',
    {
      workspace: { everyMs: 250, burst: 4, reserve: 1, most: { messages: 244, inMs: 60_000 } },
      // Their keys would hold addresses, and nobody gets that many.
      conversation: [],
    },
  ],
])

/** No platform is paced. */
export const unpaced: RatesOf = new Map()
