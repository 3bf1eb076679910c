// The SDK's app driven by signed activities, end to end: what a member of staff does in Teams and sees there.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import type { Card } from '../../src/cards/card.ts'
import type { Core, Feature } from '../../src/features/feature.ts'
import { action, form, giveFile, openForm, replaceWith, say } from '../../src/intake/handler.ts'
import { everyStaffMember } from '../../src/intake/permissions.ts'
import { pruneKept } from '../../src/kept.ts'
import { createLog } from '../../src/kernel/log.ts'
import { freshDatabase, type TestDatabase, truncateAll } from '../support/database.ts'
import { startTeamsCity, type TeamsCity } from '../support/teams-city.ts'
import { find, startTeamsStandIn, type TeamsStandIn, type TeamsUser } from '../teams-stand-in/index.ts'

/** A programme in one file: a counter that a button and a form raise. */
let count = 0
const card = (): Card => ({
  summary: `いまは${count}です`,
  blocks: [
    { type: 'text', text: `いまは${count}です` },
    {
      type: 'buttons',
      buttons: [
        { label: '増やす', action: { id: 'counter.add', data: { seen: count } } },
        { label: '入力する', action: { id: 'counter.open' } },
        { label: '表', action: { id: 'counter.sheet' } },
      ],
    },
  ],
})
const opened = () =>
  openForm({
    id: 'counter.set',
    title: '数を入れる',
    submit: '入れる',
    cancel: 'やめる',
    fields: [
      { type: 'text', name: 'number', label: '数' },
      { type: 'person', name: 'who', label: '方', optional: true },
    ],
  })
const plain = { permission: everyStaffMember, data: z.object({}) } as const
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
    'counter.show': action({ effect: 'reads', ...plain, handle: async () => replaceWith(card()) }),
    'counter.add': action({
      effect: 'changes',
      permission: everyStaffMember,
      data: z.object({ seen: z.number() }),
      handle: async (_, { seen }) => {
        if (seen !== count) return replaceWith({ ...card(), summary: '先に変わっていました' })
        count += 1
        // An effect that the record can see.
        await core.db.pool.query(`UPDATE person SET kana = 'x'`)
        return replaceWith(card(), { id: 'counter.show' })
      },
    }),
    'counter.open': action({ effect: 'reads', opensForm: true, ...plain, handle: async () => opened() }),
    'counter.sheet': action({
      effect: 'reads',
      ...plain,
      handle: async () =>
        giveFile({ name: '数.csv', mimeType: 'text/csv', bytes: new Uint8Array(9), comment: '表です' }),
    }),
  },
  forms: {
    'counter.set': form({
      ...plain,
      searches: true,
      handle: async (_, __, { number }) => {
        if (!/^\d+$/.test(String(number))) return { errors: { number: '数字で入れてください' } }
        count = Number(number)
        return replaceWith(card(), { id: 'counter.show' })
      },
    }),
  },
})

let db: TestDatabase
let standIn: TeamsStandIn
let city: TeamsCity
let tanaka: TeamsUser
const lines: string[] = []

beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())
beforeEach(async () => {
  await truncateAll(db)
  count = 0
  standIn = await startTeamsStandIn()
  tanaka = standIn.addUser({ name: '田中 太郎', email: 'Tanaka@city.example.jp' })
  await db.prisma.person.createMany({
    data: [
      { number: '1', name: '田中 太郎', email: 'tanaka@city.example.jp' },
      { number: '2', name: '佐藤 花子', email: 'sato@city.example.jp' },
    ],
  })
  const log = createLog('debug', { write: (line) => lines.push(line) })
  city = await startTeamsCity({ db, standIn, features: [counter], log })
})
afterEach(async () => {
  await city.stop()
  await standIn.stop()
})

const textOf = (value: unknown): string => JSON.stringify(value)
/** What the person sees last, once there is as much to see. */
const seen = async (at: number, who = tanaka) => {
  await expect.poll(() => standIn.messagesOf(who).length).toBe(at)
  const last = standIn.messagesOf(who).at(-1)
  if (!last) throw new Error('nothing was said')
  return last
}
const press = (title: string, on: Awaited<ReturnType<typeof seen>>) =>
  standIn.press(city.target, tanaka, on, title)
