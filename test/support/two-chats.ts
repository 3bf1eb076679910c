// A city that is connected to Slack and to Teams at once, each with a stand-in at its other end.
import express from 'express'
import { connectSlack } from '../../src/adapters/slack/connect.ts'
import { connectTeams } from '../../src/adapters/teams/connect.ts'
import { type City, composeCity } from '../../src/compose.ts'
import type { Database } from '../../src/db/open.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { meetAccount } from '../../src/directory/change/accounts.ts'
import type { MovableClock } from '../../src/kernel/clock.ts'
import { createLog } from '../../src/kernel/log.ts'
import { secretOf } from '../../src/kernel/secret.ts'
import { listen } from '../../src/server.ts'
import { meetOnTeams } from '../../src/world.ts'
import { type StandIn, startSlackStandIn } from '../slack-stand-in/index.ts'
import { CLIENT, startTeamsStandIn, TENANT, type TeamsStandIn } from '../teams-stand-in/index.ts'
import { signingSecret } from './slack-city.ts'

export interface TwoChats {
  readonly city: City
  readonly slack: StandIn
  readonly teams: TeamsStandIn
  /** Where each sends to. */
  readonly toSlack: string
  readonly toTeams: string
  stop(): Promise<void>
}

/** As `startCity` of src/world.ts does it, with the parts in hand. */
export async function startTwoChats(db: Database, clock: MovableClock): Promise<TwoChats> {
  const zone = 'Asia/Tokyo'
  const secret = secretOf(Buffer.alloc(32, 7))
  const log = createLog('silent')
  const standIns = {
    slack: await startSlackStandIn({ signingSecret, clock, limits: false }),
    teams: await startTeamsStandIn(),
  }
  const slack = connectSlack({
    token: async () => standIns.slack.botToken,
    way: { signingSecret },
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
    largestFile: 1_000_000,
    url: standIns.slack.url,
  })
  const teams = connectTeams({
    clientId: CLIENT,
    clientSecret: 'not-a-secret',
    tenantId: TENANT,
    ...meetOnTeams(db, clock, zone, secret),
    log,
    largestFile: 1_000_000,
    standIn: standIns.teams.url,
  })
  const platforms = [slack.platform, teams.platform]
  const city = composeCity({ db, clock, zone, secret, log, platforms, processMetrics: false })
  const app = express()
  for (const router of [...slack.routes, ...teams.routes]) app.use(router)
  const http = await listen('127.0.0.1', 0)
  http.serve(app)
  const receive: typeof city.intake.receive = (event, recorded) => city.intake.receive(event, recorded)
  await slack.start(receive)
  await teams.start({ receive, opensForm: city.intake.opensForm })
  return {
    city,
    ...standIns,
    toSlack: `${http.url}/slack/events`,
    toTeams: `${http.url}/api/messages`,
    stop: async () => {
      await http.close()
      await Promise.all([slack.stop(), teams.stop()])
      await city.delivery.stop()
      await Promise.all([standIns.slack.stop(), standIns.teams.stop()])
    },
  }
}
