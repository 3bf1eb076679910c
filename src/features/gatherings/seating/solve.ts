// A seating as plain data in, plain data out, so that a worker thread can do it.
import { seat } from '../../../matching/groups.ts'
import { hasStaff, hostAmong } from '../rules.ts'

export interface SeatingJob {
  readonly guests: readonly {
    readonly personId: number
    readonly department: string
    readonly grade: number
    readonly facilitates: boolean
    /** 内定者: never without somebody of the staff, who looks after the table. */
    readonly guest?: boolean
  }[]
  readonly size: number
  readonly seed: string
  /** Pairs by index and how often they sat together; pairs that must not. */
  readonly met: readonly (readonly [number, number, number])[]
  readonly apart: readonly (readonly [number, number])[]
  /** How often each person has led a table of the series. */
  readonly hosted: ReadonlyMap<number, number>
}

export interface Seated {
  /** People by id; `led`: by a facilitator. */
  readonly tables: readonly {
    readonly people: readonly number[]
    readonly hostId: number
    readonly led: boolean
  }[]
  readonly repeats: number
  readonly sameDepartment: number
  readonly leastSame: number
}

/** What a seating by people's ids comes to: pairs of one table who met before, and pairs of one department. */
export function measure(
  { guests, met }: Pick<SeatingJob, 'guests' | 'met'>,
  tables: readonly (readonly number[])[],
): Pick<Seated, 'repeats' | 'sameDepartment'> {
  const index = new Map(guests.map(({ personId }, i) => [personId, i]))
  const before = new Set(met.map(([a, b]) => `${Math.min(a, b)}:${Math.max(a, b)}`))
  let [repeats, sameDepartment] = [0, 0]
  for (const people of tables)
    for (const [i, one] of people.entries())
      for (const other of people.slice(i + 1)) {
        const [a, b] = [index.get(one), index.get(other)]
        if (a === undefined || b === undefined) continue
        if (before.has(`${Math.min(a, b)}:${Math.max(a, b)}`)) repeats += 1
        if (guests[a]?.department === guests[b]?.department) sameDepartment += 1
      }
  return { repeats, sameDepartment }
}

interface Table {
  /** By index, as the search has them. */
  readonly guests: readonly number[]
  readonly facilitator: number | undefined
}

/**
 * Where people who are to join sit among themselves, one of them changes places with somebody of the staff who is not
 * alone and leads nothing: where that costs least. Where there are as many staff as tables it always goes.
 */
function spread(
  tables: readonly Table[],
  outside: ReadonlySet<number>,
  cost: (a: number, b: number) => number,
): readonly Table[] {
  const lonely = tables.find((each) => !hasStaff(each.guests, outside))
  if (!lonely) return tables
  const costOf = (who: number, at: readonly number[], without: number) =>
    at.reduce((sum, other) => (other === who || other === without ? sum : sum + cost(who, other)), 0)
  let best: { readonly guest: number; readonly by: number; readonly cost: number } | undefined
  for (const { guests, facilitator } of tables) {
    const staff = guests.filter((who) => !outside.has(who))
    if (staff.length < 2) continue
    for (const by of staff.filter((who) => who !== facilitator))
      for (const guest of lonely.guests) {
        const then = costOf(by, lonely.guests, guest) + costOf(guest, guests, by)
        const worth = then - costOf(by, guests, by) - costOf(guest, lonely.guests, guest)
        if (!best || worth < best.cost) best = { guest, by, cost: worth }
      }
  }
  if (!best) return tables
  const { guest, by } = best
  const seats = (who: number) => (who === guest ? by : who === by ? guest : who)
  const swapped = tables.map((each) => ({ ...each, guests: each.guests.map(seats).sort((a, b) => a - b) }))
  return spread(swapped, outside, cost)
}

/** Throws RangeError for fewer than two guests. What could not be kept apart is told nobody: it is not in the result. */
export function solve({ guests, size, seed, met, apart, hosted }: SeatingJob): Seated {
  const n = guests.length
  const times = new Map(met.map(([a, b, count]) => [Math.min(a, b) * n + Math.max(a, b), count]))
  const staff = guests.filter(({ guest }) => !guest).length
  const found = seat({
    guests: guests.map((each) => (each.guest ? { ...each, facilitates: false } : each)),
    size,
    // With as many tables as there are staff each can have one of them.
    ...(staff > 0 && staff < n && { most: staff }),
    seed,
    apart,
    met: (a, b) => times.get(Math.min(a, b) * n + Math.max(a, b)) ?? 0,
  })
  const person = (index: number) => guests[index]?.personId ?? 0
  const outside = new Set(guests.flatMap(({ guest }, i) => (guest ? [i] : [])))
  const guestIds = new Set([...outside].map(person))
  const kept = new Set(apart.map(([a, b]) => Math.min(a, b) * n + Math.max(a, b)))
  const seated = spread(found.tables, outside, (a, b) => {
    const both = Math.min(a, b) * n + Math.max(a, b)
    return (
      (kept.has(both) ? 100_000 : 0) +
      (guests[a]?.department === guests[b]?.department ? 100 : 0) +
      (times.has(both) ? 60 : 0)
    )
  })
  const tables = seated.map((table) => ({ people: table.guests.map(person), leader: table.facilitator }))
  return {
    tables: tables.map(({ people, leader }) => ({
      people,
      led: leader !== undefined,
      hostId: leader === undefined ? (hostAmong(people, hosted, guestIds) ?? 0) : person(leader),
    })),
    ...measure(
      { guests, met },
      tables.map(({ people }) => people),
    ),
    leastSame: found.sameDepartmentBound,
  }
}
