import type { ja } from './texts.ja.ts'

export const en: typeof ja = {
  greeting: (office) => `Hello from ${office}.`,
  greetingGuest: (office) => `Hello from ${office}.`,
  andMore: (summary, more) => `${summary} and ${more} more`,
}
