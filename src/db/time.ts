// Between Temporal and the JavaScript Dates that Prisma speaks. A @db.Date is a Date at midnight UTC and a
// timestamptz(3) a Date in milliseconds, whatever the host's zone is: nothing here reads local fields.

/** A day as Prisma writes it into a @db.Date column. */
export const toDbDate = (day: Temporal.PlainDate): Date =>
  new Date(day.toZonedDateTime('UTC').epochMilliseconds)

/** A day from a @db.Date column: a Date through Prisma, 'YYYY-MM-DD' through the pool. */
export const fromDbDate = (value: Date | string): Temporal.PlainDate =>
  typeof value === 'string'
    ? Temporal.PlainDate.from(value)
    : Temporal.Instant.fromEpochMilliseconds(value.getTime()).toZonedDateTimeISO('UTC').toPlainDate()

/** A moment as Prisma writes it into a timestamptz(3) column; what is finer than a millisecond is cut off. */
export const toDbInstant = (instant: Temporal.Instant): Date => new Date(instant.epochMilliseconds)

/** A moment from a timestamptz column. */
export const fromDbInstant = (value: Date): Temporal.Instant =>
  Temporal.Instant.fromEpochMilliseconds(value.getTime())

/** toDbDate for an open end: null stays null. */
export const toDbDateOrNull = (day: Temporal.PlainDate | null | undefined): Date | null =>
  day ? toDbDate(day) : null

/** fromDbDate for an open end: null stays null. */
export const fromDbDateOrNull = (value: Date | string | null | undefined): Temporal.PlainDate | null =>
  value === null || value === undefined ? null : fromDbDate(value)

/** toDbInstant for what has not happened: null stays null. */
export const toDbInstantOrNull = (instant: Temporal.Instant | null | undefined): Date | null =>
  instant ? toDbInstant(instant) : null

/** fromDbInstant for what has not happened: null stays null. */
export const fromDbInstantOrNull = (value: Date | null | undefined): Temporal.Instant | null =>
  value ? fromDbInstant(value) : null
