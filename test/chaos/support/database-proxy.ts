import { connect, createServer, type Socket } from 'node:net'
import type { Scope } from '../../bench/scope.ts'
import { freePort } from '../../support/ports.ts'

/** Stands between one broker and the database, and does to their connections what networks do. */
export interface DatabaseProxy {
  readonly port: number
  /** Where new connections lead from now on. */
  leadTo(port: number): void
  /** Ends every connection. */
  cut(): void
  /** Leaves every connection open and forwards nothing on it any more; new ones are as ever. */
  freeze(): void
  /** Ends the connections that were frozen. */
  thaw(): void
  /** Has the next statements with this text executed, and cuts their connections in place of the answer. */
  loseAnswers(count: number, text: string): void
  /** How many answers were lost so far. */
  lost(): number
}

interface Link {
  readonly client: Socket
  readonly server: Socket
  frozen: boolean
  losing: boolean
}

export async function startDatabaseProxy(scope: Scope, targetPort: number): Promise<DatabaseProxy> {
  const links = new Set<Link>()
  let target = targetPort
  let wanted = { count: 0, text: '' }
  let lost = 0

  function serve(client: Socket): void {
    const link = { client, server: connect(target, '127.0.0.1'), frozen: false, losing: false }
    links.add(link)
    client.on('data', (chunk) => toServer(link, chunk))
    link.server.on('data', (chunk) => toClient(link, chunk))
    for (const socket of [client, link.server]) socket.on('error', () => {}).on('close', () => closed(link))
  }

  function toServer(link: Link, chunk: Buffer): void {
    if (link.frozen) return
    if (wanted.count > 0 && chunk.includes(wanted.text)) {
      wanted.count -= 1
      link.losing = true
    }
    link.server.write(chunk)
  }

  function toClient(link: Link, chunk: Buffer): void {
    if (link.frozen) return
    if (!link.losing) return void link.client.write(chunk)
    lost += 1
    end(link)
  }

  /** A half-open connection's other end never hears that it was closed. */
  function closed(link: Link): void {
    if (link.frozen && !(link.client.destroyed && link.server.destroyed)) return
    end(link)
  }

  function end(link: Link): void {
    links.delete(link)
    link.client.destroy()
    link.server.destroy()
  }

  const endThose = (which: (link: Link) => boolean) => [...links].filter(which).forEach(end)
  const server = createServer(serve)
  const port = await freePort()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  scope.teardown(() => {
    server.close()
    endThose(() => true)
  })
  return {
    port,
    leadTo: (next) => {
      target = next
    },
    cut: () => endThose(() => true),
    freeze: () => {
      for (const link of links) link.frozen = true
    },
    thaw: () => endThose(({ frozen }) => frozen),
    loseAnswers: (count, text) => {
      wanted = { count, text }
    },
    lost: () => lost,
  }
}
