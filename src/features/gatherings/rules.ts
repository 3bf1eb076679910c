// What follows from a series and its tables, without a database. Words used here: series (what comes round), round (one
// time of it), table (who sits together in a round), host (leads the table: a facilitator, or where there are too few
// whoever has done so least often), seat (somebody's place at a table).
import { aroundLunch, lunchHour } from '../../agenda/common-time.ts'
import type { Hours } from '../../agenda/free-time.ts'

export const cadences = ['weekly', 'biweekly', 'monthly', 'bimonthly', 'quarterly'] as const
export type Cadence = (typeof cadences)[number]

export const partsOfDay = ['any', 'morning', 'noon', 'afternoon'] as const
export type PartOfDay = (typeof partsOfDay)[number]

/** The bounds of what a series may ask for; the form and the database hold to the same. */
export const bounds = {
  size: [2, 8],
  minutes: [10, 240],
  rounds: [1, 60],
  parallel: [1, 200],
} as const
export const longest = { name: 60, purpose: 500, place: 100, link: 500, topic: 100 } as const
export const mostTopics = 30

/** More are not seated in one go: the search would take minutes. */
export const mostSeated = 3_000

const steps: Record<Cadence, Temporal.DurationLike> = {
  weekly: { weeks: 1 },
  biweekly: { weeks: 2 },
  monthly: { months: 1 },
  bimonthly: { months: 2 },
  quarterly: { months: 3 },
}

/** The day of the round after one that was due on `due`: the first in the future, so that a late one is not made up for. */
export function nextDue(
  due: Temporal.PlainDate,
  cadence: Cadence,
  today: Temporal.PlainDate,
): Temporal.PlainDate {
  let next = due.add(steps[cadence])
  while (Temporal.PlainDate.compare(next, today) <= 0) next = next.add(steps[cadence])
  return next
}

const midnight = Temporal.PlainTime.from('00:00')
const hours: Record<PartOfDay, readonly Hours[]> = {
  any: aroundLunch,
  morning: [{ from: midnight, to: lunchHour.from }],
  noon: [lunchHour],
  afternoon: [{ from: lunchHour.to, to: midnight }],
}
/** The lunch hour is left alone unless it is asked for. */
export const hoursOf = (part: PartOfDay): readonly Hours[] => hours[part]

/** With fewer than this a table is no group of its kind any more: two make a pair, three a round. */
export const leastComing = (size: number): number => (size <= 3 ? 2 : 3)

const largest = 8
/** How many a table may become when others join it. */
export const mostComing = (size: number): number => Math.min(largest, size + 2)

/** Groups with fewer people are told of to nobody. */
export const LEAST_TOLD = 5

/**
 * The department (課) of a section for seating: the nearest section upwards that is not a mere team (係, 班, 担当,
 * グループ) of one, so that people of two teams of one department count as colleagues.
 */
export function departmentOf(chain: readonly { readonly id: number; readonly name: string }[]): string {
  const found = chain.find(({ name }) => !/(係|班|担当|グループ|チーム)$/.test(name)) ?? chain[0]
  return found ? String(found.id) : ''
}

/** Who leads a table without a facilitator: whoever has done so least often; the first by id among equals. */
export function hostAmong(
  people: readonly number[],
  hosted: ReadonlyMap<number, number>,
  guests: ReadonlySet<number> = new Set(),
): number | undefined {
  const times = (person: number) => hosted.get(person) ?? 0
  const staff = people.filter((person) => !guests.has(person))
  return [...(staff.length > 0 ? staff : people)].sort((a, b) => times(a) - times(b) || a - b)[0]
}

/** No table of guests (内定者) alone: they are here to meet the staff. */
export const hasStaff = (people: readonly number[], guests: ReadonlySet<number>): boolean =>
  people.some((person) => !guests.has(person)) || people.length === 0

/** Whether everybody can be seated so, at tables of up to eight. */
export const enoughStaff = (staff: number, guests: number): boolean =>
  guests === 0 || (staff > 0 && Math.ceil((staff + guests) / staff) <= largest)

/** Two starters for a table: the same for all who sit there, others at the next one and in the next round. */
export function startersFor(all: readonly string[], round: number, table: number): string[] {
  if (all.length < 3) return [...all]
  const first = (round * 7 + table * 3) % all.length
  const second = (first + 1 + ((round + table) % (all.length - 1))) % all.length
  return [all[first] ?? '', all[second] ?? '']
}

/** Rates that are not about so few that everybody knows who is meant. */
export const tellable = (people: number): boolean => people >= LEAST_TOLD
