// Which test files start first. Two workers take the next file whenever one is done: a long one that starts last has one
// of them work alone at the end, and a new machine knows no times. The longest are named here, roughly in their order;
// the others follow as vitest would have them. Nothing but the time it takes depends on the order.
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const longest = [
  'test/rights',
  'test/simulate/simulate',
  'test/two-processes',
  'test/process',
  'test/journeys/trainings',
  'src/db/open',
  'test/journeys/rough',
  'test/journeys/year',
  'src/features/trainings/reminders/reminders',
  'test/killed-bot',
  'test/journeys/gatherings',
  'test/teams/agents-playground',
  'src/features/calendars/closure',
  'src/delivery/faults',
  'test/journeys/trainings-chats',
  'src/delivery/outage',
  'src/delivery/paced',
  'src/delivery/clock',
  'src/adapters/contract',
  'src/db/backup',
  'test/slack/faults',
  'src/features/mentoring/mentoring',
  'src/adapters/legal',
  'src/db/drift',
  'src/features/interviews/reminders/ladder.property',
]

export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = longest.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`))
      return at < 0 ? longest.length : at
    }
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b))
  }
}
