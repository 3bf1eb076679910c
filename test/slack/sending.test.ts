// Slack as a place to send to, with all that goes wrong on the way: what the adapter says of it, and what is there.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectSlack } from '../../src/adapters/slack/connect.ts'
import type { Card } from '../../src/cards/card.ts'
import type { Address, ChatPlatform, SendOutcome } from '../../src/chat/chat.ts'
import { MovableClock, systemClock } from '../../src/kernel/clock.ts'
import { createLog } from '../../src/kernel/log.ts'
import type { Fault } from '../slack-stand-in/faults.ts'
import { type SlackUser, type StandIn, startSlackStandIn } from '../slack-stand-in/index.ts'
import { signingSecret } from '../support/slack-city.ts'

const card: Card = {
  summary: '面談のお知らせ',
  blocks: [{ type: 'text', text: '5月29日(金)までにお願いします。' }],
}
const chart: Card = {
  summary: '実施状況',
  blocks: [
    {
      type: 'chart',
      shape: 'bar',
      title: '実施状況',
      series: [
        { label: '済み', value: 64 },
        { label: 'これから', value: 16 },
      ],
      text: '80件中64件',
    },
  ],
}

let standIn: StandIn
let tanaka: SlackUser
let to: Address
let port: ChatPlatform
let clock: MovableClock
const connect = (url: string, token: string, timeoutMs = 60_000): ChatPlatform =>
  connectSlack({
    token: async () => token,
    way: { signingSecret },
    directory: { meet: async () => {} },
    mark: (text) => text,
    clock: systemClock,
    log: createLog('silent'),
    largestFile: 1024,
    url,
    timeoutMs,
  }).platform

beforeEach(async () => {
  clock = new MovableClock(Temporal.Now.instant())
  standIn = await startSlackStandIn({ signingSecret, clock, limits: false })
  tanaka = standIn.addUser({ name: '田中 太郎' })
  to = { platform: 'slack', tenant: 'T0CITY', user: tanaka.id }
  port = connect(standIn.url, standIn.botToken)
})
afterEach(() => standIn.stop())

const find = (token: string, where = to) => {
  if (!port.find) throw new Error('Slack can be asked')
  return port.find(where, token)
}

test('a message is there once, in the person’s conversation, and is found by its token', async () => {
  const outcome = await port.send(to, card, 'token-1')
  expect(outcome.type).toBe('done')
  const [message] = standIn.messagesOf(tanaka)
  expect(message?.metadata?.event_payload).toEqual({ token: 'token-1' })
  const ref = { conversation: message?.channel, id: message?.ts }
  expect(outcome).toEqual({ type: 'done', ref })
  expect(await find('token-1')).toEqual(ref)
  expect(await find('token-2')).toBeNull()
  expect(await find('token-1', { ...to, conversation: message?.channel ?? '' })).toEqual(ref)
})

test('an updated message keeps its place and says the new', async () => {
  const outcome = await port.send(to, card, 'token-1')
  if (outcome.type !== 'done') throw new Error(outcome.type)
  await port.update(outcome.ref, { ...card, summary: '済みました' })
  expect(standIn.messagesOf(tanaka)).toMatchObject([{ text: '済みました', edited: true }])
})

