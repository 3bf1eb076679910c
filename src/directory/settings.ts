import { z } from 'zod'
import { toDbInstant } from '../db/time.ts'
import type { Tx } from '../db/transaction.ts'

/** What the city decides and may change; each room and feature defines its own with `setting(key, schema)`. */
export interface Setting<Value> {
  readonly key: string
  readonly schema: z.ZodType<Value>
  readonly initial: Value
}

export const setting = <Value>(key: string, schema: z.ZodType<Value>, initial: Value): Setting<Value> => ({
  key,
  schema,
  initial,
})

/** The office in whose name the bot speaks: 「職員課」. */
export const officeName = setting('office', z.object({ ja: z.string().min(1), en: z.string().min(1) }), {
  ja: '職員課',
  en: 'the Personnel Section',
})

/** The present value; the initial one while nobody has decided. Throws when what is stored is not valid. */
export async function readSetting<Value>(tx: Tx, which: Setting<Value>): Promise<Value> {
  const row = await tx.setting.findUnique({ where: { key: which.key } })
  return row ? which.schema.parse(row.value) : which.initial
}

/** Stores a value; the caller audits. */
export async function writeSetting<Value>(
  tx: Tx,
  which: Setting<Value>,
  value: Value,
  now: Temporal.Instant,
): Promise<void> {
  const stored = z.json().parse(which.schema.parse(value)) as never
  const at = toDbInstant(now)
  await tx.setting.upsert({
    where: { key: which.key },
    create: { key: which.key, value: stored, updatedAt: at },
    update: { value: stored, updatedAt: at },
  })
}
