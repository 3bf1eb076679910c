import { z } from 'zod'
import { setting } from '../../../directory/settings.ts'

/** Working days after a meeting during which both sides' answers are waited for. */
export const answerDays = setting('interviews.answer-days', z.number().int().min(1).max(60), 5)
