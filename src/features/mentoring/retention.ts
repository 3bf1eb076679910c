// Programmes that have ended are kept for the months that the city sets: so long nobody gets the same partner again.
import { z } from 'zod'
import { toDbDate } from '../../db/time.ts'
import type { Job } from '../../delivery/jobs.ts'
import { readSetting, setting } from '../../directory/settings.ts'
import type { Core } from '../feature.ts'

export const keptMonths = setting('mentoring.kept-months', z.int().min(1).max(120), 36)

/** Nightly: programmes whose time is over, with who took part, their pairs and answers. The trail stays. */
export function forgetting(core: Core): Job {
  return {
    name: 'mentoring.forget',
    cron: '45 2 * * *',
    inside: async (tx, _, now) => {
      const today = now.toZonedDateTimeISO(core.zone).toPlainDate()
      const before = today.subtract({ months: await readSetting(tx, keptMonths) })
      await tx.mentoringProgramme.deleteMany({
        where: { status: { in: ['closed', 'cancelled'] }, endsOn: { lt: toDbDate(before) } },
      })
    },
  }
}
