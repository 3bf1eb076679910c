// A city behind the real Slack adapter, with a stand-in for Slack at its other end.
import express from 'express'
import { connectSlack, type Slack, type SlackOptions } from '../../src/adapters/slack/connect.ts'
import { type City, type CityOptions, composeCity } from '../../src/compose.ts'
import type { Database } from '../../src/db/open.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { meetAccount } from '../../src/directory/change/accounts.ts'
import type { FeatureFactory } from '../../src/features/feature.ts'
import { type Clock, systemClock } from '../../src/kernel/clock.ts'
import { createLog, type Log } from '../../src/kernel/log.ts'
import { secretOf } from '../../src/kernel/secret.ts'
import { type Listening, listen } from '../../src/server.ts'
import type { StandIn } from '../slack-stand-in/index.ts'

export const signingSecret = '0123456789abcdef0123456789abcdef'

export interface SlackCity {
  readonly city: City
  readonly slack: Slack
  /** Where Slack sends to over HTTP. */
  readonly target: string
  stop(): Promise<void>
}

export interface SlackCityOptions {
  readonly db: Database
  readonly standIn: Pick<StandIn, 'url' | 'botToken' | 'appToken'>
  readonly clock?: Clock
  readonly way?: 'http' | 'socket'
  readonly log?: Log
  readonly features?: readonly FeatureFactory[]
  readonly intake?: CityOptions['intake']
  readonly delivery?: CityOptions['delivery']
  readonly slack?: Partial<SlackOptions>
}

/**
 * As `startCity` of src/world.ts does it, with the parts in hand. What goes by real milliseconds is never too late
 * unless the test wants it to be: a busy machine is no slow Slack.
 */
export async function startSlackCity(options: SlackCityOptions): Promise<SlackCity> {
  const { db, standIn, clock = systemClock, way = 'http', log = createLog('silent'), features } = options
  const zone = 'Asia/Tokyo'
  const secret = secretOf(Buffer.alloc(32, 7))
  const slack = connectSlack({
    token: async () => standIn.botToken,
    way: way === 'http' ? { signingSecret } : { appToken: standIn.appToken },
    directory: {
      meet: async ({ standing, ...profile }, came) => {
        const met = { ...profile, platform: 'slack', open: standing === 'member', came } as const
        const now = clock.now()
        const today = now.toZonedDateTimeISO(zone).toPlainDate()
        await inTransaction(db, (tx) => meetAccount(tx, met, now, today))
      },
    },
    mark: (text) => secret.mark(text),
    clock,
    log,
    largestFile: 1024 * 1024,
    url: standIn.url,
    timeoutMs: 60_000,
    submitWithinMs: 60_000,
    introduceWithinMs: 60_000,
    ...options.slack,
  })
  const city = composeCity({
    db,
    clock,
    zone,
    secret,
    log,
    platforms: [slack.platform],
    processMetrics: false,
    ...(features && { features }),
    ...(options.intake && { intake: options.intake }),
    ...(options.delivery && { delivery: options.delivery }),
  })
  const app = express()
  for (const router of slack.routes) app.use(router)
  let http: Listening | undefined
  if (slack.routes.length > 0) {
    http = await listen('127.0.0.1', 0)
    http.serve(app)
  }
  await slack.start((event, recorded) => city.intake.receive(event, recorded))
  return {
    city,
    slack,
    target: http ? `${http.url}/slack/events` : 'socket',
    stop: async () => {
      await http?.close()
      await slack.stop()
      await city.delivery.stop()
    },
  }
}