test.each<[string, Fault, SendOutcome, number]>([
  ['reset after it was done', { type: 'reset', done: true }, { type: 'unknown' }, 1],
  ['reset before', { type: 'reset', done: false }, { type: 'unknown' }, 0],
  ['no answer after it was done', { type: 'stall', done: true }, { type: 'unknown' }, 1],
  ['no answer at all', { type: 'stall', done: false }, { type: 'unknown' }, 0],
  ['503 after it was done', { type: 'status', status: 503, done: true }, { type: 'unknown' }, 1],
  ['500 before', { type: 'status', status: 500, done: false }, { type: 'unknown' }, 0],
  ['a proxy that refuses', { type: 'status', status: 403, done: false }, { type: 'away' }, 0],
  ['a path that is not there', { type: 'status', status: 404, done: false }, { type: 'away' }, 0],
  ['429', { type: 'rate-limited', seconds: 7 }, { type: 'later', afterMs: 7_000 }, 0],
  ['ratelimited as an error', { type: 'error', error: 'ratelimited' }, { type: 'later', afterMs: 30_000 }, 0],
  ['internal_error', { type: 'error', error: 'internal_error' }, { type: 'unknown' }, 0],
  ['fatal_error', { type: 'error', error: 'fatal_error' }, { type: 'unknown' }, 0],
  [
    'a token that was taken back',
    { type: 'error', error: 'token_revoked' },
    { type: 'later', afterMs: 300_000 },
    0,
  ],
  ['a missing scope', { type: 'error', error: 'missing_scope' }, { type: 'later', afterMs: 300_000 }, 0],
  ['no such user', { type: 'error', error: 'user_not_found' }, { type: 'refused', reason: 'no-account' }, 0],
  [
    'no such channel',
    { type: 'error', error: 'channel_not_found' },
    { type: 'refused', reason: 'no-account' },
    0,
  ],
  ['switched off', { type: 'error', error: 'user_disabled' }, { type: 'refused', reason: 'left' }, 0],
  [
    'messages turned off',
    { type: 'error', error: 'messages_tab_disabled' },
    { type: 'refused', reason: 'blocked' },
    0,
  ],
  [
    'not allowed',
    { type: 'error', error: 'restricted_action' },
    { type: 'refused', reason: 'not-allowed' },
    0,
  ],
  ['too long', { type: 'error', error: 'msg_too_long' }, { type: 'refused', reason: 'too-large' }, 0],
  ['something new', { type: 'error', error: 'never_heard_of' }, { type: 'refused', reason: 'rejected' }, 0],
])('%s', async (_, fault, expected, there) => {
  standIn.faults.next('chat.postMessage', fault)
  const sender = fault.type === 'stall' ? connect(standIn.url, standIn.botToken, 300) : port
  expect(await sender.send(to, card, 'token-1')).toEqual(expected)
  // Once and no more: the library's own repetitions are off.
  expect(standIn.calls.filter(({ method }) => method === 'chat.postMessage')).toHaveLength(1)
  expect(standIn.messagesOf(tanaka)).toHaveLength(there)
  // What is in doubt can be asked about.
  if (expected.type === 'unknown') expect((await find('token-1')) !== null).toBe(there === 1)
})

test('a pause that Slack asks for holds up that one method and no other', async () => {
  standIn.faults.next('chat.postMessage', { type: 'rate-limited', seconds: 60 })
  await port.send(to, card, 'token-1')
  const again = await port.send(to, card, 'token-2')
  expect(again).toMatchObject({ type: 'later', afterMs: expect.any(Number) })
  expect(again.type === 'later' && again.afterMs).toBeGreaterThan(58_000)
  expect(standIn.calls.filter(({ method }) => method === 'chat.postMessage')).toHaveLength(1)
  expect(await find('token-1')).toBeNull()
})

test('where nobody listens nothing has left', async () => {
  const nowhere = connect('http://127.0.0.1:49/api/', standIn.botToken)
  expect(await nowhere.send(to, card, 'token-1')).toEqual({ type: 'away' })
  await expect(nowhere.find?.(to, 'token-1')).rejects.toThrow('could not be asked')
})

test('a conversation that is gone leads to the person', async () => {
  const outcome = await port.send({ ...to, conversation: 'D0GONE' }, card, 'token-1')
  expect(outcome.type).toBe('done')
  expect(standIn.messagesOf(tanaka)).toHaveLength(1)
})

test('a message far back among many is found; when Slack cannot be asked, nobody guesses', async () => {
  await port.send(to, card, 'token-first')
  for (let index = 0; index < 230; index += 1) await port.send(to, card, `token-${index}`)
  expect(await find('token-first')).not.toBeNull()
  standIn.faults.next('conversations.history', { type: 'error', error: 'fatal_error' })
  await expect(find('token-first')).rejects.toThrow()
  expect(standIn.duplicates().size).toBe(0)
})

