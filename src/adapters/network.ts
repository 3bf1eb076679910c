// How a request that got no answer ended, by the codes of Node.js. What has left may have been done.

/** Failures before anything has left this computer or its proxy: names, routes, refused connections, certificates. */
const neverLeft =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_.*|CERT_.*|.*_CERT.*|UNABLE_TO_.*|ERR_SSL_.*|EPROTO|UND_ERR_PRX_CONN|ERR_PROXY_TUNNEL)$/

/** Codes of an error and of what caused it, the innermost last. */
function codesOf(error: unknown): string[] {
  const codes: string[] = []
  for (let at = error, depth = 0; at instanceof Error && depth < 6; at = at.cause, depth += 1) {
    const { code } = at as { code?: unknown }
    if (typeof code === 'string') codes.push(code)
    // Undici has no code of its own for a proxy that lets nothing through.
    if (at.message.endsWith('when HTTP Tunneling')) codes.push('ERR_PROXY_TUNNEL')
    // Several addresses of one name were tried; all have failed.
    if (at instanceof AggregateError) codes.push(...at.errors.slice(0, 1).flatMap(codesOf))
  }
  return codes
}

/** Whether no connection could be made, so that nothing can have been done. */
export const hasNotLeft = (error: unknown): boolean => codesOf(error).some((code) => neverLeft.test(code))

/** Addresses on one's own computer: where a stand-in for a platform may be. */
export const isLoopback = ({ hostname }: URL): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
