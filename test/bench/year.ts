// The year of interviews in the measured city: started, and a few weeks under way.
import { inTransaction } from '../../src/db/transaction.ts'
import { vacuumEmbedded } from '../../src/db/vacuum.ts'
import type { NoticeKind } from '../../src/delivery/notice.ts'
import { lockCycle } from '../../src/features/interviews/cycle/repository.ts'
import { startCycle } from '../../src/features/interviews/cycle/start.ts'
import { at, type BenchCity, buttonFor, FISCAL_YEAR, type Staff, zone } from './city.ts'
import { median, timed } from './figure.ts'

export interface Year {
  /** How long HR waits for "start" to be answered: the median of two rehearsals and the press itself. */
  readonly startedInMs: number
  readonly interviews: number
  readonly planned: number
}

class Undone extends Error {}

/** The start as HR's press does it, undone again: one press alone would be a matter of luck on a busy machine. */
async function rehearse({ city, db, clock }: BenchCity, { hr }: Staff): Promise<number> {
  const row = await db.prisma.cycle.findFirstOrThrow({ where: { status: 'draft' } })
  const now = clock.now()
  const by = { actorId: hr, flow: 'bench', now, today: now.toZonedDateTimeISO(zone).toPlainDate() }
  const start = () =>
    inTransaction(
      db,
      async (tx) => {
        const cycle = await lockCycle(tx, row.id)
        if (cycle) await startCycle(city.core, tx, cycle, by)
        throw new Undone()
      },
      { timeout: 120_000 },
    )
  return timed(() => start().catch((error: unknown) => (error instanceof Undone ? 0 : Promise.reject(error))))
}

/** HR picks the four-step year and starts it. */
export async function startYear(bench: BenchCity, staff: Staff, rehearsals = 2): Promise<Year> {
  const { tell, db } = bench
  const { hr } = staff
  const drafted = await tell(hr, {
    type: 'submit',
    form: 'interviews.cycle-create',
    values: { preset: 'four-steps', year: String(FISCAL_YEAR) },
  })
  const looked = await tell(hr, { type: 'click', action: buttonFor(drafted, 'interviews.cycle-preview') })
  const action = buttonFor(looked, 'interviews.cycle-start')
  const taken: number[] = []
  for (let turn = 0; turn < rehearsals; turn++) taken.push(await rehearse(bench, staff))
  await vacuumEmbedded(db)
  taken.push(await timed(() => tell(hr, { type: 'click', action })))
  const interviews = await db.prisma.interview.count()
  if (interviews === 0) throw new Error('the year did not start')
  return { startedInMs: median(taken), interviews, planned: await plannedNotices(db) }
}

export const plannedNotices = (db: BenchCity['db']): Promise<number> =>
  db.prisma.notice.count({ where: { status: 'planned' } })

/** Lives through the days up to a morning: what falls due is sent, days open, the night's jobs run. */
export async function liveUntil({ city, clock }: BenchCity, local: string): Promise<void> {
  const end = at(local)
  for (;;) {
    const tomorrow = clock.now().toZonedDateTimeISO(zone).toPlainDate().add({ days: 1 })
    const next = tomorrow.toZonedDateTime({ timeZone: zone, plainTime: '09:00' }).toInstant()
    const last = Temporal.Instant.compare(next, end) >= 0
    clock.set(last ? end : next)
    await city.delivery.runDue()
    if (last) return
  }
}

const PER_CALL = 20_000

/** Plans notices for a day far away until so many wait. */
export async function fillUpTo({ city, db, clock }: BenchCity, count: number): Promise<void> {
  const kind: NoticeKind['kind'] | undefined = city.features.flatMap(({ notices }) => notices ?? [])[0]?.kind
  if (!kind) throw new Error('no feature tells anything')
  const dueAt = clock.now().add({ hours: 24 * 300 })
  let missing = count - (await plannedNotices(db))
  for (let batch = 0; missing > 0; batch++, missing -= PER_CALL) {
    const subjects = Array.from({ length: Math.min(missing, PER_CALL) }, (_, n) => ({
      subject: `bench:${batch}:${n}`,
      wanted: [{ kind, recipientId: (n % 3000) + 1, rung: 'far', anchor: 'bench', dueAt }],
    }))
    await db.prisma.$transaction((tx) => city.core.notices.reconcile(tx, subjects, clock.now()), {
      timeout: 60_000,
    })
  }
}
