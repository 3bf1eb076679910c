// The same journey against an emulator of Slack that nobody here wrote: users, direct messages, metadata, Home. It
// sends no commands and no clicks, so the requests of Slack are signed here.
import { createHmac, randomUUID } from 'node:crypto'
import { createServer } from 'node:net'
import { createEmulator, type Emulator } from 'emulate'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { linkByNumber } from '../../src/features/accounts/index.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { type SlackCity, signingSecret, startSlackCity } from '../support/slack-city.ts'

const token = 'xoxb-emulate-1'
let db: TestDatabase
let emulator: Emulator
let city: SlackCity
let tanaka: string

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error()),
      )
    })
  })

/** Starts it: it takes no port 0, and another process may take one that was free a moment ago. */
const started = async (on: (port: number) => Promise<Emulator>): Promise<Emulator> => {
  for (;;) {
    try {
      return await on(await freePort())
    } catch (error) {
      if (!String(error).includes('EADDRINUSE')) throw error
    }
  }
}

/** What the workspace holds, as another app would ask it. */
const ask = async (method: string, args: Record<string, string>) => {
  const response = await fetch(`${emulator.url}/api/${method}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(args),
  })
  return z.looseObject({ ok: z.literal(true) }).parse(await response.json())
}
const message = z.looseObject({
  ts: z.string(),
  text: z.string(),
  metadata: z.looseObject({ event_payload: z.looseObject({ token: z.string() }) }).optional(),
})
const conversation = async () => {
  const opened = await ask('conversations.open', { users: tanaka })
  return z.object({ id: z.string() }).parse(opened.channel).id
}
const messages = async () => {
  const { messages } = await ask('conversations.history', {
    channel: await conversation(),
    include_all_metadata: 'true',
  })
  return z.array(message).parse(messages).toReversed()
}

const deliver = async (body: string, type: string) => {
  const timestamp = Math.floor(Date.now() / 1000)
  const hmac = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')
  const { status } = await fetch(city.target, {
    method: 'POST',
    body,
    headers: {
      'content-type': type,
      'x-slack-request-timestamp': String(timestamp),
      'x-slack-signature': `v0=${hmac}`,
    },
  })
  return status
}
const happens = (event: Record<string, unknown>) =>
  deliver(
    JSON.stringify({
      type: 'event_callback',
      team_id: 'T000000001',
      event_id: `Ev${randomUUID()}`,
      event: { user: tanaka, ...event },
    }),
    'application/json',
  )
const writes = async (text: string) =>
  happens({ type: 'message', channel: await conversation(), channel_type: 'im', text })

beforeAll(async () => {
  db = await freshDatabase()
  const seed = {
    slack: {
      strict_scopes: true,
      team: { name: '市役所', domain: 'city-hall' },
      users: [{ name: 'tanaka', real_name: '田中 太郎', email: 'tanaka@city.example.jp' }],
      // The scopes of the manifest, and no more.
      tokens: [
        {
          token,
          scopes: ['chat:write', 'im:history', 'im:write', 'users:read', 'users:read.email', 'files:write'],
        },
      ],
    },
  }
  emulator = await started((port) => createEmulator({ service: 'slack', port, seed }))
  const { members } = await ask('users.list', {})
  const users = z.array(z.looseObject({ id: z.string(), name: z.string() })).parse(members)
  tanaka = users.find(({ name }) => name === 'tanaka')?.id ?? ''
  await db.prisma.person.create({ data: { number: '1', name: '田中 太郎' } })
  const url = `${emulator.url.replace('localhost', '127.0.0.1')}/api/`
  city = await startSlackCity({
    db,
    standIn: { url, botToken: token, appToken: '' },
  })
})
afterAll(async () => {
  await city.stop()
  await emulator.close()
  await db.drop()
})

test('a message is updated where it stands', async () => {
  const to = { platform: 'slack', tenant: 'T000000001', user: tanaka } as const
  const card = { summary: 'はじめ', blocks: [{ type: 'text', text: 'はじめ' }] } as const
  const outcome = await city.slack.platform.send(to, card, randomUUID())
  if (outcome.type !== 'done') throw new Error(outcome.type)
  await city.slack.platform.update(outcome.ref, { ...card, summary: 'つぎ' })
  const last = (await messages()).at(-1)
  expect(last).toMatchObject({ text: 'つぎ', ts: outcome.ref.id })
})

test('somebody unknown is told whom to ask; once linked they are greeted, answered, and have a Home', async () => {
  expect(await writes('面談')).toBe(200)
  await expect.poll(async () => (await messages()).length).toBe(2)
  expect((await messages()).at(-1)?.text).not.toBe('')

  await linkByNumber(city.city.core, { number: '1', userId: tanaka })
  expect(await city.city.delivery.runDue()).toMatchObject({ sent: 1 })
  const greeting = (await messages()).at(-1)
  expect(greeting?.text).toContain('アカウントがつながりました')

  // What was sent is found by its opaque id, which is all that the metadata holds.
  const { token: outbox } = await db.prisma.outbox.findFirstOrThrow()
  expect(greeting?.metadata?.event_payload).toEqual({ token: outbox })
  const to = { platform: 'slack', tenant: 'T000000001', user: tanaka } as const
  expect(await city.slack.platform.find?.(to, outbox)).toEqual({
    conversation: await conversation(),
    id: greeting?.ts,
  })
  expect(await city.slack.platform.find?.(to, randomUUID())).toBeNull()

  expect(await writes('ヘルプ')).toBe(200)
  await expect.poll(async () => (await messages()).length).toBe(4)
  expect(await happens({ type: 'app_home_opened', tab: 'home', channel: await conversation() })).toBe(200)
  expect(await db.prisma.inbox.count({ where: { type: 'home' } })).toBe(1)
  // There is a Home by now: whoever thinks of another one is refused. (Stopping waits for what is under way.)
  await city.slack.stop()
  const other = { user_id: tanaka, view: '{"type":"home","blocks":[]}', hash: '1.0' }
  await expect(ask('views.publish', other)).rejects.toThrow()
})
