// A calendar from an address that a person gave. Anybody could give any address: it must not lead into this computer or
// the city's network, unless the city has named the host, and not elsewhere by a detour. The name is looked up, what it
// stands for is checked, and the connection goes to the very address that was checked.
import type { LookupAddress } from 'node:dns'
import { lookup as lookupName } from 'node:dns/promises'
import { request as requestHttp } from 'node:http'
import { Agent, request as requestHttps } from 'node:https'
import { BlockList, isIP } from 'node:net'
import { largestCalendar } from './read.ts'

export type Fetched =
  | { readonly type: 'ok'; readonly bytes: Uint8Array }
  | { readonly type: 'bad'; readonly why: FetchProblem }

/**
 * address: none that is read · inside: of this computer or a private network · moved: it leads elsewhere · refused: the
 * server says no · too-large · unreachable
 */
export type FetchProblem = 'address' | 'inside' | 'moved' | 'refused' | 'too-large' | 'unreachable'

export interface FetchOptions {
  /** Hosts of the city's own network that may be read, "host" or "host:port". */
  readonly inside: readonly string[]
  /** The way out goes through the city's proxy, which looks names up itself. */
  readonly proxied?: boolean
  readonly lookup?: (host: string) => Promise<readonly LookupAddress[]>
  readonly withinMs?: number
}

/** What is not the internet: RFC 6890 and what came after it. */
const notOutside = new BlockList()
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  notOutside.addSubnet(net, bits, 'ipv4')
/** Of version 6 everything but global unicast; of that, what wraps another address. */
const outside6 = new BlockList()
outside6.addSubnet('2000::', 3, 'ipv6')
const wrapping6 = new BlockList()
for (const [net, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  wrapping6.addSubnet(net, bits, 'ipv6')

/** Whether an address is on the internet, and not of this computer, a private network or nothing at all. */
export function isOutside(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !notOutside.check(address, 'ipv4')
    case 6:
      return outside6.check(address, 'ipv6') && !wrapping6.check(address, 'ipv6')
    default:
      return false
  }
}

/** The address as it is read; undefined where it is none. Calendars are often given as webcal://. */
export function calendarUrl(text: string): URL | undefined {
  const given = text.trim().replace(/^webcals?:\/\//i, 'https://')
  if (given.length > 2_000 || !URL.canParse(given)) return undefined
  const url = new URL(given)
  if (!/^https?:$/.test(url.protocol) || url.hostname === '') return undefined
  url.hash = ''
  return url
}

const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '')
const portOf = ({ port, protocol }: URL): string => port || (protocol === 'https:' ? '443' : '80')

const isNamed = (url: URL, inside: readonly string[]): boolean => {
  const [host, whole] = [hostOf(url).toLowerCase(), `${hostOf(url).toLowerCase()}:${portOf(url)}`]
  return inside.some((each) => [host, whole].includes(each.trim().toLowerCase()))
}

/** Never rejects. */
export async function fetchCalendar(text: string, options: FetchOptions): Promise<Fetched> {
  const {
    inside,
    proxied = false,
    lookup = (host) => lookupName(host, { all: true }),
    withinMs = 10_000,
  } = options
  const bad = (why: FetchProblem): Fetched => ({ type: 'bad', why })
  const url = calendarUrl(text)
  if (!url) return bad('address')
  const named = isNamed(url, inside)
  const host = hostOf(url)
  let target: LookupAddress | undefined
  if (isIP(host)) target = { address: host, family: isIP(host) }
  else {
    let found: readonly LookupAddress[]
    try {
      found = await inTime(lookup(host), withinMs)
    } catch {
      // Behind a proxy names of the internet need not be known here; those without a dot are of the house.
      if (!proxied || named || !host.includes('.')) return bad('unreachable')
      found = []
    }
    // One of several is chosen by whoever connects: all must be what they should.
    if (!named && found.some(({ address }) => !isOutside(address))) return bad('inside')
    target = found[0]
  }
  if (!named && target && !isOutside(target.address)) return bad('inside')
  if (!target && !proxied) return bad('unreachable')
  return get(url, named || !proxied ? target : undefined, withinMs)
}

/** `pinned`: the connection goes there, whatever the name stands for by now. */
function get(url: URL, pinned: LookupAddress | undefined, withinMs: number): Promise<Fetched> {
  const secure = url.protocol === 'https:'
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(withinMs)
    const end = (result: Fetched) => {
      resolve(result)
      call.destroy()
    }
    const headers = { accept: 'text/calendar', 'accept-encoding': 'identity', 'user-agent': 'Hagukumi' }
    const call = (secure ? requestHttps : requestHttp)(
      url,
      {
        headers,
        signal,
        // Where the checked address is known nothing stands between: neither a proxy nor another look-up.
        ...(pinned && {
          ...(secure ? { agent: new Agent({ keepAlive: false }) } : { agent: false as const }),
          lookup: (_host, _options, done) => {
            if (typeof _options === 'object' && _options.all) done(null, [pinned])
            else done(null, pinned.address, pinned.family)
          },
        }),
      },
      (response) => {
        const { statusCode = 0 } = response
        if (statusCode >= 300 && statusCode < 400) return end({ type: 'bad', why: 'moved' })
        if (statusCode !== 200) return end({ type: 'bad', why: 'refused' })
        const parts: Buffer[] = []
        let size = 0
        response.on('data', (part: Buffer) => {
          size += part.length
          if (size > largestCalendar) end({ type: 'bad', why: 'too-large' })
          else parts.push(part)
        })
        response.on('end', () => end({ type: 'ok', bytes: new Uint8Array(Buffer.concat(parts)) }))
        response.on('error', () => end({ type: 'bad', why: 'unreachable' }))
      },
    )
    call.on('error', () => resolve({ type: 'bad', why: 'unreachable' }))
    call.end()
  })
}

function inTime<Result>(work: Promise<Result>, ms: number): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error('too late')), ms)
  return Promise.race([work, promise]).finally(() => clearTimeout(timer))
}
