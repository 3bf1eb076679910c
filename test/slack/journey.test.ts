// The Bolt app driven by signed requests, end to end: what a member of staff does in Slack and sees there.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { SlackOptions } from '../../src/adapters/slack/connect.ts'
import type { Card } from '../../src/cards/card.ts'
import type { Core, Feature } from '../../src/features/feature.ts'
import { action, form, openForm, replaceWith, say } from '../../src/intake/handler.ts'
import { everyStaffMember } from '../../src/intake/permissions.ts'
import { type SlackUser, type StandIn, startSlackStandIn } from '../slack-stand-in/index.ts'
import { freshDatabase, type TestDatabase, truncateAll } from '../support/database.ts'
import { type SlackCity, signingSecret, startSlackCity } from '../support/slack-city.ts'

const textOf = (value: unknown): string => JSON.stringify(value)

/** A programme in one file: a counter that a button and a form raise. */
let count = 0
let during: () => Promise<void> = async () => {}
const card = (): Card => ({
  summary: `いまは${count}です`,
  blocks: [
    { type: 'text', text: `いまは${count}です` },
    {
      type: 'buttons',
      buttons: [
        { label: '増やす', action: { id: 'counter.add', data: { seen: count } } },
        { label: '入力する', action: { id: 'counter.open' } },
      ],
    },
  ],
})
const counter = (core: Core): Feature => ({
  name: 'counter',
  title: { ja: '数', en: 'count' },
  commands: [
    {
      id: 'counter.show',
      phrases: { ja: ['数'], en: ['count'] },
      help: { ja: '数', en: 'count' },
      permission: everyStaffMember,
      handle: async () => say(card()),
    },
  ],
  actions: {
    'counter.show': action({
      effect: 'reads',
      permission: everyStaffMember,
      data: z.object({}),
      handle: async () => replaceWith(card()),
    }),
    'counter.add': action({
      effect: 'changes',
      permission: everyStaffMember,
      data: z.object({ seen: z.number() }),
      handle: async (_, { seen }) => {
        await during()
        if (seen !== count) return replaceWith({ ...card(), summary: '先に変わっていました' })
        count += 1
        // An effect that the record can see.
        await core.db.pool.query(`UPDATE person SET kana = 'x'`)
        return replaceWith(card(), { id: 'counter.show' })
      },
    }),
    'counter.open': action({
      effect: 'reads',
      opensForm: true,
      permission: everyStaffMember,
      data: z.object({}),
      handle: async () =>
        openForm({
          id: 'counter.set',
          title: '数を入れる',
          submit: '入れる',
          cancel: 'やめる',
          fields: [{ type: 'text', name: 'number', label: '数' }],
        }),
    }),
  },
  home: async () => [
    {
      at: null,
      text: `いまは${count}です`,
      button: { label: `${count}から増やす`, action: { id: 'counter.add', data: { seen: count } } },
    },
    { at: null, text: '別の数', button: { label: '入力する', action: { id: 'counter.open' } } },
  ],
  forms: {
    'counter.set': form({
      permission: everyStaffMember,
      data: z.object({}),
      handle: async (_, __, { number }) => {
        await during()
        if (!/^\d+$/.test(String(number))) return { errors: { number: '数字で入れてください' } }
        count = Number(number)
        return replaceWith(card(), { id: 'counter.show' })
      },
    }),
  },
})

let db: TestDatabase
let standIn: StandIn
let city: SlackCity
let tanaka: SlackUser

beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())

const begin = async (way: 'http' | 'socket', slack?: Partial<SlackOptions>) => {
  await truncateAll(db)
  count = 0
  during = async () => {}
  standIn = await startSlackStandIn({ signingSecret })
  tanaka = standIn.addUser({ name: '田中 太郎', email: 'Tanaka@city.example.jp' })
  await db.prisma.person.create({ data: { number: '1', name: '田中 太郎', email: 'tanaka@city.example.jp' } })
  city = await startSlackCity({ db, standIn, way, features: [counter], ...(slack && { slack }) })
}

/** What the person sees last, once there is as much to see. */
const seen = async (at: number) => {
  await expect.poll(() => standIn.messagesOf(tanaka).length).toBeGreaterThanOrEqual(at)
  const last = standIn.messagesOf(tanaka).at(-1)
  if (!last) throw new Error('nothing was said')
  return last
}

