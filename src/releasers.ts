export interface Releasers {
  add(release: () => Promise<void>): void
  /** Releases in reverse order, all of them even if one fails; idempotent. */
  releaseAll(): Promise<void>
}

/** Remembers what was opened, to close it in reverse. */
export function createReleasers(): Releasers {
  const releases: (() => Promise<void>)[] = []
  let releasing: Promise<void> | null = null

  async function releaseEach(): Promise<void> {
    const failures: unknown[] = []
    for (let release = releases.pop(); release !== undefined; release = releases.pop()) {
      await release().catch((error: unknown) => failures.push(error))
    }
    if (failures.length > 0) throw new AggregateError(failures, 'not everything could be closed')
  }

  return {
    add: (release) => void releases.push(release),
    releaseAll: () => {
      releasing ??= releaseEach()
      return releasing
    },
  }
}
