import type { Core } from '../../feature.ts'

/** The organisation's local day of an instant. */
export const localDay = (core: Pick<Core, 'zone'>, now: Temporal.Instant): Temporal.PlainDate =>
  now.toZonedDateTimeISO(core.zone).toPlainDate()
