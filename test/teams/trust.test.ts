// Who is not listened to: whatever Microsoft has not signed for this bot, this tenant and this service changes nothing.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { inspectTeams } from '../../src/adapters/teams/inspect.ts'
import { isFileAddress, isServiceUrl } from '../../src/adapters/teams/trust.ts'
import { judgeTeams } from '../../src/cli/doctor.ts'
import { freshDatabase, type TestDatabase, truncateAll } from '../support/database.ts'
import { startTeamsCity, type TeamsCity } from '../support/teams-city.ts'
import {
  CLIENT,
  OTHER_TENANT,
  startTeamsStandIn,
  TENANT,
  type TeamsStandIn,
  type TeamsUser,
} from '../teams-stand-in/index.ts'

let db: TestDatabase
let standIn: TeamsStandIn
let city: TeamsCity
let tanaka: TeamsUser

beforeAll(async () => {
  db = await freshDatabase()
  standIn = await startTeamsStandIn()
  tanaka = standIn.addUser({ name: '田中 太郎', email: 'tanaka@city.example.jp' })
  city = await startTeamsCity({ db, standIn })
})
afterAll(async () => {
  await city.stop()
  await standIn.stop()
  await db.drop()
})
beforeEach(async () => {
  await truncateAll(db)
  await db.prisma.person.create({ data: { number: '1', name: '田中 太郎', email: 'tanaka@city.example.jp' } })
})

/** Everything that an activity could leave behind. */
const traces = async () => ({
  inbox: await db.prisma.inbox.count(),
  identities: await db.prisma.identity.count(),
  matters: await db.prisma.accountMatter.count(),
  audit: await db.prisma.audit.count(),
  said: standIn.messagesOf(tanaka).length,
  calls: standIn.calls.length,
})

const hello = () => standIn.activity(tanaka, { type: 'message', text: 'ヘルプ' })

/** Delivers, and expects that nothing has come of it. */
const refused = async (
  activity: object,
  headers: Record<string, string | undefined> | undefined,
): Promise<number> => {
  const before = await traces()
  const { status, body } = await standIn.deliver(city.target, activity, headers)
  expect(await traces()).toEqual(before)
  expect(JSON.stringify(body ?? '')).not.toMatch(/eyJ|田中|at /)
  return status
}

describe('an activity is refused', () => {
  const kinds = [
    'no header',
    'garbage',
    'no signature',
    'the public key as a secret',
    'another key',
    'an unknown key',
    'for another bot',
    'by another issuer',
    'expired',
    'for another service',
    'for no service',
    'tampered with',
  ]

  test('these are all the bad tokens that there are', () => {
    expect([...standIn.signer.bad(standIn.serviceUrl).keys()]).toEqual(kinds)
  })

  test.each(kinds)('whose token is bad: %s', async (kind) => {
    const authorization = standIn.signer.bad(standIn.serviceUrl).get(kind)
    expect(await refused(hello(), { authorization })).toBe(401)
  })

  test.each([TENANT, OTHER_TENANT])('that an Entra token of tenant %s came with', async (tenant) => {
    for (const iss of [`${standIn.url}/login/${tenant}/v2.0`, `https://sts.windows.net/${tenant}/`]) {
      const token = standIn.signer.token(standIn.serviceUrl, { iss, tid: tenant, oid: 'x', azp: 'y' })
      expect(await refused(hello(), { authorization: `Bearer ${token}` })).toBe(401)
    }
  })

  const good = (serviceUrl = standIn.serviceUrl) => ({
    authorization: `Bearer ${standIn.signer.token(serviceUrl)}`,
  })

  test('of another tenant, wherever it says so, or of none', async () => {
    const other = { tenant: { id: OTHER_TENANT } }
    const conversation = hello().conversation as object
    for (const change of [
      { channelData: other },
      { conversation: { ...conversation, tenantId: OTHER_TENANT } },
      { channelData: other, conversation: { ...conversation, tenantId: OTHER_TENANT } },
      { channelData: {}, conversation: { ...conversation, tenantId: undefined } },
    ])
      expect(await refused({ ...hello(), ...change }, good())).toBe(403)
  })

  test('whose answers would go elsewhere, with a token that says the same', async () => {
    for (const serviceUrl of [
      'https://evil.example/',
      'https://smba.trafficmanager.net.evil.example/',
      'https://smba.trafficmanager.net@evil.example/',
      'http://10.0.0.1/',
      '',
    ])
      expect(await refused({ ...hello(), serviceUrl }, good(serviceUrl)), serviceUrl).toBe(403)
  })

  test('of another channel of the same bot', async () => {
    expect(await refused({ ...hello(), channelId: 'webchat' }, good())).toBe(403)
  })

  test('that is too large, even by its own word alone', async () => {
    const large = { ...hello(), text: 'あ'.repeat(1_700_000) }
    expect(await refused(large, good())).toBe(413)
  })

  test('that is no JSON', async () => {
    expect(await refused(hello(), { ...good(), 'content-type': 'text/plain' })).toBe(415)
    const before = await traces()
    const broken = await fetch(city.target, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...good() },
      body: '{',
    })
    expect(broken.status).toBe(400)
    expect(await traces()).toEqual(before)
  })
})

