import { accounts } from './accounts/index.ts'
import { broadcasts } from './broadcasts/index.ts'
import { calendars } from './calendars/index.ts'
import { consultation } from './consultation/index.ts'
import { deliveries } from './deliveries/index.ts'
import type { FeatureFactory } from './feature.ts'
import { gatherings } from './gatherings/index.ts'
import { groupware } from './groupware/index.ts'
import { handover } from './handover/index.ts'
import { interviews } from './interviews/index.ts'
import { mentoring } from './mentoring/index.ts'
import { oneOnOnes } from './one-on-ones/index.ts'
import { records } from './records/index.ts'
import { staffList } from './staff-list/index.ts'
import { trainings } from './trainings/index.ts'

/** Every programme the bot runs: a new one is one folder and one line here. */
export const features: readonly FeatureFactory[] = [
  interviews,
  // These three before the staff list, which takes every table that is given to the bot.
  trainings,
  // Rosters are known by the name of their file.
  calendars,
  broadcasts,
  staffList,
  accounts,
  deliveries,
  consultation,
  oneOnOnes,
  groupware,
  mentoring,
  records,
  handover,
  gatherings,
]
