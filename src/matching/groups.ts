// Groups for round tables (座談会) and coffee pairs: who sits together, so that departments and grades mix and people
// meet whom they have not met. Found by seeded swaps (simulated annealing), so not proven best; what is forced in any
// case is reported beside it (`sameDepartmentBound`).
import { numbersFrom } from './lots.ts'

export interface Guest {
  readonly department: string
  readonly grade: number
  /** Leads a group: each group gets one, the others sit as everybody else. */
  readonly facilitates: boolean
}

export interface Gathering {
  readonly guests: readonly Guest[]
  /** How many a group should have, 2-8. Whoever is left over joins a group: nobody is dropped. */
  readonly size: number
  /** At most so many groups, however large they become; absent: as many as the size asks for. */
  readonly most?: number
  /** How often two guests, by their index, sat together before. */
  readonly met: (a: number, b: number) => number
  /** Pairs that must not sit together; asked only of the search, never shown. */
  readonly apart: readonly (readonly [number, number])[]
  readonly seed: string
}

export interface Table {
  /** Indices of guests, ascending. */
  readonly guests: readonly number[]
  /** One of them; undefined when there are fewer facilitators than groups. */
  readonly facilitator: number | undefined
}

export interface Seating {
  readonly tables: readonly Table[]
  /** Pairs at one table who met before, and how many pairs of one department there are. */
  readonly repeats: number
  readonly sameDepartment: number
  /** No seating in as many groups has fewer pairs of one department (pigeonhole). */
  readonly sameDepartmentBound: number
  /** Pairs that had to be kept apart and were not, because there was no way: show nobody, ask HR to make groups larger. */
  readonly together: readonly (readonly [number, number])[]
}

/** What a pair at one table costs. */
const SAME_DEPARTMENT = 100
const MET_BEFORE = 60
const SAME_GRADE = 8
/** Above everything that all other pairs of a large table could cost together. */
const APART = 100_000
/** Swaps tried for each guest, and in all at least: a small group costs nothing to seat several times over. */
const EFFORT = 400
const LEAST_EFFORT = 40_000

/**
 * Sizes as equal as can be, as near to the wanted size as can be, each at least 2: 13 guests in fours are 5 + 4 + 4.
 * @throws RangeError for fewer than two guests or a size outside 2-8
 */
export function sizesOf(guests: number, size: number, most = Infinity): number[] {
  if (guests < 2) throw new RangeError(`matching: ${guests} guests make no group`)
  if (!Number.isInteger(size) || size < 2 || size > 8)
    throw new RangeError(`matching: a group of ${size}; give 2 to 8`)
  // Rounded, so that a leftover joins a group rather than sits with one other (a pair is wanted only where size is 2).
  const wanted = size === 2 ? Math.floor(guests / 2) : Math.round(guests / size)
  const count = Math.max(1, Math.min(wanted, most))
  const least = Math.floor(guests / count)
  return Array.from({ length: count }, (_, q) => least + (q < guests % count ? 1 : 0))
}

/** Seats everybody. The same arguments give the same seating. @throws RangeError as `sizesOf` */
export function seat(gathering: Gathering): Seating {
  const { guests, seed } = gathering
  const sizes = sizesOf(guests.length, gathering.size, gathering.most)
  const random = numbersFrom(seed)
  const weight = weights(gathering)
  const starts = Math.max(1, Math.ceil(LEAST_EFFORT / (EFFORT * guests.length)))
  const seatings = Array.from({ length: starts }, () => {
    const dealt = deal(guests, sizes, random)
    return { ...dealt, cost: improve(dealt.table, dealt.leads, sizes.length, weight, random) }
  })
  const best = seatings.reduce((one, other) => (other.cost < one.cost ? other : one))
  return report(gathering, best.table, best.leads, sizes.length)
}

/** At which table each guest sits, and whether as its facilitator. */
interface Dealt {
  readonly table: Int32Array
  readonly leads: Uint8Array
}

function weights({ guests, met, apart }: Gathering): Float64Array {
  const n = guests.length
  const weight = new Float64Array(n * n)
  for (const [a, one] of guests.entries())
    for (let b = a + 1; b < n; b++) {
      const other = guests[b] as Guest
      const cost =
        (one.department === other.department ? SAME_DEPARTMENT : 0) +
        (one.grade === other.grade ? SAME_GRADE : 0) +
        MET_BEFORE * met(a, b)
      weight[a * n + b] = cost
      weight[b * n + a] = cost
    }
  for (const [a, b] of apart) {
    weight[a * n + b] = APART
    weight[b * n + a] = APART
  }
  return weight
}

