import { z } from 'zod'

/** What a row can have for an id or a version. */
export const id = z.int().min(1).max(2_147_483_647)
