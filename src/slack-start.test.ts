// Starting the real city with Slack: settings, refusals, and what doctor says.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type StandIn, startSlackStandIn } from '../test/slack-stand-in/index.ts'
import { freshDatabase, type TestDatabase } from '../test/support/database.ts'
import { inspectSlack } from './adapters/slack/inspect.ts'
import { judgeSlack } from './cli/doctor.ts'
import { ConfigError, readConfig } from './config.ts'
import { createLog } from './kernel/log.ts'
import { secretOf } from './kernel/secret.ts'
import { startCity, WorldError } from './world.ts'

const signingSecret = '0123456789abcdef0123456789abcdef'
const log = createLog('silent')
let db: TestDatabase
let standIn: StandIn
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())
beforeEach(async () => {
  standIn = await startSlackStandIn({ signingSecret, limits: false })
})
afterEach(() => standIn.stop())

const settings = (more: Record<string, string> = {}) => ({
  SLACK_BOT_TOKEN: standIn.botToken,
  SLACK_APP_TOKEN: standIn.appToken,
  SLACK_API_URL: standIn.url,
  ...more,
})
const start = (env: Record<string, string>) =>
  startCity({ config: readConfig(env), db, secret: secretOf(Buffer.alloc(32)), log })

describe('settings', () => {
  test.each<[string, Record<string, string>]>([
    ['a bot token alone', { SLACK_BOT_TOKEN: 'xoxb-1' }],
    ['an app token alone', { SLACK_APP_TOKEN: 'xapp-1' }],
    ['a user token', { SLACK_BOT_TOKEN: 'xoxp-1', SLACK_APP_TOKEN: 'xapp-1' }],
    ['the two exchanged', { SLACK_BOT_TOKEN: 'xapp-1', SLACK_APP_TOKEN: 'xoxb-1' }],
    [
      'a stand-in elsewhere',
      {
        SLACK_BOT_TOKEN: 'xoxb-1',
        SLACK_APP_TOKEN: 'xapp-1',
        SLACK_API_URL: 'https://slack.example.com/api/',
      },
    ],
  ])('%s is refused, without being repeated', (_, env) => {
    let said = ''
    try {
      readConfig(env)
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      said = error.message
    }
    expect(said).toContain('SLACK_')
    for (const value of Object.values(env)) expect(said).not.toContain(value)
  })
})

test('without a signing secret it connects by itself; no way in from outside is opened', async () => {
  const world = await start(settings())
  expect(world.routes).toHaveLength(0)
  await expect.poll(() => standIn.sockets.connections).toBe(2)
  await world.stop()
  await expect.poll(() => standIn.sockets.connections).toBe(0)
})

test('with a signing secret it listens at one address', async () => {
  const world = await start(settings({ SLACK_SIGNING_SECRET: signingSecret }))
  expect(world.routes).toHaveLength(1)
  expect(standIn.sockets.connections).toBe(0)
  await world.stop()
})

test('a token that Slack refuses stops the start with words, without the token', async () => {
  standIn.revoke(standIn.botToken)
  const failed = await start(settings()).catch((error: unknown) => error)
  expect(failed).toBeInstanceOf(WorldError)
  expect(String(failed)).toContain('token_revoked')
  expect(String(failed)).not.toContain(standIn.botToken)
})

test('where Slack cannot be reached the city starts all the same', async () => {
  standIn.faults.each(() => ({ type: 'reset', done: false }))
  const world = await start(settings())
  await world.stop()
})

describe('doctor', () => {
  const ask = async (more: { botToken?: string; appToken?: string } = {}) => {
    const { botToken, appToken } = { botToken: standIn.botToken, appToken: standIn.appToken, ...more }
    return judgeSlack(await inspectSlack({ botToken, appToken, url: standIn.url, log }))
  }
  const verdicts = async (...args: Parameters<typeof ask>) =>
    (await ask(...args)).map(({ verdict }) => verdict)

  test('confirms the connection by the name of the workspace', async () => {
    expect(await ask()).toMatchObject([{ verdict: 'good', ja: expect.stringContaining('市役所') }])
  })
  test('names the tokens that are wrong', async () => {
    expect(await verdicts({ botToken: 'xoxb-wrong' })).toEqual(['bad'])
    expect(await verdicts({ appToken: 'xapp-wrong' })).toEqual(['good', 'bad'])
  })
  test('names missing scopes', async () => {
    await standIn.stop()
    standIn = await startSlackStandIn({ signingSecret, limits: false, scopes: ['chat:write', 'commands'] })
    expect(await ask()).toMatchObject([{ verdict: 'bad', en: expect.stringContaining('im:history') }])
  })
  test('says when Slack is out of reach', async () => {
    const away = await inspectSlack({ botToken: 'xoxb-1', url: 'http://127.0.0.1:49/api/', log })
    expect(judgeSlack(away)).toMatchObject([{ verdict: 'bad', en: expect.stringContaining('proxy') }])
  })
})
