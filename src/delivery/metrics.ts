// Delivery in Prometheus' words. Labels are statuses and platforms, never people.
import { Counter, Gauge, type Registry } from 'prom-client'
import type { Database } from '../db/open.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Told } from './dispatcher.ts'
import { type DeliveryHealth, deliveryHealth, noticeCounts } from './health.ts'

const fill = (gauge: Gauge<'status'>, counts: Readonly<Record<string, number>>) => {
  gauge.reset()
  for (const [status, count] of Object.entries(counts)) gauge.set({ status }, count)
}

/** Registers delivery's metrics; hand `told` to the dispatcher. The gauges ask the database when they are read. */
export function deliveryMetrics(registry: Registry, db: Database, clock: Clock): { readonly told: Told } {
  const registers = [registry]
  const endings = new Counter({
    name: 'hagukumi_message_endings_total',
    help: 'Endings of attempts to send, by ending and platform',
    labelNames: ['ending', 'platform'],
    registers,
  })
  // Gauges are read side by side: one question answers the three that ask at once.
  let asked: Promise<DeliveryHealth> | undefined
  const health = () => {
    asked ??= deliveryHealth(db, clock.now()).finally(() => {
      asked = undefined
    })
    return asked
  }
  new Gauge({
    name: 'hagukumi_oldest_overdue_seconds',
    help: 'Age of the oldest thing that should have been told by now',
    registers,
    async collect() {
      this.set((await health()).oldestOverdueMs / 1000)
    },
  })
  new Gauge({
    name: 'hagukumi_delivery_silence_seconds',
    help: 'Time since delivery last looked for work; -1 when it never has',
    registers,
    async collect() {
      const { lastSignOfLife } = await health()
      this.set(lastSignOfLife ? clock.now().since(lastSignOfLife).total('seconds') : -1)
    },
  })
  new Gauge({
    name: 'hagukumi_messages',
    help: 'Messages by status',
    labelNames: ['status'],
    registers,
    async collect() {
      fill(this, (await health()).messages)
    },
  })
  new Gauge({
    name: 'hagukumi_notices',
    help: 'Notices by status',
    labelNames: ['status'],
    registers,
    async collect() {
      fill(this, await noticeCounts(db))
    },
  })
  return { told: (ending, platform) => endings.inc({ ending, platform }) }
}
