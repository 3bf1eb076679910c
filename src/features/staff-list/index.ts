import type { Core, Feature } from '../feature.ts'
import { together } from '../together.ts'
import { openDay } from './day.ts'
import { gaps } from './gaps/chat.ts'
import { importChat } from './import-chat.ts'
import { leave } from './leave.ts'
import { overview, rights, trail } from './people-chat.ts'

export { grantRole, revokeRole } from './grant.ts'
export { importFile } from './import.ts'
export { importText } from './import-text.ts'
export { sampleCity } from './sample/sample-city.ts'

/** The staff list: how people, posts and evaluators get into the directory and stay right there. */
export function staffList(core: Core): Feature {
  const parts = [overview(core), importChat(core), gaps(core), leave(core), rights(core), trail(core)]
  return {
    name: 'staff-list',
    title: { ja: '職員名簿と権限', en: 'Staff list and rights' },
    ...together([...parts, { on: (event, tx, now) => openDay(core, event, tx, now) }]),
  }
}
