// Trainings (研修), `domain.md` D. One folder a part:
//   plan             the year's courses and sessions: HR's list, import, form, change, cancel, publish
//   nomination       who must or should take part, from the directory; HR accepts
//   sign-up          apply, approve, decline, choose, waitlist, cancel, clash; seats (seats.ts) and the one way in which
//                    a sign-up changes (move.ts)
//   reminders        what is told when, and to whom
//   mine             研修: open to me, mine, calendar entries, Home
//   selection        lottery, ranked sessions, choosing for 派遣; HR's preview, publishing, verification
//   attendance       codes, lists, rosters, completion, survey, report
//   record           受講履歴, HR's matrix, yearly figures
//   self-development 自己啓発: subsidy and leave, from application to result
// state.ts holds the words, the states and what may follow what; load.ts reads them.
import type { Core, Feature } from '../feature.ts'
import { type FeaturePart, together } from '../together.ts'
import { attendance } from './attendance/index.ts'
import { closures } from './closure.ts'
import { mine } from './mine/index.ts'
import { nomination } from './nomination/index.ts'
import { plan } from './plan/index.ts'
import { record } from './record/index.ts'
import { reminders } from './reminders/index.ts'
import { selection } from './selection/index.ts'
import { selfDevelopment } from './self-development/index.ts'
import { signUps } from './sign-up/index.ts'

const parts: readonly ((core: Core) => FeaturePart)[] = [
  mine,
  signUps,
  nomination,
  plan,
  reminders,
  attendance,
  selection,
  record,
  selfDevelopment,
  closures,
]

/** Trainings, from the plan of a year to the record of who has completed what. */
export function trainings(core: Core): Feature {
  return {
    name: 'trainings',
    title: { ja: '研修', en: 'Trainings' },
    ...together(parts.map((part) => part(core))),
  }
}
