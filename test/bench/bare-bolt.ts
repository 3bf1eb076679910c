// The least that could be done instead: Bolt as its vendor ships it, which acknowledges a command and keeps nothing.
import { App, HTTPReceiver, LogLevel } from '@slack/bolt'

const { SIGNING_SECRET = '', PORT = '0' } = process.env
const receiver = new HTTPReceiver({ signingSecret: SIGNING_SECRET, logLevel: LogLevel.ERROR })
const app = new App({
  receiver,
  logLevel: LogLevel.ERROR,
  authorize: async () => ({ botToken: 'xoxb-x', botId: 'B1', botUserId: 'U0' }),
})
app.command('/hagukumi', async ({ ack }) => {
  await ack()
})
await app.start({ port: Number(PORT), host: '127.0.0.1' })
process.stdout.write('listening\n')
process.on('SIGTERM', () => process.exit(0))
