// Teams put together: the SDK's app over a door of ours, its client, and the two directions.
import { PUBLIC, withOverrides } from '@microsoft/teams.api'
import { App, type IHttpServerAdapter } from '@microsoft/teams.apps'
import type { Router } from 'express'
import type { ChatPlatform, InstallOutcome } from '../../chat/chat.ts'
import type { Log } from '../../kernel/log.ts'
import type { Receive } from '../once.ts'
import { createApi } from './api.ts'
import { createFiles } from './files.ts'
import { createForms } from './forms.ts'
import { createGraph } from './graph.ts'
import { openDoor, teamsPath } from './http.ts'
import { type Answer, createInbound } from './inbound.ts'
import type { Keeping } from './keeping.ts'
import { quietLogger } from './log.ts'
import { type Acquaintance, createPeople } from './people.ts'
import { createReplies } from './replies.ts'
import { createSending } from './send.ts'
import { createTokens } from './tokens.ts'
import { isServiceUrl } from './trust.ts'

const entra = 'https://login.microsoftonline.com/'
const graphUrl = 'https://graph.microsoft.com/v1.0/'
export const graphScope = 'https://graph.microsoft.com/.default'

/** Teams' connector for conversations of which nothing is known yet: it finds the region by itself. */
const anywhere = 'https://smba.trafficmanager.net/teams/'

export interface TeamsOptions {
  /** Application (client) id of the bot's registration. */
  readonly clientId: string
  readonly clientSecret: string
  /** The city's Entra tenant; nobody of another one is listened to. */
  readonly tenantId: string
  readonly directory: Acquaintance
  /** The stored address of a conversation's region. */
  readonly placeOf?: (conversation: string) => Promise<string | undefined>
  /** For what a person has open or was offered. */
  readonly keeping: Keeping
  readonly log: Log
  /** Bytes. */
  readonly largestFile: number
  /** The app's id in the city's catalogue. With it the app may be put with people, which the city has then permitted. */
  readonly catalogId?: string
  /** A stand-in for Microsoft's services, on this computer: its keys are trusted, and it gets no real token. */
  readonly standIn?: string
  /** How long an answer of Teams is waited for. */
  readonly timeoutMs?: number
  /** Presses and dialogs are answered by then, ready or not. */
  readonly invokeWithinMs?: number
  /** How long an event waits to be told who wrote, when that is not known yet. */
  readonly introduceWithinMs?: number
}

export interface Teams {
  readonly platform: ChatPlatform
  /** Where Teams sends to. */
  readonly routes: readonly Router[]
  /** Listens from now on, with what the core does with each event. */
  start(core: { readonly receive: Receive; readonly opensForm: (actionId: string) => boolean }): Promise<void>
  /** Takes nothing more in, and finishes what is under way. */
  stop(): Promise<void>
}

type Registration = Pick<TeamsOptions, 'clientId' | 'clientSecret' | 'tenantId' | 'standIn'>

/** Tokens for `scope`, from Entra; a stand-in is asked with a secret of its own. */
export const tokensFor = ({ clientId, clientSecret, tenantId, standIn }: Registration, scope: string) =>
  createTokens({
    login: standIn ? new URL('/login/', standIn).href : entra,
    tenant: tenantId,
    clientId,
    clientSecret: standIn ? 'stand-in' : clientSecret,
    scope,
  })

/** The SDK's app as we use it: quiet, with our credentials and none of its own defaults from the environment. */
export function makeApp(
  options: Registration & Pick<TeamsOptions, 'log' | 'timeoutMs'>,
  adapter: IHttpServerAdapter,
): App {
  const { clientId, clientSecret, tenantId, standIn, log, timeoutMs = 12_000 } = options
  const logger = quietLogger(log)
  const standInToken = tokensFor(options, 'https://api.botframework.com/.default')
  const fromStandIn = async () => {
    const token = await standInToken()
    if (token.type === 'ok') return token.token
    throw new Error(token.type === 'refused' ? token.code : 'no token')
  }
  return new App({
    clientId,
    tenantId,
    // Never a client of the SDK's own choosing: credentials come from these settings alone.
    ...(standIn ? { token: fromStandIn } : { clientSecret }),
    cloud: standIn
      ? withOverrides(PUBLIC, {
          openIdMetadataUrl: new URL('/v1/.well-known/openidconfiguration', standIn).href,
          loginEndpoint: new URL('/login', standIn).href,
        })
      : PUBLIC,
    serviceUrl: standIn ? new URL('/teams/', standIn).href : anywhere,
    dangerouslyAllowUnauthenticatedRequests: false,
    messagingEndpoint: teamsPath,
    httpServerAdapter: adapter,
    client: { timeout: timeoutMs, logger },
    logger,
    telemetry: { agent365: false },
  })
}

