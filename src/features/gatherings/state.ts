// What the cards are drawn from.
import type { Span } from '../../agenda/span.ts'

export interface SeriesState {
  readonly id: number
  readonly name: string
  readonly purpose: string
  readonly status: string
  readonly size: number
  readonly cadence: string
  readonly minutes: number
  readonly hours: string
  readonly place: string
}

/** A table as one of its people sees it. */
export interface MyTable {
  readonly id: number
  readonly version: number
  readonly status: string
  readonly seriesId: number
  /** The series' name and the number of the round. */
  readonly name: string
  readonly round: number
  readonly zone: string
  readonly span: Span | undefined
  readonly place: string
  readonly link: string
  readonly reader: number
  /** The reader is not staff yet. */
  readonly guest: boolean
  readonly hostId: number
  readonly coming: readonly number[]
  readonly cannot: readonly number[]
  /** How many have a seat, coming or not. */
  readonly people: number
  /** With section: 「山田課長(総務課)」. */
  readonly names: ReadonlyMap<number, string>
  readonly starters: readonly string[]
  /** It can still be changed. */
  readonly ahead: boolean
  /** It is over, and nobody has said whether it took place. */
  readonly asks: boolean
}

/** A series as somebody stands to it. */
export interface Mine {
  readonly series: SeriesState
  readonly status: string
  readonly pausedUntil: Temporal.PlainDate | null
  readonly facilitates: boolean
  /** Not staff yet. */
  readonly guest: boolean
  /** Those that are ahead, the next one first. */
  readonly tables: readonly MyTable[]
}
