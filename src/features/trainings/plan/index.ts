import { z } from 'zod'
import { inTransaction } from '../../../db/transaction.ts'
import { action } from '../../../intake/handler.ts'
import type { Core, Feature } from '../../feature.ts'
import { officer } from '../access.ts'
import { courses } from './courses.ts'
import { participants } from './group.ts'
import { importing } from './import-chat.ts'
import { showPlanned } from './page.ts'
import { people } from './people.ts'
import { sessions } from './sessions.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'

/** The year's courses as HR and training officers see them: import, forms, publishing, changes, who has signed up. */
export function plan(core: Core): Omit<Feature, 'name'> {
  const [ofCourses, ofSessions, ofPeople, imports] = [
    courses(core),
    sessions(core),
    people(core),
    importing(core),
  ]
  return {
    commands: [
      {
        id: 'trainings.plan',
        phrases: { ja: ['研修計画', '研修 計画'], en: ['training plan', 'trainings plan'] },
        help: { ja: ja.planHelp, en: en.planHelp },
        permission: officer,
        handle: (ask) => ofCourses.showPlan(ask, {}),
      },
    ],
    questions: [
      {
        command: 'trainings.plan',
        all: [
          /研修|training|course/,
          /計画|申込(み)?の?状況|全庁|登録|取り?込|公開|\bplan\b|who (has )?signed up/,
        ],
        weight: 3,
      },
    ],
    actions: {
      'trainings.plan': action({
        effect: 'reads',
        permission: officer,
        data: z.object({
          year: z.number().int().optional(),
          page: z.number().int().optional(),
        }),
        handle: (ask, wanted) => ofCourses.showPlan(ask, wanted),
      }),
      'trainings.plan-course': action({
        effect: 'reads',
        permission: officer,
        data: z.object({ course: z.number().int().positive() }),
        handle: (ask, { course }) => inTransaction(core.db, (tx) => showPlanned(core, tx, ask, course)),
      }),
      ...ofCourses.actions,
      ...ofSessions.actions,
      ...ofPeople.actions,
      ...imports.actions,
    },
    forms: { ...ofCourses.forms, ...ofSessions.forms, ...ofPeople.forms },
    files: imports.files,
    groups: [participants(core)],
    home: imports.home,
  }
}
