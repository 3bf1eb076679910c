/** The notice that this part plans, about a meeting; drawn in `notices.ts`. The asking itself is the ladder's. */
export const heldKinds = {
  /** To both, in the same words: another time is to be found. */
  again: 'interviews.again',
} as const
