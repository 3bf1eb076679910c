import { toDbDate, toDbInstant } from '../../../db/time.ts'
import { inTransaction } from '../../../db/transaction.ts'
import { say } from '../../../intake/handler.ts'
import type { Core, Feature } from '../../feature.ts'
import { officer } from '../access.ts'
import { changing } from './change.ts'
import { tries } from './code.ts'
import { afterHome, completing } from './complete.ts'
import { afterNotices } from './kinds.ts'
import { reports } from './report.ts'
import { rollHome, rollsCard } from './roll.ts'
import { rosters } from './roster-chat.ts'
import { sending } from './send.ts'
import { surveys } from './survey.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'

/** Marks of codes are of no use once nobody asks about them any more. */
const keptDays = 30

/** Who was there: codes, lists, rosters, completion; then the survey and the report. */
export function attendance(core: Core): Omit<Feature, 'name'> {
  const { commands, questions } = sending(core)
  const [changes, imports, surveyed, reported, completed] = [
    changing(core),
    rosters(core),
    surveys(core),
    reports(core),
    completing(core),
  ]
  return {
    commands: [
      ...commands,
      {
        id: 'trainings.rolls',
        phrases: { ja: ['研修 出欠', '出欠'], en: ['training attendance', 'attendance'] },
        help: { ja: ja.rollHelp, en: en.rollHelp },
        permission: officer,
        handle: (ask) =>
          inTransaction(core.db, async (tx) =>
            say(await rollsCard(core, tx, ask), { id: 'trainings.rolls', data: {} }),
          ),
      },
    ],
    questions: [
      ...questions,
      { command: 'trainings.rolls', all: [/出欠|出席者|who (attended|was there)|attendance/], weight: 2 },
    ],
    actions: {
      ...changes.actions,
      ...imports.actions,
      ...surveyed.actions,
      ...reported.actions,
      ...completed.actions,
    },
    forms: { ...changes.forms, ...imports.forms, ...surveyed.forms, ...reported.forms },
    files: imports.files,
    notices: afterNotices(core),
    home: (ask) =>
      inTransaction(core.db, async (tx) => [
        ...(await rollHome(core, tx, ask)),
        ...(await imports.home(tx, ask)),
        ...(await afterHome(core, tx, ask)),
      ]),
    on: async (event, tx, now) => {
      if (event.type !== 'day-opened') return
      const before = toDbDate(event.on.subtract({ days: keptDays }))
      await tx.attendanceCode.deleteMany({ where: { validUntil: { lt: before } } })
      await tx.codeTries.deleteMany({
        where: { since: { lt: toDbInstant(now.subtract({ minutes: tries.minutes })) } },
      })
    },
  }
}
