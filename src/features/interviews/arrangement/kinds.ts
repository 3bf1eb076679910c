/** The notices that an arrangement plans ("arrangement:12"); drawn in `notices.ts`. Reminders are the ladder's. */
export const arrangementKinds = {
  /** To the staff member: which hours suit? */
  ask: 'interviews.arrange',
  /** To the conductor: all have answered, or the day has passed. */
  arranged: 'interviews.arranged',
} as const
