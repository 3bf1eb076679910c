// A city put together: features over the core, what comes in and what goes out. The composition roots (main, the
// command line, the playground, the bench) differ only in the database, the clock and the platforms they hand in.
import { randomUUID } from 'node:crypto'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { z } from 'zod'
import { paperLink } from './adapters/mail/connect.ts'
import type { BookingText } from './agenda/feeds.ts'
import type { ChatPlatform, Platform } from './chat/chat.ts'
import type { Database } from './db/open.ts'
import { createDelivery, type DeliveryOptions } from './delivery/delivery.ts'
import { deliveryMetrics } from './delivery/metrics.ts'
import { createNotices } from './delivery/planner.ts'
import { type RatesOf, usualRates } from './delivery/rates.ts'
import type { Timer } from './delivery/timer.ts'
import { setting } from './directory/settings.ts'
import type { Alarm, Core, Feature, FeatureFactory } from './features/feature.ts'
import { features as allFeatures } from './features/index.ts'
import { createIntake, type Intake, type IntakeOptions } from './intake/intake.ts'
import { pruneKept } from './kept.ts'
import { type Clock, systemClock } from './kernel/clock.ts'
import type { Log } from './kernel/log.ts'
import type { Secret } from './kernel/secret.ts'

/** Says of a database that it holds the demo city, so that neither world is ever started over the other. */
export const demoMark = setting('demo', z.boolean(), false)

export interface CityOptions {
  readonly db: Database
  readonly clock: Clock
  readonly zone: string
  readonly secret: Secret
  readonly log: Log
  readonly publicUrl?: string
  readonly platforms?: readonly ChatPlatform[]
  /** Reads a calendar from an address; without it only files are taken. */
  readonly fetchCalendar?: Core['fetchCalendar']
  /** How fast platforms take messages. The usual rates by the real clock; none unless told where a clock is moved. */
  readonly rates?: RatesOf
  /** How somebody who moves the clock lets messages wait for their turns; without it only those go whose turn has come. */
  readonly waitUntil?: (at: Temporal.Instant) => Promise<void>
  /** All of the product's unless told. */
  readonly features?: readonly FeatureFactory[]
  /** What a run that must go the same way every time brings instead of chance, real time and the database's clock. */
  readonly delivery?: Partial<
    Pick<DeliveryOptions, 'leaseClock' | 'random' | 'newToken' | 'vacuums' | 'leaseMs' | 'batch'>
  >
  readonly intake?: Partial<Pick<IntakeOptions, 'leases' | 'newFlow' | 'pause' | 'changed'>>
  /** False where many cities are put together in one process: what is measured of it belongs to none of them. */
  readonly processMetrics?: boolean
}

export interface City {
  readonly core: Core
  readonly features: readonly Feature[]
  readonly intake: Intake
  /** Not started: `delivery.start()` ticks by itself, the playground calls `runDue`. */
  readonly delivery: Timer
  readonly metrics: Registry
}

/** By the real clock messages wait for their turns; a clock that is moved tells them when it has come. */
function pacing({ clock, rates, waitUntil }: CityOptions) {
  if (clock !== systemClock) return { rates, ...(waitUntil && { waitUntil }) }
  const byClock = (at: Temporal.Instant) =>
    new Promise<void>((resolve) => {
      setTimeout(resolve, Math.max(0, at.since(clock.now()).total('milliseconds')))
    })
  return { rates: rates ?? usualRates, waitUntil: byClock }
}

const rest = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
/** Others wait behind a late answer. */
const longestRestMs = 5_000

/** Nothing runs yet, nothing is read; throws where features do not fit together. */
export function composeCity(options: CityOptions): City {
  const { db, clock, zone, secret, log, publicUrl } = options
  const metrics = new Registry()
  if (options.processMetrics ?? true) collectDefaultMetrics({ register: metrics })

  const core: Core = {
    db,
    clock,
    zone,
    log,
    publicUrl,
    ...(options.fetchCalendar && { fetchCalendar: options.fetchCalendar }),
    ...(publicUrl && { paperLink: paperLink(secret, publicUrl) }),
    mark: secret.mark,
    sealing: { seal: secret.seal, open: secret.open },
    chats: options.platforms ?? [],
    notices: createNotices(),
    noticeTitle: (kind) =>
      features.flatMap(({ notices = [] }) => notices).find((each) => each.kind === kind)?.title,
    groups: () => features.flatMap(({ groups = [] }) => groups),
    alarms: async (tx, ask, which) => {
      const found: Alarm[] = []
      for (const feature of features) found.push(...((await feature.alarms?.(tx, ask, which)) ?? []))
      return found
    },
    resting: async (tx, days, ask) => {
      const lines: string[] = []
      for (const feature of features) lines.push(...((await feature.resting?.(tx, days, ask)) ?? []))
      return lines
    },
    bookingTexts: async (tx, subjects, reader) => {
      const texts = new Map<string, BookingText>()
      for (const { bookings } of features)
        for (const [subject, text] of (await bookings?.(tx, subjects, reader)) ?? []) texts.set(subject, text)
      return texts
    },
    tell: async (event, tx, now) => {
      for (const feature of features) await feature.on?.(event, tx, now)
    },
  }
  const features = (options.features ?? allFeatures).map((make) => make(core))

  const ports = new Map<Platform, ChatPlatform>(
    (options.platforms ?? []).map((platform) => [platform.platform, platform]),
  )
  const intake = createIntake({
    core,
    features,
    secret,
    metrics,
    changed: () => delivery.poke(),
    late: async (to, answer) => {
      const port = ports.get(to.platform)
      const token = (options.delivery?.newToken ?? randomUUID)()
      const send = () =>
        answer.type === 'card' ? port?.send(to, answer.card, token) : port?.sendFile(to, answer.file)
      let outcome = await send()
      for (let tried = 1; outcome?.type === 'later' && tried < 4; tried += 1) {
        await (options.intake?.pause ?? rest)(Math.min(outcome.afterMs, longestRestMs))
        outcome = await send()
      }
      if (outcome?.type !== 'done') log.warn({ platform: to.platform }, 'a late answer could not be sent')
    },
    ...options.intake,
  })
  const { told } = deliveryMetrics(metrics, db, clock)
  const delivery = createDelivery({
    db,
    clock,
    zone,
    log,
    ports,
    features,
    told,
    ...pacing(options),
    ...options.delivery,
    tell: core.tell,
    jobs: [
      ...features.flatMap(({ jobs = [] }) => jobs),
      {
        name: 'inbox.recover',
        cron: '* * * * *',
        outside: async (_, now) => {
          await intake.recover(now)
        },
      },
      {
        name: 'inbox.prune',
        cron: '20 3 * * *',
        outside: async (_, now) => {
          await intake.prune(now)
          await pruneKept(db, now)
        },
      },
    ],
  })
  return { core, features, intake, delivery, metrics }
}