/** What a dialog's button sends: our data, and what was typed. */
const submit = (dialog: unknown, inputs: object) => {
  const [send] = find(dialog, 'Action.Submit')
  const value = { data: { ...(send?.data as object), ...inputs }, context: { theme: 'default' } }
  return standIn.deliver(
    city.target,
    standIn.activity(tanaka, { type: 'invoke', name: 'task/submit', value }),
  )
}

test('words are acknowledged at once and answered with a card', async () => {
  expect(await standIn.say(city.target, tanaka, '数')).toEqual({ status: 200, body: undefined })
  expect(textOf((await seen(1)).activity)).toContain('いまは0です')
  const identity = await db.prisma.identity.findFirstOrThrow()
  expect(identity).toMatchObject({
    platform: 'teams',
    userId: tanaka.id,
    conversation: tanaka.conversation,
    serviceUrl: standIn.serviceUrl,
  })
})

test('a press replaces its card in the answer, and the stale card only shows how things are', async () => {
  await standIn.say(city.target, tanaka, '数')
  const on = await seen(1)
  const both = await Promise.all([press('増やす', on), press('増やす', on)])
  for (const { status, body } of both) {
    expect(status).toBe(200)
    expect(body).toMatchObject({ statusCode: 200, type: 'application/vnd.microsoft.card.adaptive' })
    expect(textOf(body)).toContain('いまは1です')
  }
  expect(count).toBe(1)
  expect(standIn.messagesOf(tanaka)).toHaveLength(1)
})

test('a dialog keeps what was typed beside its error, then takes effect, closes and updates the card', async () => {
  await standIn.say(city.target, tanaka, '数')
  const on = await seen(1)
  const dialog = await press('入力する', on)
  expect(dialog.body).toMatchObject({ task: { type: 'continue', value: { title: '数を入れる' } } })
  const wrong = await submit(dialog.body, { 'f.t.number': '三' })
  expect(wrong.body).toMatchObject({ task: { type: 'continue' } })
  expect(textOf(wrong.body)).toContain('数字で入れてください')
  expect(find(wrong.body, 'Input.Text')[0]).toMatchObject({ value: '三' })
  const right = await submit(wrong.body, { 'f.t.number': '3' })
  expect(right).toEqual({ status: 200, body: undefined })
  await expect.poll(() => standIn.messagesOf(tanaka)[0]?.edited).toBe(true)
  expect(textOf(standIn.messagesOf(tanaka)[0]?.activity)).toContain('いまは3です')
  expect(standIn.messagesOf(tanaka)).toHaveLength(1)
})

/** Another process: nothing of the first one's memory is left. */
const anotherProcess = async () => {
  await city.stop()
  city = await startTeamsCity({ db, standIn, features: [counter] })
}

test('a form that another process opened, or this one before it was started anew, keeps what was typed', async () => {
  await standIn.say(city.target, tanaka, '数')
  const dialog = await press('入力する', await seen(1))
  await anotherProcess()
  const wrong = await submit(dialog.body, { 'f.t.number': '三' })
  expect(wrong.body).toMatchObject({ task: { type: 'continue', value: { title: '数を入れる' } } })
  expect(textOf(wrong.body)).toContain('数字で入れてください')
  expect(find(wrong.body, 'Input.Text')[0]).toMatchObject({ value: '三' })
  const { rows } = await db.pool.query('SELECT mark, sealed FROM kept')
  expect(rows).toHaveLength(1)
  for (const word of [tanaka.id, 'counter', '数'])
    expect(Buffer.concat([Buffer.from(rows[0].mark), rows[0].sealed]).includes(word), word).toBe(false)
  await anotherProcess()
  expect(await submit(wrong.body, { 'f.t.number': '3' })).toEqual({ status: 200, body: undefined })
  await expect.poll(() => textOf(standIn.messagesOf(tanaka)[0]?.activity)).toContain('3です')
})

test('a form that is kept no longer says what to mend, and loses nobody', async () => {
  await standIn.say(city.target, tanaka, '数')
  const dialog = await press('入力する', await seen(1))
  await pruneKept(db, Temporal.Now.instant().add({ hours: 6 * 24 }))
  expect((await db.pool.query('SELECT FROM kept')).rowCount).toBe(1)
  await pruneKept(db, Temporal.Now.instant().add({ hours: 8 * 24 }))
  const wrong = await submit(dialog.body, { 'f.t.number': '三' })
  expect(wrong.body).toMatchObject({ task: { type: 'message' } })
  expect(textOf((await seen(2)).activity)).toContain('数字で入れてください')
})

