import type { Core, Feature } from '../../feature.ts'
import { follow } from './follow.ts'
import { conductorNotices } from './notice-kinds.ts'

/** Keeps every open interview with the conductor its step's rule names, whatever happens in the directory. */
export const conductors = (core: Core): Omit<Feature, 'name'> => ({
  notices: conductorNotices(core),
  on: (event, tx, now) => follow(core, event, tx, now),
})
