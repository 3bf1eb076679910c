// Two chat platforms as the outside world sees them: what has arrived stays, whatever processes die. One can be asked
// whether it has a message, the other cannot.
import type { Card } from '../../src/cards/card.ts'
import type { Address, ChatPlatform, SendOutcome } from '../../src/chat/chat.ts'
import type { Chaos } from './chaos.ts'
import type { SimulatedProcess } from './process.ts'

interface Sent {
  readonly to: Address
  readonly card: Card
  readonly token: string
  /** A file: the answer to an event, without a message of the outbox. */
  readonly file?: boolean
}

export interface Arrival extends Sent {
  readonly platform: 'slack' | 'teams'
  /** When it was sent off. */
  readonly leftMs: number
  /** Troubles so far; -1: its sender is not told that it arrived, or is dead by now. */
  readonly troubles: number
}

export class Station {
  readonly platform: 'slack' | 'teams'
  readonly #chaos: Chaos
  readonly #nowMs: () => number
  readonly #arrived: (arrival: Arrival) => Promise<void>
  readonly #there = new Map<string, { conversation: string; id: string }>()
  /** Set while another process is to be let go on in the middle of a send. */
  during: (() => Promise<void>) | undefined

  constructor(
    platform: 'slack' | 'teams',
    chaos: Chaos,
    nowMs: () => number,
    arrived: (arrival: Arrival) => Promise<void>,
  ) {
    this.platform = platform
    this.#chaos = chaos
    this.#nowMs = nowMs
    this.#arrived = arrived
  }

  get asks(): boolean {
    return this.platform === 'slack'
  }

  async #arrive({ to, card, token, file }: Sent, leftMs: number, sure: boolean) {
    const troubles = sure ? this.#chaos.troubles : -1
    const ref = { conversation: to.conversation ?? `D-${to.user}`, id: `${this.#there.size + 1}` }
    this.#there.set(`${to.user}|${token}`, ref)
    await this.#arrived({ platform: this.platform, to, card, token, leftMs, troubles, ...(file && { file }) })
    return ref
  }

  async #send(sent: Sent, from: SimulatedProcess): Promise<SendOutcome> {
    const leftMs = this.#nowMs()
    await this.during?.()
    const fault = this.#chaos.send(this.asks, this.#nowMs())
    if (typeof fault === 'object') return { type: 'later', afterMs: fault.later }
    switch (fault) {
      case 'none':
        return { type: 'done', ref: await this.#arrive(sent, leftMs, !from.dead) }
      case 'answer-lost':
        await this.#arrive(sent, leftMs, false)
        return { type: 'unknown' }
      case 'request-lost':
        return { type: 'unknown' }
      case 'connection-broke':
        await this.#arrive(sent, leftMs, false)
        throw new Error('connection broke')
      case 'connection-refused':
        throw new Error('no connection')
      case 'account-refused':
        return { type: 'refused', reason: 'blocked' }
      default:
        return fault satisfies never
    }
  }

  /** The platform as one process reaches it: its awaits are points at which that process may die. */
  portOf(process: SimulatedProcess): ChatPlatform {
    const send = async (sent: Sent) => {
      await process.pass('send', 'before')
      try {
        return await this.#send(sent, process)
      } finally {
        await process.pass('send', 'after')
      }
    }
    return {
      platform: this.platform,
      send: (to, card, token) => send({ to, card, token }),
      update: async () => {},
      sendFile: (to, file) =>
        send({ to, card: { summary: file.comment, blocks: [] }, token: file.name, file: true }),
      ...(this.asks && {
        find: async (to: Address, token: string) => {
          await process.pass('find', 'before')
          if (this.#chaos.questionFails()) throw new Error('no connection')
          return this.#there.get(`${to.user}|${token}`) ?? null
        },
      }),
    }
  }
}
