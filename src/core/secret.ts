/** A string that will not print: logs, errors and JSON show `[secret]`; only `reveal()` gives it away. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** Gives the plain value, for the one place that must send, seal or compare it. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]'
  }
}

/** Makes 256 random bits as base64url: tickets, `state`, browser cookies, result codes. */
export function randomSecret(): Secret {
  const bytes = crypto.getRandomValues(new Uint8Array(32))
  const base64 = btoa(String.fromCharCode(...bytes))
  return new Secret(base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''))
}
