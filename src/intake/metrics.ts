import { Counter, Histogram, type Registry } from 'prom-client'

/** Figures about what comes in: kinds and outcomes, never who or what. */
export interface IntakeMetrics {
  event(type: string, outcome: string, seconds: number): void
  /** An attempt that failed, for a passing reason or by a defect. */
  failed(type: string, cause: 'passing' | 'defect'): void
  /** error: its handler failed · dead: it ended the process, again and again. */
  gaveUp(why: 'error' | 'dead'): void
}

export function intakeMetrics(registry: Registry): IntakeMetrics {
  const events = new Counter({
    name: 'hagukumi_inbound_events_total',
    help: 'Inbound events by type and how they ended',
    labelNames: ['type', 'outcome'],
    registers: [registry],
  })
  const seconds = new Histogram({
    name: 'hagukumi_inbound_seconds',
    help: 'From the arrival of an event to its answer',
    labelNames: ['type'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  })
  const failures = new Counter({
    name: 'hagukumi_inbound_failures_total',
    help: 'Attempts at an event that failed, by type and cause (passing, defect)',
    labelNames: ['type', 'cause'],
    registers: [registry],
  })
  const dead = new Counter({
    name: 'hagukumi_inbound_dead_total',
    help: 'Events given up, after all attempts failed (error) or ended the process (dead)',
    labelNames: ['why'],
    registers: [registry],
  })
  for (const why of ['error', 'dead']) dead.inc({ why }, 0) // an alert needs to see it at none before it sees one
  return {
    event: (type, outcome, took) => {
      events.inc({ type, outcome })
      seconds.observe({ type }, took)
    },
    failed: (type, cause) => failures.inc({ type, cause }),
    gaveUp: (why) => dead.inc({ why }),
  }
}
