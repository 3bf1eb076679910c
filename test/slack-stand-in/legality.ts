// Slack refuses illegal blocks; here the schema of what we emit says what is legal. It is narrower than Slack (no
// pictures, no emoji flag, every block named).
import { z } from 'zod'
import { homeSchema, messageSchema, modalSchema, type SlackBlock } from '../../src/adapters/slack/blocks.ts'

/** An answer `{ok: false, error}`. */
export class Refused extends Error {
  readonly extra: Readonly<Record<string, unknown>>
  constructor(error: string, extra: Readonly<Record<string, unknown>> = {}) {
    super(error)
    this.extra = extra
  }
}

export const refuse = (error: string, extra?: Readonly<Record<string, unknown>>): never => {
  throw new Refused(error, extra)
}

/** The way Slack names what it did not like. */
const objections = (problem: z.ZodError, at: string) => ({
  response_metadata: {
    messages: problem.issues.map(
      (issue) => `[ERROR] ${issue.message} [json-pointer:${[at, ...issue.path.map(String)].join('/')}]`,
    ),
  },
})

const metadata = z.object({
  event_type: z.string().min(1).max(255),
  event_payload: z.record(z.string(), z.unknown()),
})

export function legalBlocks(blocks: unknown): readonly SlackBlock[] {
  if (Array.isArray(blocks) && blocks.length === 0) return []
  const read = messageSchema.shape.blocks.safeParse(blocks)
  return read.success ? read.data : refuse('invalid_blocks', objections(read.error, '/blocks'))
}

export function legalMetadata(given: unknown): z.infer<typeof metadata> {
  const read = metadata.safeParse(given)
  return read.success ? read.data : refuse('invalid_metadata_format')
}

/** Views are refused as arguments, not as blocks. */
export function legalHome(view: unknown): z.infer<typeof homeSchema> {
  const read = homeSchema.safeParse(view)
  return read.success ? read.data : refuse('invalid_arguments', objections(read.error, '/view'))
}

export function legalModal(view: unknown): z.infer<typeof modalSchema> {
  const read = modalSchema.safeParse(view)
  return read.success ? read.data : refuse('invalid_arguments', objections(read.error, '/view'))
}

/** What a command, a `response_url` or an action answers: a text or a message. */
export const responseBody = z.object({
  text: z.string().default(''),
  blocks: z.unknown().optional(),
  response_type: z.enum(['ephemeral', 'in_channel']).default('ephemeral'),
  replace_original: z.boolean().default(false),
  delete_original: z.boolean().default(false),
})
