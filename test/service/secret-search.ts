/** The secrets of a run, and the search for them. Whoever adds a kind of secret to the broker keeps it here too. */
export interface SecretSearch {
  /** Raises where there is none: a secret that was not seen is not searched for. */
  keep(name: string, value: string | null | undefined): void
  readonly count: () => number
  /** The names of those that are in a text, in any form. */
  findIn(text: string): string[]
}

export function createSecretSearch(): SecretSearch {
  const secrets = new Map<string, string>()
  return {
    keep(name, value) {
      if (!value) throw new Error(`no ${name} was seen`)
      secrets.set(value, name)
    },
    count: () => secrets.size,
    findIn(text) {
      const found = [...secrets].filter(([secret]) => formsOf(secret).some((form) => text.includes(form)))
      return found.map(([, name]) => name)
    },
  }
}

/** A secret as it is, URL-encoded, in hexadecimal, and in base64 wherever it begins in what was encoded. */
export function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret)
  const hex = bytes.toString('hex')
  const encoded = [0, 1, 2].flatMap((before) => [base64In(bytes, before), base64Url(base64In(bytes, before))])
  return [...new Set([secret, encodeURIComponent(secret), hex, hex.toUpperCase(), ...encoded])]
}

/** Without the characters at both ends that depend on what stands beside it. */
function base64In(bytes: Buffer, before: number): string {
  const text = Buffer.concat([Buffer.alloc(before), bytes])
    .toString('base64')
    .replace(/=+$/, '')
  const [first, last] = [Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6)]
  return text.slice(first, last)
}

function base64Url(text: string): string {
  return text.replaceAll('+', '-').replaceAll('/', '_')
}
