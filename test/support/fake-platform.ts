// A chat platform in memory that misbehaves on order. It remembers what really arrived, whatever it answered.
import type { Card } from '../../src/cards/card.ts'
import type {
  Address,
  ChatPlatform,
  MessageRef,
  OutgoingFile,
  Platform,
  RefusedReason,
  SendOutcome,
} from '../../src/chat/chat.ts'

/** How one send goes. */
export type Fault =
  /** It arrives and says so. */
  | { readonly type: 'none' }
  /** It arrives, and the answer is lost. */
  | { readonly type: 'answer-lost' }
  /** It does not arrive, and no answer comes either. */
  | { readonly type: 'request-lost' }
  /** It arrives, and the connection breaks in a way the adapter did not foresee. Only where `find` exists. */
  | { readonly type: 'throws-after' }
  | { readonly type: 'throws-before' }
  | { readonly type: 'away' }
  | { readonly type: 'refused'; readonly reason: RefusedReason }
  | { readonly type: 'later'; readonly afterMs: number }

export interface Arrived {
  readonly to: Address
  readonly card: Card
  readonly token: string
  readonly ref: MessageRef
  readonly at: Temporal.Instant | undefined
}

export interface FakeOptions {
  readonly platform?: Platform
  /** Whether the platform can be asked. */
  readonly finds?: boolean
  /** The fault of each send in turn; no more faults when it has run out. */
  readonly fault?: () => Fault
  /** The fault of each question in turn: true lets it fail. */
  readonly findFails?: () => boolean
  readonly now?: () => Temporal.Instant
  /** Runs while a message is under way: other processes, a crash. */
  readonly during?: (token: string) => Promise<void> | void
}

export interface FakePlatform extends ChatPlatform {
  /** In the order of arrival. */
  readonly arrived: readonly Arrived[]
  readonly sends: number
}

export function fakePlatform(options: FakeOptions = {}): FakePlatform {
  const { platform = 'slack', finds = true, fault = () => ({ type: 'none' }), during, now } = options
  const arrived: Arrived[] = []
  let sends = 0
  const arrive = (to: Address, card: Card, token: string) => {
    const ref = { conversation: to.conversation ?? `D-${to.user}`, id: `m${arrived.length + 1}` }
    arrived.push({ to, card, token, ref, at: now?.() })
    return ref
  }
  const deliver = async (to: Address, card: Card, token: string): Promise<SendOutcome> => {
    sends += 1
    const chosen = fault()
    await during?.(token)
    switch (chosen.type) {
      case 'none':
        return { type: 'done', ref: arrive(to, card, token) }
      case 'answer-lost':
        arrive(to, card, token)
        return { type: 'unknown' }
      case 'request-lost':
        return { type: 'unknown' }
      case 'throws-after':
        arrive(to, card, token)
        throw new Error('connection broke')
      case 'throws-before':
        throw new Error('no connection')
      case 'away':
        return { type: 'away' }
      case 'refused':
        return { type: 'refused', reason: chosen.reason }
      case 'later':
        return { type: 'later', afterMs: chosen.afterMs }
      default:
        return chosen satisfies never
    }
  }
  return {
    platform,
    arrived,
    get sends() {
      return sends
    },
    send: deliver,
    update: async () => {},
    sendFile: (to: Address, file: OutgoingFile) =>
      deliver(to, { summary: file.comment, blocks: [] }, file.name),
    ...(finds && {
      find: async (_to: Address, token: string) => {
        if (options.findFails?.()) throw new Error('no connection')
        return arrived.find((each) => each.token === token)?.ref ?? null
      },
    }),
  }
}
