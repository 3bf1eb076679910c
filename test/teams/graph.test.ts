// The app put with people who lack it, from HR's button in Teams to Graph and back: what Microsoft documents, played by a
// stand-in. Off unless the city has permitted it.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { inspectTeams } from '../../src/adapters/teams/inspect.ts'
import { judgeTeams } from '../../src/cli/doctor.ts'
import { accounts } from '../../src/features/accounts/index.ts'
import { MovableClock } from '../../src/kernel/clock.ts'
import { createLog } from '../../src/kernel/log.ts'
import { freshDatabase, type TestDatabase, truncateAll } from '../support/database.ts'
import { addPerson, addSection } from '../support/small-city.ts'
import { startTeamsCity, type TeamsCity } from '../support/teams-city.ts'
import { CATALOG_ID } from '../teams-stand-in/graph.ts'
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
let boss: TeamsUser
let section: number
const clock = new MovableClock(Temporal.Now.instant())
const lines: string[] = []

beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())
const open = (catalogId?: string) => {
  const log = createLog('debug', { write: (line) => lines.push(line) })
  const teams = catalogId === undefined ? {} : { catalogId }
  return startTeamsCity({ db, standIn, clock, features: [accounts], log, teams })
}
beforeEach(async () => {
  await truncateAll(db)
  clock.set(Temporal.Now.instant())
  standIn = await startTeamsStandIn()
  section = await addSection(db.prisma, '0100', '総務課')
  const hr = await staff('人事 太郎', 'hr@city.example.jp')
  boss = standIn.addUser({ name: '人事 太郎', email: 'hr@city.example.jp' })
  await db.prisma.roleGrant.create({ data: { personId: hr, role: 'hr', validFrom: new Date('2020-04-01') } })
  city = await open(CATALOG_ID)
})
afterEach(async () => {
  await city.stop()
  await standIn.stop()
})

async function staff(name: string, email: string | null): Promise<number> {
  const id = await addPerson(db.prisma, name, section)
  await db.prisma.person.update({ where: { id }, data: { email } })
  return id
}
/** On the staff list and in Entra, without the app. */
const colleague = async (name: string, more: Partial<Parameters<TeamsStandIn['addUser']>[0]> = {}) => {
  const upn = more.upn ?? `${name}@city.example.jp`
  const person = await staff(name, `${name}@city.example.jp`)
  return { person, user: standIn.addUser({ name, upn, installed: false, ...more }) }
}

const last = () => standIn.messagesOf(boss).at(-1)
const look = async () => {
  const before = standIn.messagesOf(boss).length
  await standIn.say(city.target, boss, '届かない方')
  await expect.poll(() => standIn.messagesOf(boss).length).toBe(before + 1)
}
/** Presses what a message says, on it or on the card that took its place. */
const press = async (title: string, shown: unknown = last()?.activity): Promise<string> => {
  const on = last()
  if (!on) throw new Error('nothing was said')
  const { body } = await standIn.press(city.target, boss, { ...on, activity: { attachments: shown } }, title)
  return JSON.stringify(body)
}
const wishFor = async (count: number) => {
  await look()
  const preview = await press('アプリを入れる方を確認する')
  return press(`${count}名に入れる`, JSON.parse(preview))
}
const wishes = () =>
  db.prisma.appInstallation.findMany({ select: { status: true, reason: true }, orderBy: { personId: 'asc' } })
/** Minutes pass until nobody waits. */
const work = async () => {
  await city.city.delivery.runDue()
  await expect
    .poll(
      async () => {
        clock.advance({ minutes: 1 })
        await city.city.delivery.runDue()
        return db.prisma.appInstallation.count({ where: { status: 'waiting' } })
      },
      { interval: 200 },
    )
    .toBe(0)
}

test('whoever lacks the app is given it, is greeted, and is reached from then on', async () => {
  const { user, person } = await colleague('tanaka')
  const { person: quiet } = await colleague('sato')
  // Teams tells us of one installation, and forgets to tell us of the other.
  standIn.onInstall = (given) => {
    if (given.id === user.id) void standIn.install(city.target, user)
  }
  expect(await wishFor(2)).toContain('2名の方に、順に入れていきます')
  await work()
  expect(await wishes()).toEqual([
    { status: 'done', reason: null },
    { status: 'done', reason: null },
  ])
  await expect.poll(() => standIn.messagesOf(user).length).toBe(1)
  const met = await db.prisma.identity.findMany({ where: { personId: { in: [person, quiet] } } })
  expect(met).toMatchObject([{ state: 'active' }, { state: 'active' }])
  await look()
  expect(JSON.stringify(last()?.activity)).toContain('3名全員に')
  const installs = standIn.graph.calls.filter((call) => call.startsWith('POST'))
  expect(installs).toEqual([
    'POST /users/tanaka@city.example.jp/teamwork/installedApps',
    'POST /users/sato@city.example.jp/teamwork/installedApps',
  ])
  // One token is enough, and no other scope is asked for than those two.
  expect([...standIn.graph.tokens]).toEqual([
    ['https://api.botframework.com/.default', 1],
    ['https://graph.microsoft.com/.default', 1],
  ])
})

