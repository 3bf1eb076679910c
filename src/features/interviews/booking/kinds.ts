/** The notices that booking plans, about a meeting ("meeting:12") or an offer ("offer:12"); drawn in `notices.ts`. */
export const bookingKinds = {
  /** To the other side: a time was settled, or moved. */
  booked: 'interviews.booked',
  /** To the other side: the time was given back. */
  released: 'interviews.released',
  /** To the staff member: there are times to choose from now. */
  offered: 'interviews.offered',
} as const
