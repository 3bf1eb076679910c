import { toDbDate } from '../../../db/time.ts'
import type { Core, Feature } from '../../feature.ts'
import { loadCourses } from '../load.ts'
import { cityReminders } from './city.ts'
import { trainingNotices } from './kinds.ts'
import { audienceDays, replanAudience, tellNewcomers } from './plan.ts'

/** What is told when, and to whom. Sign-ups plan theirs as they change; courses theirs on the days they speak. */
export function reminders(core: Core): Omit<Feature, 'name'> {
  return {
    ...cityReminders(core),
    notices: trainingNotices(core),
    on: async (event, tx, now) => {
      const today = event.type === 'day-opened' ? event.on : now.toZonedDateTimeISO(core.zone).toPlainDate()
      const day = toDbDate(today)
      const open = await loadCourses(tx, {
        status: 'published',
        opensOn: { lte: day },
        closesOn: { gte: day },
      })
      if (event.type === 'day-opened')
        for (const course of open) {
          const { opens, closing } = await audienceDays(tx, course)
          if (today.equals(opens) || today.equals(closing)) await replanAudience(core, tx, course, now)
        }
      // Years of service turn and leaves end without an event of their own: everybody is looked at once a day.
      await tellNewcomers(core, tx, open, now, 'personIds' in event ? event.personIds : undefined)
    },
  }
}
