import { createApi } from '../../src/adapters/slack/api.ts'
import { createFiles } from '../../src/adapters/slack/files.ts'
import { createSending } from '../../src/adapters/slack/send.ts'
import type { Address } from '../../src/chat/chat.ts'
import { MovableClock } from '../../src/kernel/clock.ts'
import { createLog } from '../../src/kernel/log.ts'
import { startSlackStandIn, TEAM, textOf } from '../slack-stand-in/index.ts'
import { platformContract } from './platform-contract.ts'

platformContract('Slack', { finds: true, refuses: true, networked: true }, async () => {
  const clock = new MovableClock(Temporal.Instant.from('2027-05-11T00:00:00Z'))
  const slack = await startSlackStandIn({ signingSecret: 's3cret', clock, limits: false })
  const log = createLog('silent')
  const api = createApi({ token: async () => slack.botToken, url: slack.url, log })
  const files = createFiles({ api, url: slack.url, largest: 1_000_000 })
  const address = (user: string): Address => ({ platform: 'slack', tenant: TEAM, user })
  return {
    platform: createSending({ api, files, log, nowMs: () => clock.now().epochMilliseconds }),
    person: (name) => address(slack.addUser({ name }).id),
    shown: async ({ user }) =>
      slack
        .messagesOf({ id: user })
        .map((message) => ({ text: textOf(message), ...(message.files[0] && { file: message.files[0] }) })),
    refusals: [
      { who: 'nobody', to: address('U0NOBODY'), reason: 'no-account' },
      {
        who: 'somebody of another city',
        to: address(slack.addUser({ name: '他市', team: 'T0OTHER' }).id),
        reason: 'no-account',
      },
      { who: 'a bot', to: address(slack.addUser({ name: 'bot', bot: true }).id), reason: 'not-allowed' },
    ],
    faults: {
      answerLost: () => slack.faults.next('chat.postMessage', { type: 'reset', done: true }),
      requestLost: () => slack.faults.next('chat.postMessage', { type: 'reset', done: false }),
      unwell: () => slack.faults.next('chat.postMessage', { type: 'status', status: 503, done: false }),
      tooFast: (seconds) => slack.faults.next('chat.postMessage', { type: 'rate-limited', seconds }),
    },
    stop: () => slack.stop(),
  }
})
