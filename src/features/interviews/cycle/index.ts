import { say } from '../../../intake/handler.ts'
import { hr } from '../../../intake/permissions.ts'
import type { Core, Feature } from '../../feature.ts'
import { cycleAlarms } from './alarms.ts'
import { followClosure } from './closure.ts'
import { drawList } from './draw.ts'
import { individualActions, individualCommand, individualForms } from './handlers-individual.ts'
import { peopleActions, peopleForms } from './handlers-people.ts'
import { listAgain, planActions, planForms } from './handlers-plan.ts'
import { runActions, runForms } from './handlers-run.ts'
import { followJoiners } from './join.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'

/** HR's plan of the year: from a preset over the check of people to the start, and what changes afterwards. */
export const cycle = (core: Core): Omit<Feature, 'name'> => ({
  commands: [
    {
      id: 'interviews.setup',
      phrases: { ja: ja.phrases, en: en.phrases },
      help: { ja: ja.help, en: en.help },
      permission: hr,
      handle: async (ask) => say(await drawList(core.db.prisma, ask, 0), listAgain),
    },
    individualCommand(core),
  ],
  questions: [
    {
      command: 'interviews.setup',
      all: [/面談|評価|interview/, /年間計画|サイクル|計画を|(yearly|year's) plan|cycle/],
    },
    {
      command: 'interviews.individual',
      all: [
        /育成面談|復職面談|development interview|return(-to-work)? interview/,
        /始め|開始|したい|start|begin/,
      ],
      weight: 1,
    },
  ],
  actions: {
    ...planActions(core),
    ...peopleActions(core),
    ...runActions(core),
    ...individualActions(core),
  },
  forms: { ...planForms(core), ...peopleForms(core), ...runForms(core), ...individualForms(core) },
  alarms: (tx, ask) => cycleAlarms(tx, ask, core.zone),
  on: async (event, tx, now) => {
    await followJoiners(core, event, tx, now)
    await followClosure(core, event, tx, now)
  },
})