describe.each(['http', 'socket'] as const)('over %s', (way) => {
  beforeEach(() => begin(way))
  afterEach(async () => {
    await city.stop()
    await standIn.stop()
  })
  const command = (text: string, command = '/hagukumi') =>
    standIn.sendCommand(city.target as 'socket', { user: tanaka, command, text })

  test('a command is acknowledged at once and answered to the person alone', async () => {
    const { answer, problem } = await command('数')
    expect(problem).toBeUndefined()
    expect(answer.failure).toBeUndefined()
    const message = await seen(1)
    expect(message.onlyTo).toBe(tanaka.id)
    expect(textOf(message.blocks)).toContain('いまは0です')
  })

  test('a click changes the message in place, and its stale copy only shows how things are', async () => {
    await standIn.say(city.target as 'socket', { user: tanaka, text: '数' })
    const before = await seen(2)
    const click = () => standIn.click(city.target as 'socket', { user: tanaka, on: before, press: '増やす' })
    await Promise.all([click(), click()])
    await expect.poll(() => count).toBe(1)
    await expect.poll(() => textOf(standIn.messagesOf(tanaka))).toContain('いまは1です')
    expect(standIn.messagesOf(tanaka)).toHaveLength(2)
    expect(standIn.messagesOf(tanaka).at(-1)?.edited).toBe(true)
  })

  test('a form stays open with an error at its field, then takes effect and closes', async () => {
    await standIn.say(city.target as 'socket', { user: tanaka, text: '数' })
    const message = await seen(2)
    await standIn.click(city.target as 'socket', { user: tanaka, on: message, press: '入力する' })
    await expect.poll(() => standIn.views.open(tanaka)?.view.type).toBe('modal')
    const send = async (number: string) => {
      const view = standIn.views.open(tanaka)
      if (!view) throw new Error('no form')
      return standIn.submit(city.target as 'socket', { user: tanaka, view, values: { 数: number } })
    }
    const wrong = await send('三')
    expect(wrong.problem).toBeUndefined()
    expect(textOf(wrong.answer.body)).toContain('数字で入れてください')
    expect(standIn.views.open(tanaka)).toBeDefined()
    const right = await send('3')
    expect(right.problem).toBeUndefined()
    expect(standIn.views.open(tanaka)).toBeUndefined()
    await expect.poll(() => textOf(standIn.messagesOf(tanaka).at(-1))).toContain('いまは3です')
    expect(standIn.messagesOf(tanaka)).toHaveLength(2)
  })

  test('Home is drawn when it is opened', async () => {
    await standIn.openHome(city.target as 'socket', tanaka)
    await expect.poll(() => textOf(standIn.views.home(tanaka)?.view)).toContain('田中')
  })

  test('what is pressed on Home takes effect once, and Home is drawn anew: no stale button stays', async () => {
    const home = () => textOf(standIn.views.home(tanaka)?.view)
    await standIn.openHome(city.target as 'socket', tanaka)
    await expect.poll(home).toContain('0から増やす')
    const press = (label: string) =>
      standIn.click(city.target as 'socket', { user: tanaka, on: 'home', press: label })
    await Promise.all([press('0から増やす'), press('0から増やす')])
    await expect.poll(home).toContain('1から増やす')
    expect([count, home().includes('0から増やす')]).toEqual([1, false])
    // What was answered stands in the conversation.
    await expect.poll(() => textOf(standIn.messagesOf(tanaka))).toContain('いまは1です')

    await press('入力する')
    await expect.poll(() => standIn.views.open(tanaka)?.view.type).toBe('modal')
    const view = standIn.views.open(tanaka)
    if (!view) throw new Error('no form')
    await standIn.submit(city.target as 'socket', { user: tanaka, view, values: { 数: '7' } })
    await expect.poll(home).toContain('7から増やす')
  })

  test('the same delivery again has no second effect and is acknowledged the same', async () => {
    await standIn.say(city.target as 'socket', { user: tanaka, text: '数' })
    const message = await seen(2)
    const click = await standIn.click(city.target as 'socket', { user: tanaka, on: message, press: '増やす' })
    await expect.poll(() => count).toBe(1)
    const again = await standIn.replay(click)
    expect(again.answer.failure).toBeUndefined()
    expect(again.answer.body).toEqual(click.answer.body)
    expect(count).toBe(1)
  })
})

describe('what takes longer than Slack waits', () => {
  beforeEach(() => begin('http', { submitWithinMs: 50 }))
  afterEach(async () => {
    await city.stop()
    await standIn.stop()
  })
  const pressed = async (label: string) => {
    await standIn.say(city.target, { user: tanaka, text: '数' })
    const on = await seen(2)
    return standIn.click(city.target, { user: tanaka, on, press: label })
  }
  const formOpen = async () => {
    await expect.poll(() => standIn.views.open(tanaka)?.view.type).toBe('modal')
    const view = standIn.views.open(tanaka)
    if (!view) throw new Error('no form')
    return view
  }

  test.each([
    ['8', 'いまは8です'],
    ['八', '数字で入れてください'],
  ])(
    'a form that is worked on for long says so at once; what becomes of %s follows',
    async (number, result) => {
      await pressed('入力する')
      const gate = Promise.withResolvers<void>()
      during = () => gate.promise
      const sent = await standIn.submit(city.target, {
        user: tanaka,
        view: await formOpen(),
        values: { 数: number },
      })
      expect(sent.problem).toBeUndefined()
      const waiting = await formOpen()
      expect(textOf(waiting.view)).toContain('受け付けました')
      gate.resolve()
      await expect.poll(() => textOf(standIn.messagesOf(tanaka))).toContain(result)
      // The note is closed by its button, which does nothing else.
      const closed = await standIn.submit(city.target, { user: tanaka, view: waiting })
      expect(closed.problem).toBeUndefined()
      expect(standIn.views.open(tanaka)).toBeUndefined()
    },
  )

  test('a form that could not be opened in time is offered again', async () => {
    standIn.faults.next('views.open', { type: 'error', error: 'expired_trigger_id' })
    await pressed('入力する')
    await expect.poll(() => textOf(standIn.messagesOf(tanaka))).toContain('もう一度ボタンを押してください')
    expect(standIn.views.open(tanaka)).toBeUndefined()
  })
})
