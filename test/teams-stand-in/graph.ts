// The parts of Entra and of Microsoft Graph that are asked: tokens by client credentials, and the app put with people.
// What each answers is as Microsoft documents it; its error words are not relied upon.
import express from 'express'
import { TENANT } from './ids.ts'

export const CATALOG_ID = '44444444-4444-4444-4444-444444444444'

export interface GraphFault {
  readonly status: number
  readonly retryAfter?: number
}

export interface GraphPerson {
  readonly id: string
  readonly upn: string
  readonly tenant: string
  installed: boolean
  /** Their policy does not let them have the app. */
  readonly forbidden?: boolean
}

export interface GraphState {
  /** Whether the city has given the permission. */
  permitted: boolean
  /** Whether the catalogue holds the app. */
  published: boolean
  /** How the next tokens are refused. */
  readonly tokenFaults: (GraphFault & { readonly code?: string })[]
  /** For the next calls of Graph. */
  readonly faults: GraphFault[]
  /** Calls: method and path. */
  readonly calls: string[]
  /** How many tokens were given, by scope. */
  readonly tokens: Map<string, number>
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
export const permission = 'TeamsAppInstallation.ReadWriteSelfForUser.All'

/** A token that says what Microsoft's would, signed by nobody. */
const tokenFor = (scope: string, roles: readonly string[]): string =>
  `${part({ alg: 'none' })}.${part({ exp: 4_000_000_000, aud: scope.replace('/.default', ''), roles })}.`

export function graphRoutes(
  clientId: string,
  people: readonly GraphPerson[],
  onInstall: (person: GraphPerson) => void,
): { readonly state: GraphState; readonly router: express.Router } {
  const state: GraphState = {
    permitted: true,
    published: true,
    tokenFaults: [],
    faults: [],
    calls: [],
    tokens: new Map(),
  }
  const router = express.Router()
  router.post('/login/:tenant/oauth2/v2.0/token', express.urlencoded(), (request, response) => {
    const fault = state.tokenFaults.shift()
    const { grant_type, client_id, client_secret, scope } = request.body as Record<string, string>
    if (fault) {
      if (fault.retryAfter !== undefined) response.set('retry-after', String(fault.retryAfter))
      const description = `${fault.code ?? 'AADSTS90000'}: for ${client_id}`
      response.status(fault.status).json({ error: 'fault', error_description: description })
      return
    }
    const good = grant_type === 'client_credentials' && client_id === clientId && client_secret
    if (!good || request.params.tenant !== TENANT || !scope) {
      response.status(401).json({ error: 'invalid_client', error_description: 'AADSTS7000215: x' })
      return
    }
    state.tokens.set(scope, (state.tokens.get(scope) ?? 0) + 1)
    const roles = state.permitted && scope.startsWith('https://graph.') ? [permission] : []
    response.json({ token_type: 'Bearer', expires_in: 3599, access_token: tokenFor(scope, roles) })
  })

  const refuse = (response: express.Response, status: number, code: string) =>
    response.status(status).json({ error: { code, message: code } })
  const graph = express.Router()
  router.use('/graph/v1.0', graph)
  graph.use(express.json(), (request, response, next) => {
    state.calls.push(`${request.method} ${decodeURIComponent(request.path)}`)
    const fault = state.faults.shift()
    if (fault) {
      if (fault.retryAfter !== undefined) response.set('retry-after', String(fault.retryAfter))
      return void refuse(response, fault.status, 'Fault')
    }
    if (!request.get('authorization')?.startsWith(`Bearer ${part({ alg: 'none' })}.`))
      return void refuse(response, 401, 'InvalidAuthenticationToken')
    if (!state.permitted) return void refuse(response, 403, 'Forbidden')
    next()
  })
  const find = (user: string) =>
    people.find(
      (each) => each.tenant === TENANT && (each.id === user || each.upn.toLowerCase() === user.toLowerCase()),
    )
  const installations = '/users/:user/teamwork/installedApps'
  graph.post(installations, (request, response) => {
    const person = find(request.params.user)
    const bound = String((request.body as Record<string, unknown>)['teamsApp@odata.bind'])
    if (!person) return void refuse(response, 404, 'NotFound')
    if (!state.published || !bound.endsWith(`/v1.0/appCatalogs/teamsApps/${CATALOG_ID}`))
      return void refuse(response, 404, 'NotFound')
    if (person.forbidden) return void refuse(response, 403, 'Forbidden')
    if (person.installed) return void refuse(response, 409, 'Conflict')
    person.installed = true
    response.status(201).end()
    onInstall(person)
  })
  graph.get(installations, (request, response) => {
    const person = find(request.params.user)
    if (!person) return void refuse(response, 404, 'NotFound')
    const asked = request.query.$filter === `teamsApp/id eq '${CATALOG_ID}'`
    response.json({ value: asked && person.installed ? [{ id: `installed-${person.id}` }] : [] })
  })
  graph.get(`${installations}/:id/chat`, (request, response) => {
    const person = find(request.params.user)
    if (!person?.installed || request.params.id !== `installed-${person.id}`)
      return void refuse(response, 404, 'NotFound')
    response.json({ id: `19:${person.id}_${clientId}@unq.gbl.spaces` })
  })
  return { state, router }
}
