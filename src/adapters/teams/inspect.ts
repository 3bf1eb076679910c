// Is the connection to Teams well? For `doctor`: asks for a token and for the keys, changes nothing.
import { PUBLIC } from '@microsoft/teams.api'
import { ExpressAdapter } from '@microsoft/teams.apps'
import express from 'express'
import { createLog, type Log } from '../../kernel/log.ts'
import { makeApp, type TeamsOptions } from './connect.ts'

export interface Inspected {
  /** ok, Microsoft's own code ("AADSTS7000215": a wrong secret), or why nothing could be heard. */
  readonly token: 'ok' | 'unreachable' | (string & {})
  /** Whether the keys that activities are signed with can be fetched. */
  readonly keys: 'ok' | 'unreachable'
}

type Registration = Pick<TeamsOptions, 'clientId' | 'clientSecret' | 'tenantId' | 'standIn'>

/** Microsoft's code in an error's words; the words themselves are not repeated. */
const codeOf = (error: unknown): string =>
  /AADSTS\d+/.exec(error instanceof Error ? error.message : '')?.[0] ?? 'unreachable'

export async function inspectTeams(
  registration: Registration,
  log: Log = createLog('silent'),
): Promise<Inspected> {
  const { standIn } = registration
  const app = makeApp({ ...registration, log }, new ExpressAdapter(express()))
  const keysUrl = standIn ? new URL('/v1/.well-known/openidconfiguration', standIn) : PUBLIC.openIdMetadataUrl
  const [token, keys] = await Promise.all([
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
  ])
  return { token, keys }
}