/** A random start: one facilitator to each table, then everybody else where there is room. */
function deal(guests: readonly Guest[], sizes: readonly number[], random: () => number): Dealt {
  const order = [...guests.keys()]
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const moved = order[i] as number
    order[i] = order[j] as number
    order[j] = moved
  }
  const table = new Int32Array(guests.length).fill(-1)
  const leads = new Uint8Array(guests.length)
  const room = [...sizes]
  const place = (guest: number, q: number) => {
    table[guest] = q
    room[q] = (room[q] as number) - 1
  }
  for (const [q, guest] of order
    .filter((one) => guests[one]?.facilitates)
    .slice(0, sizes.length)
    .entries()) {
    leads[guest] = 1
    place(guest, q)
  }
  let q = 0
  for (const guest of order) {
    if (table[guest] !== -1) continue
    while (room[q] === 0) q++
    place(guest, q)
  }
  return { table, leads }
}

/** Swaps guests of two tables while it helps, and now and then when it does not; keeps the best seen, returns its cost. */
function improve(
  table: Int32Array,
  leads: Uint8Array,
  tables: number,
  weight: Float64Array,
  random: () => number,
): number {
  const n = table.length
  if (tables < 2) return 0
  // towards[i, q]: what guest i has against table q
  const towards = new Float64Array(n * tables)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      const at = i * tables + (table[j] as number)
      towards[at] = (towards[at] as number) + (weight[i * n + j] as number)
    }
  let cost = 0
  for (let i = 0; i < n; i++) cost += (towards[i * tables + (table[i] as number)] as number) / 2
  let best = cost
  const bestTable = Int32Array.from(table)
  const tries = EFFORT * n
  const cooling = 1e-3 ** (1 / tries)
  let heat = Math.max(1, Math.min(cost / n, SAME_DEPARTMENT))
  for (let t = 0; t < tries && best > 0; t++, heat *= cooling) {
    const a = Math.floor(random() * n)
    const b = Math.floor(random() * n)
    const x = table[a] as number
    const y = table[b] as number
    if (x === y || leads[a] !== leads[b]) continue
    const change =
      (towards[a * tables + y] as number) -
      (towards[a * tables + x] as number) +
      (towards[b * tables + x] as number) -
      (towards[b * tables + y] as number) -
      2 * (weight[a * n + b] as number)
    if (change > 0 && random() >= Math.exp(-change / heat)) continue
    table[a] = y
    table[b] = x
    cost += change
    for (let i = 0; i < n; i++) {
      const difference = (weight[i * n + a] as number) - (weight[i * n + b] as number)
      if (difference === 0) continue
      const atX = i * tables + x
      const atY = i * tables + y
      towards[atX] = (towards[atX] as number) - difference
      towards[atY] = (towards[atY] as number) + difference
    }
    if (cost >= best) continue
    best = cost
    bestTable.set(table)
  }
  table.set(bestTable)
  return best
}

function report(
  { guests, met, apart }: Gathering,
  table: Int32Array,
  leads: Uint8Array,
  count: number,
): Seating {
  const tables = Array.from({ length: count }, (_, q): Table => {
    const seated = [...guests.keys()].filter((guest) => table[guest] === q)
    return { guests: seated, facilitator: seated.find((guest) => leads[guest] === 1) }
  })
  let repeats = 0
  let sameDepartment = 0
  for (const { guests: seated } of tables)
    for (const [k, a] of seated.entries())
      for (const b of seated.slice(k + 1)) {
        if (met(a, b) > 0) repeats++
        if (guests[a]?.department === guests[b]?.department) sameDepartment++
      }
  const sizes = new Map<string, number>()
  for (const { department } of guests) sizes.set(department, (sizes.get(department) ?? 0) + 1)
  return {
    tables,
    repeats,
    sameDepartment,
    sameDepartmentBound: [...sizes.values()].reduce((sum, people) => sum + forcedPairs(people, count), 0),
    together: apart.filter(([a, b]) => table[a] === table[b]),
  }
}

/** Pairs that share a table however `people` are spread over `tables`. */
function forcedPairs(people: number, tables: number): number {
  const least = Math.floor(people / tables)
  const more = people % tables
  const pairs = (k: number) => (k * (k - 1)) / 2
  return more * pairs(least + 1) + (tables - more) * pairs(least)
}
