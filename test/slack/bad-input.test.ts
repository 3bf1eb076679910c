// Whatever Slack did not send, or sent twice: refused with the right status, logged without secrets, nothing changed.
import { Writable } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLog } from '../../src/kernel/log.ts'
import type { Tampering } from '../slack-stand-in/deliver.ts'
import { type SlackUser, type StandIn, startSlackStandIn } from '../slack-stand-in/index.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { type SlackCity, signingSecret, startSlackCity } from '../support/slack-city.ts'

let db: TestDatabase
let standIn: StandIn
let city: SlackCity
let tanaka: SlackUser
let logged = ''
beforeAll(async () => {
  db = await freshDatabase()
  standIn = await startSlackStandIn({ signingSecret })
  tanaka = standIn.addUser({ name: '田中 太郎', email: 'tanaka@city.example.jp' })
  await db.prisma.person.create({ data: { number: '1', name: '田中 太郎', email: 'tanaka@city.example.jp' } })
  const sink = new Writable({
    write: (chunk, _, done) => {
      logged += String(chunk)
      done()
    },
  })
  city = await startSlackCity({ db, standIn, log: createLog('debug', sink) })
})
afterAll(async () => {
  await city.stop()
  await standIn.stop()
  await db.drop()
})

const events = () => db.prisma.inbox.count()
const command = (tampering?: Tampering) =>
  standIn.sendCommand(city.target, { user: tanaka, command: '/hagukumi', text: 'ヘルプ' }, tampering)
const seconds = () => Math.floor(Date.now() / 1000)

test.each<[string, number, () => Tampering]>([
  ['unsigned', 401, () => ({ signature: '' })],
  ['wrongly signed', 401, () => ({ signature: `v0=${'0'.repeat(64)}` })],
  ['signed with half a signature', 401, () => ({ signature: 'v0=12' })],
  ['signed in another version', 401, () => ({ signature: `v1=${'0'.repeat(64)}` })],
  ['older than five minutes', 401, () => ({ timestamp: seconds() - 302 })],
  ['from the future', 401, () => ({ timestamp: seconds() + 3_600 })],
  ['dated with a word', 401, () => ({ headers: { 'x-slack-request-timestamp': 'now' } })],
  ['dated with a fraction', 401, () => ({ headers: { 'x-slack-request-timestamp': `${seconds()}.5` } })],
  ['over-long', 413, () => ({ body: `text=${'a'.repeat(2 * 1024 * 1024)}` })],
  ['of another type', 415, () => ({ headers: { 'content-type': 'text/plain' } })],
  ['in another charset', 415, () => ({ headers: { 'content-type': 'application/json; charset=shift_jis' } })],
  ['squeezed', 415, () => ({ headers: { 'content-encoding': 'gzip' } })],
  ['no JSON', 400, () => ({ body: '{"type":', headers: { 'content-type': 'application/json' } })],
  ['a list', 400, () => ({ body: '[]', headers: { 'content-type': 'application/json' } })],
  [
    'an event that is a word',
    400,
    () => ({
      body: '{"type":"event_callback","event":"x"}',
      headers: { 'content-type': 'application/json' },
    }),
  ],
  ['a click without anybody', 400, () => ({ body: 'payload=%7B%22actions%22%3A%5B%5D%7D' })],
  ['a payload that is no JSON', 400, () => ({ body: 'payload=%7B' })],
])('a request %s is refused with %i', async (_, status, tampering) => {
  const before = await events()
  const { answer } = await command(tampering())
  // Whoever closes early because the body is too long has refused it too.
  if (answer.failure !== 'connection_failed' || status !== 413) expect(answer.status).toBe(status)
  expect(answer.body ?? '').toBe('')
  expect(await events()).toBe(before)
})

test.each([
  'application/x-www-form-urlencoded; charset=utf-8',
  'Application/X-WWW-Form-Urlencoded;charset="UTF-8"',
])('a content type %s is taken', async (type) => {
  expect((await command({ headers: { 'content-type': type } })).answer.status).toBe(200)
})

test('a replayed request has one record, and an exact copy from the past is refused', async () => {
  const before = await events()
  const first = await command()
  expect(first.answer.status).toBe(200)
  for (let again = 0; again < 3; again += 1)
    expect((await standIn.replay(first)).answer).toMatchObject({ status: 200, body: first.answer.body })
  expect(await events()).toBe(before + 1)
  expect((await standIn.replay(first, { timestamp: seconds() - 600 })).answer.status).toBe(401)
})

test('Slack may check the address, if it is Slack', async () => {
  const body = JSON.stringify({ type: 'url_verification', challenge: 'c4all', token: 'x' })
  const headers = { 'content-type': 'application/json' }
  expect((await command({ body, headers })).answer).toMatchObject({ status: 200, body: 'c4all' })
  expect((await command({ body, headers, signature: '' })).answer.status).toBe(401)
  expect((await command({ body: 'ssl_check=1&token=x' })).answer.status).toBe(200)
})

test.each([
  ['another workspace', { team_id: 'T0OTHER' }],
  ['nobody at all', { user_id: '' }],
])('a command of %s is acknowledged and not listened to', async (_, changes) => {
  const before = await events()
  const { payload } = await command()
  const fields = Object.entries({ ...payload, ...changes, trigger_id: `9.9.${Math.random()}` })
  const body = new URLSearchParams(fields.map(([name, value]) => [name, String(value)])).toString()
  expect((await command({ body })).answer.status).toBe(200)
  expect(await events()).toBe(before + 1)
})

test('an unknown command, an event that nobody asked for and a stranger’s message change nothing', async () => {
  const before = await events()
  const unknown = await standIn.sendCommand(city.target, { user: tanaka, command: '/nope', text: '' })
  expect(unknown.answer.status).toBe(200)
  expect(
    (await standIn.sendEvent(city.target, { type: 'reaction_added', user: tanaka.id })).answer.status,
  ).toBe(200)
  const stranger = standIn.addUser({ name: 'よその人', team: 'T0OTHER' })
  expect((await standIn.say(city.target, { user: stranger, text: '面談' })).answer.status).toBe(200)
  expect(await events()).toBe(before)
})

test('the log holds neither token nor name nor what was said', async () => {
  await standIn.say(city.target, { user: tanaka, text: '内緒の話です' })
  await expect.poll(() => standIn.messagesOf(tanaka).length).toBeGreaterThan(1)
  expect(logged).not.toBe('')
  for (const secret of [standIn.botToken, signingSecret, '田中', 'tanaka@', '内緒', 'ヘルプ', '/respond/'])
    expect(logged).not.toContain(secret)
})
