import type { Span, Traced } from '../core/tracing.ts'
import type { BankRequest } from './exchange.ts'
import type { Exchange } from './outcome.ts'

/** Tells of calls to an endpoint: by their path, which is a setting, and nothing of what is sent. */
export function describeCalls(endpoint: string): (request: BankRequest) => Traced {
  const { hostname, port, protocol } = new URL(endpoint)
  const address = {
    'server.address': hostname,
    'server.port': Number(port === '' ? DEFAULT_PORTS[protocol] : port),
  }
  return ({ method, path }) => ({
    name: `${method} ${path.split('?', 1)[0]}`,
    kind: 'client',
    attributes: { 'http.request.method': method, ...address },
  })
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 }

/** What came of it, by our own words. */
export function noteExchange(span: Span, ended: Exchange): void {
  if (ended.state !== 'answered') {
    span.failed(ended.reason)
    return
  }
  span.note({ 'http.response.status_code': ended.status })
  const failure = ended.cutOff ?? (ended.status >= 400 ? String(ended.status) : null)
  if (failure !== null) span.failed(failure)
}
