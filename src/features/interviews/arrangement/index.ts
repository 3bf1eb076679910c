import type { Core, Feature } from '../../feature.ts'
import { arrangementHome } from './home.ts'
import { arrangementNotices } from './notices.ts'
import { arranging } from './progress.ts'
import { starting } from './start.ts'
import { marking } from './suits.ts'

/** A whole section's timetable: everybody says what suits, the bot proposes, the conductor accepts. */
export function arrangement(core: Core): Omit<Feature, 'name'> {
  const [starts, marks, settles] = [starting(core), marking(core), arranging(core)]
  return {
    actions: { ...starts.actions, ...marks.actions, ...settles.actions },
    forms: { ...starts.forms, ...marks.forms },
    notices: arrangementNotices(core),
    home: (ask) => arrangementHome(core, ask),
  }
}
