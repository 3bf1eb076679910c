// A process that delivers, for tests that kill it: node test/support/delivering.ts DATABASE_URL PLATFORM_URL
// Says "ready" once it has the database and looks for work until it is killed.
import { z } from 'zod'
import type { Address, ChatPlatform } from '../../src/chat/chat.ts'
import { openDatabase } from '../../src/db/open.ts'
import { createDelivery } from '../../src/delivery/delivery.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { createLog } from '../../src/kernel/log.ts'
import { plainKind } from './delivery.ts'

const [url = '', platform = ''] = process.argv.slice(2)
const db = await openDatabase({ url, dir: '' })

const place = z.object({ conversation: z.string(), id: z.string() })
const sendTimeoutMs = 5_000

/** A chat over HTTP that can be asked; see test/two-processes.test.ts. */
const port: ChatPlatform = {
  platform: 'slack',
  async send(to: Address, card, token) {
    try {
      const body = JSON.stringify({ user: to.user, token, card })
      const answer = await fetch(`${platform}/send`, {
        method: 'POST',
        body,
        signal: AbortSignal.timeout(sendTimeoutMs - 500),
      })
      return { type: 'done', ref: place.parse(await answer.json()) }
    } catch {
      return { type: 'unknown' }
    }
  },
  async find(_, token) {
    const answer = await fetch(`${platform}/find/${token}`)
    return place.nullable().parse(await answer.json())
  },
  update: async () => {},
  sendFile: async () => ({ type: 'refused', reason: 'rejected' }),
}

const delivery = createDelivery({
  db,
  clock: systemClock,
  zone: 'Asia/Tokyo',
  ports: new Map([[port.platform, port]]),
  features: [{ notices: [plainKind('test.plain')] }],
  tell: async () => {},
  log: createLog('silent'),
  sendTimeoutMs,
  // Short, so that what a dead process held is soon taken over; still longer than any send.
  leaseMs: 8_000,
  askAfterMs: 1_000,
  maxAttempts: 100,
  batch: 100,
})
process.stdout.write('ready\n')
for (;;) {
  await delivery.runDue()
  await new Promise((resolve) => setTimeout(resolve, 50))
}
