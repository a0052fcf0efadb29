import type { FreshPair } from './pair.ts'

/** What one rotation came to, as far as those who wait for it are concerned. */
export type Rotation =
  | { readonly kind: 'rotated'; readonly pair: FreshPair }
  | { readonly kind: 'refused' }
  /** `asked`: whether the bank was. */
  | { readonly kind: 'postponed'; readonly retryAfterMs: number; readonly asked: boolean }
  /** Nothing for who asked: the pair moved on, is being rotated elsewhere, is put off, or refreshing is held. */
  | { readonly kind: 'not_claimed' }
