// The contract with chat platforms. Adapters implement it; intake and delivery use it; nobody else sees a platform.
import type { Action, ActionData, Card, FieldErrors, Form, FormValues, Option } from '../cards/card.ts'
import type { Language } from '../kernel/language.ts'

/** `email` reaches whoever is in no chat; `paper` is a printed code: people come in by it, nothing goes out to it. */
export type Platform = 'playground' | 'slack' | 'teams' | 'email' | 'paper'

/** Whoever has pages alone presses buttons: nothing can be said there, and nothing follows later. */
export const hasWords = (platform: Platform): boolean => platform !== 'email' && platform !== 'paper'

/** Where one person is reached. */
export interface Address {
  readonly platform: Platform
  /** Slack team id, Entra tenant id, "playground". */
  readonly tenant: string
  readonly user: string
  /** The direct conversation, once known. */
  readonly conversation?: string
  readonly serviceUrl?: string
}

/** Who an inbound event comes from, as the platform vouches for it. */
export interface Sender extends Address {
  readonly locale: Language
}

/** A message that was sent, so that it can be updated. Opaque to all but its adapter. */
export interface MessageRef {
  readonly conversation: string
  readonly id: string
}

export type InboundEvent = {
  /** The event's own key on its platform: the same for every retry and replay of it. */
  readonly key: string
  readonly sender: Sender
  /** Lets a dialog be opened, where the platform needs it. */
  readonly trigger?: string
} & (
  | { readonly type: 'words'; readonly text: string }
  | {
      readonly type: 'click'
      readonly action: Action
      /** The option chosen in a select block. */
      readonly selected?: string
      /** The message that held the button; absent on Home. */
      readonly message?: MessageRef
    }
  | {
      readonly type: 'submit'
      readonly form: string
      readonly data: ActionData
      readonly values: FormValues
      /** The message from which the form was opened. */
      readonly message?: MessageRef
    }
  | { readonly type: 'lookup'; readonly form: string; readonly field: string; readonly query: string }
  | { readonly type: 'home' }
  | { readonly type: 'file'; readonly name: string; readonly bytes: Uint8Array }
  | { readonly type: 'installed' }
  | { readonly type: 'uninstalled' }
)

/** What the core answers to one event; the adapter shows each part the way its platform does. */
export type Reply =
  /** `replace` puts the card in place of the clicked message (or the one the form was opened from). */
  | { readonly type: 'card'; readonly card: Card; readonly place: 'new' | 'replace' }
  | { readonly type: 'form'; readonly form: Form }
  /** The form stays open, input kept, with an error at each field. */
  | { readonly type: 'field-errors'; readonly errors: FieldErrors }
  | { readonly type: 'options'; readonly options: readonly Option[] }
  | { readonly type: 'home'; readonly card: Card }
  | { readonly type: 'file'; readonly file: OutgoingFile }

export interface OutgoingFile {
  readonly name: string
  readonly mimeType: string
  readonly bytes: Uint8Array
  /** One line that says what it is. */
  readonly comment: string
}

/** Why a platform will never take a message; HR is told, nobody retries. */
export type RefusedReason =
  | 'no-account'
  | 'not-installed'
  | 'blocked'
  | 'left'
  | 'not-allowed'
  | 'too-large'
  | 'rejected'

/** How a send ended. */
export type SendOutcome =
  | { readonly type: 'done'; readonly ref: MessageRef }
  | { readonly type: 'refused'; readonly reason: RefusedReason }
  /** Not taken, try again, not before. `of`: who must wait; all of the workspace unless told. */
  | { readonly type: 'later'; readonly afterMs: number; readonly of?: 'workspace' | 'conversation' }
  /** Nothing was done: the platform cannot be reached, or says itself that it is not well. */
  | { readonly type: 'away' }
  /** The request left and no answer came: the message may or may not be there. */
  | { readonly type: 'unknown' }

/** Why the app could not be put with somebody. */
export type InstallRefusal =
  /** Nobody of that sign-in name. */
  | 'no-user'
  /** Their policy does not let them have the app. */
  | 'by-policy'
  /** The city's catalogue does not hold it under the id in the settings. */
  | 'no-app'
  /** The city has not permitted it, or the registration is at fault. */
  | 'not-permitted'
  | 'rejected'

/** How putting the app with somebody ended. It may always be asked for again. */
export type InstallOutcome =
  /** It is there; `already`: it was before. */
  | { readonly type: 'installed'; readonly already: boolean }
  | { readonly type: 'refused'; readonly reason: InstallRefusal }
  /** Not known to be there; again, not before. */
  | { readonly type: 'later'; readonly afterMs: number }

/** How opening one conversation of several people ended. It may always be asked for again. */
export type GatherOutcome =
  /** `greeted`: what was to be said first has been said, now or before. */
  | { readonly type: 'open'; readonly url: string; readonly greeted: boolean }
  /** The city has not given the app this right; or somebody of them cannot be reached there. */
  | { readonly type: 'refused'; readonly reason: 'not-permitted' | 'no-account' | 'rejected' }
  /** The platform cannot be reached now, or has asked for a pause. */
  | { readonly type: 'later' }

/** The calendar's part of an invitation. */
export type WriteInvitation = (parties: {
  readonly from: { readonly name?: string; readonly address: string }
  readonly to: string
}) => { readonly method: 'REQUEST' | 'CANCEL'; readonly ics: string }

/** One chat platform. Small on purpose; transport, verification and rendering are the adapter's own matter. */
export interface ChatPlatform {
  readonly platform: Platform
  /**
   * `token` is the outbox's opaque id, kept with the message where the platform can. Throws only when nothing can have
   * left (no connection, a defect before the request); once it may have left, the end is `unknown`.
   */
  send(to: Address, card: Card, token: string): Promise<SendOutcome>
  update(ref: MessageRef, card: Card): Promise<void>
  sendFile(to: Address, file: OutgoingFile): Promise<SendOutcome>
  /** Where the platform can be asked: the message that carries this token, null when there is none. */
  find?(to: Address, token: string): Promise<MessageRef | null>
  /** Looks at every account there, and tells the directory what no event has told. Ends soon when `stopping`. */
  review?(stopping: AbortSignal): Promise<void>
  /** Where the city has permitted it: puts the app with somebody (their id, or sign-in name) who does not have it. */
  install?(user: string): Promise<InstallOutcome>
  /**
   * Where it is e-mail: a card with an appointment that calendars take over, change and take out again. `write` makes the
   * calendar's part, told whom it comes from and goes to. Ends as `send` does.
   */
  invite?(to: Address, card: Card, write: WriteInvitation, token: string): Promise<SendOutcome>
  /**
   * Where the platform lets a bot do so: one conversation of these people of one workspace and the bot, the same one each
   * time. `first` is told which it is and gives what is said there first, or nothing where that has been said; buttons
   * have no place in it, since everybody would see what they answer. What people say there is not read.
   */
  gather?(
    people: readonly Address[],
    first: (conversation: string) => Promise<Card | undefined>,
  ): Promise<GatherOutcome>
  /** Where the platform has one: a link that opens the chat with the bot, these words written in it. */
  linkTo?(words: string): string
}