test('colleagues are searched for while one types', async () => {
  await standIn.say(city.target, tanaka, '数')
  const dialog = await press('入力する', await seen(1))
  const [input] = find(dialog.body, 'Input.ChoiceSet')
  const { dataset } = (input as { 'choices.data': { dataset: string } })['choices.data']
  const { body } = await standIn.deliver(
    city.target,
    standIn.activity(tanaka, {
      type: 'invoke',
      name: 'application/search',
      value: { queryText: '佐', queryOptions: { skip: 0, top: 15 }, dataset },
    }),
  )
  expect(body).toMatchObject({ statusCode: 200, type: 'application/vnd.microsoft.search.searchResponse' })
  expect(textOf(body)).toContain('佐藤')
})

test('a press that comes again is answered again and takes effect once, in another process too', async () => {
  await standIn.say(city.target, tanaka, '数')
  const on = await seen(1)
  const [execute] = find(on.activity, 'Action.Execute')
  const value = { action: { ...execute }, trigger: 'manual' }
  const parts = { type: 'invoke', name: 'adaptiveCard/action', replyToId: on.id, value }
  const activity = standIn.activity(tanaka, parts)
  const first = await standIn.deliver(city.target, activity)
  expect((await standIn.deliver(city.target, activity)).body).toEqual(first.body)
  await city.stop()
  city = await startTeamsCity({ db, standIn, features: [counter] })
  expect(textOf((await standIn.deliver(city.target, activity)).body)).toContain('いまは1です')
  expect(count).toBe(1)
})

test('whoever installs is welcomed once, and is not written to any more once it is taken away', async () => {
  await standIn.install(city.target, tanaka)
  await seen(1)
  await standIn.install(city.target, tanaka, 'remove')
  await expect.poll(async () => (await db.prisma.identity.findFirst())?.state).toBe('uninstalled')
  expect(standIn.messagesOf(tanaka)).toHaveLength(1)
  await standIn.say(city.target, tanaka, '数')
  await seen(2)
  expect((await db.prisma.identity.findFirst())?.state).toBe('active')
})

test('a sign-in name finds the person where there is no mail address; guests and strangers find nobody', async () => {
  const sato = standIn.addUser({ name: '佐藤 花子', upn: 'Sato@city.example.jp' })
  await standIn.say(city.target, sato, '数')
  expect(textOf((await seen(1, sato)).activity)).toContain('いまは0です')
  const guest = standIn.addUser({ name: '客', email: 'tanaka@city.example.jp', role: 'guest' })
  const unknown = standIn.addUser({ name: '鈴木' })
  const double = standIn.addUser({
    name: '二人',
    email: 'tanaka@city.example.jp',
    upn: 'sato@city.example.jp',
  })
  for (const who of [guest, unknown, double]) {
    await standIn.say(city.target, who, '数')
    const told = textOf((await seen(1, who)).activity)
    expect(told).not.toContain('いまは')
  }
  expect(await db.prisma.identity.count()).toBe(1)
  expect(await db.prisma.accountMatter.count({ where: { kind: 'unknown' } })).toBe(2)
})

test('an offered file is put into the OneDrive of whoever takes it, and of nobody else', async () => {
  const consents: [TeamsUser, object][] = []
  standIn.onOffer = async (user, consent) => {
    consents.push([user, consent])
  }
  await standIn.say(city.target, tanaka, '数')
  await press('表', await seen(1))
  await expect.poll(() => consents.length).toBe(1)
  const [, consent] = consents[0] ?? []
  const other = standIn.addUser({ name: '他', email: 'sato@city.example.jp' })
  const { value } = consent as { value: object }
  await standIn.deliver(
    city.target,
    standIn.activity(other, { type: 'invoke', name: 'fileConsent/invoke', value }),
  )
  await seen(1, other)
  expect(standIn.messagesOf(tanaka).at(-1)?.file).toBeUndefined()
  expect((await standIn.deliver(city.target, consent ?? {})).status).toBe(200)
  await expect.poll(() => standIn.messagesOf(tanaka).find((each) => each.file)?.file?.bytes.length).toBe(9)
})

