import type { Prisma } from '../../../db/generated/client.ts'

/** Interviews of an open cycle and an open step, and those without a step: a condition for `loadInterviews`. */
export const running = {
  OR: [{ stepId: null }, { step: { status: 'open', cycle: { status: 'open' } } }],
} satisfies Prisma.InterviewWhereInput
