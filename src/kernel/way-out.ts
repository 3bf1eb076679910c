// The way out to the internet from a city's network: through its proxy, and past its own certificate authority where
// traffic is inspected. Node's own means serve `fetch`, `http` and `https`, and with them every library that we use;
// only the WebSocket of Slack must be told by itself (adapters/slack/socket.ts).
import { readFileSync } from 'node:fs'
import { setGlobalProxyFromEnv } from 'node:http'
import tls from 'node:tls'

export interface WayOut {
  /** `http://proxy.city.example.jp:8080`, with name and password where it wants them. */
  readonly proxy?: string | undefined
  /** Hosts that are reached without it, with commas between. */
  readonly noProxy?: string | undefined
  /** Path of a PEM file: trusted beside the usual authorities. */
  readonly extraAuthorities?: string | undefined
}

/** Hosts that are never reached through the proxy: those named, and this computer itself. */
export const withoutProxy = ({ noProxy }: WayOut): string =>
  [...(noProxy ? [noProxy] : []), 'localhost', '127.0.0.1', '[::1]'].join(',')

/**
 * For the whole process, before anything has gone out. Gives back how to undo it. Throws where the file of authorities
 * cannot be read.
 */
export function takeWayOut(way: WayOut): () => void {
  const before = tls.getCACertificates('default')
  if (way.extraAuthorities)
    tls.setDefaultCACertificates([...before, readFileSync(way.extraAuthorities, 'utf8')])
  const direct = way.proxy
    ? setGlobalProxyFromEnv({ HTTPS_PROXY: way.proxy, HTTP_PROXY: way.proxy, NO_PROXY: withoutProxy(way) })
    : () => {}
  return () => {
    direct()
    if (way.extraAuthorities) tls.setDefaultCACertificates(before)
  }
}
