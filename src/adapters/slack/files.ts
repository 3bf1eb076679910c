// Files from and to Slack. The workspace's token goes to Slack's file host alone, and never along a redirect.
import { z } from 'zod'
import type { OutgoingFile, SendOutcome } from '../../chat/chat.ts'
import { FileProblem, readBounded } from '../file.ts'
import { type Api, slackApiUrl } from './api.ts'
import { outcomeOf } from './outcome.ts'
import type { SlackFile } from './parse.ts'
import { escapeMrkdwn } from './text.ts'
import { isFileAddress } from './trust.ts'

export interface Files {
  /** The file's bytes. Throws FileProblem. */
  fetch(file: SlackFile): Promise<Uint8Array>
  /** Puts a file into a conversation. */
  give(conversation: string, file: OutgoingFile): Promise<SendOutcome>
}

export interface FilesOptions {
  readonly api: Api
  readonly url?: string
  /** Larger files are not fetched. Bytes. */
  readonly largest: number
  readonly timeoutMs?: number
}

const place = z.object({ upload_url: z.string(), file_id: z.string() })
const completed = z.object({ ok: z.literal(true) })

export function createFiles({ api, url = slackApiUrl, largest, timeoutMs = 20_000 }: FilesOptions): Files {
  return {
    async fetch(file) {
      if (file.size > largest) throw new FileProblem('too-large')
      if (!isFileAddress(file.url, url)) throw new FileProblem('not-here')
      try {
        const response = await fetch(file.url, {
          headers: { authorization: `Bearer ${await api.token()}` },
          redirect: 'error',
          signal: AbortSignal.timeout(timeoutMs),
        })
        // Without the scope Slack answers 200 and the page on which one signs in.
        const page = /^text\/html\b/.test(response.headers.get('content-type') ?? '')
        if (response.status !== 200 || (page && !/\.html?$/i.test(file.name))) {
          await response.body?.cancel()
          throw new FileProblem('unreachable')
        }
        return await readBounded(response, largest)
      } catch (error) {
        // What fetch throws may hold the address; the file's own problem says enough.
        throw error instanceof FileProblem ? error : new FileProblem('unreachable')
      }
    },

    async give(conversation, { name, bytes, comment }) {
      const reserved = await api.call(
        'files.getUploadURLExternal',
        { filename: name, length: bytes.length },
        place,
      )
      // Nothing can be seen yet, so an answer that was lost is no doubt.
      if (reserved.type === 'unknown') return { type: 'later', afterMs: 10_000 }
      if (reserved.type !== 'ok') return outcomeOf(reserved)
      const { upload_url, file_id } = reserved.data
      if (!isFileAddress(upload_url, url)) return { type: 'refused', reason: 'rejected' }
      const stored = await fetch(upload_url, {
        method: 'POST',
        body: new Uint8Array(bytes),
        headers: { 'content-type': 'application/octet-stream' },
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      }).then(
        async (response) => {
          await response.body?.cancel()
          return response.ok
        },
        () => false,
      )
      if (!stored) return { type: 'later', afterMs: 10_000 }
      const ended = await api.call(
        'files.completeUploadExternal',
        {
          files: [{ id: file_id, title: name }],
          channel_id: conversation,
          initial_comment: escapeMrkdwn(comment),
        },
        completed,
      )
      return ended.type === 'ok' ? { type: 'done', ref: { conversation, id: file_id } } : outcomeOf(ended)
    },
  }
}
