import type { Core, Feature } from '../../feature.ts'
import { answering } from './answer.ts'
import { settling } from './hr.ts'
import { againNotice } from './notices.ts'
import { judgeSilence } from './record.ts'

/** Whether interviews were held: both sides' answers, and HR's settling of what they leave open. */
export function held(core: Core): Omit<Feature, 'name'> {
  const [answers, settles] = [answering(core), settling(core)]
  return {
    commands: settles.commands,
    actions: { ...answers.actions, ...settles.actions },
    notices: [againNotice(core)],
    home: settles.home,
    on: async (event, tx, now) => {
      if (event.type === 'day-opened') await judgeSilence(core, tx, now)
    },
  }
}
