import type { Core, Feature } from '../../feature.ts'
import { applying } from './apply.ts'
import { approving } from './approve.ts'
import { followSignUps } from './follow.ts'

/** Applying, approving, choosing, waiting, cancelling: what the two sides of a sign-up do. */
export function signUps(core: Core): Omit<Feature, 'name'> {
  const [applies, approves] = [applying(core), approving(core)]
  return {
    actions: { ...applies.actions, ...approves.actions },
    forms: approves.forms,
    home: approves.home,
    on: (event, tx, now) => followSignUps(core, event, tx, now),
  }
}
