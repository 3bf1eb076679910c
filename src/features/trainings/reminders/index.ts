import { toDbDate } from '../../../db/time.ts'
import type { Core, Feature } from '../../feature.ts'
import { loadCourses } from '../load.ts'
import { trainingNotices } from './kinds.ts'
import { audienceDays, replanAudience } from './plan.ts'

/** What is told when, and to whom. Sign-ups plan theirs as they change; courses theirs on the days they speak. */
export function reminders(core: Core): Omit<Feature, 'name'> {
  return {
    notices: trainingNotices(core),
    on: async (event, tx, now) => {
      if (event.type !== 'day-opened') return
      const day = toDbDate(event.on)
      const open = await loadCourses(tx, {
        status: 'published',
        opensOn: { lte: day },
        closesOn: { gte: day },
      })
      for (const course of open) {
        const { opens, closing } = await audienceDays(tx, course)
        if (event.on.equals(opens) || event.on.equals(closing)) await replanAudience(core, tx, course, now)
      }
    },
  }
}
