// Files from and to a personal chat. What a person gives lies in their own OneDrive, behind an address that lives for
// minutes; what we give is offered first, and put there once the person says yes. No token goes along either way.
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { OutgoingFile } from '../../chat/chat.ts'
import { FileProblem, readBounded } from '../file.ts'
import type { Outgoing } from './api.ts'
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
  /** The question whether this file may be put into the person's OneDrive; its bytes are kept for an hour. */
  offer(user: string, file: OutgoingFile): Outgoing
  /** Does what the person answered. Never rejects. */
  give(user: string, answer: Consent): Promise<Given>
}

export interface FilesOptions {
  /** Larger files are not fetched. Bytes. */
  readonly largest: number
  readonly standIn?: boolean
  readonly timeoutMs?: number
  readonly ticks?: () => number
}

const keptMs = 60 * 60_000
const mostKeptBytes = 64 * 1024 * 1024

export function createFiles(options: FilesOptions): Files {
  const { largest, standIn = false, timeoutMs = 20_000, ticks = () => performance.now() } = options
  const kept = new Map<string, { user: string; file: OutgoingFile; until: number }>()

  const forget = () => {
    let size = 0
    for (const { file } of kept.values()) size += file.bytes.length
    for (const [id, { file, until }] of kept) {
      if (until > ticks() && size <= mostKeptBytes) break
      kept.delete(id)
      size -= file.bytes.length
    }
  }

  return {
    async fetch({ url }) {
      if (!isFileAddress(url, standIn)) throw new FileProblem('not-here')
      try {
        const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) })
        if (response.status !== 200) {
          await response.body?.cancel()
          throw new FileProblem('unreachable')
        }
        return await readBounded(response, largest)
      } catch (error) {
        // What fetch throws may hold the address, which is as good as the file for a while.
        throw error instanceof FileProblem ? error : new FileProblem('unreachable')
      }
    },

    offer(user, file) {
      const id = randomUUID()
      kept.set(id, { user, file, until: ticks() + keptMs })
      forget()
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
      forget()
      const { context, uploadInfo, action } = value
      const offered = kept.get(context.file)
      if (offered && offered.user !== user) return { type: 'gone' }
      if (action === 'decline') {
        kept.delete(context.file)
        return { type: 'declined' }
      }
      if (!offered) return { type: 'gone' }
      if (!uploadInfo || !isFileAddress(uploadInfo.uploadUrl, standIn)) return { type: 'failed' }
      const { bytes } = offered.file
      const stored = await fetch(uploadInfo.uploadUrl, {
        method: 'PUT',
        body: new Uint8Array(bytes),
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
      if (!stored) return { type: 'failed' }
      kept.delete(context.file)
      const { contentUrl, name, uniqueId, fileType } = uploadInfo
      const attachment = {
        contentType: 'application/vnd.microsoft.teams.card.file.info',
        contentUrl,
        name,
        content: { uniqueId, fileType },
      }
      return { type: 'put', message: { type: 'message', attachments: [attachment] } }
    },
  }
}
