// The stand-in against Slack's own client: what Slack takes it takes, what Slack refuses it refuses.
import { LogLevel, WebClient } from '@slack/web-api'
import { afterEach, describe, expect, test } from 'vitest'
import { MovableClock } from '../../src/kernel/clock.ts'
import { type StandIn, type StandInOptions, startSlackStandIn } from './index.ts'

const clock = () => new MovableClock(Temporal.Instant.from('2027-05-28T00:00:00Z'))
let slack: StandIn
const start = async (options: Partial<StandInOptions> = {}) => {
  slack = await startSlackStandIn({ signingSecret: 's3cret', clock: clock(), limits: false, ...options })
  return slack
}
afterEach(() => slack.stop())

const client = (token: string | undefined = slack.botToken, timeout = 60_000) =>
  new WebClient(token, {
    slackApiUrl: slack.url,
    logLevel: LogLevel.ERROR,
    logger: {
      debug() {},
      info() {},
      warn() {},
      error() {},
      setLevel() {},
      getLevel: () => LogLevel.ERROR,
      setName() {},
    },
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout,
  })
/** The platform's own word for why not. */
const why = (call: Promise<unknown>) =>
  call.then(
    () => 'ok',
    (error) => error.data?.error ?? error.code,
  )
const metadata = (token: string) => ({ event_type: 'hagukumi_message', event_payload: { token } })
const divider = (id: string) => ({ type: 'divider' as const, block_id: id })

describe('messages', () => {
  test('reach a person by the id, keep their metadata and are found again by a page at a time', async () => {
    await start()
    const tanaka = slack.addUser({ name: '田中' })
    const api = client()
    for (let each = 1; each <= 5; each++)
      await api.chat.postMessage({ channel: tanaka.id, text: `${each}`, metadata: metadata(`t${each}`) })

    const { channel } = await api.conversations.open({ users: tanaka.id })
    const found: unknown[] = []
    for await (const page of api.paginate('conversations.history', {
      channel: channel?.id,
      include_all_metadata: true,
      limit: 2,
    }))
      found.push(
        ...((page as { messages?: { metadata?: unknown }[] }).messages ?? []).map((each) => each.metadata),
      )
    expect(found).toEqual([5, 4, 3, 2, 1].map((each) => metadata(`t${each}`)))

    const plain = await api.conversations.history({ channel: String(channel?.id) })
    expect(plain.messages?.some((each) => 'metadata' in each)).toBe(false)
    const third = slack.messages[2]?.ts
    const later = await api.conversations.history({ channel: String(channel?.id), oldest: third })
    expect(later.messages?.map((each) => each.text)).toEqual(['5', '4'])
  })

  test('that are doubled are counted by their token, however often they are updated', async () => {
    await start()
    const { id } = slack.addUser({ name: '田中' })
    const api = client()
    const sent = await api.chat.postMessage({ channel: id, text: 'a', metadata: metadata('once') })
    await api.chat.update({ channel: String(sent.channel), ts: String(sent.ts), text: 'b' })
    expect(slack.duplicates().size).toBe(0)
    expect(slack.messages.map(({ text, metadata }) => ({ text, metadata }))).toEqual([
      { text: 'b', metadata: metadata('once') },
    ])
    await api.chat.postMessage({ channel: id, text: 'a', metadata: metadata('once') })
    expect([...slack.duplicates()]).toEqual([['once', 2]])
  })

  test('with an illegal block are refused and name it', async () => {
    await start()
    const { id } = slack.addUser({ name: '田中' })
    const many = Array.from({ length: 51 }, (_, at) => divider(`b${at}`))
    const refusal = await client()
      .chat.postMessage({ channel: id, text: 'x', blocks: many })
      .catch((error) => error.data)
    expect(refusal).toMatchObject({ ok: false, error: 'invalid_blocks' })
    expect(refusal.response_metadata.messages[0]).toMatch(/\[json-pointer:\/blocks\]/)
    expect(await why(client().chat.postMessage({ channel: id, text: 'x', blocks: many.slice(1) }))).toBe('ok')
    expect(slack.messages).toHaveLength(1)
  })

  test('go to nobody unknown, to no other workspace, to no bot, and not when empty', async () => {
    await start()
    const stranger = slack.addUser({ name: '他市', team: 'T0OTHER' })
    const bot = slack.addUser({ name: 'bot', bot: true })
    const left = slack.addUser({ name: '退職', deleted: true })
    const api = client()
    const send = (channel: string, text = 'x') => why(api.chat.postMessage({ channel, text }))
    expect(await send('U0NOBODY')).toBe('channel_not_found')
    expect(await send(stranger.id)).toBe('channel_not_found')
    expect(await send(bot.id)).toBe('cannot_dm_bot')
    expect(await send(slack.addUser({ name: '田中' }).id, '')).toBe('no_text')
    // Slack takes messages to people who have left; only opening a conversation tells.
    expect(await send(left.id)).toBe('ok')
    expect(await why(api.conversations.open({ users: left.id }))).toBe('user_disabled')
    expect(await why(api.users.lookupByEmail({ email: 'nobody@example.jp' }))).toBe('users_not_found')
    expect(await why(api.chat.update({ channel: 'D0NONE', ts: '1.2', text: 'x' }))).toBe('channel_not_found')
    expect(await why(api.apiCall('chat.nothing'))).toBe('unknown_method')
  })
})

