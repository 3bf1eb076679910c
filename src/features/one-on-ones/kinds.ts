/** The notices of this feature. */
export const kinds = {
  begun: 'one-on-ones.begun',
  changed: 'one-on-ones.changed',
  nudge: 'one-on-ones.nudge',
  held: 'one-on-ones.held',
  moved: 'one-on-ones.moved',
  skipped: 'one-on-ones.skipped',
  skips: 'one-on-ones.skips',
  unplaced: 'one-on-ones.unplaced',
  week: 'one-on-ones.week',
  ended: 'one-on-ones.ended',
  read: 'one-on-ones.read',
} as const
