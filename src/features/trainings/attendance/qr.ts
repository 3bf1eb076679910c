// The code as a picture to print or project: whoever takes a photo of it has the message to the bot before them.
import { encodeQR } from 'qr'
import type { OutgoingFile } from '../../../chat/chat.ts'
import type { Core } from '../../feature.ts'

/** What is sent to the bot. */
export const codeWords = (code: string): string => `研修 コード ${code}`

/** A link that opens the chat with the words in it, where a connected chat has one; else the words. */
export function qrText(chats: Core['chats'], code: string): string {
  for (const { linkTo } of chats ?? []) if (linkTo) return linkTo(codeWords(code))
  return codeWords(code)
}

/** A picture of about 600 pixels a side, which every printer and projector shows. */
export function qrPicture(text: string, name: string, comment: string): OutgoingFile {
  const side = encodeQR(text, 'raw', { ecc: 'medium', border: 4 }).length
  const bytes = encodeQR(text, 'gif', {
    ecc: 'medium',
    border: 4,
    scale: Math.max(4, Math.round(600 / side)),
  })
  return { name, mimeType: 'image/gif', bytes, comment }
}
