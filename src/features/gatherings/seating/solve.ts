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

interface Led {
  readonly people: readonly number[]
  readonly leader?: number
}

/**
 * Where people who are to join sit among themselves, one of them changes places with somebody of the staff who is not
 * alone and leads nothing: as `cost` says it is best. Nothing is left to do where there are as many staff as tables.
 */
function spread(
  tables: readonly Led[],
  guests: ReadonlySet<number>,
  cost: (tables: readonly (readonly number[])[]) => number,
): readonly Led[] {
  const lonely = tables.find(({ people }) => !hasStaff(people, guests))
  if (!lonely) return tables
  const staffOf = ({ people }: Led) => people.filter((id) => !guests.has(id))
  const changed = (guest: number, by: number): Led[] =>
    tables.map((table) => ({
      ...table,
      people: table.people.map((id) => (id === guest ? by : id === by ? guest : id)).sort((a, b) => a - b),
    }))
  let best: { readonly tables: Led[]; readonly cost: number } | undefined
  for (const table of tables.filter((each) => staffOf(each).length > 1))
    for (const by of staffOf(table).filter((id) => id !== table.leader))
      for (const guest of lonely.people) {
        const tried = changed(guest, by)
        const worth = cost(tried.map(({ people }) => people))
        if (!best || worth < best.cost) best = { tables: tried, cost: worth }
      }
  return best ? spread(best.tables, guests, cost) : tables
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
  const guestIds = new Set(guests.flatMap(({ personId, guest }) => (guest ? [personId] : [])))
  const seated = found.tables.map((table) => ({
    people: table.guests.map(person),
    leader: table.facilitator,
  }))
  const tables = spread(
    seated.map(({ people, leader }) => ({
      people,
      ...(leader !== undefined && { leader: person(leader) }),
    })),
    guestIds,
    (tables) => {
      const { repeats, sameDepartment } = measure({ guests, met }, tables)
      const at = new Map(tables.flatMap((people, q) => people.map((id) => [id, q] as const)))
      const together = apart.filter(([a, b]) => at.get(person(a)) === at.get(person(b))).length
      return 1_000_000 * together + 100 * sameDepartment + 60 * repeats
    },
  )
  return {
    tables: tables.map(({ people, leader }) => ({
      people,
      led: leader !== undefined,
      hostId: leader ?? hostAmong(people, hosted, guestIds) ?? 0,
    })),
    ...measure(
      { guests, met },
      tables.map(({ people }) => people),
    ),
    leastSame: found.sameDepartmentBound,
  }
}
