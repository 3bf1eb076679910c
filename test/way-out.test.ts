// A city whose network lets nothing out but through its proxy, which wants a password, and whose own authority signs
// what comes back: commands, messages, Home and files over Socket Mode, all of it through the tunnel.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hasNotLeft } from '../src/adapters/network.ts'
import { inspectTeams } from '../src/adapters/teams/inspect.ts'
import { fetchCalendar } from '../src/agenda/groupware/fetch.ts'
import { MovableClock } from '../src/kernel/clock.ts'
import { takeWayOut, withoutProxy } from '../src/kernel/way-out.ts'
import { type SlackUser, type StandIn, startSlackStandIn } from './slack-stand-in/index.ts'
import { type ConnectProxy, startConnectProxy } from './support/connect-proxy.ts'
import { freshDatabase, type TestDatabase } from './support/database.ts'
import { type SlackCity, signingSecret, startSlackCity } from './support/slack-city.ts'

const extraAuthorities = 'test/fixtures/tls/authority.pem'
const tls = {
  key: readFileSync('test/fixtures/tls/server.key', 'utf8'),
  cert: readFileSync('test/fixtures/tls/server.pem', 'utf8'),
  // Nobody listens there: only the proxy knows the way.
  host: '127.0.0.2',
}
let db: TestDatabase
let standIn: StandIn
let proxy: ConnectProxy
let city: SlackCity
let tanaka: SlackUser
let restore: () => void
beforeAll(async () => {
  db = await freshDatabase()
  proxy = await startConnectProxy()
  standIn = await startSlackStandIn({
    signingSecret,
    clock: new MovableClock(Temporal.Now.instant()),
    limits: false,
    tls,
  })
  tanaka = standIn.addUser({ name: '田中 太郎', email: 'tanaka@city.example.jp' })
  await db.prisma.person.create({ data: { number: '1', name: '田中 太郎', email: 'tanaka@city.example.jp' } })
  restore = takeWayOut({ proxy: proxy.url, extraAuthorities })
  city = await startSlackCity({
    db,
    standIn,
    way: 'socket',
    slack: { againMs: 50, proxy: { url: proxy.url, except: withoutProxy({}) } },
  })
})
afterAll(async () => {
  await city.stop()
  restore()
  await standIn.stop()
  await proxy.stop()
  await db.drop()
})
const answers = () => standIn.messagesOf(tanaka).filter(({ user }) => user !== tanaka.id)

test('is served like any other, and nothing goes past the proxy', async () => {
  await expect.poll(() => standIn.sockets.connections).toBe(2)
  await standIn.say('socket', { user: tanaka, text: 'ヘルプ' })
  await expect.poll(() => answers().length).toBe(1)
  await standIn.openHome('socket', tanaka)
  await expect.poll(() => JSON.stringify(standIn.views.home(tanaka) ?? '')).toContain('田中')
  // The one-off address of a command, and a file, are calls of their own.
  await standIn.sendCommand('socket', { user: tanaka, command: '/hagukumi', text: 'ヘルプ' })
  await expect.poll(() => answers().length).toBe(2)
  expect(answers().at(-1)?.onlyTo).toBe(tanaka.id)
  const file = { name: 'a.csv', mimeType: 'text/csv', bytes: new Uint8Array([65]), comment: 'x' }
  const to = { platform: 'slack', tenant: 'T0CITY', user: tanaka.id } as const
  expect((await city.slack.platform.sendFile(to, file)).type).toBe('done')
  // Two WebSockets and the connections of the Web API, all to that one name.
  expect(proxy.asked.length).toBeGreaterThanOrEqual(3)
  expect(new Set(proxy.asked)).toEqual(new Set([new URL(standIn.url).host]))
})

test('comes back when the proxy has broken everything off', async () => {
  const { made } = standIn.sockets
  proxy.cut()
  await expect.poll(() => [standIn.sockets.made, standIn.sockets.connections]).toEqual([made + 2, 2])
  const before = answers().length
  await standIn.say('socket', { user: tanaka, text: 'ヘルプ' })
  await expect.poll(() => answers().length).toBe(before + 1)
})

test.each([407, 403, 502, 'reset'] as const)(
  'knows that nothing has left when the proxy says %s',
  async (how) => {
    proxy.refuses = how
    proxy.cut()
    const to = { platform: 'slack', tenant: 'T0CITY', user: tanaka.id } as const
    const card = { summary: 'x', blocks: [{ type: 'text', text: 'x' }] } as const
    // A connection that was just cut may have had the request.
    await expect.poll(async () => (await city.slack.platform.send(to, card, 'token')).type).toBe('away')
    proxy.refuses = undefined
  },
)

test('Teams goes the same way: for its token, for the keys, and to the connector', async () => {
  proxy.refuses = 403
  const before = proxy.asked.length
  const settings = { clientId: randomUUID(), clientSecret: 'x', tenantId: randomUUID() }
  expect(await inspectTeams(settings)).toEqual({ token: 'unreachable', keys: 'unreachable' })
  // Keys are fetched by a library of their own when an activity comes; messages by a third one.
  const part = createRequire(import.meta.resolve('@microsoft/teams.apps'))
  const jwksUri = 'https://login.botframework.com/v1/.well-known/keys'
  await expect(part('jwks-rsa')({ jwksUri }).getSigningKey('x')).rejects.toThrow()
  const sent = await part('axios')
    .post('https://smba.trafficmanager.net/teams/v3/conversations', {})
    .catch((error: unknown) => error)
  expect(hasNotLeft(sent)).toBe(true)
  // Slack's connections are being made again meanwhile.
  const asked = proxy.asked.slice(before).filter((each) => each.endsWith(':443'))
  expect(asked.toSorted()).toEqual([
    'login.botframework.com:443',
    'login.botframework.com:443',
    'login.microsoftonline.com:443',
    'smba.trafficmanager.net:443',
  ])
  proxy.refuses = undefined
})

test('calendars of groupware go the same way, though their names mean nothing here', async () => {
  proxy.refuses = 403
  const before = proxy.asked.length
  const read = (address: string, found?: string) =>
    fetchCalendar(address, {
      inside: [],
      proxied: true,
      lookup: async () => {
        if (found === undefined) throw new Error('ENOTFOUND')
        return [{ address: found, family: 4 }]
      },
    })
  const bad = (why: string) => ({ type: 'bad', why })
  expect(await read('webcal://calendar.example.jp/a.ics')).toEqual(bad('unreachable'))
  expect(await read('https://known.example.jp/a.ics', '8.8.8.8')).toEqual(bad('unreachable'))
  // What is of the house is not asked of the proxy either.
  expect(await read('https://intra.example.jp/a.ics', '10.0.0.1')).toEqual(bad('inside'))
  expect(await read('https://groupware/a.ics')).toEqual(bad('unreachable'))
  const asked = proxy.asked.slice(before).filter((each) => each.endsWith(':443'))
  expect(asked.toSorted()).toEqual(['calendar.example.jp:443', 'known.example.jp:443'])
  proxy.refuses = undefined
})

test('trusts no other authority for it, and none without being told', async () => {
  restore()
  const direct = await fetch(standIn.url.replace(tls.host, 'localhost')).catch((error: unknown) => error)
  expect(hasNotLeft(direct)).toBe(true)
  restore = takeWayOut({ proxy: proxy.url })
  const through = await fetch(standIn.url).catch((error: unknown) => error)
  expect(hasNotLeft(through)).toBe(true)
})
