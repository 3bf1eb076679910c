// Words used here: handover (業務引継: one checklist of two people), item (a line of it), predecessor (who hands over),
// successor (who takes over), chief (who leads one of them).

export interface Item {
  readonly id: number
  readonly ordinal: number
  readonly text: string
  readonly fromDone: Date | null
  readonly toDone: Date | null
}

export interface Handover {
  readonly id: number
  readonly fromId: number
  readonly toId: number
  readonly startedById: number
  readonly due: Temporal.PlainDate
  readonly status: 'open' | 'done' | 'cancelled'
  readonly version: number
  /** In their order. */
  readonly items: readonly Item[]
}

export const handoverSubject = (id: number): string => `handover:${id}`

/** Which side somebody is; undefined: neither. */
export const sideOf = (
  { fromId, toId }: Pick<Handover, 'fromId' | 'toId'>,
  personId: number,
): 'from' | 'to' | undefined => (personId === fromId ? 'from' : personId === toId ? 'to' : undefined)

export const isTicked = (item: Pick<Item, 'fromDone' | 'toDone'>, side: 'from' | 'to'): boolean =>
  (side === 'from' ? item.fromDone : item.toDone) !== null

/** Items that a side has not ticked. */
export const leftOf = (items: readonly Item[], side: 'from' | 'to'): number =>
  items.filter((item) => !isTicked(item, side)).length

/** Whoever has left the city ticks nothing any more: the successor's word is enough then. */
export const isComplete = (items: readonly Item[], fromHasLeft: boolean): boolean =>
  leftOf(items, 'to') === 0 && (fromHasLeft || leftOf(items, 'from') === 0)
