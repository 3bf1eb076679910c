// What a Web API method is here, and how its arguments are read.
import { z } from 'zod'
import type { Tier } from './pace.ts'
import type { World } from './world.ts'

export interface Asking {
  readonly world: World
  /** The scopes that the bot's token has. */
  readonly scopes: ReadonlySet<string>
  /** Where the stand-in is reached, without a slash at the end. */
  readonly origin: string
  /** HTTP's own user and password: how OAuth's client shows itself. */
  readonly basic?: readonly [string, string]
}

export interface Method {
  readonly tier: Tier | 'message'
  /** Whose token it wants. */
  readonly token: 'bot' | 'app' | 'none'
  /** The scope it needs, when the arguments are known; those of conversations depend on the conversation. */
  scope(args: unknown, asking: Asking): string | undefined
  /** Throws `Refused`; a ZodError means `invalid_arguments`. */
  run(args: unknown, asking: Asking): object
}

export function method<Args>(definition: {
  readonly tier: Method['tier']
  readonly token?: Method['token']
  readonly scope?: string | ((args: Args, asking: Asking) => string | undefined)
  readonly args: z.ZodType<Args>
  run(args: Args, asking: Asking): object
}): Method {
  const { args, scope, token = 'bot', tier, run } = definition
  return {
    tier,
    token,
    scope: (given, asking) => {
      if (typeof scope !== 'function') return scope
      const read = args.safeParse(given)
      return read.success ? scope(read.data, asking) : undefined
    },
    run: (given, asking) => run(args.parse(given), asking),
  }
}

/** A field that comes as JSON in a form and as itself in a JSON body. */
export const json = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((given, context) => {
    if (typeof given !== 'string') return given
    try {
      return JSON.parse(given)
    } catch {
      context.addIssue({ code: 'custom', message: 'not JSON' })
      return z.NEVER
    }
  }, schema)

export const flag = z
  .union([z.boolean(), z.string()])
  .default(false)
  .transform((given) => given === true || given === 'true' || given === '1')

/** One page of a list, and where the next one begins: an opaque cursor, empty at the end. */
export const paging = {
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(999).default(100),
}

export function page<Each>(
  all: readonly Each[],
  { cursor, limit }: { readonly cursor?: string; readonly limit: number },
  invalid: () => never,
): { readonly shown: readonly Each[]; readonly next: string } {
  const from = cursor ? Number(/^from:(\d+)$/.exec(atobOr(cursor))?.[1] ?? Number.NaN) : 0
  if (Number.isNaN(from)) return invalid()
  const next = from + limit < all.length ? btoa(`from:${from + limit}`) : ''
  return { shown: all.slice(from, from + limit), next }
}

function atobOr(text: string): string {
  try {
    return atob(text)
  } catch {
    return ''
  }
}
