// A city behind the real Teams adapter, with a stand-in for Microsoft at its other end.
import express from 'express'
import { connectTeams, type Teams, type TeamsOptions } from '../../src/adapters/teams/connect.ts'
import { type City, type CityOptions, composeCity } from '../../src/compose.ts'
import type { Database } from '../../src/db/open.ts'
import type { FeatureFactory } from '../../src/features/feature.ts'
import { type Clock, systemClock } from '../../src/kernel/clock.ts'
import { createLog, type Log } from '../../src/kernel/log.ts'
import { secretOf } from '../../src/kernel/secret.ts'
import { listen } from '../../src/server.ts'
import { meetOnTeams } from '../../src/world.ts'
import { CLIENT, TENANT } from '../teams-stand-in/index.ts'

export interface TeamsCity {
  readonly city: City
  readonly teams: Teams
  /** Where Teams sends to. */
  readonly target: string
  stop(): Promise<void>
}

export interface TeamsCityOptions {
  readonly db: Database
  readonly standIn: { readonly url: string }
  readonly clock?: Clock
  readonly log?: Log
  readonly port?: number
  readonly features?: readonly FeatureFactory[]
  readonly intake?: CityOptions['intake']
  readonly delivery?: CityOptions['delivery']
  readonly teams?: Partial<TeamsOptions>
  /** A client without dialogs: forms come as cards in the chat. */
  readonly withoutDialogs?: boolean
}

/**
 * As `startCity` of src/world.ts does it, with the parts in hand. What goes by real milliseconds is never too late
 * unless the test wants it to be: a busy machine is no slow Teams.
 */
export async function startTeamsCity(options: TeamsCityOptions): Promise<TeamsCity> {
  const { db, standIn, clock = systemClock, log = createLog('silent'), features, port = 0 } = options
  const zone = 'Asia/Tokyo'
  const secret = secretOf(Buffer.alloc(32, 7))
  const teams = connectTeams({
    clientId: CLIENT,
    clientSecret: 'not-a-secret',
    tenantId: TENANT,
    ...meetOnTeams(db, clock, zone, secret),
    log,
    largestFile: 1024 * 1024,
    standIn: standIn.url,
    timeoutMs: 60_000,
    invokeWithinMs: 60_000,
    introduceWithinMs: 60_000,
    ...options.teams,
  })
  const city = composeCity({
    db,
    clock,
    zone,
    secret,
    log,
    platforms: [teams.platform],
    processMetrics: false,
    ...(features && { features }),
    ...(options.intake && { intake: options.intake }),
    ...(options.delivery && { delivery: options.delivery }),
  })
  const app = express()
  for (const router of teams.routes) app.use(router)
  const http = await listen('127.0.0.1', port)
  http.serve(app)
  await teams.start({
    receive: (event, recorded) => city.intake.receive(event, recorded),
    opensForm: options.withoutDialogs ? () => false : city.intake.opensForm,
  })
  return {
    city,
    teams,
    target: `${http.url}/api/messages`,
    stop: async () => {
      await http.close()
      await teams.stop()
      await city.delivery.stop()
    },
  }
}
