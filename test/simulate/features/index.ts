import { broadcasts } from './broadcasts.ts'
import { calendars } from './calendars.ts'
import type { Desk, SimulatedFeature } from './feature.ts'
import { gatherings } from './gatherings.ts'
import { handover } from './handover.ts'
import { interviews } from './interviews.ts'
import { mentoring } from './mentoring.ts'
import { notes } from './notes.ts'
import { oneOnOnes } from './one-on-ones.ts'
import { staffList } from './staff-list.ts'
import { trainings } from './trainings.ts'

/** The programmes of the simulated year, in the order in which they start. */
export const programmes: readonly ((desk: Desk) => SimulatedFeature)[] = [
  staffList,
  calendars,
  interviews,
  trainings,
  broadcasts,
  oneOnOnes,
  mentoring,
  handover,
  gatherings,
  notes,
]
