import type { Core } from '../../feature.ts'
import type { FeaturePart } from '../../together.ts'
import { putOffNotice, textsIn } from './notices.ts'
import { bookedWithin, followClosure } from './put-off.ts'

/** Nobody comes to a meeting on a day on which everything rests: it is put off, and both settle another time. */
export const pause = (core: Core): FeaturePart => ({
  notices: [putOffNotice(core)],
  on: async (event, tx, now) => {
    if (event.type === 'closure-changed') await followClosure(core, event, tx, now)
  },
  resting: async (tx, days, { language, now }) => {
    const meetings = new Set((await bookedWithin(tx, days, core.zone, now)).map((row) => row.meeting_id))
    return meetings.size > 0 ? [textsIn(language).resting(meetings.size)] : []
  },
})
