// What the city decides about reminders of trainings: whether supervisors are asked by themselves to make time.
import { z } from 'zod'
import type { Form } from '../../../cards/card.ts'
import { writeAudit } from '../../../db/audit.ts'
import { inTransaction } from '../../../db/transaction.ts'
import { readSetting, writeSetting } from '../../../directory/settings.ts'
import { action, form, openForm, replaceWith } from '../../../intake/handler.ts'
import { hrOfWholeCity } from '../../../intake/permissions.ts'
import type { Language } from '../../../kernel/language.ts'
import { normalise } from '../../../kernel/words.ts'
import type { Core } from '../../feature.ts'
import { loadSignUps } from '../load.ts'
import { openPlan } from '../plan/page.ts'
import { replanSignUps } from './plan.ts'
import { trainingReminders } from './settings.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'

const textsIn = (language: Language): typeof ja => (language === 'ja' ? ja : en)

function settingsForm(escalateAfter: number | null, language: Language): Form {
  const t = textsIn(language).settings
  return {
    id: 'trainings.reminders-save',
    title: t.title,
    submit: t.save,
    cancel: t.cancel,
    language,
    data: {},
    intro: t.intro,
    fields: [
      {
        type: 'number',
        name: 'escalateAfter',
        label: t.escalateAfter,
        hint: t.hint,
        optional: true,
        min: 1,
        max: 60,
        ...(escalateAfter !== null && { value: escalateAfter }),
      },
    ],
  }
}

export const cityReminders = (core: Core) => ({
  actions: {
    'trainings.reminders': action({
      effect: 'reads',
      opensForm: true,
      permission: hrOfWholeCity,
      data: z.object({}),
      handle: async (ask) => {
        const { escalateAfter } = await readSetting(core.db.prisma, trainingReminders)
        return openForm(settingsForm(escalateAfter, ask.language))
      },
    }),
  },
  forms: {
    'trainings.reminders-save': form({
      permission: hrOfWholeCity,
      data: z.object({}),
      handle: (ask, _, values) =>
        inTransaction(
          core.db,
          async (tx) => {
            const t = textsIn(ask.language).settings
            const written = normalise([values.escalateAfter ?? ''].flat()[0] ?? '')
            const read = trainingReminders.schema.safeParse({
              escalateAfter: written === '' ? null : Number(written),
            })
            if (!read.success) return { errors: { escalateAfter: t.bad } }
            const before = await readSetting(tx, trainingReminders)
            await writeSetting(tx, trainingReminders, read.data, ask.now)
            await writeAudit(tx, {
              at: ask.now,
              actorId: ask.actor.id,
              via: 'chat',
              flow: ask.flow,
              action: 'trainings.reminders',
              subject: `setting:${trainingReminders.key}`,
              change: { escalateAfter: { from: before.escalateAfter, to: read.data.escalateAfter } },
            })
            const duties = await loadSignUps(tx, {
              mandatory: true,
              status: { in: ['nominated', 'confirmed'] },
              course: { status: { in: ['published', 'closed'] } },
            })
            await replanSignUps(core, tx, duties, ask.now)
            const { escalateAfter } = read.data
            const line = escalateAfter === null ? t.savedOff : t.saved(escalateAfter)
            return replaceWith({
              summary: line,
              language: ask.language,
              blocks: [
                { type: 'text', text: line },
                { type: 'buttons', buttons: [{ label: t.back, action: openPlan() }] },
              ],
            })
          },
          { timeout: 60_000 },
        ),
    }),
  },
})
