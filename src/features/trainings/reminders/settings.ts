import { z } from 'zod'
import { setting } from '../../../directory/settings.ts'

/** What the city decides about reminders of trainings. */
export const trainingReminders = setting(
  'trainings.reminders',
  z.object({
    /**
     * Working days after the deadline on which the supervisor of somebody who has not done a mandatory course is asked
     * to make time; null: never by itself, HR has a button for it.
     */
    escalateAfter: z.int().min(1).max(60).nullable(),
  }),
  { escalateAfter: null },
)
