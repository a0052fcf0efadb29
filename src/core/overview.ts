import type { Ports } from './ports.ts'
import type { Endings, StoreSummary, Summary } from './summary.ts'

/** How all consents stand, whoever asks: numbers only. */
export interface Overview {
  readonly summary: StoreSummary
  readonly endings: Endings
}

export function createReadOverview(
  { clock, consents }: Pick<Ports, 'clock' | 'consents'>,
  { read }: Pick<Summary, 'read'>,
) {
  return async (): Promise<Overview> => {
    const now = clock.now()
    const [summary, endings] = await Promise.all([read(), consents.endings(now)])
    return { summary, endings }
  }
}
