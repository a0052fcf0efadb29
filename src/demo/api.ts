/** What the demo reads of a consent. */
export interface ConsentAnswer {
  readonly id: string
  readonly status: string
  readonly status_reason: string | null
  readonly account: string | null
  readonly expires_at: string | null
  readonly refresh: { readonly next_due_at: string | null }
}

export interface StartedAnswer {
  readonly consent: ConsentAnswer
  readonly authorization_url: string
  readonly authorization_expires_at: string
}

export interface TokenAnswer {
  readonly access_token: string
  readonly expires_in: number
  readonly expires_at: string
}

/** The broker's internal API as one caller sees it. */
export type Api = <T>(route: string, body?: unknown) => Promise<T>

/** Makes calls with a caller's key; each rejects with the problem's code and detail unless it went well. */
export function createApi(fetchPage: typeof fetch, baseUrl: string, key: string): Api {
  return async <T>(route: string, body?: unknown) => {
    const [method = '', path = ''] = route.split(' ')
    const response = await fetchPage(`${baseUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${route} answered ${response.status}: ${problemOf(text)}`)
    return (text === '' ? undefined : JSON.parse(text)) as T
  }
}

function problemOf(text: string): string {
  try {
    const { code, detail } = JSON.parse(text)
    return `${code}, ${detail}`
  } catch {
    return text.slice(0, 200)
  }
}
