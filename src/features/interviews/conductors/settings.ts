import { z } from 'zod'
import { setting } from '../../../directory/settings.ts'
import { substitutions } from './rules.ts'

/** Who conducts when the evaluator is absent and no deputy was named: the second evaluator in most cities. */
export const substitutionRule = setting('interviews.substitution', z.enum(substitutions), 'second')

/** Working days that somebody back from leave has at least, before an interview that waited for them is due. */
export const daysAfterReturn = setting('interviews.days-after-return', z.int().min(1).max(60), 10)
