import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase, type TestDatabase, truncateAll } from '../test/support/database.ts'
import { readConfig } from './config.ts'
import { claimWorld, refuseUnsafe, WorldError } from './world.ts'

const tokens = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' }
const key = Buffer.alloc(32).toString('base64')

describe('settings alone', () => {
  test.each([
    ['the demo city beyond this computer', { HOST: '0.0.0.0' }],
    ['the demo city on a name', { HOST: 'hagukumi.example.lg.jp' }],
    [
      'a stand-in for Teams that others could speak through',
      {
        TEAMS_CLIENT_ID: '11111111-2222-3333-4444-555555555555',
        TEAMS_TENANT_ID: '11111111-2222-3333-4444-555555555555',
        TEAMS_CLIENT_SECRET: 'x',
        TEAMS_STAND_IN_URL: 'http://127.0.0.1:4000/',
        HOST: '0.0.0.0',
      },
    ],
    ['a server without a key of its own', { ...tokens, DATABASE_URL: 'postgres://h/d' }],
  ])('refuse %s', (_, env) => {
    expect(() => refuseUnsafe(readConfig(env))).toThrow(WorldError)
  })

  test.each([
    ['the demo city here', {}],
    ['the demo city here, by name', { HOST: 'localhost' }],
    ['the demo city here, in the newer protocol', { HOST: '::1' }],
    ['the real city anywhere', { ...tokens, HOST: '0.0.0.0' }],
    ['the real city on a server', { ...tokens, DATABASE_URL: 'postgres://h/d', HAGUKUMI_KEY: key }],
  ])('allow %s', (_, env) => {
    expect(() => refuseUnsafe(readConfig(env))).not.toThrow()
  })
})

describe('a database is either the demo city or a real one', () => {
  let db: TestDatabase
  beforeAll(async () => {
    db = await freshDatabase()
  })
  afterAll(() => db.drop())
  beforeEach(() => truncateAll(db))

  const now = Temporal.Instant.from('2027-05-10T00:00:00Z')
  const claim = (env: Record<string, string>) => claimWorld(db, readConfig(env), now)
  const somebody = () => db.prisma.person.create({ data: { number: '1', name: '山田 花子' } })

  test('the demo city is started again, and never as the real one', async () => {
    await claim({})
    await somebody()
    await claim({})
    await expect(claim(tokens)).rejects.toThrow(WorldError)
  })

  test('the real city is started again, and never as the demo city', async () => {
    await claim(tokens)
    await somebody()
    await claim(tokens)
    await expect(claim({})).rejects.toThrow(WorldError)
  })
})