test('an offered file is put into place by another process as well, once', async () => {
  const consents: object[] = []
  standIn.onOffer = async (_, consent) => {
    consents.push(consent)
  }
  await standIn.say(city.target, tanaka, '数')
  await press('表', await seen(1))
  await expect.poll(() => consents.length).toBe(1)
  await anotherProcess()
  await standIn.deliver(city.target, consents[0] ?? {})
  const file = () => standIn.messagesOf(tanaka).find((each) => each.file)?.file
  await expect.poll(() => file()?.bytes.length).toBe(9)
  await expect.poll(async () => (await db.pool.query('SELECT FROM kept')).rowCount).toBe(0)
})

test('over a client without dialogs the form comes as a card, can be taken back, and is mended in its place', async () => {
  await standIn.say(city.target, tanaka, '数')
  const on = await seen(1)
  const [button] = find(on.activity, 'Action.Submit')
  const open = () =>
    standIn.deliver(
      city.target,
      standIn.activity(tanaka, { type: 'message', replyToId: on.id, value: button?.data }),
    )
  await open()
  const cancelled = await press('やめる', await seen(2))
  expect(cancelled.body).toMatchObject({ type: 'application/vnd.microsoft.card.adaptive' })
  expect(textOf(cancelled.body)).toContain('取りやめました')
  await open()
  const chatForm = await seen(3)
  const send = (number: string) =>
    standIn.press(city.target, tanaka, chatForm, '入れる', { 'f.t.number': number })
  const wrong = await send('三')
  expect(textOf(wrong.body)).toContain('数字で入れてください')
  expect(find(wrong.body, 'Input.Text')[0]).toMatchObject({ value: '三' })
  const right = await send('4')
  expect(textOf(right.body)).toContain('受け付けました：いまは4です')
  await expect.poll(() => textOf(standIn.messagesOf(tanaka)[0]?.activity)).toContain('いまは4です')
  expect(standIn.messagesOf(tanaka)).toHaveLength(3)
})

test('a form that names a message of somebody else changes nothing of theirs', async () => {
  const sato = standIn.addUser({ name: '佐藤 花子', email: 'sato@city.example.jp' })
  await standIn.say(city.target, sato, '数')
  const theirs = await seen(1, sato)
  await standIn.say(city.target, tanaka, '数')
  const dialog = await press('入力する', await seen(1))
  const [send] = find(dialog.body, 'Action.Submit')
  if (!send) throw new Error('the dialog has no button')
  const { form: wire } = send.data as { form: object }
  const message = { conversation: sato.conversation, id: theirs.id }
  const value = { data: { form: { ...wire, message }, 'f.t.number': '5' } }
  const forged = standIn.activity(tanaka, { type: 'invoke', name: 'task/submit', value })
  expect((await standIn.deliver(city.target, forged)).status).toBe(200)
  await seen(2)
  expect(standIn.messagesOf(sato).map(({ edited }) => edited)).toEqual([false])
})

test('a button of another program is answered, not followed', async () => {
  const value = { action: { type: 'Action.Execute', verb: 'x', data: { any: 1 } }, trigger: 'manual' }
  const parts = { type: 'invoke', name: 'adaptiveCard/action', value }
  const { status, body } = await standIn.deliver(city.target, standIn.activity(tanaka, parts))
  expect(status).toBe(200)
  expect(body).toMatchObject({ type: 'application/vnd.microsoft.activity.message' })
})

test('what is said in a channel is not listened to', async () => {
  const conversation = { conversationType: 'channel', tenantId: 'x', id: '19:x@thread.tacv2' }
  const activity = standIn.activity(tanaka, { type: 'message', text: '数' })
  const said = {
    ...activity,
    conversation: {
      ...conversation,
      tenantId: (activity.channelData as { tenant: { id: string } }).tenant.id,
    },
  }
  expect((await standIn.deliver(city.target, said)).status).toBe(200)
  expect(standIn.messagesOf(tanaka)).toEqual([])
  expect(await db.prisma.inbox.count()).toBe(0)
})

test('no line of the log holds a name, an address or a token', () => {
  expect(lines.length).toBeGreaterThan(10)
  const all = lines.join('')
  for (const word of ['田中', 'tanaka', 'eyJ', 'Bearer', '29:1', 'a:1chat', standIn.url])
    expect(all.toLowerCase()).not.toContain(word.toLowerCase())
})
