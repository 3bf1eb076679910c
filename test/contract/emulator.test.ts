// The same adapter against a Slack that nobody here wrote, so that the stand-in and the adapter cannot be wrong together.
// It knows fewer rules than Slack: any token, no limits, no faults, no events.
import { WebClient } from '@slack/web-api'
import { createEmulator } from 'emulate'
import { z } from 'zod'
import { createApi } from '../../src/adapters/slack/api.ts'
import { createFiles } from '../../src/adapters/slack/files.ts'
import { quietLogger } from '../../src/adapters/slack/log.ts'
import { createSending } from '../../src/adapters/slack/send.ts'
import { createLog } from '../../src/kernel/log.ts'
import { textOf } from '../slack-stand-in/index.ts'
import { platformContract } from './platform-contract.ts'

const people = ['田中', '佐藤', '鈴木']
const members = z.array(z.object({ id: z.string(), team_id: z.string(), real_name: z.string() }))
const messages = z.array(
  z.object({
    text: z.string(),
    blocks: z.array(z.unknown()).default([]),
    files: z.array(z.object({ name: z.string(), url_private: z.string() })).default([]),
  }),
)

platformContract('Slack, at an emulator', { finds: true, refuses: true, networked: false }, async () => {
  const token = 'xoxb-emulated'
  const emulator = await createEmulator({
    service: 'slack',
    port: 0,
    seed: {
      tokens: { [token]: { login: 'hagukumi' } },
      slack: {
        users: people.map((name, at) => ({ name: `u${at}`, real_name: name })),
        bots: [{ name: 'hagukumi' }],
      },
    },
  })
  const url = `${emulator.url}/api/`
  const log = createLog('silent')
  const client = new WebClient(token, {
    slackApiUrl: url,
    retryConfig: { retries: 0 },
    logger: quietLogger(log, 'emulator'),
  })
  const known = members.parse((await client.users.list({})).members)
  const api = createApi({ token: async () => token, url, log })
  const files = createFiles({ api, url, largest: 1_000_000 })
  const tenant = known[0]?.team_id ?? ''
  return {
    platform: createSending({ api, files, log, nowMs: Date.now }),
    person: (name) => {
      const found = known.find((each) => each.real_name === name)
      if (!found) throw new Error(`Nobody is called ${name}`)
      return { platform: 'slack', tenant, user: found.id }
    },
    shown: async ({ user }) => {
      const { channel } = await client.conversations.open({ users: user })
      const history = await client.conversations.history({ channel: String(channel?.id), limit: 200 })
      return Promise.all(
        messages.parse(history.messages).map(async ({ text, blocks, files: [file] }) => {
          if (!file) return { text: textOf({ text, blocks }) }
          const answer = await fetch(file.url_private, { headers: { authorization: `Bearer ${token}` } })
          return { text, file: { name: file.name, bytes: new Uint8Array(await answer.arrayBuffer()) } }
        }),
      ).then((newestFirst) => newestFirst.reverse())
    },
    refusals: [
      {
        who: 'nobody',
        to: { platform: 'slack', tenant, user: 'U0NOBODY' },
        reason: 'no-account',
      },
    ],
    stop: () => emulator.close(),
  }
})
