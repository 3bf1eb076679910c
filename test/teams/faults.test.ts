// What goes wrong between the city and Microsoft: nothing lost, nothing doubled, and every end has its name.
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { waitOf } from '../../src/adapters/teams/wait.ts'
import type { Feature } from '../../src/features/feature.ts'
import { giveFile, say } from '../../src/intake/handler.ts'
import { everyStaffMember } from '../../src/intake/permissions.ts'
import { MovableClock } from '../../src/kernel/clock.ts'
import { createLog } from '../../src/kernel/log.ts'
import { freshDatabase, type TestDatabase, truncateAll } from '../support/database.ts'
import { plainKind, want } from '../support/delivery.ts'
import { startTeamsCity, type TeamsCity } from '../support/teams-city.ts'
import {
  type Fault,
  startTeamsStandIn,
  TENANT,
  type TeamsStandIn,
  type TeamsUser,
} from '../teams-stand-in/index.ts'

const sheet = { name: '表.csv', mimeType: 'text/csv', bytes: new Uint8Array(9), comment: '表です' }
const received: { name: string; size: number }[] = []
const bell = (): Feature => ({
  name: 'test',
  notices: [plainKind('test.plain'), plainKind('test.flagged', { ifUnknown: 'flag' })],
  commands: [
    {
      id: 'test.hello',
      phrases: { ja: ['もしもし'], en: ['hello there'] },
      help: { ja: 'もしもし', en: 'hello' },
      permission: everyStaffMember,
      handle: async () => say({ summary: 'はい', blocks: [{ type: 'text', text: 'はい' }] }),
    },
    {
      id: 'test.sheet',
      phrases: { ja: ['表をください'], en: ['sheet'] },
      help: { ja: '表', en: 'sheet' },
      permission: everyStaffMember,
      handle: async () => giveFile(sheet),
    },
  ],
  files: [
    {
      permission: everyStaffMember,
      takes: () => true,
      handle: async (_, name, bytes) => {
        received.push({ name, size: bytes.length })
        return say({ summary: '受け取りました', blocks: [{ type: 'text', text: '受け取りました' }] })
      },
    },
  ],
})

let db: TestDatabase
let standIn: TeamsStandIn
let city: TeamsCity
let tanaka: TeamsUser
const clock = new MovableClock(Temporal.Now.instant())
const lines: string[] = []

beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())
beforeEach(async () => {
  await truncateAll(db)
  received.length = 0
  clock.set(Temporal.Now.instant())
  standIn = await startTeamsStandIn()
  tanaka = standIn.addUser({ name: '田中 太郎', email: 'tanaka@city.example.jp' })
  await db.prisma.person.create({ data: { number: '1', name: '田中 太郎', email: 'tanaka@city.example.jp' } })
  const log = createLog('debug', { write: (line) => lines.push(line) })
  city = await startTeamsCity({ db, standIn, clock, features: [bell], log })
})
afterEach(async () => {
  await city.stop()
  await standIn.stop()
})

const messages = () => standIn.messagesOf(tanaka)
const texts = () => messages().map(({ activity }) => JSON.stringify(activity))
const outbox = () => db.prisma.outbox.findFirstOrThrow({ orderBy: { id: 'desc' } })
/** The person is met, by an account whose conversation is known. */
const meet = async () => {
  const { id } = await db.prisma.person.findFirstOrThrow()
  const { conversation, id: userId } = tanaka
  const data = { personId: id, platform: 'teams', tenant: TENANT, userId, conversation }
  await db.prisma.identity.create({ data: { ...data, serviceUrl: standIn.serviceUrl } })
  return id
}
const notify = async (kind = 'test.plain') => {
  const recipientId = await meet()
  await want(db, 's:1', [{ recipientId, kind }], clock.now())
  await city.city.delivery.runDue()
}
/** So much time passes, a minute at a time. */
const wait = async (seconds: number) => {
  for (let left = seconds; left > 0; left -= 20) {
    clock.advance({ seconds: Math.min(20, left) })
    await city.city.delivery.runDue()
  }
}

