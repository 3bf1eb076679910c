// Whether a failure lies in the moment: the same again, a little later, may well succeed.

/**
 * Of the driver, Prisma and the network: no connection or a lost one, a server that stops or is full, a wait that was
 * too long, another's transaction in the way. Sources: PostgreSQL, appendix "Error Codes"; Prisma's error reference.
 */
const codes =
  /^(08\w{3}|40\w{3}|53\w{3}|55P03|57014|57P0[1-5]|58\w{3}|P100[128]|P1017|P2024|P2028|P2034|P2037|ECONN\w+|EPIPE|E(HOST|NET)\w+|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/
/** What node-postgres throws without a code. */
const messages =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|Query read timeout)/
/** Prisma's adapter, where it has no code for what happened. */
const kinds =
  /^(ConnectionClosed|DatabaseNotReachable|SocketTimeout|TooManyConnections|TransactionWriteConflict)$/

const says = (pattern: RegExp, value: unknown): boolean => typeof value === 'string' && pattern.test(value)

/** True where trying again is worth while; false for a defect, which will fail the same way again. */
export function isPassing(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > 5) return false
  const { code, originalCode, message, kind, cause, driverAdapterError, meta } = error as Record<
    string,
    unknown
  >
  return (
    says(codes, code) ||
    says(codes, originalCode) ||
    says(messages, message) ||
    says(kinds, kind) ||
    [cause, driverAdapterError, meta].some((inner) => isPassing(inner, depth + 1))
  )
}