export function connectTeams(options: TeamsOptions): Teams {
  const { clientId, tenantId, log, standIn, largestFile, keeping } = options
  const isStandIn = standIn !== undefined
  const door = openDoor({ expected: { tenant: tenantId, standIn: isStandIn }, log })
  const app = makeApp(options, door.adapter)
  const api = createApi({ app, bot: `28:${clientId}`, tenant: tenantId, log })
  const files = createFiles({ largest: largestFile, standIn: isStandIn, keeping })
  const region = standIn ? new URL('/teams/', standIn).href : anywhere
  let opensForm: (actionId: string) => boolean = () => false
  const sending = createSending({
    api,
    files,
    log,
    serviceUrl: region,
    trusted: (serviceUrl) => isServiceUrl(serviceUrl, isStandIn),
    opensForm: (actionId) => opensForm(actionId),
    ...(options.placeOf && { placeOf: options.placeOf }),
  })
  const people = createPeople({
    api,
    tenant: tenantId,
    directory: options.directory,
    ...(options.introduceWithinMs && { patienceMs: options.introduceWithinMs }),
  })
  const graph =
    options.catalogId === undefined
      ? undefined
      : createGraph({
          url: standIn ? new URL('/graph/v1.0/', standIn).href : graphUrl,
          catalogId: options.catalogId,
          clientId,
          token: tokensFor(options, graphScope),
          log,
        })
  const install = async (user: string): Promise<InstallOutcome> => {
    const outcome = await graph?.install(user)
    if (outcome?.type !== 'installed') return outcome ?? { type: 'refused', reason: 'not-permitted' }
    if (outcome.user) await people.visit(region, outcome.user)
    return { type: 'installed', already: outcome.already }
  }
  // Source: learn.microsoft.com, "Deep link to start a chat" (November 2026); a bot is a user of the form 28:<id>.
  const linkTo = (words: string) =>
    `https://teams.microsoft.com/l/chat/0/0?users=28:${clientId}&message=${encodeURIComponent(words)}`
  const replies = createReplies({ sending, log })

  const underWay = new Set<Promise<unknown>>()
  const follow = <Result>(work: Promise<Result>): Promise<Result> => {
    const followed: Promise<Result> = work.finally(() => underWay.delete(followed))
    underWay.add(followed)
    return followed
  }

  return {
    platform: { ...sending, linkTo, ...(graph && { install }) },
    routes: [door.router],
    async start(core) {
      opensForm = core.opensForm
      const handle = createInbound({
        tenant: tenantId,
        receive: core.receive,
        people,
        files,
        forms: createForms(keeping, log),
        largestFile,
        sending,
        replies,
        log,
        ...(options.invokeWithinMs && { invokeWithinMs: options.invokeWithinMs }),
        later: (work) => {
          follow(work).catch((err: unknown) => log.error({ err }, 'an answer could not be shown'))
        },
      })
      // Straight from the token's check: the SDK would make four clients for each activity, which nobody here uses.
      app.server.onRequest = ({ body }): Promise<Answer> =>
        follow(handle(body)).catch((err: unknown) => {
          log.error({ err }, 'an activity of Teams could not be taken')
          return { status: 500 }
        })
      await app.initialize()
      door.open()
      log.info('listening to Teams')
    },
    async stop() {
      door.close()
      while (underWay.size > 0) await Promise.allSettled([...underWay])
    },
  }
}
