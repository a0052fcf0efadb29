/** What a bench opened, closed in reverse when it ends; it fits where a test's `t` is asked for. */
export interface Scope {
  teardown(release: () => unknown): void
  end(): Promise<void>
}

export function createScope(): Scope {
  const releases: (() => unknown)[] = []
  return {
    teardown: (release) => void releases.push(release),
    end: async () => {
      for (let release = releases.pop(); release !== undefined; release = releases.pop()) await release()
    },
  }
}
