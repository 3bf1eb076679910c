// What the city decides about reminders of interviews. Words used here:
// rung  one step of the ladder: so many working days from the deadline, and who hears of it then.
import { z } from 'zod'
import { setting } from '../../../directory/settings.ts'

/**
 * holder: whoever holds the matter up (nobody else hears of it); hr-phone: HR of that part of the tree sees whom to
 * telephone; superior: the holder's superior, which no city has to want: the ladder has none until HR adds it.
 */
export const rungReaders = ['holder', 'hr-phone', 'superior'] as const
export type RungReader = (typeof rungReaders)[number]

export interface Rung {
  /** Working days from the deadline, by the recipient's own calendar; negative before it. */
  readonly days: number
  readonly who: RungReader
}

export interface Ladder {
  readonly rungs: readonly Rung[]
  /** Wall clock "HH:MM" in the organisation's zone. */
  readonly at: string
  /** A line on the morning of a booked interview, to both. */
  readonly upcoming: boolean
  /** Working days after a meeting on which whoever has not said how it went is asked again. */
  readonly askAgain: readonly number[]
  /** Family name of the HR officer who signs the last rungs; empty: the office signs. */
  readonly officer: string
}

const days = z.number().int().min(-60).max(60)
const rung = z.object({ days, who: z.enum(rungReaders) })

export const ladderSetting = setting<Ladder>(
  'interviews.ladder',
  z.object({
    rungs: z
      .array(rung)
      .max(40)
      .refine((rungs) => new Set(rungs.map((each) => `${each.who}${each.days}`)).size === rungs.length, {
        error: 'a rung is there twice',
      }),
    at: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
    upcoming: z.boolean(),
    askAgain: z.array(z.number().int().min(1).max(30)).max(5),
    officer: z.string().max(20),
  }),
  {
    rungs: [
      ...[-7, -3, -1, 0, 1, 3, 7].map((at): Rung => ({ days: at, who: 'holder' })),
      { days: 3, who: 'hr-phone' },
    ],
    at: '08:45',
    upcoming: true,
    askAgain: [2, 4],
    officer: '',
  },
)
