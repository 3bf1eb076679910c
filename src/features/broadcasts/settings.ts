import { z } from 'zod'
import { setting } from '../../directory/settings.ts'

export const sizesSchema = z.object({
  /** More people than this need a second person's approval; null: never. */
  approvalAbove: z.int().min(0).max(100_000).nullable(),
  /** More people than this: the author types the number. Everybody always is typed. */
  typedAbove: z.int().min(1).max(100_000),
  /** Months for which an announcement and who received it are kept; the trail stays. */
  keptMonths: z.int().min(1).max(120),
})
export type Sizes = z.infer<typeof sizesSchema>

/** What the city decides about announcements. */
export const sizesSetting = setting('broadcasts.sizes', sizesSchema, {
  approvalAbove: 200,
  typedAbove: 500,
  keptMonths: 36,
})
