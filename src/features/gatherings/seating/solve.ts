// A seating as plain data in, plain data out, so that a worker thread can do it.
import { seat } from '../../../matching/groups.ts'
import { hostAmong } from '../rules.ts'

export interface SeatingJob {
  readonly guests: readonly {
    readonly personId: number
    readonly department: string
    readonly grade: number
    readonly facilitates: boolean
    /** 内定者: never looks after a table while somebody of the staff sits there. */
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

/** Throws RangeError for fewer than two guests. What could not be kept apart is told nobody: it is not in the result. */
export function solve({ guests, size, seed, met, apart, hosted }: SeatingJob): Seated {
  const n = guests.length
  const times = new Map(met.map(([a, b, count]) => [Math.min(a, b) * n + Math.max(a, b), count]))
  const found = seat({
    guests,
    size,
    seed,
    apart,
    met: (a, b) => times.get(Math.min(a, b) * n + Math.max(a, b)) ?? 0,
  })
  const person = (index: number) => guests[index]?.personId ?? 0
  const guestIds = new Set(guests.flatMap(({ personId, guest }) => (guest ? [personId] : [])))
  return {
    tables: found.tables.map(({ guests: seated, facilitator }) => {
      const people = seated.map(person)
      const led = facilitator !== undefined
      return { people, led, hostId: led ? person(facilitator) : (hostAmong(people, hosted, guestIds) ?? 0) }
    }),
    repeats: found.repeats,
    sameDepartment: found.sameDepartment,
    leastSame: found.sameDepartmentBound,
  }
}
