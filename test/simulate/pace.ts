// How fast the simulated platforms take messages, and whether anybody was faster. So much slower than the real ones as
// the city is smaller than a real one, so that its mornings come up against it.
import type { Platform } from '../../src/chat/chat.ts'
import { type Rates, usualRates } from '../../src/delivery/rates.ts'

const workspaces = {
  slack: { everyMs: 250, burst: 3, reserve: 1, most: { messages: 11, inMs: 2_000 } },
  teams: { everyMs: 50, burst: 1, reserve: 0, most: { messages: 21, inMs: 1_000 } },
} as const

/** What the product is told of them; conversations are as fast as they really are. */
export const slowerRates: ReadonlyMap<Platform, Rates> = new Map(
  (['slack', 'teams'] as const).map((platform) => [
    platform,
    { workspace: workspaces[platform], conversation: usualRates.get(platform)?.conversation ?? [] },
  ]),
)

/** So many in any stretch of so many milliseconds, as the platforms' own pages say. */
type Most = readonly [messages: number, inMs: number]

const ofConversation: Record<'slack' | 'teams', readonly Most[]> = {
  slack: [[1, 1_000]],
  teams: [
    [7, 1_000],
    [8, 2_000],
    [60, 30_000],
    [1_800, 3_600_000],
  ],
}

interface Left {
  readonly at: number
  /** When the clock that paced it was wrong last. */
  readonly clockWrongAt: number
}

export class Departed {
  readonly #workspaces = { slack: [] as Left[], teams: [] as Left[] }
  readonly #conversations = { slack: new Map<string, Left[]>(), teams: new Map<string, Left[]>() }

  add(platform: 'slack' | 'teams', conversation: string, left: Left): void {
    this.#workspaces[platform].push(left)
    const all = this.#conversations[platform]
    all.set(conversation, [...(all.get(conversation) ?? []), left])
  }

  /** A line for each stretch in which there were too many; a stretch in which a clock was wrong is let pass. */
  tooFast(): string[] {
    return (['slack', 'teams'] as const).flatMap((platform) => {
      const { messages, inMs } = workspaces[platform].most
      return [
        ...stretches(this.#workspaces[platform], [messages, inMs]).map((line) => `${platform}: ${line}`),
        ...[...this.#conversations[platform]].flatMap(([conversation, left]) =>
          ofConversation[platform].flatMap((most) =>
            stretches(left, most).map((line) => `${platform} ${conversation}: ${line}`),
          ),
        ),
      ]
    })
  }
}

function stretches(left: readonly Left[], [messages, inMs]: Most): string[] {
  const inOrder = left.toSorted((a, b) => a.at - b.at)
  return inOrder.flatMap((first, index) => {
    const last = inOrder[index + messages]
    if (!last || last.at - first.at >= inMs) return []
    if (inOrder.slice(index, index + messages + 1).some((each) => each.clockWrongAt >= first.at)) return []
    const from = Temporal.Instant.fromEpochMilliseconds(first.at)
    return [
      `${messages + 1} messages within ${last.at - first.at} ms from ${from}, ${messages} may go in ${inMs}`,
    ]
  })
}
