/** A span of epoch milliseconds; open while `to` is null. */
export interface Window {
  readonly what: string
  readonly from: number
  to: number | null
}

/** A record of when something was out of order. */
export interface Windows {
  begin(what: string): Window
  end(window: Window): void
  list(): readonly Window[]
}

export function createWindows(): Windows {
  const windows: Window[] = []
  return {
    begin: (what) => {
      const window = { what, from: Date.now(), to: null }
      windows.push(window)
      return window
    },
    end: (window) => {
      window.to = Date.now()
    },
    list: () => windows,
  }
}

/** Tells whether a span touches a window, which goes on having an effect for a while. */
export function touches(window: Window, [from, to]: readonly [number, number], effectMs: number): boolean {
  return window.from <= to && (window.to ?? Number.POSITIVE_INFINITY) + effectMs >= from
}