describe('a notice', () => {
  test('that comes too fast waits as long as Teams asks, and a little, each differently', async () => {
    standIn.fault({ type: 'status', status: 429, retryAfter: 90 })
    await notify()
    expect(await outbox()).toMatchObject({ status: 'waiting' })
    const after = (await outbox()).nextAt.getTime() - clock.now().epochMilliseconds
    expect(after).toBeGreaterThanOrEqual(90_000)
    await wait(80)
    expect(messages()).toHaveLength(0)
    await wait(60)
    expect(messages()).toHaveLength(1)
    expect(await outbox()).toMatchObject({ status: 'sent' })
  })

  test.each([412, 502, 503, 504])('that Teams has no time for (%s) is sent once it has', async (status) => {
    for (let times = 0; times < 4; times += 1) standIn.fault({ type: 'status', status })
    await notify()
    expect(await outbox()).toMatchObject({ status: 'waiting', reason: null })
    await wait(600)
    expect(messages()).toHaveLength(1)
    expect(await outbox()).toMatchObject({ status: 'sent', reason: null })
  })

  test.each([
    [{ status: 403, code: 'MessageWritesBlocked' }, 'blocked', 'blocked'],
    [{ status: 403, code: 'BotNotInConversationRoster' }, 'not-installed', 'uninstalled'],
    [{ status: 403, code: 'BotDisabledByAdmin' }, 'not-allowed', 'active'],
    [{ status: 413, code: 'MessageSizeTooBig' }, 'too-large', 'active'],
    [{ status: 400, code: 'BadSyntax' }, 'rejected', 'active'],
  ] as const)('that Teams will never take (%o) is not tried again: %s', async (fault, reason, state) => {
    standIn.fault({ type: 'status', ...fault })
    await notify()
    await wait(120)
    expect(messages()).toHaveLength(0)
    expect(await outbox()).toMatchObject({ status: 'refused', reason })
    expect(await db.prisma.identity.findFirst()).toMatchObject({ state })
  })

  test.each([
    { type: 'status', status: 500 },
    { type: 'reset', done: false },
  ] as const satisfies Fault[])('whose fate is not known (%o) is sent again, and says so', async (fault) => {
    standIn.fault(fault)
    await notify()
    expect(await outbox()).toMatchObject({ status: 'unknown' })
    await wait(600)
    expect(messages()).toHaveLength(1)
    expect(await outbox()).toMatchObject({ status: 'sent', reason: 'repeated' })
  })

  test('that must not come twice is shown to HR instead', async () => {
    standIn.fault({ type: 'reset', done: true })
    await notify('test.flagged')
    await wait(600)
    expect(messages()).toHaveLength(1)
    expect(await outbox()).toMatchObject({ status: 'dead', reason: 'unknown' })
    expect(await db.prisma.notice.findFirst()).toMatchObject({ status: 'failed' })
  })

  test.each([{ status: 401, code: 'AADSTS7000215' }, { status: 429, retryAfter: 60 }, { status: 500 }])(
    'for which there is no token (%o) has not left, and goes once there is one',
    async (fault) => {
      standIn.graph.tokenFaults.push(...Array.from({ length: 8 }, () => fault))
      await notify()
      expect(standIn.calls).toEqual([])
      expect(await outbox()).toMatchObject({ status: 'waiting' })
      await wait(1_800)
      expect(messages()).toHaveLength(1)
      expect(await outbox()).toMatchObject({ status: 'sent', reason: null })
    },
  )

  test('to a conversation that is gone opens a new one', async () => {
    standIn.fault({ type: 'status', status: 404, code: 'ConversationNotFound' })
    await notify()
    expect(messages()).toHaveLength(1)
    // The region is still known.
    expect(standIn.calls.map((call) => call.replace(/\/a:.*/, '/…'))).toEqual([
      'POST /jp/v3/conversations/…',
      'POST /jp/v3/conversations',
      'POST /jp/v3/conversations/…',
    ])
  })
})

test('pauses are never shorter than asked, at most a second longer, and within an hour', () => {
  const begin = Date.parse('2027-05-10T00:00:00Z')
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3_600 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (seconds, dice) => {
        for (const asked of [seconds, String(seconds), new Date(begin + seconds * 1000).toUTCString()]) {
          const ms = waitOf(asked, begin, () => dice)
          expect(ms).toBeGreaterThanOrEqual(seconds * 1000)
          expect(ms).toBeLessThan(seconds * 1000 + 1000)
        }
      },
    ),
  )
  for (const odd of [undefined, '', '-3', 'soon', '1e12'])
    expect(waitOf(odd, begin, () => 0)).toSatisfy((ms: number) => ms >= 1_000 && ms <= 3_600_000)
})

