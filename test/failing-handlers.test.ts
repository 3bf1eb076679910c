// A handler that fails after its event was acknowledged, in every chat: it is tried again from the record, has one
// effect, and the person hears the answer, or one apology.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { plainCard } from '../src/cards/plain.ts'
import type { InboundEvent } from '../src/chat/chat.ts'
import { type City, composeCity } from '../src/compose.ts'
import { inTransaction } from '../src/db/transaction.ts'
import type { Core, Feature } from '../src/features/feature.ts'
import { action, replaceWith, say } from '../src/intake/handler.ts'
import { everyStaffMember } from '../src/intake/permissions.ts'
import { MovableClock } from '../src/kernel/clock.ts'
import { createLog } from '../src/kernel/log.ts'
import { secretOf } from '../src/kernel/secret.ts'
import { TENANT, workplace } from '../src/playground/platform.ts'
import { openStore } from '../src/playground/store.ts'
import { startSlackStandIn } from './slack-stand-in/index.ts'
import { freshDatabase, type TestDatabase, truncateAll } from './support/database.ts'
import { signingSecret, startSlackCity } from './support/slack-city.ts'
import { startTeamsCity } from './support/teams-city.ts'
import { startTeamsStandIn } from './teams-stand-in/index.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())

const connectionLost = () =>
  Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' })
const defect = () => new TypeError('undefined is not a function')

let faults: (() => Error)[] = []
const shown = (text: string) =>
  ({
    summary: '数',
    blocks: [
      { type: 'text', text },
      { type: 'buttons', buttons: [{ label: '増やす', action: { id: 'count.add' } }] },
    ],
  }) as const
/** A number that everybody may raise, by a button that may fail. */
const counting = ({ db }: Core): Feature => ({
  name: 'count',
  commands: [
    {
      id: 'count.show',
      phrases: { ja: ['数'], en: ['count'] },
      help: { ja: '数', en: 'count' },
      permission: everyStaffMember,
      handle: async () => say(shown('どうぞ')),
    },
  ],
  actions: {
    'count.add': action({
      effect: 'changes',
      permission: everyStaffMember,
      data: z.object({}),
      handle: async () => {
        const at = new Date(0)
        const n = await inTransaction(db, async (tx) => {
          const n = Number((await tx.setting.findUnique({ where: { key: 'n' } }))?.value ?? 0) + 1
          await tx.setting.upsert({
            where: { key: 'n' },
            create: { key: 'n', value: n, updatedAt: at },
            update: { value: n },
          })
          const fault = faults.shift()
          if (fault) throw fault()
          return n
        })
        return replaceWith(shown(`いまは${n}です`))
      },
    }),
  },
})

const leases = new MovableClock(Temporal.Now.instant())
const options = { features: [counting], intake: { leases, pause: async () => {} } }

/** One person in one chat. */
interface Chat {
  readonly city: City
  /** Says 数 and presses the button that comes; done when both are acknowledged. */
  press(): Promise<void>
  /** All that the person can read, message by message. */
  read(): readonly string[]
  stop(): Promise<void>
}

const inSlack = (way: 'http' | 'socket') => async (): Promise<Chat> => {
  const standIn = await startSlackStandIn({ signingSecret, limits: false })
  const user = standIn.addUser({ name: '田中 太郎', email: 'tanaka@city.example.jp' })
  const { city, target, stop } = await startSlackCity({ db, standIn, way, ...options })
  if (way === 'socket') await expect.poll(() => standIn.sockets.connections).toBe(2)
  const theirs = () => standIn.messagesOf(user).filter((message) => message.user !== user.id)
  return {
    city,
    press: async () => {
      await standIn.say(target, { user, text: '数' })
      await expect.poll(() => theirs().length).toBe(1)
      const [on] = theirs()
      if (!on) throw new Error('nothing was said')
      const { answer } = await standIn.click(target, { user, on, press: '増やす' })
      expect(answer.failure).toBeUndefined()
    },
    read: () => theirs().map((message) => JSON.stringify(message)),
    stop: async () => {
      await stop()
      await standIn.stop()
    },
  }
}

