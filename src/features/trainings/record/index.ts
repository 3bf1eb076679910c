import { z } from 'zod'
import { inTransaction } from '../../../db/transaction.ts'
import { action, form, openForm } from '../../../intake/handler.ts'
import { everyStaffMember, hr } from '../../../intake/permissions.ts'
import type { Core, Feature } from '../../feature.ts'
import { officer } from '../access.ts'
import { giveRecord, hasPeople, showHistory, showTeam } from './history.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'
import { textsIn } from './texts.ts'
import { giveMatrix, giveYear, showCourse, showYear } from './year.ts'

const id = z.number().int().positive()
const year = z.number().int().min(1900).max(2300)
const page = z.number().int().optional()
const training = /研修|受講|training|course/

/** 受講履歴 and the figures of the year: mine, my people's, HR's. */
export function record(core: Core): Omit<Feature, 'name'> {
  return {
    commands: [
      {
        id: 'trainings.history',
        phrases: { ja: ['研修 履歴', '受講履歴'], en: ['training history', 'training record'] },
        help: { ja: ja.help, en: en.help },
        permission: everyStaffMember,
        handle: (ask) =>
          inTransaction(core.db, (tx) => showHistory(core, tx, ask, ask.actor.id, { place: 'new' })),
      },
      {
        id: 'trainings.history-team',
        phrases: { ja: ['研修 部下', '研修 履歴 部下'], en: ['training team', 'training history team'] },
        help: { ja: ja.sectionHelp, en: en.sectionHelp },
        permission: everyStaffMember,
        ofUse: (actor, now) =>
          hasPeople(core.db.prisma, actor.id, now.toZonedDateTimeISO(core.zone).toPlainDate()),
        handle: (ask) => inTransaction(core.db, (tx) => showTeam(core, tx, ask, { place: 'new' })),
      },
      {
        id: 'trainings.figures',
        phrases: { ja: ['研修 実績', '研修 集計'], en: ['training figures', 'training results'] },
        help: { ja: ja.figuresHelp, en: en.figuresHelp },
        permission: officer,
        handle: (ask) => showYear(core, ask, undefined, 'new'),
      },
    ],
    questions: [
      {
        command: 'trainings.history',
        all: [training, /履歴|記録|修了(した|済)|受けた|history|record|(have|did) i/],
        weight: 3,
      },
      {
        command: 'trainings.history-team',
        all: [training, /部下|課員|うちの課|メンバー|\bmy (team|people|section)\b/],
        weight: 4,
      },
      {
        command: 'trainings.figures',
        all: [training, /実績|集計|修了率|受講率|統計|figures|statistics|rate/],
        weight: 4,
      },
    ],
    actions: {
      'trainings.history': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: z.object({ page }),
        handle: (ask, wanted) =>
          inTransaction(core.db, (tx) =>
            showHistory(core, tx, ask, ask.actor.id, { page: wanted.page ?? 1 }),
          ),
      }),
      'trainings.history-team': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: z.object({ page }),
        handle: (ask, wanted) =>
          inTransaction(core.db, (tx) => showTeam(core, tx, ask, { page: wanted.page ?? 1 })),
      }),
      'trainings.history-person': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: z.object({ person: id, page }),
        handle: (ask, wanted) =>
          inTransaction(core.db, (tx) =>
            showHistory(core, tx, ask, wanted.person, { page: wanted.page ?? 1, place: 'new' }),
          ),
      }),
      'trainings.history-file': action({
        effect: 'reads',
        permission: everyStaffMember,
        data: z.object({}),
        handle: (ask) => giveRecord(core, ask, ask.actor.id),
      }),
      'trainings.history-export': action({
        effect: 'changes',
        permission: hr,
        data: z.object({ person: id }),
        handle: (ask, { person }) => giveRecord(core, ask, person),
      }),
      'trainings.history-find': action({
        effect: 'reads',
        opensForm: true,
        permission: hr,
        data: z.object({}),
        handle: async ({ language }) => {
          const t = textsIn(language)
          return openForm({
            id: 'trainings.history-open',
            title: t.findTitle,
            submit: t.open,
            cancel: t.cancel,
            intro: t.findIntro,
            fields: [{ type: 'person', name: 'person', label: t.person }],
          })
        },
      }),
      'trainings.figures': action({
        effect: 'reads',
        permission: officer,
        data: z.object({ year: year.optional() }),
        handle: (ask, wanted) => showYear(core, ask, wanted.year),
      }),
      'trainings.figures-of': action({
        effect: 'reads',
        permission: officer,
        data: z.object({}),
        handle: (ask, _, selected) => {
          const chosen = year.safeParse(Number(selected))
          return showYear(core, ask, chosen.success ? chosen.data : undefined)
        },
      }),
      'trainings.figures-course': action({
        effect: 'reads',
        permission: officer,
        data: z.object({ course: id.optional() }),
        handle: (ask, wanted, selected) => {
          const chosen = id.safeParse(wanted.course ?? Number(selected))
          return showCourse(core, ask, chosen.success ? chosen.data : 0)
        },
      }),
      'trainings.figures-file': action({
        effect: 'reads',
        permission: officer,
        data: z.object({ year }),
        handle: (ask, wanted) => giveYear(core, ask, wanted.year),
      }),
      'trainings.matrix-file': action({
        effect: 'reads',
        permission: officer,
        data: z.object({ year }),
        handle: (ask, wanted) => giveMatrix(core, ask, wanted.year),
      }),
    },
    forms: {
      'trainings.history-open': form({
        permission: hr,
        searches: true,
        data: z.object({}),
        handle: (ask, _, values) =>
          inTransaction(core.db, async (tx) => {
            const person = id.safeParse(Number(values.person))
            if (!person.success) return { errors: { person: textsIn(ask.language).personMissing } }
            return showHistory(core, tx, ask, person.data, { place: 'new' })
          }),
      }),
    },
  }
}
