// Files from and to a personal chat. What a person gives lies in their own OneDrive, behind an address that lives for
// minutes; what we give is offered first, and put there once the person says yes. No token goes along either way.
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { OutgoingFile } from '../../chat/chat.ts'
import { FileProblem, readBounded } from '../file.ts'
import type { Outgoing } from './api.ts'
import type { Keeping } from './keeping.ts'
import type { TeamsFile } from './parse.ts'
import { isFileAddress } from './trust.ts'

const consent = z.object({
  type: z.literal('invoke'),
  name: z.literal('fileConsent/invoke'),
  replyToId: z.string().optional(),
  value: z.object({
    action: z.enum(['accept', 'decline']),
    context: z.object({ file: z.uuid() }),
    uploadInfo: z
      .object({
        uploadUrl: z.string(),
        contentUrl: z.string(),
        name: z.string(),
        uniqueId: z.string(),
        fileType: z.string().default(''),
      })
      .optional(),
  }),
})
export type Consent = z.infer<typeof consent>

/** A person's answer to an offered file; undefined: something else. */
export const readConsent = (payload: unknown): Consent | undefined => consent.safeParse(payload).data

/** put: it is there, and the message says so · declined · gone: kept no longer · failed: could not be put there. */
export type Given =
  | { readonly type: 'put'; readonly message: Outgoing }
  | { readonly type: 'declined' | 'gone' | 'failed' }

export interface Files {
  /** The file's bytes. Throws FileProblem. */
  fetch(file: TeamsFile): Promise<Uint8Array>
  /** The question whether this file may be put into the person's OneDrive; its bytes are kept for an hour. Rejects where they cannot be. */
  offer(user: string, file: OutgoingFile): Promise<Outgoing>
  /** Does what the person answered. Never rejects. */
  give(user: string, answer: Consent): Promise<Given>
}

export interface FilesOptions {
  /** Larger files are not fetched. Bytes. */
  readonly largest: number
  readonly standIn?: boolean
  readonly timeoutMs?: number
  readonly keeping: Keeping
}

const keptMs = 60 * 60_000

const nameOf = (id: string) => `file ${id}`

/** An offered file and whom it was offered to, as bytes: the bytes of the file after a line of JSON about it. */
function encode(user: string, { bytes }: OutgoingFile): Buffer {
  return Buffer.concat([Buffer.from(`${JSON.stringify({ user })}\n`), bytes])
}

function decode(stored: Uint8Array): { user: string; bytes: Uint8Array<ArrayBuffer> } {
  const all = Buffer.from(stored)
  const line = all.indexOf('\n')
  const { user } = z.object({ user: z.string() }).parse(JSON.parse(all.subarray(0, line).toString('utf8')))
  return { user, bytes: new Uint8Array(all.subarray(line + 1)) }
}

export function createFiles(options: FilesOptions): Files {
  const { largest, standIn = false, timeoutMs = 20_000, keeping } = options

  return {
    async fetch({ url }) {
      if (!isFileAddress(url, standIn)) throw new FileProblem('not-here')
      try {
        const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) })
        // A page to sign in at is no file, whatever its name.
        if (response.status !== 200 || /^text\/html\b/i.test(response.headers.get('content-type') ?? '')) {
          await response.body?.cancel()
          throw new FileProblem('unreachable')
        }
        return await readBounded(response, largest)
      } catch (error) {
        // What fetch throws may hold the address, which is as good as the file for a while.
        throw error instanceof FileProblem ? error : new FileProblem('unreachable')
      }
    },

    async offer(user, file) {
      const id = randomUUID()
      await keeping.keep(nameOf(id), encode(user, file), keptMs)
      const context = { file: id }
      return {
        type: 'message',
        summary: file.comment,
        attachments: [
          {
            contentType: 'application/vnd.microsoft.teams.card.file.consent',
            name: file.name,
            content: {
              description: file.comment,
              sizeInBytes: file.bytes.length,
              acceptContext: context,
              declineContext: context,
            },
          },
        ],
      }
    },

    async give(user, { value }) {
      const { context, uploadInfo, action } = value
      const name = nameOf(context.file)
      const found = await keeping.find(name).catch(() => null)
      if (found === null) return { type: 'failed' }
      const offered = found && decode(found)
      if (offered && offered.user !== user) return { type: 'gone' }
      if (action === 'decline') {
        if (offered) await keeping.forget(name).catch(() => {})
        return { type: 'declined' }
      }
      if (!offered) return { type: 'gone' }
      if (!uploadInfo || !isFileAddress(uploadInfo.uploadUrl, standIn)) return { type: 'failed' }
      const { bytes } = offered
      const put = await fetch(uploadInfo.uploadUrl, {
        method: 'PUT',
        body: bytes,
        headers: {
          'content-type': 'application/octet-stream',
          'content-range': `bytes 0-${bytes.length - 1}/${bytes.length}`,
        },
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      }).then(
        async (response) => {
          await response.body?.cancel()
          return response.ok
        },
        () => false,
      )
      if (!put) return { type: 'failed' }
      await keeping.forget(name).catch(() => {})
      const { contentUrl, uniqueId, fileType } = uploadInfo
      const attachment = {
        contentType: 'application/vnd.microsoft.teams.card.file.info',
        contentUrl,
        name: uploadInfo.name,
        content: { uniqueId, fileType },
      }
      return { type: 'put', message: { type: 'message', attachments: [attachment] } }
    },
  }
}
