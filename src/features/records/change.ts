import { writeAudit } from '../../db/audit.ts'
import { inTransaction } from '../../db/transaction.ts'
import { Refusal } from '../../kernel/errors.ts'
import type { Core } from '../feature.ts'
import { type Period, periods, readPeriods, writePeriod } from './periods.ts'

/** Sets how many months something is kept, from now on. `actorId` null: the command line. Throws a Refusal. */
export async function changePeriod(
  core: Pick<Core, 'db'>,
  asked: {
    readonly name: string
    readonly months: number
    readonly actorId: number | null
    readonly flow?: string
  },
  now: Temporal.Instant,
): Promise<{ readonly period: Period; readonly before: number }> {
  const period = periods.find(({ name }) => name === asked.name)
  if (!period)
    throw new Refusal('not-found', {
      ja: `「${asked.name}」という記録の種類はありません。retention で一覧が出ます。`,
      en: `Nothing is called "${asked.name}". retention lists what there is.`,
    })
  const { least, most } = period
  if (period.field !== undefined)
    throw new Refusal('conflict', {
      ja: `「${period.title.ja}」の期間は、チャットの「お知らせ」の設定で変えてください。`,
      en: `The period of "${period.title.en}" is changed in the chat, with the settings of announcements.`,
    })
  if (!Number.isInteger(asked.months) || asked.months < least || asked.months > most)
    throw new Refusal('invalid', {
      ja: `月数は ${least} から ${most} までの整数です。`,
      en: `A whole number of months from ${least} to ${most}.`,
    })
  return inTransaction(core.db, async (tx) => {
    const before = (await readPeriods(tx)).get(period.name) ?? period.usual
    await writePeriod(tx, period.name, asked.months, now)
    await writeAudit(tx, {
      at: now,
      actorId: asked.actorId,
      via: asked.actorId === null ? 'cli' : 'chat',
      action: 'records.period-changed',
      subject: `period:${period.name}`,
      change: { from: before, to: asked.months },
      flow: asked.flow ?? null,
    })
    return { period, before }
  })
}
