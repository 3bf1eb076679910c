// The doors of the stand-in: Web API, uploads, downloads, `response_url`. Order of the checks as at Slack: fault of the
// line, known method, pace, token, scope, arguments.
import type http from 'node:http'
import { z } from 'zod'
import type { Call, Fault, Faults } from './faults.ts'
import { legalBlocks, Refused, refuse, responseBody } from './legality.ts'
import type { Asking, Method } from './method.ts'
import type { Pace } from './pace.ts'
import { BOT_USER, type World } from './world.ts'

export interface Doors {
  readonly world: World
  readonly methods: Readonly<Record<string, Method>>
  readonly scopes: ReadonlySet<string>
  readonly pace: Pace
  readonly faults: Faults & { take(call: Call): Fault | undefined }
  readonly calls: Call[]
  readonly origin: () => string
}

interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

const ok = (body: object): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify({ ok: true, ...body }),
})
const refused = (error: string, extra: object = {}): Answer => ({
  ...ok({}),
  body: JSON.stringify({ ok: false, error, ...extra }),
})
const tooFast = (seconds: number): Answer => ({
  ...refused('ratelimited'),
  status: 429,
  headers: { 'content-type': 'application/json', 'retry-after': String(seconds) },
})

async function bytesOf(request: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** A form or a JSON object, by what the caller says it is. */
function argsOf(request: http.IncomingMessage, url: URL, body: Buffer): Record<string, unknown> {
  const type = request.headers['content-type']?.split(';')[0]?.trim()
  const query = Object.fromEntries(url.searchParams)
  if (body.length === 0) return query
  if (type === 'application/x-www-form-urlencoded')
    return { ...query, ...Object.fromEntries(new URLSearchParams(body.toString('utf8'))) }
  if (type !== 'application/json') return refuse(type ? 'invalid_post_type' : 'missing_post_type')
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(body.toString('utf8')))
  } catch {
    return refuse('invalid_json')
  }
}

/** Why a token is none, undefined when it is good. */
function tokenProblem(method: Method, given: string | undefined, world: World): string | undefined {
  if (method.token === 'none') return undefined
  if (!given) return 'not_authed'
  const token = world.tokens.get(given)
  if (!token) return 'invalid_auth'
  if (token.revoked) return 'token_revoked'
  if (token.expires && Temporal.Instant.compare(world.clock.now(), token.expires) >= 0) return 'token_expired'
  return token.type === method.token ? undefined : 'not_allowed_token_type'
}

const bearerOf = (request: http.IncomingMessage) =>
  /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]

function basicOf(request: http.IncomingMessage): readonly [string, string] | undefined {
  const coded = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1]
  const [user, password] = coded ? Buffer.from(coded, 'base64').toString().split(':') : []
  return user !== undefined && password !== undefined ? [user, password] : undefined
}

