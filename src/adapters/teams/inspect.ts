// Is the connection to Teams well? For `doctor`: asks for tokens and for the keys, changes nothing.
import { PUBLIC } from '@microsoft/teams.api'
import { ExpressAdapter } from '@microsoft/teams.apps'
import express from 'express'
import { z } from 'zod'
import { createLog, type Log } from '../../kernel/log.ts'
import { graphScope, makeApp, type TeamsOptions, tokensFor } from './connect.ts'

export interface Inspected {
  /** ok, Microsoft's own code ("AADSTS7000215": a wrong secret), or why nothing could be heard. */
  readonly token: 'ok' | 'unreachable' | (string & {})
  /** Whether the keys that activities are signed with can be fetched. */
  readonly keys: 'ok' | 'unreachable'
  /** Where the city wants the app put with people: whether it has given the permission for that. */
  readonly graph?: 'ok' | 'missing' | 'unreachable'
}

type Registration = Pick<TeamsOptions, 'clientId' | 'clientSecret' | 'tenantId' | 'standIn' | 'catalogId'>

/** The application permission under which the app may put itself with people. */
export const graphPermission = 'TeamsAppInstallation.ReadWriteSelfForUser.All'
const permitted = z.object({ roles: z.array(z.string()).default([]) })

/** What a token for Graph permits: Microsoft writes it into the token, which is ours to read but not to trust with more. */
async function inspectGraph(registration: Registration): Promise<Inspected['graph']> {
  const given = await tokensFor(registration, graphScope)()
  if (given.type !== 'ok') return given.type === 'refused' ? 'missing' : 'unreachable'
  try {
    const [, claims = ''] = given.token.split('.')
    const { roles } = permitted.parse(JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')))
    return roles.includes(graphPermission) ? 'ok' : 'missing'
  } catch {
    return 'missing'
  }
}

/** Microsoft's code in an error's words; the words themselves are not repeated. */
const codeOf = (error: unknown): string =>
  /AADSTS\d+/.exec(error instanceof Error ? error.message : '')?.[0] ?? 'unreachable'

export async function inspectTeams(
  registration: Registration,
  log: Log = createLog('silent'),
): Promise<Inspected> {
  const { standIn, catalogId } = registration
  const app = makeApp({ ...registration, log }, new ExpressAdapter(express()))
  const keysUrl = standIn ? new URL('/v1/.well-known/openidconfiguration', standIn) : PUBLIC.openIdMetadataUrl
  const [token, keys, graph] = await Promise.all([
    app.tokenProvider.getAppToken().then(
      (given) => (given ? 'ok' : 'unreachable'),
      (error: unknown) => codeOf(error),
    ),
    fetch(keysUrl, { signal: AbortSignal.timeout(10_000) }).then(
      async (response) => {
        await response.body?.cancel()
        return response.ok ? ('ok' as const) : ('unreachable' as const)
      },
      () => 'unreachable' as const,
    ),
    catalogId === undefined ? undefined : inspectGraph(registration),
  ])
  return { token, keys, ...(graph && { graph }) }
}
