// Round tables for 200 people, twelve rounds one after the other.
import { toDbDate, toDbInstant } from '../../../src/db/time.ts'
import { inTransaction } from '../../../src/db/transaction.ts'
import { prepare, publish } from '../../../src/features/gatherings/rounds.ts'
import { sealApart } from '../../../src/features/gatherings/sealed.ts'
import { gather } from '../../../src/features/gatherings/seating/load.ts'
import { solve } from '../../../src/features/gatherings/seating/solve.ts'
import type { BenchCity, Staff } from '../city.ts'
import { type Bench, median, timed } from '../figure.ts'

const PEOPLE = 200
const ROUNDS = 12

/** A weekly series that 200 people of the whole city take part in; every tenth would rather not sit with the next. */
async function addSeries({ db, city, clock }: BenchCity, people: readonly number[]): Promise<number> {
  const today = clock.now().toZonedDateTimeISO(city.core.zone).toPlainDate()
  const { id } = await db.prisma.gatheringSeries.create({
    data: {
      name: '座談会',
      status: 'open',
      audience: {},
      size: 4,
      cadence: 'weekly',
      nextOn: toDbDate(today.add({ days: 7 })),
      createdAt: toDbInstant(clock.now()),
    },
    select: { id: true },
  })
  await db.prisma.gatheringMember.createMany({
    data: people.map((personId, i) => ({
      seriesId: id,
      personId,
      status: 'joined',
      facilitates: i % 4 === 0,
      sealed: sealApart(city.core, id, personId, i % 10 === 0 ? [people[i + 1] ?? personId] : []),
    })),
  })
  return id
}

/**
 * From the press to the draft with its times, what is known of everybody read from the database; each round is
 * published before the next. Throws where anybody is left out or meets somebody again.
 */
export const roundTables: Bench<BenchCity & { readonly staff: Staff }> = {
  name: 'round-tables-200',
  unit: 'ms',
  target: 100,
  control: 'the search alone',
  async measure(scene) {
    const { db, city, clock, staff } = scene
    const { core } = city
    // Spread over the list, so that departments are as large as in a real one.
    const step = Math.floor(staff.people.length / PEOPLE)
    const people = Array.from({ length: PEOPLE }, (_, i) => staff.people[i * step] ?? 0)
    const seriesId = await addSeries(scene, people)
    const [whole, search]: [number[], number[]] = [[], []]
    for (let round = 1; round <= ROUNDS; round++) {
      const today = clock.now().toZonedDateTimeISO(core.zone).toPlainDate()
      const series = await db.prisma.gatheringSeries.findUniqueOrThrow({ where: { id: seriesId } })
      const { job } = await gather(core, db.prisma, series, `bench.${round}`, today, today)
      search.push(await timed(async () => solve(job)))
      let roundId = 0
      whole.push(
        await timed(async () => {
          const made = await prepare(core, seriesId, series.version, today)
          if (made.type === 'draft') roundId = made.roundId
        }),
      )
      const found = await db.prisma.gatheringRound.findUniqueOrThrow({ where: { id: roundId } })
      const seats = await db.prisma.gatheringSeat.count({ where: { roundId } })
      if (seats !== PEOPLE || found.repeats > 0)
        throw new Error(`round ${round} seats ${seats}, of whom ${found.repeats} pairs met before`)
      await inTransaction(db, (tx) => publish(core, tx, roundId, found.version, today, clock.now()), {
        timeout: 60_000,
      })
    }
    return { value: median(whole), control: median(search) }
  },
}
