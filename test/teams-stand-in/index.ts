// A stand-in for Microsoft's side of Teams: the keys that sign activities, the connector that takes messages, and the
// people at their clients. It keeps what the connector would show, and refuses what the connector refuses.
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { type GraphState, graphRoutes } from './graph.ts'
import { CLIENT, TENANT } from './ids.ts'
import { createSigner, type Signer } from './tokens.ts'

export * from './ids.ts'

export interface TeamsUser {
  /** Entra object id. */
  readonly id: string
  /** "29:…" */
  readonly teamsId: string
  readonly name: string
  readonly conversation: string
}

interface Person extends TeamsUser {
  readonly email?: string
  readonly upn: string
  readonly role: string
  readonly tenant: string
  readonly forbidden: boolean
  installed: boolean
  blocked: boolean
}

export interface TeamsMessage {
  readonly id: string
  readonly user: string
  activity: Record<string, unknown>
  edited: boolean
  file?: { readonly name: string; readonly bytes: Uint8Array }
}

export type Fault =
  | { readonly type: 'status'; readonly status: number; readonly retryAfter?: number; readonly code?: string }
  /** The connection ends without an answer, after or before the message was taken. */
  | { readonly type: 'reset'; readonly done: boolean }

export interface Delivered {
  readonly status: number
  readonly body: unknown
}

export interface TeamsStandIn {
  readonly url: string
  readonly serviceUrl: string
  readonly signer: Signer
  addUser(user: {
    name: string
    email?: string
    upn?: string
    role?: string
    tenant?: string
    installed?: boolean
    blocked?: boolean
    /** Their policy does not let them have the app. */
    forbidden?: boolean
  }): TeamsUser
  change(user: TeamsUser, change: { installed?: boolean; blocked?: boolean }): void
  messagesOf(user: Pick<TeamsUser, 'id'>): readonly TeamsMessage[]
  /** Clears the person's chat. */
  clear(user: TeamsUser): void
  /** For the next call that writes a message. */
  fault(fault: Fault): void
  /** An activity as Teams makes it, by a person in their own chat. */
  activity(user: TeamsUser, parts: object): Record<string, unknown>
  deliver(target: string, activity: object, headers?: Record<string, string | undefined>): Promise<Delivered>
  say(target: string, user: TeamsUser, text: string): Promise<Delivered>
  install(target: string, user: TeamsUser, action?: 'add' | 'remove'): Promise<Delivered>
  press(target: string, user: TeamsUser, on: TeamsMessage, title: string, inputs?: object): Promise<Delivered>
  /** A file that lies in the person's OneDrive. */
  keepFile(name: string, bytes: Uint8Array): string
  /** How the next uploads are refused. */
  readonly uploadFaults: number[]
  /** Bytes given of a file that has no end. */
  streamed: number
  /** Calls of the connector: method and path. */
  readonly calls: string[]
  /** What came along as authorization. */
  readonly seenTokens: Set<string>
  /** Entra's tokens and Graph. */
  readonly graph: GraphState
  /** Somebody has been given the app through Graph: what Teams tells the bot is up to this. */
  onInstall?: (user: TeamsUser) => void
  /** What happens with a file that is offered: the person's answer is handed to this. */
  onOffer?: (user: TeamsUser, consent: object) => Promise<void>
  stop(): Promise<void>
}

/** Everything of one kind in a card, however deep. */
export function find(value: unknown, type: string): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap((each) => find(each, type))
  if (typeof value !== 'object' || value === null) return []
  const here = value as Record<string, unknown>
  return [...(here.type === type ? [here] : []), ...Object.values(here).flatMap((each) => find(each, type))]
}

let count = 0

