// E-mail as a place to send to. It cannot be asked whether a message is there, and nothing that was sent can be changed;
// a message that is sent again carries the same Message-ID, so that mail programs can tell.
import { randomUUID } from 'node:crypto'
import MailComposer from 'nodemailer/lib/mail-composer'
import type { Card } from '../../cards/card.ts'
import { fitLabel } from '../../cards/fit.ts'
import type { Address, ChatPlatform, SendOutcome, WriteInvitation } from '../../chat/chat.ts'
import { outcomeOf } from '../called.ts'
import { note } from '../texts.ts'
import type { Passes } from './links.ts'
import { renderLetter } from './message.ts'
import type { Smtp } from './smtp.ts'

export interface From {
  readonly name?: string
  readonly address: string
}

/** As the directory calls the one workspace that e-mail is. */
const mailTenant = 'mail'

export interface SendingOptions {
  readonly smtp: Smtp
  readonly from: From
  readonly passes: Passes
  readonly now: () => Temporal.Instant
  readonly zone: string
  readonly publicUrl?: string
}

interface Attachment {
  readonly name: string
  readonly mimeType: string
  readonly bytes: Uint8Array
}

/** An address as it may stand in an envelope: nothing that ends a line or begins another address. */
export const isAddress = (text: string): boolean =>
  text.length <= 254 && /^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+$/.test(text) && !/\p{Cc}/u.test(text)

/** The server took nothing for now, and says so of this message alone: tried again after a while, but not for ever. */
class NotTaken extends Error {
  constructor() {
    super('the mail server took the message for now not')
    this.name = 'NotTaken'
  }
}

export function createSending(options: SendingOptions): ChatPlatform {
  const { smtp, from, passes, now, zone, publicUrl } = options
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1)

  const post = async (
    to: Address,
    card: Card,
    token: string,
    beside: { readonly file?: Attachment; readonly invitation?: ReturnType<WriteInvitation> } = {},
  ): Promise<SendOutcome> => {
    if (to.platform !== 'email' || !isAddress(to.user)) return { type: 'refused', reason: 'no-account' }
    const id = token || randomUUID()
    const letter = renderLetter(card, {
      to: { platform: 'email', tenant: to.tenant, user: to.user },
      token: id,
      passes,
      now: now(),
      zone,
      ...(publicUrl && { publicUrl }),
    })
    const raw = await new MailComposer({
      from: { name: from.name ?? '', address: from.address },
      to: { name: '', address: to.user },
      subject: letter.subject,
      text: letter.text,
      html: letter.html,
      messageId: `<${id}@${domain}>`,
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      disableFileAccess: true,
      disableUrlAccess: true,
      ...(beside.file && {
        attachments: [
          {
            filename: fitLabel(beside.file.name, 100),
            contentType: beside.file.mimeType,
            content: Buffer.from(beside.file.bytes),
          },
        ],
      }),
      // A part of its own kind beside text and HTML, which Outlook and Google show as an invitation, and a file.
      ...(beside.invitation && {
        icalEvent: {
          method: beside.invitation.method,
          filename: 'invite.ics',
          content: beside.invitation.ics,
        },
      }),
    })
      .compile()
      .build()
    const called = await smtp.deliver(from.address, to.user, raw)
    // No address is kept where a message went: the person is known.
    if (called.type === 'ok') return { type: 'done', ref: { conversation: mailTenant, id } }
    if (called.type === 'refused' && called.why === 'for-now') throw new NotTaken()
    return outcomeOf(called, { why: ({ why }) => (why === 'for-now' ? 'rejected' : why) })
  }

  return {
    platform: 'email',
    send: (to, card, token) => post(to, card, token),
    update: async () => {},
    sendFile: (to, file) => post(to, note(file.comment, 'ja'), '', { file }),
    invite: (to, card, write, token) => post(to, card, token, { invitation: write({ from, to: to.user }) }),
  }
}
