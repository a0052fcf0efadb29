export interface Gate {
  /** Resolves once it has been opened. */
  readonly opened: Promise<void>
  open(): void
}

/** Holds up what waits for it, until the test opens it. */
export function createGate(): Gate {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open: () => open() }
}
