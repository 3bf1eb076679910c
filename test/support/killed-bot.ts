// A bot with one button that is killed (kill -9) while it handles it: node test/support/killed-bot.ts FOLDER before|after|never
// Without a kill it prints how often the button took effect, after taking up what the last one left behind.

import { z } from 'zod'
import { composeCity } from '../../src/compose.ts'
import { openDatabase } from '../../src/db/open.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import type { Feature } from '../../src/features/feature.ts'
import { action, say } from '../../src/intake/handler.ts'
import { everyStaffMember } from '../../src/intake/permissions.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { createLog } from '../../src/kernel/log.ts'
import { secretOf } from '../../src/kernel/secret.ts'

const [dir = '', dies] = process.argv.slice(2)
const db = await openDatabase({ dir })
const account = { platform: 'slack', tenant: 'T1', userId: 'U1' }
const person = await db.prisma.person.upsert({
  where: { number: '1' },
  create: { number: '1', name: '山田 花子' },
  update: {},
})
await db.prisma.identity.upsert({
  where: { platform_tenant_userId: account },
  create: { ...account, personId: person.id },
  update: {},
})

const die = () => process.kill(process.pid, 'SIGKILL')
const feature = (): Feature => ({
  name: 'press',
  actions: {
    'press.once': action({
      effect: 'changes',
      permission: everyStaffMember,
      data: z.object({}),
      handle: async () => {
        if (dies === 'before') die()
        await inTransaction(db, (tx) =>
          tx.grade.create({ data: { rank: Date.now() % 2_000_000_000, name: 'x' } }),
        )
        if (dies === 'after') die()
        return say({ summary: 'done', blocks: [] })
      },
    }),
  },
})
const secret = secretOf(Buffer.alloc(32, 3))
const log = createLog('silent')
const city = composeCity({ db, clock: systemClock, zone: 'Asia/Tokyo', secret, log, features: [feature] })
const taken = await city.intake.recover(systemClock.now(), { owner: true })
const sender = { platform: 'slack', tenant: 'T1', user: 'U1', locale: 'ja' } as const
await city.intake.receive({ type: 'click', key: 'the press', sender, action: { id: 'press.once' } })
process.stdout.write(JSON.stringify({ taken, effects: await db.prisma.grade.count() }))
await db.close()