const inTeams = async (): Promise<Chat> => {
  const standIn = await startTeamsStandIn()
  const user = standIn.addUser({ name: '田中 太郎', email: 'tanaka@city.example.jp' })
  const { city, target, stop } = await startTeamsCity({ db, standIn, ...options })
  let inPlace = ''
  return {
    city,
    press: async () => {
      await standIn.say(target, user, '数')
      await expect.poll(() => standIn.messagesOf(user).length).toBe(1)
      const [on] = standIn.messagesOf(user)
      if (!on) throw new Error('nothing was said')
      const { status, body } = await standIn.press(target, user, on, '増やす')
      expect(status).toBe(200)
      inPlace = JSON.stringify(body)
    },
    read: () => [inPlace, ...standIn.messagesOf(user).map((message) => JSON.stringify(message))],
    stop: async () => {
      await stop()
      await standIn.stop()
    },
  }
}

const inThePlayground = async (): Promise<Chat> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'playground-'))
  const start = Temporal.Instant.from('2027-05-11T00:00:00Z')
  const store = openStore(folder, start)
  const clock = new MovableClock(start)
  const platform = workplace(store, clock, () => {})
  const secret = secretOf(Buffer.alloc(32, 7))
  const log = createLog('silent')
  const city = composeCity({ db, clock, zone: 'Asia/Tokyo', secret, log, platforms: [platform], ...options })
  const { id } = await db.prisma.person.findFirstOrThrow()
  const user = String(id)
  await db.prisma.identity.create({
    data: { personId: id, platform: 'playground', tenant: TENANT, userId: user },
  })
  const sender = {
    platform: 'playground',
    tenant: TENANT,
    user,
    conversation: `D${id}`,
    locale: 'ja',
  } as const
  const act = async (event: InboundEvent) => platform.show(id, await city.intake.receive(event), undefined)
  return {
    city,
    press: async () => {
      await act({ type: 'words', key: '1', sender, text: '数' })
      await act({ type: 'click', key: '2', sender, action: { id: 'count.add' } })
    },
    read: () => store.messages.map(({ card }) => (card ? plainCard(card, 'ja') : '')),
    stop: async () => {
      await city.delivery.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

describe.each([
  ['Slack over HTTP', inSlack('http')],
  ['Slack over Socket Mode', inSlack('socket')],
  ['Teams', inTeams],
  ['the playground', inThePlayground],
])('in %s', (_, open) => {
  let chat: Chat
  beforeEach(async () => {
    await truncateAll(db)
    faults = []
    await db.prisma.person.create({
      data: { number: '1', name: '田中 太郎', email: 'tanaka@city.example.jp' },
    })
    chat = await open()
  })
  afterEach(() => chat.stop())

  const reads = (text: string | RegExp) =>
    expect.poll(() => chat.read().join('\n')).toMatch(text instanceof RegExp ? text : new RegExp(text))
  const times = (text: string) => chat.read().filter((message) => message.includes(text)).length
  const number = async () => (await db.prisma.setting.findUnique({ where: { key: 'n' } }))?.value
  const click = () => db.prisma.inbox.findFirstOrThrow({ where: { type: 'click' } })

  test('a failure that passes is not heard of', async () => {
    faults = [connectionLost, connectionLost]
    await chat.press()
    await reads('いまは1です')
    expect(await number()).toBe(1)
    expect(chat.read().join()).not.toMatch(/申し訳|受付番号/)
  })

  test('one that lasts is told of once, and its answer comes as a message, from another process', async () => {
    faults = Array(5).fill(connectionLost)
    await chat.press()
    await reads('できましたらこちらでお知らせします')
    expect(await click()).toMatchObject({ status: 'received', outcome: 'postponed' })
    for (let minute = 0; minute < 10; minute += 1) {
      leases.advance({ minutes: 1 })
      await chat.city.intake.recover(chat.city.core.clock.now())
    }
    await reads('いまは1です')
    expect(await number()).toBe(1)
    expect(await click()).toMatchObject({ status: 'done', outcome: 'changed' })
    expect([times('できましたらこちらでお知らせします'), times('申し訳')]).toEqual([1, 0])
  })

  test('a defect is apologised for once, changes nothing, and stays in the record', async () => {
    faults = Array(99).fill(defect)
    await chat.press()
    await reads(/受付番号 [0-9a-f]{8}/)
    leases.advance({ hours: 1 })
    await chat.city.intake.recover(chat.city.core.clock.now())
    expect([times('こちらの不具合で'), await number()]).toEqual([1, undefined])
    expect(await click()).toMatchObject({ status: 'failed', outcome: 'error' })
  })
})
