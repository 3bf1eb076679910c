// What the page and the playground's server say to each other. Types only: the page reads this file too.
/** How a message is looked at: drawn from that adapter's real output, clicked through its real parser. */
export type Look = 'slack' | 'teams'

export interface PersonEntry {
  readonly id: number
  readonly number: string
  readonly name: string
  readonly kana: string
  readonly title: string
  readonly section: string
  /** hr, admin, conductor …: what makes this person worth trying out. */
  readonly roles: readonly ('hr' | 'admin' | 'clerk' | 'conductor')[]
  /** Whether they can talk to the bot: not where they have neither PC nor chat. */
  readonly account: boolean
  /** 内定者: reached by e-mail alone. */
  readonly guest?: true
}

/** A bot message in both looks: Block Kit and an Adaptive Card, as the adapters really make them. */
export interface Drawn {
  readonly summary: string
  readonly slack: unknown
  readonly teams: unknown
}

export interface MessageEntry {
  readonly id: string
  readonly personId: number
  /** ISO instant. */
  readonly at: string
  readonly from: 'bot' | 'person'
  /** Came by itself (a reminder), not as an answer. */
  readonly arrived: boolean
  readonly text?: string
  readonly drawn?: Drawn
  /** Where it is read, of an e-mail; its subject is the text. */
  readonly letter?: string
  readonly file?: { readonly name: string; readonly url: string; readonly comment: string }
}

export interface ClockEntry {
  /** ISO instant. */
  readonly now: string
  /** "2027年5月11日(火) 09:00" in the asked language. */
  readonly shown: string
  /** ISO local date, for the date field. */
  readonly date: string
  /** A holiday's name, a weekend: why the office is closed; empty on a working day. */
  readonly closed: string
}

export interface State {
  readonly clock: ClockEntry
  readonly zone: string
  readonly people: readonly PersonEntry[]
  /** The newest messages of everybody, oldest first. */
  readonly messages: readonly MessageEntry[]
}

/** What an act of the chosen person brought at once; messages come through the stream. */
export interface ActResult {
  readonly form?: { readonly slack: unknown; readonly teams: unknown }
  readonly fieldErrors?: { readonly slack: unknown; readonly teams: unknown }
  readonly options?: readonly { readonly label: string; readonly value: string }[]
  readonly home?: Drawn
}

export type StreamEvent =
  | { readonly type: 'message'; readonly message: MessageEntry }
  | { readonly type: 'clock'; readonly clock: ClockEntry }
  /** Somebody is new: ask for the state again. */
  | { readonly type: 'people' }

/** A click as the page saw it: the drawn element goes back as it is, the server wraps it in the platform's payload. */
export interface ClickRequest {
  readonly person: number
  readonly look: Look
  /** The message that held it; absent on Home. */
  readonly message?: string
  /** Slack: the element's own fields (action_id, block_id, type, value / selected_option …). Teams: {verb, data}. */
  readonly element: unknown
}

export interface SubmitRequest {
  readonly person: number
  readonly look: Look
  readonly message?: string
  /** Slack: {view, values}. Teams: the submitted data. */
  readonly submission: unknown
}

export interface SayRequest {
  readonly person: number
  readonly look: Look
  readonly text: string
}

export interface LookupRequest {
  readonly person: number
  readonly look: Look
  /** Slack: the view and element; Teams: {dataset, query …}. */
  readonly element: unknown
  readonly query: string
}

export interface AccountRequest {
  readonly person: number
  readonly has: boolean
}

export interface TimeRequest {
  readonly to: 'hour' | 'morning' | 'week' | { readonly date: string }
}
