import { assign } from './assign.ts'

/** How well a slot suits somebody: 1 possible, 2 preferred. */
export type Suits = 1 | 2

export type TimetablePerson = {
  readonly id: string
  /** Larger goes first. People of equal priority are equals. */
  readonly priority: number
  /** By slot id. A slot that is no longer offered is passed over: answers outlive withdrawn slots. */
  readonly suits: ReadonlyMap<string, Suits>
}

/** One interview's time. `startsAt` in epoch milliseconds; slots are taken as not overlapping. */
export type TimetableSlot = { readonly id: string; readonly startsAt: number }

export type Placement = { readonly person: string; readonly slot: string }

export type UnplacedReason =
  | { readonly kind: 'nothing-suits' }
  /**
   * `people` (this person among them) know only `slots`, which are one fewer than they are; a locked
   * person counts as knowing only the locked slot. Locks apart, nobody in `people` has a lower priority
   * than this person. Any one of them giving way, or knowing one more free slot, makes room for the rest.
   * `people` by priority, `slots` by time.
   */
  | { readonly kind: 'crowded'; readonly people: string[]; readonly slots: string[] }

export type Timetable = {
  /** In order of time. */
  readonly placed: Placement[]
  /** By priority, then id. */
  readonly unplaced: { readonly person: string; readonly reason: UnplacedReason }[]
}

/**
 * Proposes who has an interview when, one slot for each person and one person for each slot. In this order:
 * 1. what is `fixed` stays, whether or not it suits,
 * 2. as many people as possible,
 * 3. nobody is left out for somebody of lower priority where that can be avoided (of all largest sets of
 *    people, the one with most of the highest priority, then most of the next, …),
 * 4. most people on a slot they prefer,
 * 5. early slots, so that the supervisor's days close up (least sum of places in the order of time),
 * 6. what is still equal is decided by ids, so the order of the input never matters.
 *
 * @throws RangeError on duplicate ids, unknown or doubly used locks, values without meaning
 */
export function timetable(input: {
  readonly people: readonly TimetablePerson[]
  readonly slots: readonly TimetableSlot[]
  readonly fixed?: readonly Placement[]
}): Timetable {
  const people = [...input.people].sort((a, b) => b.priority - a.priority || byText(a.id, b.id))
  const slots = [...input.slots].sort((a, b) => a.startsAt - b.startsAt || byText(a.id, b.id))
  const slotAt = indexById('slot', slots)
  checkNumbers(people, slots)
  const locks = locksByPerson(input.fixed ?? [], indexById('person', people), slotAt)

  const { price, cost } = weigh(people, slots, slotAt, locks)
  const { column, violators } = assign({
    rows: people.length,
    columns: slots.length,
    cost,
    capacity: new Int32Array(slots.length).fill(1),
    leaveOut: price,
  })

  const personOf = new Map([...column].map((j, i) => [j, people[i]]))
  const placed = slots.flatMap((slot, j) => {
    const person = personOf.get(j)
    return person ? [{ person: person.id, slot: slot.id }] : []
  })
  // nobody more can be placed, so everyone left out has a violator
  const unplaced = violators.map((found) => ({
    person: people[found.row]?.id ?? '',
    reason: reasonOf(
      found.rows.flatMap((i) => people[i]?.id ?? []),
      found.columns.flatMap((j) => slots[j]?.id ?? []),
    ),
  }))
  return { placed, unplaced }
}

function reasonOf(people: string[], slots: string[]): UnplacedReason {
  return slots.length === 0 ? { kind: 'nothing-suits' } : { kind: 'crowded', people, slots }
}

/**
 * Aims 2-5 as one number. An aim's unit is more than all lower aims together can amount to, so they never
 * trade. Priorities need no more than one such unit a class (not powers of two): sets of people that can be
 * placed together form a matroid, where any weights in the same order choose the same sets.
 */
function weigh(
  people: readonly TimetablePerson[],
  slots: readonly TimetableSlot[],
  slotAt: ReadonlyMap<string, number>,
  locks: ReadonlyMap<number, number>,
): { price: Float64Array; cost: Float64Array } {
  const times = [...new Set(slots.map((slot) => slot.startsAt))]
  const place = new Map(times.map((time, k) => [time, k]))
  const most = Math.min(people.length, slots.length)
  const notPreferred = most * times.length + 1
  const onePerson = most * (notPreferred + times.length) + 1

  const classes = [...new Set(people.map((person) => person.priority))].reverse()
  const level = new Map(classes.map((priority, k) => [priority, k + 1]))
  const lockedLevel = classes.length + 1
  if (onePerson * (lockedLevel + 1) > Number.MAX_SAFE_INTEGER) {
    throw new RangeError(`timetable: ${people.length} people and ${slots.length} slots are too many at once`)
  }

  const price = new Float64Array(people.length)
  const cost = new Float64Array(people.length * slots.length).fill(Infinity)
  people.forEach((person, i) => {
    const lock = locks.get(i)
    price[i] = onePerson * (lock === undefined ? (level.get(person.priority) ?? 1) : lockedLevel)
    if (lock !== undefined) {
      cost[i * slots.length + lock] = 0
      return
    }
    for (const [id, suits] of person.suits) {
      const j = slotAt.get(id)
      const slot = j === undefined ? undefined : slots[j]
      if (j === undefined || !slot) continue
      cost[i * slots.length + j] = (suits === 2 ? 0 : notPreferred) + (place.get(slot.startsAt) ?? 0)
    }
  })
  return { price, cost }
}

function locksByPerson(
  fixed: readonly Placement[],
  personAt: ReadonlyMap<string, number>,
  slotAt: ReadonlyMap<string, number>,
): Map<number, number> {
  const locks = new Map<number, number>()
  const taken = new Set<number>()
  for (const { person, slot } of fixed) {
    const i = personAt.get(person)
    const j = slotAt.get(slot)
    if (i === undefined) throw new RangeError(`timetable: person ${person} is fixed but not among the people`)
    if (j === undefined) throw new RangeError(`timetable: slot ${slot} is fixed but not among the slots`)
    if (locks.has(i)) throw new RangeError(`timetable: person ${person} is fixed twice`)
    if (taken.has(j)) throw new RangeError(`timetable: slot ${slot} is fixed twice`)
    locks.set(i, j)
    taken.add(j)
  }
  return locks
}

function indexById(kind: string, items: readonly { readonly id: string }[]): Map<string, number> {
  const at = new Map<string, number>()
  items.forEach(({ id }, k) => {
    if (at.has(id)) throw new RangeError(`timetable: ${kind} ${id} is given twice`)
    at.set(id, k)
  })
  return at
}

function checkNumbers(people: readonly TimetablePerson[], slots: readonly TimetableSlot[]): void {
  for (const { id, priority, suits } of people) {
    if (!Number.isFinite(priority)) throw new RangeError(`timetable: person ${id} has priority ${priority}`)
    for (const value of suits.values()) {
      if (value !== 1 && value !== 2) throw new RangeError(`timetable: person ${id} has a choice of ${value}`)
    }
  }
  for (const { id, startsAt } of slots) {
    if (!Number.isFinite(startsAt)) throw new RangeError(`timetable: slot ${id} starts at ${startsAt}`)
  }
}

/** By code units: the same on every machine, whatever its locale. */
function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
