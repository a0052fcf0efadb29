import { type Html, html } from './html.ts'
import type { PageKind } from './texts.ts'

/** How a page looks: it went well, it goes on, or it did not work. */
export type Tone = 'done' | 'calm' | 'trouble'

const tones: Readonly<Record<PageKind, Tone>> = {
  unknown: 'trouble',
  ended: 'trouble',
  too_many_attempts: 'trouble',
  other_browser: 'trouble',
  in_progress: 'calm',
  busy: 'calm',
  start_again: 'trouble',
  completed: 'done',
  rejected: 'calm',
  failed: 'trouble',
  not_found: 'trouble',
  method_not_allowed: 'trouble',
  bad_request: 'trouble',
  unavailable: 'trouble',
  server_error: 'trouble',
}

const tick = html`<path d="m8 12.5 3 3 5.5-6.5"/>`
const clock = html`<path d="M12 7v5.5l3.5 2"/>`
const information = html`<path d="M12 11v5.5M12 7.5v.01"/>`
const exclamation = html`<path d="M12 7v6M12 16.5v.01"/>`

/** Finds the tone of a page. */
export function toneOf(kind: PageKind): Tone {
  return tones[kind]
}

/** Draws the sign above the heading; it repeats what the heading says, so readers aloud skip it. */
export function drawMark(kind: PageKind): Html {
  return html`<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false"><circle cx="12" cy="12" r="10.5"/>${signOf(kind)}</svg>`
}

function signOf(kind: PageKind): Html {
  if (kind === 'in_progress' || kind === 'busy') return clock
  const signs: Readonly<Record<Tone, Html>> = { done: tick, calm: information, trouble: exclamation }
  return signs[toneOf(kind)]
}