describe('tokens and scopes', () => {
  test('decide who may call what', async () => {
    await start({ scopes: ['chat:write', 'users:read'] })
    const tanaka = slack.addUser({ name: '田中', email: 'tanaka@city.example.jp' })
    expect(
      await why(new WebClient('', { slackApiUrl: slack.url, retryConfig: { retries: 0 } }).auth.test()),
    ).toBe('not_authed')
    expect(await why(client('xoxb-wrong').auth.test())).toBe('invalid_auth')
    expect(await why(client(slack.appToken).auth.test())).toBe('not_allowed_token_type')
    expect(await why(client().apps.connections.open({}))).toBe('not_allowed_token_type')
    expect(
      await client()
        .conversations.open({ users: tanaka.id })
        .catch((error) => error.data),
    ).toMatchObject({
      error: 'missing_scope',
      needed: 'im:write',
      provided: 'chat:write,users:read',
    })
    const { user } = await client().users.info({ user: tanaka.id, include_locale: true })
    expect(user).toMatchObject({ id: tanaka.id, locale: 'ja-JP', deleted: false })
    expect(user?.profile).not.toHaveProperty('email')
    slack.revoke(slack.botToken)
    expect(await why(client().auth.test())).toBe('token_revoked')
  })

  test('a workspace is listed by pages: its own people, also those who have left, and its bots', async () => {
    await start()
    const names = ['田中', '佐藤', '鈴木']
    for (const name of names)
      slack.addUser({ name, deleted: name === '鈴木', email: `${name}@city.example.jp` })
    slack.addUser({ name: '他市', team: 'T0OTHER' })
    const listed: unknown[] = []
    for await (const page of client().paginate('users.list', { limit: 3 }))
      listed.push(
        ...((page as { members?: { real_name: string }[] }).members ?? []).map((each) => each.real_name),
      )
    expect(listed).toEqual(['はぐくみ', ...names])
    expect(await why(client().users.list({ cursor: 'nonsense' }))).toBe('invalid_cursor')
    expect(await why(client().users.lookupByEmail({ email: '田中@CITY.example.jp' }))).toBe('ok')
    expect(await why(client().users.lookupByEmail({ email: '鈴木@city.example.jp' }))).toBe('users_not_found')
  })

  test('run out after twelve hours and are refreshed once', async () => {
    const time = clock()
    await start({ clock: time, rotation: true })
    const refresh = (token = slack.refreshToken) =>
      client().oauth.v2.access({
        client_id: slack.clientId,
        client_secret: slack.clientSecret,
        grant_type: 'refresh_token',
        refresh_token: String(token),
      })
    time.advance({ hours: 12 })
    expect(await why(client().auth.test())).toBe('token_expired')
    const fresh = await refresh()
    expect(fresh).toMatchObject({ expires_in: 43_200, token_type: 'bot' })
    expect(await why(client(fresh.access_token).auth.test())).toBe('ok')
    expect(await why(refresh())).toBe('invalid_refresh_token')
    expect(await why(refresh(fresh.refresh_token))).toBe('ok')
    expect(
      await why(
        client().oauth.v2.access({
          client_id: slack.clientId,
          client_secret: 'x',
          grant_type: 'refresh_token',
        }),
      ),
    ).toBe('bad_client_secret')
  })
})

