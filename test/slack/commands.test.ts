// Slack's short commands and the words behind them: none is offered that nobody answers.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { slackCommands } from '../../src/adapters/slack/connect.ts'
import { shortCommands } from '../../src/adapters/slack/parse.ts'
import { composeCity } from '../../src/compose.ts'
import { createRegistry } from '../../src/intake/registry.ts'
import { createUnderstanding } from '../../src/intake/understanding.ts'
import { MovableClock } from '../../src/kernel/clock.ts'
import { createLog } from '../../src/kernel/log.ts'
import { secretOf } from '../../src/kernel/secret.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())

/** Whose each is. A programme that this version does not have answers its command with the menu. */
const programmes: Readonly<Record<string, string>> = {
  '/mendan': 'interviews',
  '/kenshu': 'trainings',
  '/1on1': 'one-on-ones',
  '/mentor': 'mentoring',
  '/oshirase': 'broadcasts',
}

test('each short command is a word that its programme answers', () => {
  const { features } = composeCity({
    db,
    clock: new MovableClock(Temporal.Now.instant()),
    zone: 'Asia/Tokyo',
    secret: secretOf(Buffer.alloc(32, 1)),
    log: createLog('silent'),
    processMetrics: false,
  })
  const understand = createUnderstanding(createRegistry(features))
  expect(Object.keys(shortCommands)).toEqual(Object.keys(programmes))
  expect(slackCommands).toEqual(['/hagukumi', ...Object.keys(programmes)])
  for (const [command, word] of Object.entries(shortCommands)) {
    const programme = features.find(({ name }) => name === programmes[command])
    if (!programme) continue
    const understood = understand(word)
    const own = (programme.commands ?? []).map(({ id }) => id)
    expect([command, understood.type === 'command' && own.includes(understood.command)]).toEqual([
      command,
      true,
    ])
  }
})
