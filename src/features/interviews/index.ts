import type { Core, Feature } from '../feature.ts'
import { type FeaturePart, together } from '../together.ts'
import { arrangement } from './arrangement/index.ts'
import { board } from './board/index.ts'
import { booking } from './booking/index.ts'
import { clerk } from './clerk/index.ts'
import { conductors } from './conductors/index.ts'
import { cycle } from './cycle/index.ts'
import { disclosed } from './disclosed/index.ts'
import { held } from './held/index.ts'
import { pause } from './pause/index.ts'
import { reminders } from './reminders/index.ts'
import { noticeTitle } from './reminders/titles.ts'

const parts: readonly ((core: Core) => FeaturePart)[] = [
  board,
  conductors,
  cycle,
  booking,
  arrangement,
  held,
  clerk,
  reminders,
  pause,
  disclosed,
]

/** Evaluation interviews (人事評価の面談), from the plan of a year to "held". `domain.md` A. */
export function interviews(core: Core): Feature {
  const all = together(parts.map((part) => part(core)))
  return {
    name: 'interviews',
    title: { ja: '面談', en: 'Interviews' },
    ...all,
    notices: (all.notices ?? []).map((notice) => ({ title: noticeTitle(notice.kind), ...notice })),
  }
}
