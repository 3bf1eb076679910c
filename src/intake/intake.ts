// The way in: every event is recorded before it has an effect, answered once, and never with silence.
import { randomUUID } from 'node:crypto'
import type { Registry as MetricsRegistry } from 'prom-client'
import type { Card } from '../cards/card.ts'
import type { InboundEvent, Reply, Sender } from '../chat/chat.ts'
import type { Database } from '../db/open.ts'
import { withLastWord } from '../db/transaction.ts'
import { officeName, readSetting } from '../directory/settings.ts'
import { type Clock, systemClock } from '../kernel/clock.ts'
import { inFlow } from '../kernel/flow.ts'
import type { Log } from '../kernel/log.ts'
import type { Secret } from '../kernel/secret.ts'
import { createGate } from './gate.ts'
import type { Ask } from './handler.ts'
import { type Accepted, type Ending, type Entry, Inbox, LeaseLost } from './inbox.ts'
import { intakeMetrics } from './metrics.ts'
import type { NamedAnswers } from './registry.ts'
import { createRouter, type Routed } from './router.ts'
import { resolveSender, setAccountState } from './sender.ts'
import { brokenCard, busyCard, settledCard, strangerCard } from './views.ts'

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
  /** Brings the answer to an event whose process died to the person, as a new message. */
  readonly late?: (to: Sender, card: Card) => Promise<void>
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
  const gate = createGate(AT_ONCE[db.kind])

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
    const actor = await resolveSender(db, event.sender, now, base.today)
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

  /** One attempt, and its end in the record. */
  const attempt = async (event: InboundEvent, entry: Entry, now: Temporal.Instant): Promise<Routed> => {
    let routed: Routed
    try {
      routed = router.changes(event)
        ? await withLastWord(
            (tx) => inbox.noteEffect(tx, entry),
            () => work(event, entry.flow, now),
          )
        : await work(event, entry.flow, now)
    } catch (err) {
      if (err instanceof LeaseLost) return card(busyCard(languageOf(event.sender)), 'answered')
      log.error({ flow: entry.flow, type: event.type, err }, 'a handler failed')
      await inbox.settle(entry, 'error', now)
      return broken(event, entry.flow)
    }
    await inbox.settle(entry, routed.ending, now, routed.again)
    if (routed.ending === 'changed') options.changed?.()
    return routed
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
    { again, flow }: Extract<Accepted, { type: 'settled' }>,
    now: Temporal.Instant,
  ): Promise<Routed> => {
    const ask = await askOf(event, flow, now)
    if (!ask) return toStranger(event)
    return again ? router.redraw(again, ask) : card(settledCard(ask.language), 'answered')
  }

  /** Records, waits for a first delivery that is still under way, and answers. */
  const recordAndAnswer = async (
    event: Exclude<InboundEvent, { type: 'lookup' }>,
    flow: string,
    recorded: () => void,
  ): Promise<{ routed: Routed; outcome: string }> => {
    const now = clock.now()
    let accepted = await inbox.accept(event, flow, now)
    recorded()
    for (let waited = 0; accepted.type === 'busy' && waited < PATIENCE.times; waited += 1) {
      await pause(PATIENCE.ms)
      accepted = await inbox.accept(event, flow, now)
    }
    switch (accepted.type) {
      case 'mine': {
        const { entry } = accepted
        const waitedFor = event.type === 'submit' || event.type === 'click'
        const routed = await gate.pass(waitedFor, () => attempt(event, entry, now))
        return { routed, outcome: routed.ending }
      }
      case 'settled':
        return { routed: await settled(event, accepted, now), outcome: 'replayed' }
      case 'busy':
        return { routed: card(busyCard(languageOf(event.sender)), 'answered'), outcome: 'busy' }
      case 'dead':
        return { routed: await broken(event, accepted.flow), outcome: 'dead' }
      default:
        return accepted satisfies never
    }
  }

  const receive: Intake['receive'] = async (event, recorded = () => {}) => {
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
        const { routed, outcome } = await recordAndAnswer(event, flow, recorded)
        end(outcome)
        log.debug({ type: event.type, outcome }, 'an event was answered')
        return routed.replies
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
            metrics.dead()
            log.error(
              { attempts: entry.attempt },
              'an event is given up: it ended the process again and again',
            )
            return
          case 'effected':
            await inbox.settle(entry, 'changed', now)
            if (orphan.event)
              await answerLate(orphan.event, card(settledCard(languageOf(orphan.event.sender)), 'changed'))
            return
          case 'retry':
            await answerLate(orphan.event, await attempt(orphan.event, entry, now))
            return
          default:
            orphan satisfies never
        }
      }).catch((err) => log.error({ flow: entry.flow, err }, 'an orphaned event could not be taken up'))
    }
    return orphans.length
  }

  /** Cards alone: a dialog or a Home that nobody waits for any more is drawn anew when it is opened. */
  const answerLate = async (event: InboundEvent, routed: Routed) => {
    for (const reply of routed.replies) if (reply.type === 'card') await late?.(event.sender, reply.card)
  }

  return { receive, recover, prune: (now) => inbox.prune(now), opensForm: router.opensForm }
}
