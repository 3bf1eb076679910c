// Slack's side of the bench: signed commands, who somebody is, and the addresses for answers.
import { createHmac } from 'node:crypto'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { timed } from './figure.ts'
import type { Platform } from './inbound.ts'

const secret = '0123456789abcdef0123456789abcdef'
const people = Array.from({ length: 50 }, (_, id) => ({
  name: `職員 ${id}`,
  email: `u${id}@city.example.jp`,
}))

export async function openSlack(): Promise<Platform> {
  const awaited = new Map<string, () => void>()
  const slack = http.createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { pathname } = new URL(request.url ?? '/', 'http://slack')
    const answer = () => {
      if (pathname.startsWith('/respond/')) return { ok: true }
      if (pathname === '/api/auth.test') return { ok: true, team_id: 'T1', user_id: 'U0', team: '市役所' }
      const user = new URLSearchParams(Buffer.concat(chunks).toString()).get('user') ?? ''
      const profile = { email: `${user.toLowerCase()}@city.example.jp` }
      return {
        ok: true,
        user: { id: user, team_id: 'T1', is_email_confirmed: true, locale: 'ja-JP', profile },
      }
    }
    awaited.get(pathname)?.()
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(answer()))
  })
  await new Promise<void>((resolve) => slack.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(slack.address() as AddressInfo).port}`

  let serial = 0
  /** One signed command, and where its answer will come to. */
  const command = (port: number, agent: http.Agent) => {
    serial += 1
    const hook = `/respond/${serial}`
    const body = new URLSearchParams({
      team_id: 'T1',
      user_id: `U${serial % people.length}`,
      channel_id: 'C1',
      command: '/hagukumi',
      text: '面談',
      trigger_id: `1.2.${serial}`,
      response_url: origin + hook,
    }).toString()
    const timestamp = Math.floor(Date.now() / 1000)
    const hmac = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': Buffer.byteLength(body),
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${hmac}`,
    }
    const where = { host: '127.0.0.1', port, path: '/slack/events', method: 'POST', agent, headers }
    const acknowledged = new Promise<void>((resolve, reject) => {
      const request = http.request(where, (response) => {
        response.resume()
        response.on('end', () =>
          response.statusCode === 200 ? resolve() : reject(new Error(`answered ${response.statusCode}`)),
        )
      })
      request.on('error', reject)
      request.end(body)
    })
    return { hook, acknowledged }
  }

  return {
    name: 'slack',
    control: 'bare Bolt',
    product: { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: secret, SLACK_API_URL: `${origin}/api/` },
    bare: { file: 'test/bench/bare-bolt.ts', env: { SIGNING_SECRET: secret } },
    people,
    send: (port, agent) => command(port, agent).acknowledged,
    answer: (port, agent) =>
      timed(async () => {
        const { promise, resolve } = Promise.withResolvers<void>()
        const { acknowledged, hook } = command(port, agent)
        awaited.set(hook, resolve)
        await Promise.all([acknowledged, promise])
        awaited.delete(hook)
      }),
    stop: async () => {
      slack.closeAllConnections()
      slack.close()
    },
  }
}
