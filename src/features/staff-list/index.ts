import type { Core, Feature } from '../feature.ts'
import { openDay } from './day.ts'
import { importChat } from './import-chat.ts'
import { leave } from './leave.ts'
import { overview, rights, trail } from './people-chat.ts'

export { grantRole, revokeRole } from './grant.ts'
export { importFile } from './import.ts'
export { importText } from './import-text.ts'
export { sampleCity } from './sample/sample-city.ts'

/** The staff list: how people, posts and evaluators get into the directory and stay right there. */
export function staffList(core: Core): Feature {
  const parts = [overview(core), importChat(core), leave(core), rights(core), trail(core)]
  return {
    name: 'staff-list',
    title: { ja: '職員名簿と権限', en: 'Staff list and rights' },
    commands: parts.flatMap((part) => part.commands ?? []),
    questions: parts.flatMap((part) => part.questions ?? []),
    actions: Object.assign({}, ...parts.map((part) => part.actions)),
    forms: Object.assign({}, ...parts.map((part) => part.forms)),
    files: parts.flatMap((part) => part.files ?? []),
    home: async (ask) =>
      (await Promise.all(parts.map(async (part) => (await part.home?.(ask)) ?? []))).flat(),
    on: (event, tx, now) => openDay(core, event, tx, now),
  }
}