test('an activity that Teams has signed is answered', async () => {
  const { status } = await standIn.say(city.target, tanaka, 'ヘルプ')
  expect(status).toBe(200)
  await expect.poll(() => standIn.messagesOf(tanaka).length).toBe(1)
  expect(await db.prisma.identity.count()).toBe(1)
})

test('an activity that comes again has no second effect', async () => {
  const activity = standIn.activity(tanaka, { type: 'message', text: 'ヘルプ' })
  const before = standIn.messagesOf(tanaka).length
  for (let times = 0; times < 3; times += 1)
    expect((await standIn.deliver(city.target, activity)).status).toBe(200)
  await expect.poll(() => standIn.messagesOf(tanaka).length).toBe(before + 1)
  expect(await db.prisma.inbox.count()).toBe(1)
})

test('real tokens and files go to Microsoft alone', () => {
  expect(isServiceUrl('https://smba.trafficmanager.net/jp/')).toBe(true)
  expect(
    isFileAddress('https://city-my.sharepoint.com/personal/x/_layouts/15/download.aspx?tempauth=1'),
  ).toBe(true)
  for (const address of [
    'http://smba.trafficmanager.net/jp/',
    'https://smba.trafficmanager.net:8443/jp/',
    'https://user@smba.trafficmanager.net/jp/',
    'https://127.0.0.1/jp/',
    'https://sharepoint.com.evil.example/x',
    'https://evilsharepoint.com/x',
    'https://a.b.sharepoint.com:444/x',
    'file:///etc/passwd',
    'x',
  ]) {
    expect(isServiceUrl(address), address).toBe(false)
    expect(isFileAddress(address), address).toBe(false)
  }
})

test('doctor learns whether the registration can be used', async () => {
  const registration = { clientId: CLIENT, clientSecret: 'x', tenantId: TENANT }
  expect(await inspectTeams({ ...registration, standIn: standIn.url })).toEqual({ token: 'ok', keys: 'ok' })
  const verdicts = (...asked: Parameters<typeof judgeTeams>) =>
    judgeTeams(...asked).map((each) => each.verdict)
  const url = 'https://hagukumi.example.lg.jp'
  expect(verdicts({ token: 'ok', keys: 'ok' }, url)).toEqual(['good'])
  expect(verdicts({ token: 'ok', keys: 'ok' }, undefined)).toEqual(['good', 'note'])
  expect(verdicts({ token: 'AADSTS7000215', keys: 'ok' }, url)).toEqual(['bad'])
  expect(verdicts({ token: 'ok', keys: 'unreachable' }, url)).toEqual(['bad'])
})
