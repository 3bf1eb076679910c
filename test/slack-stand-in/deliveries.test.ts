// What the stand-in sends, against a bare Bolt app: over HTTP and in Socket Mode.
import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Clock, MovableClock } from '../../src/kernel/clock.ts'
import { type StandIn, type StoredMessage, startSlackStandIn } from './index.ts'

const signingSecret = 's3cret'
const silent = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
}
const plain = (text: string) => ({ type: 'plain_text' as const, text, emoji: false as const })
const button = (label: string, action: string, value: string) => ({
  type: 'button' as const,
  text: plain(label),
  action_id: action,
  value,
})
const actions = (...elements: ReturnType<typeof button>[]) => [
  { type: 'actions' as const, block_id: 'b1', elements },
]
const modal = {
  type: 'modal' as const,
  callback_id: 'offer',
  title: plain('候補日'),
  submit: plain('送る'),
  close: plain('やめる'),
  private_metadata: '{}',
  blocks: [
    {
      type: 'input' as const,
      block_id: 'day',
      label: plain('日にち'),
      optional: false,
      element: { type: 'datepicker' as const, action_id: 'day', initial_date: '2027-05-29' },
    },
    {
      type: 'input' as const,
      block_id: 'place',
      label: plain('場所'),
      optional: true,
      element: {
        type: 'static_select' as const,
        action_id: 'place',
        options: [
          { text: plain('第一会議室'), value: 'room-1' },
          { text: plain('第二会議室'), value: 'room-2' },
        ],
      },
    },
    {
      type: 'input' as const,
      block_id: 'with',
      label: plain('相手'),
      optional: true,
      element: { type: 'external_select' as const, action_id: 'with', min_query_length: 1 },
    },
  ],
}

let slack: StandIn
let app: App
let target: string