test('a workspace that does not know charts gets them in words', async () => {
  standIn.faults.next('chat.postMessage', { type: 'error', error: 'invalid_blocks' })
  expect((await port.send(to, chart, 'token-1')).type).toBe('done')
  const kinds = standIn.messagesOf(tanaka)[0]?.blocks.map(({ type }) => type)
  expect(kinds).not.toContain('data_visualization')
  // A message without charts that is refused stays refused.
  standIn.faults.next('chat.postMessage', { type: 'error', error: 'invalid_blocks' })
  expect(await port.send(to, card, 'token-2')).toEqual({ type: 'refused', reason: 'rejected' })
})

test('one conversation of several is opened once, greeted once, and what stands in the way is told apart', async () => {
  const others = ['鈴木 花子', '佐藤 次郎'].map((name) => standIn.addUser({ name }))
  const people = [to, ...others.map(({ id }) => ({ ...to, user: id }))]
  const gather = async (first: Card | undefined = card, where = port) => {
    if (!where.gather) throw new Error('Slack gathers people')
    return where.gather(people, async () => first)
  }
  const first = await gather()
  expect(first).toMatchObject({ type: 'open', greeted: true })
  // The same people, the same place; nothing is said again.
  expect(await port.gather?.([...people].reverse(), async () => undefined)).toEqual(first)
  const channel = new URL(first.type === 'open' ? first.url : '').searchParams.get('channel')
  const inGroup = standIn.messages.filter((message) => message.channel === channel)
  expect(inGroup.map(({ text }) => text)).toEqual(['面談のお知らせ'])
  expect(standIn.calls.find(({ method }) => method === 'conversations.open')?.args).toMatchObject({
    users: people.map(({ user }) => user).join(),
  })
  // Nobody hears of it in their own conversation with the bot.
  expect(standIn.messagesOf(tanaka)).toEqual([])

  standIn.faults.next('chat.postMessage', { type: 'error', error: 'fatal_error' })
  expect(await gather()).toMatchObject({ type: 'open', greeted: false })
  standIn.faults.next('conversations.open', { type: 'error', error: 'missing_scope' })
  expect(await gather()).toEqual({ type: 'refused', reason: 'not-permitted' })
  standIn.faults.next('conversations.open', { type: 'error', error: 'user_disabled' })
  expect(await gather()).toEqual({ type: 'refused', reason: 'no-account' })
  standIn.faults.next('conversations.open', { type: 'error', error: 'invalid_user_combination' })
  expect(await gather()).toEqual({ type: 'refused', reason: 'rejected' })
  standIn.faults.next('conversations.open', { type: 'error', error: 'fatal_error' })
  expect(await gather()).toEqual({ type: 'later' })
})

describe('a file', () => {
  const file = {
    name: '状況.csv',
    mimeType: 'text/csv',
    bytes: new TextEncoder().encode('課,件数\n'),
    comment: '<!channel> の件',
  }
  test('comes into the conversation with its line', async () => {
    expect((await port.sendFile(to, file)).type).toBe('done')
    const [message] = standIn.messagesOf(tanaka)
    expect(message?.files).toMatchObject([{ name: '状況.csv' }])
    expect(message?.text).toBe('&lt;!channel&gt; の件')
    expect(Buffer.from(message?.files[0]?.bytes ?? []).toString()).toBe('課,件数\n')
    // The token went to the Web API alone.
    expect(JSON.stringify(standIn.calls)).not.toContain(standIn.botToken)
  })
  test.each<[string, Fault, SendOutcome['type']]>([
    ['files.getUploadURLExternal', { type: 'reset', done: true }, 'later'],
    ['upload', { type: 'status', status: 500, done: false }, 'later'],
    ['files.completeUploadExternal', { type: 'reset', done: true }, 'unknown'],
  ])('that breaks off at %s', async (method, fault, expected) => {
    standIn.faults.next(method, fault)
    expect((await port.sendFile(to, file)).type).toBe(expected)
  })
})