test('whoever has it already, keeps it; whoever may not have it, or is not there, is named with the reason', async () => {
  const { user } = await colleague('tanaka')
  standIn.change(user, { installed: true })
  await colleague('kato', { forbidden: true })
  await colleague('sato', { upn: 'another.name@city.example.jp' })
  await colleague('mori', { tenant: OTHER_TENANT })
  await wishFor(4)
  await work()
  expect(await wishes()).toEqual([
    { status: 'done', reason: null },
    { status: 'refused', reason: 'by-policy' },
    { status: 'refused', reason: 'no-user' },
    { status: 'refused', reason: 'no-user' },
  ])
  await look()
  const shown = JSON.stringify(last()?.activity)
  expect(shown).toContain('許可ポリシーで止められている：1名')
  expect(shown).toContain('サインイン名と違う：2名')
})

test.each([
  [{ permitted: false }, 'not-permitted'],
  [{ published: false }, 'no-app'],
] as const)(
  'where the city has not done its part (%o), everybody is told so at once: %s',
  async (change, reason) => {
    for (const name of ['tanaka', 'sato', 'kato']) await colleague(name)
    Object.assign(standIn.graph, change)
    await wishFor(3)
    await work()
    expect(await wishes()).toEqual(Array.from({ length: 3 }, () => ({ status: 'refused', reason })))
    expect(standIn.graph.calls.filter((call) => call.startsWith('POST'))).toHaveLength(1)
  },
)

test('without a token nobody is tried; where Graph or Entra is busy, everybody waits as asked', async () => {
  await colleague('tanaka')
  await colleague('sato')
  await wishFor(2)
  standIn.graph.tokenFaults.push({ status: 503, retryAfter: 120 })
  await city.city.delivery.runDue()
  clock.advance({ minutes: 1 })
  await city.city.delivery.runDue()
  await expect.poll(() => db.prisma.appInstallation.count({ where: { nextAt: { gt: soon(119) } } })).toBe(2)
  expect(standIn.graph.calls).toEqual([])
  standIn.graph.faults.push({ status: 429, retryAfter: 60 }, { status: 504 })
  await work()
  expect(await wishes()).toEqual([
    { status: 'done', reason: null },
    { status: 'done', reason: null },
  ])
})
const soon = (seconds: number) => new Date(clock.now().add({ seconds }).epochMilliseconds)

test('a city that has not permitted it never asks Graph: the button is not there, and one that was is refused', async () => {
  await colleague('tanaka')
  await look()
  const preview = JSON.parse(await press('アプリを入れる方を確認する'))
  await city.stop()
  city = await open()
  await press('1名に入れる', preview)
  await expect.poll(() => JSON.stringify(last()?.activity)).toContain('許可していません')
  await look()
  await expect(press('アプリを入れる方を確認する')).rejects.toThrow('there is no button')
  expect(JSON.stringify(last()?.activity)).toContain('セットアップ ポリシー')
  expect(standIn.graph.calls).toEqual([])
  expect(await wishes()).toEqual([])
})

test('doctor says whether the permission is there', async () => {
  const registration = { clientId: CLIENT, clientSecret: 'x', tenantId: TENANT, standIn: standIn.url }
  const verdicts = async (catalogId?: string) =>
    judgeTeams(
      await inspectTeams(catalogId === undefined ? registration : { ...registration, catalogId }),
      'https://x.jp',
    ).map(({ verdict }) => verdict)
  expect(await verdicts()).toEqual(['good'])
  expect(await verdicts(CATALOG_ID)).toEqual(['good', 'good'])
  standIn.graph.permitted = false
  expect(await verdicts(CATALOG_ID)).toEqual(['good', 'bad'])
})

test('no line of the log holds a name, an address or a token', () => {
  expect(lines.length).toBeGreaterThan(10)
  const all = lines.join('').toLowerCase()
  for (const word of ['tanaka', 'city.example.jp', 'eyJ', 'Bearer', 'aaaaaaaa-0000', '29:1', 'client_secret'])
    expect(all).not.toContain(word.toLowerCase())
})
