// The library that draws Adaptive Cards, as a judge of ours.
import { createRequire } from 'node:module'

interface Context {
  readonly eventCount: number
  getEventAt(index: number): { readonly event: number; readonly message: string }
}
interface Library {
  readonly HostConfig: new (config: object) => object
  readonly AdaptiveCard: new () => {
    hostConfig: object
    parse(card: unknown, context: Context): void
    validateProperties(): { readonly validationEvents: readonly { event: number; message: string }[] }
  }
  readonly SerializationContext: new (version: unknown) => Context
  readonly Versions: { readonly v1_5: unknown }
}

// The bundle: the package's other entry is written for a browser's module loader.
const library = createRequire(import.meta.url)('adaptivecards/dist/adaptivecards.js') as Library

/** The library does not know Teams' charts. */
const ofTeams = /^Unknown element type "Chart\.\w+"\./

/** Without the search of people in a menu, which is Teams' own and fills an empty menu there. */
const plainMenus = (card: unknown): unknown =>
  JSON.parse(JSON.stringify(card), (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('choices.data' in value)) return value
    const { 'choices.data': _search, choices, ...rest } = value as Record<string, unknown>
    return { ...rest, choices: [...(choices as unknown[]), { title: 'found', value: 'found' }] }
  })

/** What the library objects to in a card, on parsing and on validating, with Teams' six buttons in a set. */
export function objections(card: unknown): string[] {
  const parsed = new library.AdaptiveCard()
  parsed.hostConfig = new library.HostConfig({ actions: { maxActions: 6 }, supportsInteractivity: true })
  const context = new library.SerializationContext(library.Versions.v1_5)
  parsed.parse(plainMenus(card), context)
  const onParse = Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index).message)
  const onValidate = parsed.validateProperties().validationEvents.map(({ message }) => message)
  return [...onParse, ...onValidate].filter((message) => !ofTeams.test(message))
}