test('an answer that Teams has no time for comes a moment later, once', async () => {
  for (const status of [429, 429]) standIn.fault({ type: 'status', status, retryAfter: 1 })
  await standIn.say(city.target, tanaka, 'もしもし')
  await expect.poll(() => texts().filter((text) => text.includes('はい')).length).toBe(1)
  expect(standIn.calls.filter((call) => call.startsWith('POST'))).toHaveLength(3)
})

describe('a file that somebody gives', () => {
  const give = async (url: string, contentType = 'application/vnd.microsoft.teams.file.download.info') => {
    const attachments = [{ contentType, name: '名簿.csv', content: { downloadUrl: url } }]
    await standIn.deliver(city.target, standIn.activity(tanaka, { type: 'message', attachments }))
    await expect.poll(() => messages().length).toBe(1)
    return texts()[0]
  }

  test('is taken whole', async () => {
    expect(await give(standIn.keepFile('名簿.csv', new Uint8Array(1_000_000)))).toContain('受け取りました')
    expect(received).toEqual([{ name: '名簿.csv', size: 1_000_000 }])
  })

  test('that lies anywhere but with Microsoft is not asked for', async () => {
    for (const url of ['http://10.0.0.1/x.csv', 'https://evil.example/x.csv']) {
      expect(await give(url)).toContain('OneDrive の外')
      standIn.clear(tanaka)
    }
    expect(received).toEqual([])
  })

  test('that is too large is not read to its end, whether it says so or not', async () => {
    expect(await give(standIn.keepFile('x', new Uint8Array(1_048_577)))).toContain('1 MB まで')
    const endless = `${standIn.keepFile('y', new Uint8Array(1))}?how=endless`
    standIn.clear(tanaka)
    expect(await give(endless)).toContain('1 MB まで')
    await expect.poll(() => standIn.streamed).toBeLessThan(16 * 1_048_576)
    expect(received).toEqual([])
  })

  test.each(['elsewhere', 'sign-in'])('whose address leads to another page (%s) is no file', async (how) => {
    const url = `${standIn.keepFile('x', new Uint8Array(5))}?how=${how}`
    expect(await give(url)).toContain('受け取れませんでした')
    expect(received).toEqual([])
  })

  test('that is gone is said to be', async () => {
    expect(await give(`${standIn.url}/files/gone`)).toContain('受け取れませんでした')
  })
})

describe('a file that somebody is offered', () => {
  let consent: { value: { uploadInfo: { uploadUrl: string } } } | undefined
  beforeEach(async () => {
    consent = undefined
    standIn.onOffer = async (_, given) => {
      consent = given as typeof consent
    }
    await standIn.say(city.target, tanaka, '表をください')
    await expect.poll(() => consent !== undefined).toBe(true)
  })
  const accept = async (uploadUrl = consent?.value.uploadInfo.uploadUrl) => {
    const before = messages().length
    const uploadInfo = { ...consent?.value.uploadInfo, uploadUrl }
    await standIn.deliver(city.target, { ...consent, value: { ...consent?.value, uploadInfo } })
    await expect.poll(() => messages().length).toBe(before + 1)
    return texts().at(-1)
  }
  const stored = () => messages().some(({ file }) => file !== undefined)

  test('goes to no other address than Microsoft’s', async () => {
    for (const url of ['http://10.0.0.1/upload', 'https://evil.example/upload'])
      expect(await accept(url)).toContain('OneDrive に置けませんでした')
    expect(stored()).toBe(false)
  })

  test('is kept when it could not be put there, and put there the next time', async () => {
    standIn.uploadFaults.push(503)
    expect(await accept()).toContain('OneDrive に置けませんでした')
    expect(stored()).toBe(false)
    await accept()
    expect(stored()).toBe(true)
  })
})

test('no line of the log holds a name, an address or a token', () => {
  expect(lines.length).toBeGreaterThan(10)
  const all = lines.join('').toLowerCase()
  for (const word of ['田中', 'tanaka', 'eyJ', 'Bearer', '29:1', 'a:1chat', 'evil.example', 'stand-in"'])
    expect(all).not.toContain(word.toLowerCase())
})
