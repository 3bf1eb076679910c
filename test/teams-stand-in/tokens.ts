// Tokens as Microsoft's services sign them, and as others might. The key pair is this process's own.
import {
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign as signBytes,
} from 'node:crypto'

export const botFramework = 'https://api.botframework.com'

type Claims = Readonly<Record<string, unknown>>
type Algorithm = 'RS256' | 'HS256' | 'none'

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

function sign(key: KeyObject, kid: string, claims: Claims, alg: Algorithm = 'RS256'): string {
  const text = `${part({ alg, typ: 'JWT', kid })}.${part(claims)}`
  if (alg === 'none') return `${text}.`
  const signature =
    alg === 'HS256'
      ? createHmac('sha256', createPublicKey(key).export({ type: 'spki', format: 'pem' }))
          .update(text)
          .digest()
      : signBytes('sha256', Buffer.from(text), key)
  return `${text}.${signature.toString('base64url')}`
}

const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048 })

export interface Signer {
  /** What the key server publishes. */
  readonly keys: readonly object[]
  /** As Teams signs an activity. */
  token(serviceUrl: string, change?: Claims): string
  /** Authorization headers that must not be listened to, by what is wrong with them. */
  bad(serviceUrl: string): ReadonlyMap<string, string | undefined>
}

export function createSigner(clientId: string): Signer {
  const { publicKey, privateKey } = pair()
  const kid = 'stand-in-1'
  const claimsFor = (serviceUrl: string): Claims => {
    const now = Math.floor(Date.now() / 1000)
    return {
      iss: botFramework,
      aud: clientId,
      serviceurl: serviceUrl,
      nbf: now - 60,
      iat: now - 60,
      exp: now + 3600,
    }
  }
  return {
    keys: [
      { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256', endorsements: ['msteams'] },
    ],
    token: (serviceUrl, change) => sign(privateKey, kid, { ...claimsFor(serviceUrl), ...change }),
    bad(serviceUrl) {
      const good = claimsFor(serviceUrl)
      const now = Math.floor(Date.now() / 1000)
      const bearer = (token: string) => `Bearer ${token}`
      const changed = (change: Claims) => bearer(sign(privateKey, kid, { ...good, ...change }))
      return new Map([
        ['no header', undefined],
        ['garbage', 'Bearer abc.def.ghi'],
        ['no signature', bearer(sign(privateKey, kid, good, 'none'))],
        ['the public key as a secret', bearer(sign(privateKey, kid, good, 'HS256'))],
        ['another key', bearer(sign(pair().privateKey, kid, good))],
        ['an unknown key', bearer(sign(privateKey, 'nope', good))],
        ['for another bot', changed({ aud: '99999999-9999-9999-9999-999999999999' })],
        ['by another issuer', changed({ iss: 'https://evil.example' })],
        ['expired', changed({ nbf: now - 7200, exp: now - 3600 })],
        ['for another service', changed({ serviceurl: 'https://evil.example/' })],
        ['for no service', changed({ serviceurl: undefined })],
        ['tampered with', bearer(`${sign(privateKey, kid, good).slice(0, -6)}AAAAAA`)],
      ])
    },
  }
}