describe('pace', () => {
  test('is one message a second in a channel, by whichever name it is called', async () => {
    const time = clock()
    await start({ clock: time, limits: {} })
    const tanaka = slack.addUser({ name: '田中' })
    const sato = slack.addUser({ name: '佐藤' })
    const api = client()
    const send = (channel: string) => api.chat.postMessage({ channel, text: 'x' })
    const first = await send(tanaka.id)
    expect(await send(tanaka.id).catch((error) => error)).toMatchObject({
      code: 'slack_webapi_rate_limited_error',
      retryAfter: 1,
    })
    time.advance({ milliseconds: 900 })
    expect(await why(send(String(first.channel)))).toBe('slack_webapi_rate_limited_error')
    expect(await why(send(sato.id))).toBe('ok')
    time.advance({ milliseconds: 100 })
    expect(await why(send(tanaka.id))).toBe('ok')
    expect(await why(send(tanaka.id))).toBe('slack_webapi_rate_limited_error')
    expect(slack.messages).toHaveLength(3)
  })

  test('is a bucket of messages in the workspace, and a tier for each other method', async () => {
    const time = clock()
    await start({ clock: time, limits: { workspacePerMinute: 3 } })
    const api = client()
    const people = Array.from({ length: 4 }, (_, at) => slack.addUser({ name: `${at}` }))
    const sent = await Promise.all(
      people.map(({ id }) => why(api.chat.postMessage({ channel: id, text: 'x' }))),
    )
    expect(sent.filter((each) => each === 'ok')).toHaveLength(3)
    for (let each = 0; each < 20; each++) await api.users.list({})
    expect(await api.users.list({}).catch((error) => error.retryAfter)).toBe(3)
    expect(await why(api.users.info({ user: String(people[0]?.id) }))).toBe('ok')
    time.advance({ seconds: 2 })
    expect(await why(api.users.list({}))).toBe('slack_webapi_rate_limited_error')
    time.advance({ seconds: 1 })
    expect(await why(api.users.list({}))).toBe('ok')
  })
})

describe('faults', () => {
  const lost = 'slack_webapi_request_error'
  test.each([
    [{ type: 'reset', done: true }, lost, 1],
    [{ type: 'reset', done: false }, lost, 0],
    [{ type: 'stall', done: true }, lost, 1],
    [{ type: 'stall', done: false }, lost, 0],
    [{ type: 'status', status: 503, done: true }, 'slack_webapi_http_error', 1],
    [{ type: 'status', status: 503, done: false }, 'slack_webapi_http_error', 0],
    [{ type: 'rate-limited', seconds: 30 }, 'slack_webapi_rate_limited_error', 0],
    [{ type: 'error', error: 'messages_tab_disabled' }, 'messages_tab_disabled', 0],
  ] as const)('%o is seen as %s with %i messages there', async (fault, seen, arrived) => {
    await start()
    const { id } = slack.addUser({ name: '田中' })
    slack.faults.next('chat.postMessage', fault)
    const caller = fault.type === 'stall' ? client(slack.botToken, 300) : client()
    expect(await why(caller.chat.postMessage({ channel: id, text: 'x' }))).toBe(seen)
    expect(slack.messages).toHaveLength(arrived)
    expect(await why(client().chat.postMessage({ channel: id, text: 'x' }))).toBe('ok')
  })

  test('tell the test when an ok has left, and can be decided call by call', async () => {
    await start()
    const { id } = slack.addUser({ name: '田中' })
    let told = 0
    slack.faults.next('*', { type: 'ok-then', run: () => void told++ })
    await client().chat.postMessage({ channel: id, text: 'x' })
    expect(told).toBe(1)
    slack.faults.each((call) =>
      call.args.text === 'b' ? { type: 'error', error: 'fatal_error' } : undefined,
    )
    expect(await why(client().chat.postMessage({ channel: id, text: 'a' }))).toBe('ok')
    expect(await why(client().chat.postMessage({ channel: id, text: 'b' }))).toBe('fatal_error')
    slack.faults.clear()
    expect(await why(client().chat.postMessage({ channel: id, text: 'b' }))).toBe('ok')
    expect(slack.calls.map((each) => each.method)).toEqual(Array(4).fill('chat.postMessage'))
  })
})

