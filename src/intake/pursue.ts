// A recorded event until its end: it waits for its turn, is worked on, and is tried again where that fails. Its effect is
// committed together with its record, so that another attempt never acts twice.
import type { Action, Card } from '../cards/card.ts'
import { hasWords, type InboundEvent, type Reply } from '../chat/chat.ts'
import { isPassing } from '../db/passing.ts'
import { withLastWord } from '../db/transaction.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { Gate } from './gate.ts'
import { type Entry, type Inbox, LEASE, LeaseLost } from './inbox.ts'
import type { IntakeMetrics } from './metrics.ts'
import { nextTry } from './next-try.ts'
import type { Routed } from './router.ts'
import { busyCard, delayedCard } from './views.ts'

export interface PursuitOptions {
  readonly inbox: Inbox
  readonly gate: Gate
  /** Time of the leases. */
  readonly leases: Clock
  readonly log: Log
  readonly metrics: IntakeMetrics
  readonly pause: (ms: number) => Promise<void>
  /** The handler's work; defects are thrown. */
  readonly work: (event: InboundEvent, flow: string, now: Temporal.Instant) => Promise<Routed>
  /** Whether the event may change anything. */
  readonly changes: (event: InboundEvent) => boolean
  /** What is answered where the effect was committed and only its answer lost. */
  readonly settled: (
    event: InboundEvent,
    before: { readonly again?: Action; readonly flow: string },
    now: Temporal.Instant,
  ) => Promise<Routed>
  /** The apology. */
  readonly broken: (event: InboundEvent, flow: string) => Promise<Routed>
  /** Something was changed. */
  readonly changed: () => void
}

export interface Pursued {
  readonly replies: readonly Reply[]
  /** For the figures: how it ended, in a word. */
  readonly outcome: string
}

/**
 * `awaited`: somebody waits for the answer to this very delivery, so that it is tried again in a moment, and a word is
 * said where that does not do. Never rejects.
 */
export type Pursue = (
  event: InboundEvent,
  entry: Entry,
  now: Temporal.Instant,
  awaited: boolean,
) => Promise<Pursued>

/** Whoever waits for a turn says so more often than a lease lasts. */
const holdMs = LEASE.total('milliseconds') / 3
/** An end that cannot be recorded at once is tried again after so long. */
const settlePauses = [300, 1_000, 3_000]

export function createPursuit(options: PursuitOptions): Pursue {
  const { inbox, gate, leases, log, metrics, pause, work, changes, settled, broken, changed } = options
  const card = (shown: Card, outcome: string): Pursued => ({
    replies: [{ type: 'card', card: shown, place: 'new' }],
    outcome,
  })
  const busy = (event: InboundEvent) => card(busyCard(event.sender.locale), 'busy')

  /** Without it the event would be answered once more by whoever finds it; the answer itself need not wait for that. */
  const settle = async (entry: Entry, routed: Routed, now: Temporal.Instant): Promise<void> => {
    for (const ms of [...settlePauses, undefined]) {
      try {
        return await inbox.settle(entry, routed.ending, now, routed.again)
      } catch (err) {
        if (ms === undefined || !isPassing(err)) {
          log.error({ flow: entry.flow, err }, 'the end of an event could not be recorded')
          return
        }
        await pause(ms)
      }
    }
  }

  /** Waits until there is room, and has the event all the while. Throws LeaseLost. */
  const inTurn = async <Result>(
    event: InboundEvent,
    entry: Entry,
    run: () => Promise<Result>,
  ): Promise<Result> => {
    const fresh = leases.now().add({ milliseconds: holdMs })
    const holding = setInterval(() => void inbox.hold(entry).catch(() => {}), holdMs)
    try {
      return await gate.pass(event.type === 'submit' || event.type === 'click', async () => {
        clearInterval(holding)
        const waited = Temporal.Instant.compare(leases.now(), fresh) > 0
        if (waited && !(await inbox.hold(entry))) throw new LeaseLost()
        return run()
      })
    } finally {
      clearInterval(holding)
    }
  }

  const attempt = async (event: InboundEvent, entry: Entry, now: Temporal.Instant): Promise<Pursued> => {
    const routed = changes(event)
      ? await withLastWord(
          async (tx, result) => {
            if (!(await inbox.noteEffect(tx, entry, result)))
              log.error({ flow: entry.flow }, 'an instruction was committed in more than one piece')
          },
          () => work(event, entry.flow, now),
        )
      : await work(event, entry.flow, now)
    await settle(entry, routed, now)
    if (routed.ending === 'changed') changed()
    return { replies: routed.replies, outcome: routed.ending }
  }

  /** The failed attempt was committed after all: only its answer is not known. */
  const effected = async (
    event: InboundEvent,
    entry: Entry,
    now: Temporal.Instant,
    again: { readonly again?: Action },
  ): Promise<Pursued> => {
    await settle(entry, { replies: [], ending: 'changed', ...again }, now)
    changed()
    const { replies } = await settled(event, { ...again, flow: entry.flow }, now)
    return { replies, outcome: 'changed' }
  }

  /** The fence is raised before every attempt but the first. There may be nothing left to be tried. */
  const raise = async (
    event: InboundEvent,
    entry: Entry,
    now: Temporal.Instant,
  ): Promise<Entry | Pursued> => {
    const again = await inbox.again(entry)
    switch (again.type) {
      case 'mine':
        return again.entry
      case 'lost':
        return busy(event)
      case 'effected':
        return effected(event, entry, now, again.again ? { again: again.again } : {})
      default:
        return again satisfies never
    }
  }

  return async (event, first, now, awaited) => {
    const { flow } = first
    let entry = first
    for (let tried = first.attempt; ; tried += 1) {
      let failure: unknown
      try {
        if (tried > first.attempt) {
          const raised = await raise(event, entry, now)
          if ('outcome' in raised) return raised
          entry = raised
        }
        const mine = entry
        return await inTurn(event, mine, () => attempt(event, mine, now))
      } catch (err) {
        if (err instanceof LeaseLost) return busy(event)
        failure = err
      }
      const passing = isPassing(failure)
      const next = nextTry({ tried, passing, awaited, keeps: event.type !== 'home' })
      metrics.failed(event.type, passing ? 'passing' : 'defect')
      const about = { flow, type: event.type, tried, err: failure }
      if (next.type === 'here') {
        log.warn(about, 'a handler failed; it is tried again')
        await pause(next.ms)
        continue
      }
      if (next.type === 'later') log.warn(about, 'a handler failed; it is tried again later')
      else log.error(about, 'a handler failed')
      try {
        const written =
          next.type === 'later'
            ? await inbox.postpone(entry, next.ms)
            : await inbox.giveUp(entry, 'error', now)
        if (!written) {
          const raised = await raise(event, entry, now)
          if ('outcome' in raised) return raised
        }
      } catch (err) {
        // Whoever looks next finds it once its lease is out.
        log.warn({ flow, err }, 'that an event failed could not be recorded')
      }
      if (next.type === 'end') {
        metrics.gaveUp('error')
        return { replies: (await broken(event, flow)).replies, outcome: 'error' }
      }
      // Told once: whoever takes it up again brings the answer.
      if (!awaited || event.type === 'installed' || event.type === 'uninstalled')
        return { replies: [], outcome: 'postponed' }
      const { platform, locale } = event.sender
      return card(hasWords(platform) ? delayedCard(locale) : busyCard(locale), 'postponed')
    }
  }
}
