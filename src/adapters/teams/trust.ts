// Whether Teams sent it, and whether an address is Microsoft's. Pure. The token's signature, its audience, its times and
// that it names the same serviceUrl are checked by the SDK afterwards; here is what the SDK lets pass: tokens of Entra
// (any tenant's, and then without a look at the serviceUrl), other tenants, other channels, foreign addresses.
import { z } from 'zod'
import { isLoopback } from '../network.ts'

/** The only one that signs what Teams sends to bots. Source: learn.microsoft.com, "Authentication with the Bot Connector API". */
const issuer = 'https://api.botframework.com'

/** The connector of Teams in the public cloud, for all regions. Replies and their bearer token go nowhere else. */
const serviceHost = 'smba.trafficmanager.net'

export type Distrust = 'no-token' | 'issuer' | 'channel' | 'tenant' | 'service-url'

const claims = z.object({ iss: z.string() })
const envelope = z.object({
  channelId: z.literal('msteams'),
  serviceUrl: z.string(),
  conversation: z.object({ tenantId: z.string().nullish() }),
  channelData: z.object({ tenant: z.object({ id: z.string() }).nullish() }).nullish(),
})

/** The token's claims as they are written, verified by nobody yet. */
function claimsOf(authorization: string | undefined) {
  const [, body] = /^Bearer [\w-]+\.([\w-]+)\.[\w-]*$/.exec(authorization ?? '') ?? []
  if (body === undefined) return undefined
  try {
    return claims.parse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')))
  } catch {
    return undefined
  }
}

/** Where the city's messages go. A stand-in for Teams is on this computer, and then nothing else is. */
export function isServiceUrl(address: string, standIn = false): boolean {
  if (!URL.canParse(address)) return false
  const url = new URL(address)
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return false
  return standIn
    ? url.protocol === 'http:' && isLoopback(url)
    : url.protocol === 'https:' && url.host === serviceHost
}

/** Where files of a personal chat lie: the tenant's own SharePoint and OneDrive, or the stand-in. */
export function isFileAddress(address: string, standIn = false): boolean {
  if (!URL.canParse(address)) return false
  const url = new URL(address)
  if (url.username !== '' || url.password !== '') return false
  return standIn
    ? url.protocol === 'http:' && isLoopback(url)
    : url.protocol === 'https:' && url.port === '' && /^[a-z0-9-]+\.sharepoint\.com$/.test(url.hostname)
}

export interface Expected {
  /** The city's own Entra tenant. */
  readonly tenant: string
  readonly standIn?: boolean
}

/** Why an activity is none of Teams' for this city, undefined where the SDK's check may follow. */
export function distrust(
  { authorization, activity }: { readonly authorization: string | undefined; readonly activity: unknown },
  { tenant, standIn = false }: Expected,
): Distrust | undefined {
  const signed = claimsOf(authorization)
  if (!signed) return 'no-token'
  if (signed.iss !== issuer) return 'issuer'
  const read = envelope.safeParse(activity)
  // Other channels of the same bot (a web chat) carry tokens of the same issuer, and anybody's name.
  if (!read.success) return 'channel'
  const { serviceUrl, conversation, channelData } = read.data
  if (!isServiceUrl(serviceUrl, standIn)) return 'service-url'
  const tenants = [conversation.tenantId, channelData?.tenant?.id].flatMap((each) => each ?? [])
  if (tenants.length === 0 || tenants.some((each) => each.toLowerCase() !== tenant.toLowerCase()))
    return 'tenant'
  return undefined
}