describe('views', () => {
  const home = (id: string) => ({ type: 'home' as const, blocks: [divider(id)] })

  test('of Home are published for each person, and not over a newer one', async () => {
    await start()
    const tanaka = slack.addUser({ name: '田中' })
    const publish = (view: object, hash?: string) =>
      client().apiCall('views.publish', { user_id: tanaka.id, view, hash }) as Promise<{
        view?: { hash?: string }
      }>
    const first = await publish(home('b1'))
    await publish(home('b2'), first.view?.hash)
    expect(await why(publish(home('b3'), first.view?.hash))).toBe('hash_conflict')
    expect(slack.views.home(tanaka)?.view).toEqual(home('b2'))
    expect(slack.views.home(slack.addUser({ name: '佐藤' }))).toBeUndefined()
  })

  test('that are illegal are refused as arguments', async () => {
    await start()
    const tanaka = slack.addUser({ name: '田中' })
    const view = { ...home('b1'), blocks: Array.from({ length: 101 }, (_, at) => divider(`b${at}`)) }
    const refusal = await client()
      .apiCall('views.publish', { user_id: tanaka.id, view })
      .catch((error) => error.data)
    expect(refusal.error).toBe('invalid_arguments')
    expect(refusal.response_metadata.messages[0]).toContain('[json-pointer:/view/blocks]')
    expect(await why(client().apiCall('views.update', { view_id: 'V0NONE', view }))).toBe('not_found')
  })
})

describe('files', () => {
  test('go up by the client in three steps, and into an open conversation only', async () => {
    await start()
    const tanaka = slack.addUser({ name: '田中' })
    const { channel } = await client().conversations.open({ users: tanaka.id })
    const file = Buffer.from('氏名,所属\n')
    const sent = { file, filename: '名簿.csv', title: '名簿', initial_comment: 'こちらです' }
    await client().files.uploadV2({ ...sent, channel_id: channel?.id })
    expect(slack.messagesOf(tanaka)).toMatchObject([
      { text: 'こちらです', files: [{ name: '名簿.csv', title: '名簿', bytes: file }] },
    ])
    const asked = await client().files.getUploadURLExternal({ filename: 'a', length: 3 })
    const raw = await fetch(String(asked.upload_url), { method: 'POST', body: 'abc' })
    expect([raw.status, await raw.text()]).toEqual([200, 'OK - 3'])
    const short = await client().files.getUploadURLExternal({ filename: 'a', length: 3 })
    expect((await fetch(String(short.upload_url), { method: 'POST', body: 'ab' })).status).toBe(500)
    const complete = (id: unknown, channel_id: string) =>
      why(client().files.completeUploadExternal({ files: [{ id: String(id) }], channel_id }))
    expect(await complete(asked.file_id, tanaka.id)).toBe('channel_not_found')
    expect(await complete(short.file_id, String(channel?.id))).toBe('file_not_found')
    expect(await complete(asked.file_id, String(channel?.id))).toBe('ok')
  })

  test('come down with a token; without one a sign-in page comes, with 200', async () => {
    await start({ ackMs: 50 })
    const tanaka = slack.addUser({ name: '田中' })
    const bytes = new TextEncoder().encode('a,b')
    const told = await slack.say('http://127.0.0.1:1/', { user: tanaka, files: [{ name: 'a.csv', bytes }] })
    const event = told.payload.event as { files: { url_private_download: string }[] }
    const url = String(event.files[0]?.url_private_download)
    const get = (token?: string) =>
      fetch(url, token ? { headers: { authorization: `Bearer ${token}` } } : {}).then((answer) =>
        answer.text(),
      )
    expect(await get(slack.botToken)).toBe('a,b')
    expect(await get()).toMatch(/^<!DOCTYPE html>/)
    expect(await get('xoxb-wrong')).toMatch(/^<!DOCTYPE html>/)
  })
})

test('A body that is no form and no JSON is refused, and JSON is taken as well as a form', async () => {
  await start()
  const { id } = slack.addUser({ name: '田中' })
  const post = (body: string, type: string) =>
    fetch(`${slack.url}chat.postMessage`, {
      method: 'POST',
      body,
      headers: { 'content-type': type, authorization: `Bearer ${slack.botToken}` },
    }).then((answer) => answer.json())
  const blocks = [divider('b1')]
  expect(
    await post(JSON.stringify({ channel: id, text: 'x', blocks }), 'application/json; charset=utf-8'),
  ).toMatchObject({
    ok: true,
  })
  expect(await post('{', 'application/json')).toMatchObject({ ok: false, error: 'invalid_json' })
  expect(await post('x', 'text/plain')).toMatchObject({ ok: false, error: 'invalid_post_type' })
  expect(await post(`channel=${id}&blocks=%7B`, 'application/x-www-form-urlencoded')).toMatchObject({
    ok: false,
    error: 'invalid_arguments',
  })
})
