// The least that could be done instead: the Teams SDK as its vendor ships it, which takes an activity and keeps nothing.
import { createServer } from 'node:http'
import { PUBLIC, withOverrides } from '@microsoft/teams.api'
import { App, ExpressAdapter } from '@microsoft/teams.apps'
import express from 'express'
import { quietLogger } from '../../src/adapters/teams/log.ts'
import { createLog } from '../../src/kernel/log.ts'

const { CLIENT = '', TENANT = '', KEYS = '', PORT = '0' } = process.env
const inner = express()
const logger = quietLogger(createLog('silent'))
const app = new App({
  clientId: CLIENT,
  tenantId: TENANT,
  token: async () => '',
  cloud: withOverrides(PUBLIC, { openIdMetadataUrl: `${KEYS}/v1/.well-known/openidconfiguration` }),
  httpServerAdapter: new ExpressAdapter(inner, { logger }),
  logger,
})
app.on('message', async () => {})
await app.initialize()
createServer(inner).listen(Number(PORT), '127.0.0.1', () => process.stdout.write('listening\n'))
process.on('SIGTERM', () => process.exit(0))
