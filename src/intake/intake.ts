// The way in: every event is recorded before it has an effect, answered once, and never with silence.
import { randomUUID } from 'node:crypto'
import type { Registry as MetricsRegistry } from 'prom-client'
import type { Card } from '../cards/card.ts'
import type { InboundEvent, OutgoingFile, Reply, Sender } from '../chat/chat.ts'
import type { Database } from '../db/open.ts'
import { isPassing } from '../db/passing.ts'
import { officeName, readSetting } from '../directory/settings.ts'
import { type Clock, systemClock } from '../kernel/clock.ts'
import { inFlow } from '../kernel/flow.ts'
import type { Log } from '../kernel/log.ts'
import type { Secret } from '../kernel/secret.ts'
import { createGate } from './gate.ts'
import type { Ask } from './handler.ts'
import { type Accepted, type Ending, Inbox, momentOf, type Recorded } from './inbox.ts'
import { intakeMetrics } from './metrics.ts'
import { createPursuit, type Pursued } from './pursue.ts'
import type { NamedAnswers } from './registry.ts'
import { createRouter, type Routed } from './router.ts'
import { resolveSender, setAccountState } from './sender.ts'
import { brokenCard, busyCard, notTakenCard, pressAgainCard, settledCard, strangerCard } from './views.ts'

export interface Intake {
  /**
   * What the core answers to one event; never rejects. `recorded` is called once the event is safely on disk (or needs
   * no record), so that a platform which waits only three seconds can be acknowledged before the answer is ready.
   * It is not called when the event could not be recorded: the platform may then send it again.
   */
  receive(event: InboundEvent, recorded?: () => void): Promise<readonly Reply[]>
  /**
   * Takes up what killed processes left behind. `owner`: this process alone has the database and has only just
   * started, so leases need not run out. How many events it took up.
   */
  recover(now: Temporal.Instant, options?: { owner?: boolean }): Promise<number>
  /** Whether an action may answer with a form: what Teams must know before the press. */
  opensForm(actionId: string): boolean
  /** Forgets what ended a month ago; how many events. */
  prune(now: Temporal.Instant): Promise<number>
}

/** An answer whose event was put off, or whose process died. */
export type LateAnswer =
  | { readonly type: 'card'; readonly card: Card }
  | { readonly type: 'file'; readonly file: OutgoingFile }

export interface IntakeOptions {
  readonly core: {
    readonly db: Database
    readonly clock: Clock
    readonly zone: string
    readonly log: Log
  }
  readonly features: readonly NamedAnswers[]
  readonly secret: Secret
  readonly metrics: MetricsRegistry
  /** Brings an answer that nobody waits for any more to the person, as a new message. */
  readonly late?: (to: Sender, answer: LateAnswer) => Promise<void>
  /** Something may have changed: there may be messages to send now. */
  readonly changed?: () => void
  /** Real time, for leases; `core.clock` may be the playground's. */
  readonly leases?: Clock
  readonly newFlow?: () => string
  readonly pause?: (ms: number) => Promise<void>
}

const languageOf = (sender: Sender) => sender.locale
/** How often and how long a second delivery waits for the first one's answer. */
const PATIENCE = { times: 20, ms: 100 }

/** Before an event is recorded after all, where the database was out of reach. */
const ACCEPT_AGAIN_MS = 300

/** Events worked on at once; a database with one connection gains nothing from more. */
const AT_ONCE = { embedded: 3, server: 8 } as const

