/** `skipped`: what it needs is wrong itself, and told elsewhere. */
export type Level = 'ok' | 'warning' | 'failure' | 'skipped'

/** One thing that was found, in whole sentences: what is, and what to do. */
export interface Finding {
  readonly level: Level
  readonly message: string
}

/** What one check found; the worst of it counts. */
export interface Report {
  readonly check: string
  readonly findings: readonly Finding[]
}

export const ok = (message: string): Finding => ({ level: 'ok', message })
export const warning = (message: string): Finding => ({ level: 'warning', message })
export const failure = (message: string): Finding => ({ level: 'failure', message })
export const skipped = (message: string): Finding => ({ level: 'skipped', message })
