import { connect, createServer, type Socket } from 'node:net'
import type t from 'tap'

/** Stands between a broker and its database, and may turn its connections half-open. */
export interface StallingProxy {
  readonly url: string
  /** From here on nothing is passed on or closed on connections that are open now: the other end is just silent. */
  stall(): void
  /** Connections of the broker that it has not given up. */
  open(): number
}

type Test = Pick<typeof t, 'teardown'>

/** Starts a proxy before the database at `databaseUrl`. */
export async function startStallingProxy(t: Test, databaseUrl: string): Promise<StallingProxy> {
  const target = new URL(databaseUrl)
  const clients = new Set<Socket>()
  const servers = new Set<Socket>()
  let stalled = new WeakSet<Socket>()

  function serve(client: Socket): void {
    clients.add(client.on('error', () => {}).on('close', () => clients.delete(client)))
    const server = connect(Number(target.port), target.hostname)
    servers.add(server.on('error', () => {}).on('close', () => servers.delete(server)))
    const live = () => !stalled.has(client)
    client.on('data', (chunk) => void (live() && server.write(chunk)))
    server.on('data', (chunk) => void (live() && client.write(chunk)))
    client.on('close', () => void (live() && server.destroy()))
    server.on('close', () => void (live() && client.destroy()))
  }

  const proxy = createServer(serve)
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    proxy.close()
    for (const socket of [...clients, ...servers]) socket.destroy()
  })
  const url = new URL(databaseUrl)
  url.host = `127.0.0.1:${(proxy.address() as { port: number }).port}`
  return {
    url: url.href,
    stall: () => {
      stalled = new WeakSet(clients)
    },
    open: () => clients.size,
  }
}
