import type { ServerResponse } from 'node:http'
import type { Clock } from '../core/clock.ts'
import type { App } from './app.ts'

const CHECK_MS = 50
const PATIENCE_MS = 500

/**
 * Closes an app once every request that came whole is answered. By itself Node would wait for each connection as
 * long as its client likes: one kept alive, one that never sent a request to its end, one that takes no answer.
 */
export async function closeApp(app: App, clock: Pick<Clock, 'sleep'>): Promise<void> {
  const closed = new AbortController()
  const closing = app.close().finally(() => closed.abort())
  let idleMs = 0
  while (!closed.signal.aborted) {
    app.server.closeIdleConnections()
    if (idleMs >= PATIENCE_MS) closeAll(app)
    await clock.sleep(CHECK_MS, closed.signal)
    idleMs = [...app.unanswered].some(isBeingAnswered) ? 0 : idleMs + CHECK_MS
  }
  await closing
}

/** Of TLS, Node counts as connections of HTTP only those whose handshake is over. */
function closeAll({ server, sockets }: App): void {
  server.closeAllConnections()
  for (const socket of sockets) socket.destroy()
}

function isBeingAnswered({ req, headersSent }: ServerResponse): boolean {
  return req.complete && !headersSent
}
