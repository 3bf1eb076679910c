// 業務引継 (domain.md C5): at a transfer, predecessor and successor go through their section's checklist; each ticks for
// themselves, and the chief sees how far they are.
import type { Core, Feature } from '../feature.ts'
import { following } from './follow.ts'
import { handlers } from './handlers.ts'
import { homeItems } from './home.ts'
import { notices } from './notices.ts'
import { en } from './texts.en.ts'
import { ja } from './texts.ja.ts'

export const handover = (core: Core): Feature => ({
  name: 'handover',
  title: { ja: ja.title, en: en.title },
  ...handlers(core),
  notices: notices(core),
  home: homeItems(core),
  on: following(core),
})
