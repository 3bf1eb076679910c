import type { Core, Feature } from '../../feature.ts'
import { calendar } from './calendar.ts'
import { changing } from './change.ts'
import { describer } from './ics.ts'
import { bookingNotices } from './notices.ts'
import { offering } from './offer.ts'
import { picking } from './pick.ts'

/** Hours on offer, hours chosen, changed, given back, and how they reach people's calendars. */
export function booking(core: Core): Omit<Feature, 'name'> {
  const [offers, picks, changes, calendars] = [offering(core), picking(core), changing(core), calendar(core)]
  return {
    commands: [...offers.commands, ...calendars.commands],
    questions: [...offers.questions, ...calendars.questions],
    actions: { ...offers.actions, ...picks.actions, ...changes.actions, ...calendars.actions },
    forms: { ...offers.forms, ...changes.forms },
    notices: bookingNotices(core),
    bookings: describer(core),
  }
}