/** Throws RegistryError where the features do not fit together. */
export function createIntake(options: IntakeOptions): Intake {
  const { core, features, secret, late, leases = systemClock, newFlow = randomUUID } = options
  const { db, clock, zone, log } = core
  const pause = options.pause ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)))
  const inbox = new Inbox({ db, secret, leases })
  const router = createRouter({ db, log, features })
  const metrics = intakeMetrics(options.metrics)
  let recording = 0
  const gate = createGate(AT_ONCE[db.kind], () => recording > 0)

  const office = () => readSetting(db.prisma, officeName).catch(() => officeName.initial)
  const asked = (event: InboundEvent, flow: string, now: Temporal.Instant) => ({
    now,
    flow,
    today: now.toZonedDateTimeISO(zone).toPlainDate(),
    sender: event.sender,
  })
  const card = (shown: Card, ending: Ending): Routed => ({
    replies: [{ type: 'card', card: shown, place: 'new' }],
    ending,
  })

  /** A stranger is told whom to ask, in the shape that the event allows. */
  const toStranger = async (event: InboundEvent): Promise<Routed> => {
    if (event.type === 'lookup')
      return { replies: [{ type: 'options', options: [] }], ending: 'unknown-sender' }
    if (event.type === 'uninstalled') return { replies: [], ending: 'unknown-sender' }
    const shown = strangerCard(await office())
    if (event.type === 'home') return { replies: [{ type: 'home', card: shown }], ending: 'unknown-sender' }
    return card(shown, 'unknown-sender')
  }

  const askOf = async (
    event: InboundEvent,
    flow: string,
    now: Temporal.Instant,
  ): Promise<Ask | undefined> => {
    const base = asked(event, flow, now)
    const actor = await resolveSender(db, event.sender, now, base.today, !router.sensitive(event))
    return actor && { ...base, actor, language: actor.language }
  }

  const work = async (event: InboundEvent, flow: string, now: Temporal.Instant): Promise<Routed> => {
    if (event.type === 'uninstalled') {
      await setAccountState(db, event.sender, 'uninstalled')
      return { replies: [], ending: 'answered' }
    }
    const ask = await askOf(event, flow, now)
    return ask ? router.route(event, ask) : toStranger(event)
  }

  const broken = async (event: InboundEvent, flow: string): Promise<Routed> => {
    if (event.type === 'lookup') return { replies: [{ type: 'options', options: [] }], ending: 'error' }
    if (event.type === 'uninstalled') return { replies: [], ending: 'error' }
    const shown = brokenCard(flow, await office(), languageOf(event.sender))
    if (event.type === 'home') return { replies: [{ type: 'home', card: shown }], ending: 'error' }
    return card(shown, 'error')
  }

  const settled = async (
    event: InboundEvent,
    { again, flow }: Pick<Extract<Accepted, { type: 'settled' }>, 'again' | 'flow'>,
    now: Temporal.Instant,
  ): Promise<Routed> => {
    const ask = await askOf(event, flow, now)
    // Whoever took leave by it (内定者) is known no more.
    if (!ask) return card(settledCard(languageOf(event.sender)), 'answered')
    return again ? router.redraw(again, ask) : card(settledCard(ask.language), 'answered')
  }

  /** Nobody asks a second time: what cannot be drawn just now is said to be done. */
  const settledSurely: typeof settled = (event, before, now) =>
    settled(event, before, now).catch((err: unknown) => {
      log.warn({ flow: before.flow, err }, 'what was done could not be shown')
      return card(settledCard(languageOf(event.sender)), 'answered')
    })

  const pursue = createPursuit({
    inbox,
    gate,
    leases,
    log,
    metrics,
    pause,
    work,
    changes: router.changes,
    settled: settledSurely,
    broken,
    changed: () => options.changed?.(),
  })

  /** A connection that broke a moment ago is made anew; the platform waits for three seconds. */
  const accept = async (event: Recorded, flow: string, now: Temporal.Instant): Promise<Accepted> => {
    recording += 1
    try {
      return await inbox.accept(event, flow, now).catch(async (err: unknown) => {
        if (!isPassing(err)) throw err
        log.warn({ flow, type: event.type, err }, 'an event could not be recorded; it is tried again')
        await pause(ACCEPT_AGAIN_MS)
        return inbox.accept(event, flow, now)
      })
    } finally {
      recording -= 1
    }
  }

  /** Records, waits for a first delivery that is still under way, and answers. */
  const recordAndAnswer = async (event: Recorded, flow: string, recorded: () => void): Promise<Pursued> => {
    const now = clock.now()
    let accepted = await accept(event, flow, now)
    recorded()
    for (let waited = 0; accepted.type === 'busy' && waited < PATIENCE.times; waited += 1) {
      await pause(PATIENCE.ms)
      accepted = await accept(event, flow, now)
    }
    switch (accepted.type) {
      case 'mine':
        return pursue(event, accepted.entry, momentOf(accepted.entry, now), true)
      case 'settled':
        return { ...(await settled(event, accepted, now)), outcome: 'replayed' }
      case 'busy':
        return { ...card(busyCard(languageOf(event.sender)), 'answered'), outcome: 'busy' }
      case 'dead':
        return { ...(await broken(event, accepted.flow)), outcome: 'dead' }
      default:
        return accepted satisfies never
    }
  }

  /** Within the acknowledgement and without a trace; of a defect is logged where it arose. */
  const answerInConfidence = async (event: InboundEvent): Promise<readonly Reply[]> => {
    const flow = newFlow()
    try {
      return (await work(event, flow, clock.now())).replies
    } catch (err) {
      log.error({ err }, 'an answer failed')
      return (await broken(event, flow)).replies
    }
  }

  const receive: Intake['receive'] = async (event, recorded = () => {}) => {
    if (router.sensitive(event)) {
      const replies = await answerInConfidence(event)
      recorded()
      return replies
    }
    const flow = newFlow()
    const began = performance.now()
    const end = (outcome: string) => metrics.event(event.type, outcome, (performance.now() - began) / 1000)
    return inFlow(flow, async () => {
      try {
        if (event.type === 'lookup') {
          recorded()
          const routed = await work(event, flow, clock.now())
          end(routed.ending)
          return routed.replies
        }
        const { replies, outcome } = await recordAndAnswer(event, flow, recorded)
        end(outcome)
        log.debug({ type: event.type, outcome }, 'an event was answered')
        return replies
      } catch (err) {
        end('error')
        log.error({ flow, type: event.type, err }, 'an event could not be recorded or answered')
        return (await broken(event, flow)).replies
      }
    })
  }

  const recover: Intake['recover'] = async (now, { owner = false } = {}) => {
    const orphans = await inbox.orphans(now, { owner })
    for (const orphan of orphans) {
      const { entry } = orphan
      await inFlow(entry.flow, async () => {
        switch (orphan.type) {
          case 'dead':
            metrics.gaveUp('dead')
            log.error(
              { flow: entry.flow, attempts: entry.attempt },
              'an event is given up: it failed again and again',
            )
            if (orphan.event) await answerLate(orphan.event, await broken(orphan.event, entry.flow))
            return
          case 'effected': {
            const { event, again } = orphan
            await inbox.settle(entry, 'changed', now, again)
            const before = { flow: entry.flow, ...(again && { again }) }
            if (event) await answerLate(event, await settledSurely(event, before, now))
            return
          }
          case 'retry':
            await answerLate(orphan.event, await pursue(orphan.event, entry, momentOf(entry, now), false))
            return
          default:
            orphan satisfies never
        }
      }).catch((err) => log.error({ flow: entry.flow, err }, 'an orphaned event could not be taken up'))
    }
    return orphans.length
  }

  /** A dialog that nobody waits for any more is opened by another press; a Home is drawn anew when it is opened. */
  const answerLate = async (event: InboundEvent, { replies }: Pick<Routed, 'replies'>) => {
    for (const reply of replies) {
      if (reply.type === 'card' || reply.type === 'file') await late?.(event.sender, reply)
      else if (reply.type === 'form')
        await late?.(event.sender, { type: 'card', card: pressAgainCard(languageOf(event.sender)) })
      else if (reply.type === 'field-errors')
        await late?.(event.sender, {
          type: 'card',
          card: notTakenCard(Object.values(reply.errors), languageOf(event.sender)),
        })
    }
  }

  return { receive, recover, prune: (now) => inbox.prune(now), opensForm: router.opensForm }
}
