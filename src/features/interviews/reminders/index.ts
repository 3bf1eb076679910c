import type { Core, Feature } from '../../feature.ts'
import { openInterviewsAround } from '../conductors/repository.ts'
import { afterAssemblyAction } from './after-assembly.ts'
import { deadlineNoticeKinds } from './deadline-notices.ts'
import {
  askDeadlineAction,
  deadlineForm,
  deadlinesAction,
  deadlinesCommand,
  deadlinesHome,
  settleAction,
} from './deadlines.ts'
import { ladderNoticeKinds } from './kinds.ts'
import { ladderAction, ladderCommand, ladderFormHandler } from './ladder-form.ts'
import { laterAction } from './later.ts'
import { outlookAction, outlookCommand } from './outlook.ts'
import { replan } from './replan.ts'
import { tellSuperiorAction } from './superior.ts'

/** Reminders, only to whoever holds the matter up, and the quiet ways out of them. */
export const reminders = (core: Core): Omit<Feature, 'name'> => ({
  commands: [deadlinesCommand(core), outlookCommand(core), ladderCommand(core)],
  actions: {
    'interviews.later': laterAction(core),
    'interviews.after-assembly': afterAssemblyAction(core),
    'interviews.ask-deadline': askDeadlineAction(core),
    'interviews.deadlines': deadlinesAction(core),
    'interviews.deadline-grant': settleAction(core, 'granted'),
    'interviews.deadline-decline': settleAction(core, 'declined'),
    'interviews.tell-superior': tellSuperiorAction(core),
    'interviews.ladder': ladderAction(core),
    'interviews.outlook': outlookAction(core),
  },
  forms: {
    'interviews.deadline-form': deadlineForm(core),
    'interviews.ladder-form': ladderFormHandler(core),
  },
  home: (ask) => deadlinesHome(core, ask),
  notices: [...ladderNoticeKinds(core), ...deadlineNoticeKinds(core)],
  on: async (event, tx, now) => {
    // Who conducts and what is suspended is followed elsewhere; a leave also silences those who only took part.
    if (event.type === 'absence-changed' || event.type === 'calendars-changed')
      await replan(core, tx, await openInterviewsAround(tx, event.personIds), now)
  },
})
