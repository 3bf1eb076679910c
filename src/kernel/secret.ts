// The installation's one secret: 32 bytes from which a key for each use is derived. Words used here: seal (encrypt so
// that a change is noticed), label (what a sealed thing belongs to: it opens under no other).
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** A sealed thing that this installation's key does not open: another key, or changed bytes. */
export class SealError extends Error {
  constructor(reason: 'other key' | 'damaged') {
    super(`a sealed record cannot be opened: ${reason}`)
    this.name = 'SealError'
  }
}

/** The key is missing or unusable; the message says how to mend it, in both languages. */
export class SecretError extends Error {
  constructor(ja: string, en: string) {
    super(`${ja}\n${en}`)
    this.name = 'SecretError'
  }
}

export interface Secret {
  /** HMAC-SHA-256 in hexadecimal: the same text always gives the same mark, and the mark does not give the text. */
  mark(text: string): string
  /** AES-256-GCM; the key's id is part of the sealed bytes. */
  seal(bytes: Uint8Array, label: string): Buffer
  /** Throws SealError. */
  open(sealed: Uint8Array, label: string): Buffer
  /** Whether it was sealed with this key, whatever its label. */
  sealed(bytes: Uint8Array): boolean
}

const FORMAT = 1
const ID = 4
const IV = 12
const TAG = 16

/** Derives the keys of each use from the 32 bytes. */
export function secretOf(key: Uint8Array): Secret {
  if (key.length !== 32) throw new RangeError('a key has 32 bytes')
  const derive = (use: string, length: number) =>
    Buffer.from(hkdfSync('sha256', key, '', `hagukumi ${use}`, length))
  const marking = derive('mark', 32)
  const sealing = derive('seal', 32)
  const header = Buffer.concat([Buffer.from([FORMAT]), derive('key id', ID)])
  return {
    mark: (text) => createHmac('sha256', marking).update(text).digest('hex'),
    seal: (bytes, label) => {
      const iv = randomBytes(IV)
      const cipher = createCipheriv('aes-256-gcm', sealing, iv)
      cipher.setAAD(Buffer.concat([header, Buffer.from(label)]))
      const hidden = Buffer.concat([cipher.update(bytes), cipher.final()])
      return Buffer.concat([header, iv, cipher.getAuthTag(), hidden])
    },
    sealed: (bytes) => Buffer.from(bytes).subarray(0, header.length).equals(header),
    open: (sealed, label) => {
      const whole = Buffer.from(sealed)
      if (whole.length < header.length + IV + TAG) throw new SealError('damaged')
      if (!whole.subarray(0, header.length).equals(header)) throw new SealError('other key')
      const iv = whole.subarray(header.length, header.length + IV)
      const tag = whole.subarray(header.length + IV, header.length + IV + TAG)
      const decipher = createDecipheriv('aes-256-gcm', sealing, iv, { authTagLength: TAG })
      decipher.setAAD(Buffer.concat([header, Buffer.from(label)]))
      decipher.setAuthTag(tag)
      try {
        return Buffer.concat([decipher.update(whole.subarray(header.length + IV + TAG)), decipher.final()])
      } catch {
        throw new SealError('damaged')
      }
    },
  }
}

const KEY_FILE = 'key'

/**
 * The key from HAGUKUMI_KEY (base64), else from the file `key` in the data folder, which is made on the first start
 * and readable by its owner only. Throws SecretError.
 */
export function loadSecret(dir: string, given?: string): Secret {
  if (given) return secretOf(Buffer.from(given, 'base64'))
  const file = path.join(dir, KEY_FILE)
  const found = readKey(file)
  if (found) return secretOf(found)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  // Written aside and linked into place: whoever comes first wins, and a cut-off start leaves no half key.
  const aside = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`
  writeFileSync(aside, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx', flush: true })
  try {
    linkSync(aside, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(aside, { force: true })
  }
  const made = readKey(file)
  if (!made) throw unusable(file)
  return secretOf(made)
}

const unusable = (file: string) =>
  new SecretError(
    `鍵のファイル ${file} が壊れています。バックアップから戻すか、HAGUKUMI_KEY を設定してください。`,
    `The key file ${file} is damaged. Bring it back from a backup, or set HAGUKUMI_KEY.`,
  )

function readKey(file: string): Buffer | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
    // A copy or a backup may have come back readable by everybody.
    if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const key = Buffer.from(text.trim(), 'base64')
  if (key.length !== 32) throw unusable(file)
  return key
}