export function makeDoors({
  world,
  methods,
  scopes,
  pace,
  faults,
  calls,
  origin,
}: Doors): http.RequestListener {
  /** Lets a call happen with the fault that the test chose for it. */
  async function serve(
    name: string,
    args: Record<string, unknown>,
    response: http.ServerResponse,
    run: () => Answer,
  ): Promise<void> {
    const call = { method: name, args, at: world.clock.now() }
    calls.push(call)
    const fault = faults.take(call)
    if (fault && 'done' in fault && fault.done) safely(run)
    switch (fault?.type) {
      case 'reset':
        response.socket?.resetAndDestroy()
        return
      case 'stall':
        return
      case 'status':
        return send(response, {
          status: fault.status,
          headers: { 'content-type': 'text/html' },
          body: 'oops',
        })
      case 'rate-limited':
        return send(response, tooFast(fault.seconds))
      case 'error':
        return send(response, refused(fault.error))
      case 'ok-then':
        response.once('finish', fault.run)
        return send(response, safely(run))
      case undefined:
        return send(response, safely(run))
      default:
        return fault satisfies never
    }
  }

  function callMethod(name: string, args: Record<string, unknown>, request: http.IncomingMessage): Answer {
    const asking: Asking = { world, scopes, origin: origin(), basic: basicOf(request) }
    const method = methods[name]
    if (!method) return refused('unknown_method', { req_method: name })
    const wait = pace({ method: name, tier: method.tier, channel: channelOf(args) })
    if (wait > 0) return tooFast(wait)
    const given = bearerOf(request) ?? (typeof args.token === 'string' ? args.token : undefined)
    const problem = tokenProblem(method, given, world)
    if (problem) return refused(problem)
    const needed = method.scope(args, asking)
    if (needed && !scopes.has(needed))
      return refused('missing_scope', { needed, provided: [...scopes].join() })
    const answer = ok(method.run(args, asking))
    return { ...answer, headers: { ...answer.headers, 'x-oauth-scopes': [...scopes].join() } }
  }

  /** One channel however it is named, so that a person's id gains nothing. */
  const channelOf = ({ channel }: Record<string, unknown>): string =>
    typeof channel === 'string' && world.users.has(channel) ? world.direct(channel).id : String(channel)

  function upload(id: string, request: http.IncomingMessage, body: Buffer): Answer {
    const expected = world.uploads.get(id)
    if (!expected) return { status: 404, body: 'not found' }
    const type = request.headers['content-type'] ?? ''
    const bytes = type.startsWith('multipart/') ? onlyPart(body) : body
    if (bytes.length !== expected.length) return { status: 500, body: 'length mismatch' }
    world.uploads.set(id, { ...expected, bytes })
    return { status: 200, body: `OK - ${bytes.length}` }
  }

  function download(id: string, request: http.IncomingMessage): Answer {
    const file = world.files.get(id)
    const token = bearerOf(request)
    // Whoever shows no good token gets the sign-in page, with 200: no error, and not the file.
    if (!token || !world.tokens.has(token) || !scopes.has('files:read'))
      return {
        status: 200,
        headers: { 'content-type': 'text/html' },
        body: '<!DOCTYPE html><title>Slack</title>',
      }
    if (!file) return { status: 404, body: 'not found' }
    return { status: 200, headers: { 'content-type': 'application/octet-stream' }, body: file.bytes }
  }

  function respond(id: string, args: Record<string, unknown>): Answer {
    const hook = world.hooks.get(id)
    const gone = (error: string): Answer => ({ ...refused(error), status: 404 })
    if (!hook || Temporal.Instant.compare(world.clock.now(), hook.until) > 0) return gone('expired_url')
    if (hook.uses >= 5) return gone('used_url')
    const said = responseBody.parse(args)
    const blocks = said.blocks === undefined ? undefined : legalBlocks(said.blocks)
    world.hooks.set(id, { ...hook, uses: hook.uses + 1 })
    const old = hook.message ? world.message(hook.channel, hook.message) : undefined
    if (said.delete_original && old) world.messages.splice(world.messages.indexOf(old), 1)
    else if (said.replace_original && old) world.replace(old, { text: said.text, blocks: blocks ?? [] })
    else if (!said.text && !blocks?.length) return refuse('no_text')
    else
      world.post({
        channel: hook.channel,
        user: BOT_USER,
        text: said.text,
        blocks,
        ...(said.response_type === 'ephemeral' && { onlyTo: hook.user }),
      })
    return ok({})
  }

  return async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://stand-in')
    const [, door, id = ''] = url.pathname.split('/')
    const body = await bytesOf(request)
    if (door === 'upload') return serve('upload', { id }, response, () => upload(id, request, body))
    if (door === 'files') return serve('download', { id }, response, () => download(id, request))
    if (door !== 'api' && door !== 'respond') return send(response, { status: 404, body: 'not found' })
    let args: Record<string, unknown> = {}
    let problem: unknown
    try {
      args = argsOf(request, url, body)
    } catch (error) {
      problem = error
    }
    return serve(door === 'api' ? id : 'response_url', args, response, () => {
      if (problem) throw problem
      return door === 'api' ? callMethod(id, args, request) : respond(id, args)
    })
  }
}

function send(response: http.ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers).end(body)
}

/** Refusals as Slack's answers; anything else is a defect of the stand-in and is shown as such. */
function safely(run: () => Answer): Answer {
  try {
    return run()
  } catch (error) {
    if (error instanceof Refused) return refused(error.message, error.extra)
    if (error instanceof z.ZodError)
      return refused('invalid_arguments', {
        response_metadata: {
          messages: error.issues.map(
            (issue) => `[ERROR] ${issue.message} [json-pointer:/${issue.path.join('/')}]`,
          ),
        },
      })
    return { status: 500, body: `The stand-in failed: ${error}` }
  }
}

/** The bytes of the one part of a multipart body. */
function onlyPart(body: Buffer): Buffer {
  const start = body.indexOf('\r\n\r\n') + 4
  const boundary = body.subarray(0, body.indexOf('\r\n'))
  return body.subarray(start, body.indexOf(Buffer.concat([Buffer.from('\r\n'), boundary]), start))
}