export async function startTeamsStandIn(): Promise<TeamsStandIn> {
  const signer = createSigner(CLIENT)
  const people: Person[] = []
  const messages: TeamsMessage[] = []
  const faults: Fault[] = []
  const files = new Map<string, Uint8Array>()
  const uploads = new Map<string, TeamsMessage>()
  const calls: string[] = []
  const seenTokens = new Set<string>()
  const app = express()
  const { state: graph, router: graphRouter } = graphRoutes(CLIENT, people, ({ id }) => {
    const person = people.find((each) => each.id === id)
    if (person) standIn.onInstall?.(person)
  })
  app.use(graphRouter)
  app.use('/v1/.well-known/openidconfiguration', (_, response) => {
    response.json({ issuer: 'https://api.botframework.com', jwks_uri: `${standIn.url}/v1/.well-known/keys` })
  })
  app.get(['/v1/.well-known/keys', '/login/:tenant/discovery/v2.0/keys'], (_, response) => {
    response.json({ keys: signer.keys })
  })
  app.get('/files/:id', (request, response) => {
    const bytes = files.get(request.params.id)
    const how = request.query.how
    if (how === 'elsewhere') response.redirect('/files/secret')
    else if (how === 'sign-in') response.type('text/html').send('<h1>Sign in</h1>')
    // Without a length, and without an end.
    else if (how === 'endless') {
      const more = () => {
        while (response.writable && !response.destroyed && response.write(Buffer.alloc(65_536))) {
          standIn.streamed += 65_536
        }
        if (!response.destroyed) response.once('drain', more)
      }
      more()
    } else if (bytes) response.type('application/octet-stream').send(Buffer.from(bytes))
    else response.status(404).end()
  })
  app.put('/upload/:id', express.raw({ type: () => true, limit: '64mb' }), (request, response) => {
    const fault = standIn.uploadFaults.shift()
    if (fault) return void response.status(fault).end()
    const message = uploads.get(request.params.id)
    const range = request.get('content-range')
    if (!message || range !== `bytes 0-${request.body.length - 1}/${request.body.length}`) {
      response.status(400).end()
      return
    }
    const [attachment] = message.activity.attachments as { name: string }[]
    message.file = { name: attachment?.name ?? '', bytes: new Uint8Array(request.body as Buffer) }
    response.status(201).json({})
  })

  const connector = express.Router({ mergeParams: true })
  app.use(['/teams/v3', '/jp/v3'], connector)
  connector.use(express.json({ limit: '1mb' }), (request, response, next) => {
    calls.push(`${request.method} ${request.originalUrl}`)
    seenTokens.add(request.get('authorization') ?? '')
    const writes = request.method !== 'GET' && request.path.includes('/activities')
    const fault = writes ? faults.shift() : undefined
    if (fault?.type === 'status') {
      if (fault.retryAfter !== undefined) response.set('retry-after', String(fault.retryAfter))
      response.status(fault.status).json({ error: { code: fault.code ?? 'Fault', message: 'x' } })
      return
    }
    if (fault?.type === 'reset') {
      if (fault.done) response.json = () => response.socket?.destroy() as never
      else {
        response.socket?.destroy()
        return
      }
    }
    next()
  })
  const refuse = (response: express.Response, status: number, code: string) =>
    response.status(status).json({ error: { code, message: code } })
  connector.post('/conversations', (request, response) => {
    const [member] = (request.body as { members?: { id: string }[] }).members ?? []
    const person = people.find((each) => each.id === member?.id || each.teamsId === member?.id)
    if (!person || person.tenant !== TENANT) refuse(response, 404, 'NotFound')
    else if (!person.installed) refuse(response, 403, 'Forbidden')
    else response.status(201).json({ id: person.conversation })
  })
  const owner = (conversation: string) => people.find((each) => each.conversation === conversation)
  connector.post('/conversations/:conversation/activities', async (request, response) => {
    const person = owner(request.params.conversation)
    if (!person) return void refuse(response, 404, 'ConversationNotFound')
    if (person.blocked) return void refuse(response, 403, 'MessageWritesBlocked')
    if (!person.installed) return void refuse(response, 403, 'BotNotInConversationRoster')
    const message: TeamsMessage = {
      id: String(1_800_000_000_000 + ++count),
      user: person.id,
      activity: request.body,
      edited: false,
    }
    messages.push(message)
    const [attachment] = (request.body.attachments ?? []) as { contentType: string; content: unknown }[]
    if (attachment?.contentType.endsWith('file.consent') && standIn.onOffer) {
      const { acceptContext } = attachment.content as { acceptContext: object }
      const id = randomUUID()
      uploads.set(id, message)
      await standIn.onOffer(
        person,
        standIn.activity(person, {
          type: 'invoke',
          name: 'fileConsent/invoke',
          value: {
            type: 'fileUpload',
            action: 'accept',
            context: acceptContext,
            uploadInfo: {
              uploadUrl: `${standIn.url}/upload/${id}`,
              contentUrl: `${standIn.url}/files/${id}`,
              name: 'x',
              uniqueId: id,
              fileType: 'xlsx',
            },
          },
        }),
      )
    }
    response.status(201).json({ id: message.id })
  })
  connector.put('/conversations/:conversation/activities/:id', (request, response) => {
    const message = messages.find((each) => each.id === request.params.id)
    if (!message || owner(request.params.conversation)?.id !== message.user)
      return void refuse(response, 404, 'ActivityNotFoundInConversation')
    message.activity = request.body
    message.edited = true
    response.json({ id: message.id })
  })
  connector.delete('/conversations/:conversation/activities/:id', (request, response) => {
    const at = messages.findIndex((each) => each.id === request.params.id)
    if (at >= 0) messages.splice(at, 1)
    response.status(200).end()
  })
  connector.get('/conversations/:conversation/members/:id', (request, response) => {
    const person = people.find(({ id, teamsId }) => [id, teamsId].includes(request.params.id))
    if (!person) return void refuse(response, 404, 'MemberNotFoundInConversation')
    response.json({
      id: person.teamsId,
      name: person.name,
      objectId: person.id,
      aadObjectId: person.id,
      ...(person.email && { email: person.email }),
      userPrincipalName: person.upn,
      tenantId: person.tenant,
      userRole: person.role,
    })
  })

  const server = createServer(app)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const standIn: TeamsStandIn = {
    url,
    serviceUrl: `${url}/jp/`,
    signer,
    uploadFaults: [],
    streamed: 0,
    calls,
    graph,
    seenTokens,
    addUser: ({ name, email, upn, role = 'user', tenant = TENANT, installed = true, ...rest }) => {
      const { blocked = false, forbidden = false } = rest
      const number = ++count
      const person: Person = {
        id: `aaaaaaaa-0000-0000-0000-${String(number).padStart(12, '0')}`,
        teamsId: `29:1user${number}`,
        conversation: `a:1chat${number}`,
        name,
        upn: upn ?? `user${number}@city.onmicrosoft.com`,
        role,
        tenant,
        installed,
        blocked,
        forbidden,
        ...(email && { email }),
      }
      people.push(person)
      return person
    },
    change: (user, change) => {
      Object.assign(people.find((each) => each.id === user.id) ?? {}, change)
    },
    messagesOf: ({ id }) => messages.filter((each) => each.user === id),
    clear: ({ id }) => {
      messages.splice(0, messages.length, ...messages.filter((each) => each.user !== id))
    },
    fault: (fault) => {
      faults.push(fault)
    },
    activity: (user, parts) => ({
      timestamp: new Date().toISOString(),
      channelId: 'msteams',
      serviceUrl: standIn.serviceUrl,
      from: { id: user.teamsId, name: user.name, aadObjectId: user.id },
      conversation: { conversationType: 'personal', tenantId: TENANT, id: user.conversation },
      recipient: { id: `28:${CLIENT}`, name: 'はぐくみ' },
      channelData: { tenant: { id: TENANT } },
      locale: 'ja-JP',
      id: `f:${++count}`,
      ...parts,
    }),
    async deliver(target, activity, headers) {
      const given = headers ?? {
        authorization: `Bearer ${signer.token(String((activity as { serviceUrl?: string }).serviceUrl))}`,
      }
      const sent = Object.entries({ 'content-type': 'application/json; charset=utf-8', ...given })
      const response = await fetch(target, {
        method: 'POST',
        headers: sent.flatMap(([name, value]) =>
          value === undefined ? [] : [[name, value] as [string, string]],
        ),
        body: JSON.stringify(activity),
      })
      const text = await response.text()
      return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
    },
    say: (target, user, text) =>
      standIn.deliver(target, standIn.activity(user, { type: 'message', text, textFormat: 'plain' })),
    install: (target, user, action = 'add') =>
      standIn.deliver(target, standIn.activity(user, { type: 'installationUpdate', action })),
    async press(target, user, on, title, inputs = {}) {
      const content = on.activity.attachments
      const execute = find(content, 'Action.Execute').find((each) => each.title === title)
      const submit = find(content, 'Action.Submit').find((each) => each.title === title)
      const pressed = execute ?? submit
      if (!pressed) throw new Error(`there is no button ${title}`)
      const data = { ...(pressed.data as object), ...inputs }
      const parts = execute
        ? { name: 'adaptiveCard/action', value: { action: { ...execute, data }, trigger: 'manual' } }
        : { name: 'task/fetch', value: { data, context: { theme: 'default' } } }
      return standIn.deliver(target, standIn.activity(user, { type: 'invoke', replyToId: on.id, ...parts }))
    },
    keepFile: (name, bytes) => {
      const id = `${++count}-${encodeURIComponent(name)}`
      files.set(id, bytes)
      return `${url}/files/${encodeURIComponent(id)}`
    },
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
  return standIn
}
