import type { Core, Feature } from '../feature.ts'
import { together } from '../together.ts'
import { assembly } from './assembly.ts'
import { closure } from './closure.ts'
import { offices } from './office.ts'
import { rosters } from './roster.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'

/** When the city works and when it rests. */
export function calendars(core: Core): Feature {
  return {
    name: 'calendars',
    title: { ja: ja.title, en: en.title },
    ...together([closure(core), assembly(core), offices(core), rosters(core)]),
  }
}