/** Bolt looks at the machine's clock; this one is the machine's, and can be moved ahead. */
class AheadClock implements Clock {
  #ahead = Temporal.Duration.from({ seconds: 0 })
  now() {
    return Temporal.Now.instant().add(this.#ahead)
  }
  advance(by: Temporal.DurationLike) {
    this.#ahead = this.#ahead.add(by)
  }
}
let clock: AheadClock

async function start({ ackMs = 30_000 } = {}) {
  clock = new AheadClock()
  slack = await startSlackStandIn({ signingSecret, clock, limits: false, ackMs })
  const receiver = new HTTPReceiver({ signingSecret, logger: silent, processBeforeResponse: true })
  app = new App({
    receiver,
    logger: silent,
    token: slack.botToken,
    clientOptions: { slackApiUrl: slack.url, retryConfig: { retries: 0 }, logger: silent },
    processBeforeResponse: true,
  })
  const server = await app.start({ port: 0, host: '127.0.0.1' })
  const address = 'address' in server ? server.address() : null
  target = `http://127.0.0.1:${address && typeof address === 'object' ? address.port : 0}/slack/events`
}

describe('over HTTP', () => {
  beforeEach(() => start())
  afterEach(async () => {
    await app.stop()
    await slack.stop()
  })

  test('a command is answered to its person alone', async () => {
    const tanaka = slack.addUser({ name: '田中' })
    app.command('/hagukumi', async ({ ack, command }) => ack(`こんにちは ${command.text}`))
    const delivery = await slack.sendCommand(target, {
      user: tanaka,
      command: '/hagukumi',
      text: '面談 一覧',
    })
    expect(delivery.answer).toMatchObject({ status: 200, body: 'こんにちは 面談 一覧' })
    expect(slack.messagesOf(tanaka)).toMatchObject([{ text: 'こんにちは 面談 一覧', onlyTo: tanaka.id }])
    expect(slack.messagesOf(slack.addUser({ name: '佐藤' }))).toEqual([])
  })

  test('an illegal answer to a command is a problem that the person sees', async () => {
    const tanaka = slack.addUser({ name: '田中' })
    app.command('/hagukumi', async ({ ack }) =>
      ack({ text: 'x', blocks: [{ type: 'header', text: { type: 'plain_text', text: 'W'.repeat(151) } }] }),
    )
    const delivery = await slack.sendCommand(target, { user: tanaka, command: '/hagukumi' })
    expect(delivery.problem).toMatch(/^invalid_blocks/)
    expect(slack.messages).toEqual([])
  })

  test('a request with a wrong or an old signature is refused; one from the future passes bare Bolt', async () => {
    const user = slack.addUser({ name: '田中' })
    let ran = 0
    app.command('/hagukumi', async ({ ack }) => {
      ran += 1
      await ack()
    })
    const seconds = Math.floor(Date.now() / 1000)
    const send = (tampering: object) =>
      slack.sendCommand(target, { user, command: '/hagukumi' }, tampering).then((each) => each.answer.status)
    expect(await send({ signature: 'v0=00' })).toBe(401)
    expect(await send({ timestamp: seconds - 302 })).toBe(401)
    expect(await send({ timestamp: seconds + 86_400 })).toBe(200)
    expect(
      await send({ headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' } }),
    ).toBe(400)
    expect(ran).toBe(1)
    const first = await slack.sendCommand(target, { user, command: '/hagukumi' })
    await slack.replay(first)
    expect(ran).toBe(3)
  })

  test('an event that fails is tried again at once, after one minute and after five', async () => {
    const user = slack.addUser({ name: '田中' })
    const seen: unknown[] = []
    app.event('app_home_opened', async ({ body, context }) => {
      seen.push([body.event_id, context.retryNum, context.retryReason])
      throw new Error('the database is down')
    })
    const { attempts, payload } = await slack.openHome(target, user)
    expect(attempts.map((each) => each.status)).toEqual([500, 500])
    expect(await slack.retryDue()).toBe(0)
    clock.advance({ seconds: 59 })
    expect(await slack.retryDue()).toBe(0)
    clock.advance({ seconds: 2 })
    expect(await slack.retryDue()).toBe(1)
    clock.advance({ minutes: 5 })
    expect(await slack.retryDue()).toBe(1)
    clock.advance({ days: 1 })
    expect([await slack.retryDue(), slack.retriesWaiting]).toEqual([0, 0])
    const id = payload.event_id
    expect(seen).toEqual([
      [id, undefined, undefined],
      [id, 1, 'http_error'],
      [id, 2, 'http_error'],
      [id, 3, 'http_error'],
    ])
  })

  test('a button is pressed by its label, twice if one likes, and as it was seen', async () => {
    const user = slack.addUser({ name: '田中' })
    const pressed: unknown[] = []
    app.action(/.*/, async ({ ack, action, body }) => {
      await ack()
      pressed.push([
        'value' in action && action.value,
        'trigger_id' in body && body.trigger_id,
        'message' in body && body.message?.ts,
      ])
    })
    const blocks = actions(button('決める', 'a1', 'one'), button('決める', 'a2', 'two'))
    const sent = await app.client.chat.postMessage({ channel: user.id, text: 'x', blocks })
    const seen = slack.messages[0] as StoredMessage
    await slack.click(target, { user, on: seen, press: '決める' })
    await app.client.chat.update({
      channel: String(sent.channel),
      ts: String(sent.ts),
      text: 'y',
      blocks: [],
    })
    await slack.click(target, { user, on: seen, press: '決める' })
    expect(pressed.map((each) => (each as unknown[])[0])).toEqual(['one', 'one'])
    expect(new Set(pressed.map((each) => (each as unknown[])[1])).size).toBe(2)
    expect((pressed[1] as unknown[])[2]).toBe(sent.ts)
    await slack.click(target, { user, on: seen, press: '決める', at: 1 })
    expect((pressed[2] as unknown[])[0]).toBe('two')
    expect(() => slack.click(target, { user, on: slack.messages[0] ?? seen, press: '決める' })).toThrow(
      /決める/,
    )
  })

  test('Home is published, opened and pressed', async () => {
    const user = slack.addUser({ name: '田中' })
    app.event('app_home_opened', async ({ event, client }) => {
      await client.views.publish({
        user_id: event.user,
        view: { type: 'home', blocks: actions(button('一覧', 'a1', 'list')) },
      })
    })
    let container: unknown
    app.action('a1', async ({ ack, body }) => {
      await ack()
      container = 'container' in body && body.container.type
    })
    expect((await slack.openHome(target, user)).answer.status).toBe(200)
    expect(slack.views.home(user)?.view.blocks).toHaveLength(1)
    await slack.click(target, { user, on: 'home', press: '一覧' })
    expect(container).toBe('view')
  })

  test('a form is opened by a trigger within three seconds and once, shows errors, and closes', async () => {
    const user = slack.addUser({ name: '田中' })
    const triggers: string[] = []
    app.action('open', async ({ ack, body }) => {
      await ack()
      triggers.push('trigger_id' in body ? String(body.trigger_id) : '')
    })
    await app.client.chat.postMessage({
      channel: user.id,
      text: 'x',
      blocks: actions(button('出す', 'open', '1')),
    })
    const press = () => slack.click(target, { user, on: slack.messages[0] as StoredMessage, press: '出す' })
    const open = (trigger_id = '') =>
      app.client.views.open({ trigger_id, view: modal }).then(
        () => 'ok',
        (error) => error.data.error,
      )
    await press()
    expect([await open(triggers[0]), await open(triggers[0]), await open('1.2.3')]).toEqual([
      'ok',
      'exchanged_trigger_id',
      'invalid_trigger_id',
    ])
    await press()
    clock.advance({ seconds: 4 })
    expect(await open(triggers[1])).toBe('expired_trigger_id')

    const values: unknown[] = []
    app.view('offer', async ({ ack, view }) => {
      values.push(view.state.values)
      if (values.length === 1) await ack({ response_action: 'errors', errors: { place: '空きがありません' } })
      else if (values.length === 2) await ack({ response_action: 'errors', errors: { nothing: 'x' } })
      else await ack()
    })
    const view = slack.views.open(user)
    if (!view) throw new Error('No form is open')
    const submit = (place: string) => slack.submit(target, { user, view, values: { 場所: place } })
    expect((await submit('第一会議室')).problem).toBeUndefined()
    expect(slack.views.open(user)).toBeDefined()
    expect((await submit('第一会議室')).problem).toMatch(/no_such_field/)
    expect((await submit('第二会議室')).problem).toBeUndefined()
    expect(slack.views.open(user)).toBeUndefined()
    expect(values[2]).toMatchObject({
      day: { day: { type: 'datepicker', selected_date: '2027-05-29' } },
      place: { place: { type: 'static_select', selected_option: { value: 'room-2' } } },
      with: { with: { type: 'external_select', selected_option: null } },
    })
  })

  test('a field that searches is given what may be chosen', async () => {
    const user = slack.addUser({ name: '田中' })
    let trigger = ''
    app.command('/form', async ({ ack, command }) => {
      trigger = command.trigger_id
      await ack()
    })
    app.options('with', async ({ ack, payload }) =>
      ack({ options: payload.value === '佐' ? [{ text: plain('佐藤 花子'), value: '17' }] : [] }),
    )
    await slack.sendCommand(target, { user, command: '/form' })
    await app.client.views.open({ trigger_id: trigger, view: modal })
    const view = slack.views.open(user)
    if (!view) throw new Error('No form is open')
    const found = await slack.suggest(target, { user, view, field: '相手', query: '佐' })
    expect(found.options.map((each) => each.value)).toEqual(['17'])
    let chosen: unknown
    app.view('offer', async ({ ack, view: sent }) => {
      chosen = sent.state.values.with?.with?.selected_option?.value
      await ack()
    })
    const empty = { ...modal, blocks: modal.blocks.map((each) => ({ ...each, optional: false })) }
    const kept = { ...view, view: empty }
    expect(() => slack.submit(target, { user, view: kept, values: { 相手: '佐藤 花子' } })).toThrow(/場所/)
    await slack.submit(target, { user, view, values: { 相手: '佐藤 花子' } })
    expect(chosen).toBe('17')
    expect((await slack.suggest(target, { user, view, field: '相手', query: '田' })).options).toEqual([])
    expect(() => slack.submit(target, { user, view, values: { 相手: '佐藤 花子' } })).toThrow(/佐藤 花子/)
  })

  test('a response_url takes five answers within half an hour', async () => {
    const user = slack.addUser({ name: '田中' })
    const urls: string[] = []
    app.command('/hagukumi', async ({ ack, command }) => {
      urls.push(command.response_url)
      await ack()
    })
    await slack.sendCommand(target, { user, command: '/hagukumi' })
    await slack.sendCommand(target, { user, command: '/hagukumi' })
    const answer = (url = '', body: object = { text: 'はい' }) =>
      fetch(url, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      })
    const statuses = []
    for (let each = 0; each < 6; each++) statuses.push((await answer(urls[0])).status)
    expect(statuses).toEqual([200, 200, 200, 200, 200, 404])
    expect(slack.messagesOf(user)).toHaveLength(5)
    expect(await (await answer(urls[1], { text: 'x', blocks: [{ type: 'nothing' }] })).json()).toMatchObject({
      error: 'invalid_blocks',
    })
    clock.advance({ minutes: 31 })
    expect(await (await answer(urls[1])).json()).toEqual({ ok: false, error: 'expired_url' })
  })

  test('words and files in the conversation with the bot are told, and so is a change of a person', async () => {
    const user = slack.addUser({ name: '田中' })
    const heard: unknown[] = []
    app.message(async ({ message }) => {
      heard.push('text' in message && [message.text, 'files' in message && message.files?.[0]?.name])
    })
    app.event('user_change', async ({ event }) => void heard.push(event.user.deleted))
    await slack.say(target, { user, text: '面談 <今月> & 来月' })
    await slack.say(target, { user, files: [{ name: '名簿.csv', bytes: new Uint8Array(3) }] })
    await slack.userChanged(target, slack.changeUser(user.id, { deleted: true }))
    expect(heard).toEqual([['面談 &lt;今月&gt; &amp; 来月', false], ['', '名簿.csv'], true])
  })
})

test('an answer after three seconds is none; an event is then tried again', async () => {
  await start({ ackMs: 100 })
  const user = slack.addUser({ name: '田中' })
  const { promise: late, resolve: nowIsLate } = Promise.withResolvers<void>()
  app.command('/slow', async ({ ack }) => {
    await late
    await ack('遅れました')
  })
  const slow = await slack.sendCommand(target, { user, command: '/slow' })
  expect([slow.problem, slow.attempts.length]).toEqual(['http_timeout', 1])
  expect(slack.messages).toEqual([])
  app.event('app_home_opened', () => late)
  const event = await slack.openHome(target, user)
  expect(event.attempts.map((each) => each.failure)).toEqual(['http_timeout', 'http_timeout'])
  nowIsLate()
  await app.stop()
  expect((await slack.openHome(target, user)).answer.failure).toBe('connection_failed')
  await slack.stop()
})

test('An app that does not want an event again says so', async () => {
  const http = await import('node:http')
  const server = http.createServer((_, response) =>
    response.writeHead(500, { 'x-slack-no-retry': '1' }).end(),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const stop = new MovableClock(Temporal.Instant.from('2027-05-28T00:00:00Z'))
  slack = await startSlackStandIn({ signingSecret, clock: stop })
  const url = `http://127.0.0.1:${address && typeof address === 'object' ? address.port : 0}/`
  const { attempts } = await slack.openHome(url, slack.addUser({ name: '田中' }))
  expect([attempts.length, slack.retriesWaiting]).toEqual([1, 0])
  server.closeAllConnections()
  server.close()
  await slack.stop()
})

describe('in Socket Mode', () => {
  /** So many connections were made by now, and so many of them stand. */
  const connected = (made: number, standing: number) =>
    expect.poll(() => [slack.sockets.made, slack.sockets.connections]).toEqual([made, standing])
  let ackMs: number
  let receiver: SocketModeReceiver
  // Bolt's client connects anew after as long as it waits for an answer to its pings. A busy machine answers late.
  const clientPingTimeout = 60_000
  const connectAnewAtOnce = () => Reflect.set(receiver.client, 'numOfConsecutiveReconnectionFailures', -1)
  beforeEach(async () => {
    clock = new AheadClock()
    ackMs = 30_000
    slack = await startSlackStandIn({ signingSecret, clock, limits: false, ackMs: () => ackMs })
    const clientOptions = { slackApiUrl: slack.url, retryConfig: { retries: 0 }, logger: silent }
    receiver = new SocketModeReceiver({
      appToken: slack.appToken,
      clientPingTimeout,
      logger: silent,
      installerOptions: { clientOptions },
    })
    app = new App({ receiver, token: slack.botToken, logger: silent, clientOptions })
    await app.start()
  })
  afterEach(async () => {
    await app.stop()
    await slack.stop()
  })

  test('commands, buttons, forms and events arrive and are acknowledged', async () => {
    const user = slack.addUser({ name: '田中' })
    app.command('/hagukumi', async ({ ack, command, client }) => {
      await ack({ text: `${command.text.length}` })
      await client.views.open({ trigger_id: command.trigger_id, view: modal })
    })
    app.view('offer', async ({ ack }) => ack({ response_action: 'errors', errors: { day: '過ぎています' } }))
    const heard: string[] = []
    app.message(async ({ message }) => void heard.push('text' in message ? String(message.text) : ''))
    // Longer than one byte of length, and than two.
    await slack.sendCommand('socket', { user, command: '/hagukumi', text: '面'.repeat(200) })
    await slack.sendCommand('socket', { user, command: '/hagukumi', text: '面'.repeat(70_000) })
    expect(slack.messagesOf(user).map((each) => each.text)).toEqual(['200', '70000'])
    await expect.poll(() => slack.views.open(user)).toBeDefined()
    const view = slack.views.open(user)
    if (!view) throw new Error('No form is open')
    const sent = await slack.submit('socket', { user, view })
    expect(sent.answer.body).toEqual({ response_action: 'errors', errors: { day: '過ぎています' } })
    await slack.say('socket', { user, text: '面談' })
    expect(heard).toEqual(['面談'])
  })

  test('what is not acknowledged is sent again, and a cut connection is made anew', async () => {
    const user = slack.addUser({ name: '田中' })
    ackMs = 50
    const late = await slack.sendCommand('socket', { user, command: '/nobody' })
    expect(late.problem).toBe('http_timeout')
    ackMs = 30_000
    connectAnewAtOnce()
    slack.sockets.cut()
    const missed = await slack.openHome('socket', user)
    expect(missed.attempts.map((each) => each.failure)).toEqual(['http_timeout', 'http_timeout'])
    await connected(2, 1)
    const seen: unknown[] = []
    app.event('app_home_opened', async ({ context }) => void seen.push(context.retryNum))
    clock.advance({ minutes: 1 })
    expect(await slack.retryDue()).toBe(1)
    expect(missed.answer.failure).toBeUndefined()
    expect(seen).toEqual([2])
    connectAnewAtOnce()
    slack.sockets.refresh()
    await connected(3, 1)
  })

  test('an address for a connection is good once', async () => {
    const { url } = await app.client.apps.connections.open({ token: slack.appToken })
    const open = () =>
      new Promise((resolve) => {
        const socket = new WebSocket(String(url))
        socket.onmessage = ({ data }) => {
          socket.close()
          resolve(JSON.parse(data).type)
        }
        socket.onerror = () => resolve('refused')
      })
    expect([await open(), await open()]).toEqual(['hello', 'refused'])
  })
})
