/** Kinds of notices of announcements. */
export const kinds = {
  message: 'broadcasts.message',
  urgent: 'broadcasts.urgent',
  approval: 'broadcasts.approval',
  decided: 'broadcasts.decided',
} as const
