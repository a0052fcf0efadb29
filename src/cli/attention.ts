import type { Consent } from './answers.ts'
import type { Paint } from './io.ts'

const PAINTS: Readonly<Record<string, Paint | null>> = { act: 'red', watch: 'yellow' }

/** Whether a person must do something about a consent; a dash where the broker does not say. */
export function attentionOf({ explanation }: Consent): string {
  return explanation?.attention ?? '–'
}

export function paintOf(consent: Consent): Paint | null {
  return PAINTS[attentionOf(consent)] ?? null
}

/** When a consent ends, and in how many days. */
export function endOf({ expires_at, days_left }: Consent): string {
  if (expires_at === null) return '–'
  return days_left === null ? expires_at.slice(0, 10) : `${expires_at.slice(0, 10)} (${days_left} d)`
}
