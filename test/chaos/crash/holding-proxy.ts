import { connect, createServer, type Socket } from 'node:net'
import type t from 'tap'

type Test = Pick<typeof t, 'teardown'>
type Fits = (text: string) => boolean

/** What to keep back: a statement before the database has it, or its answer once it was executed. */
export interface Hold {
  readonly keep: 'statement' | 'answer'
  readonly statement: Fits
  /** Which answer, where the statement may be asked for nothing; any by default. */
  readonly answer?: Fits
}

/** Stands between a process and its database, and keeps back one message while the process is killed. */
export interface HoldingProxy {
  readonly url: string
  /** Resolves once the message is held; it is never let through. */
  hold(hold: Hold): Promise<void>
  /** Cuts all connections, and takes none until `accept`. */
  refuse(): void
  accept(): void
}

interface Wanted extends Hold {
  readonly held: () => void
}

export async function startHoldingProxy(t: Test, databaseUrl: string): Promise<HoldingProxy> {
  const target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  let wanted: Wanted | null = null
  let refusing = false

  function take(): void {
    wanted?.held()
    wanted = null
  }

  function serve(client: Socket): void {
    if (refusing) return void client.destroy()
    const server = connect(Number(target.port), target.hostname)
    let mute = false
    let watched: Wanted | null = null
    for (const socket of [client, server]) {
      sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)))
    }
    client.on('close', () => server.destroy())
    server.on('close', () => client.destroy())
    client.on('data', (chunk) => {
      if (wanted?.statement(chunk.toString('latin1'))) {
        mute = wanted.keep === 'statement'
        watched = mute ? null : wanted
        if (mute) take()
      }
      if (!mute) server.write(chunk)
    })
    server.on('data', (chunk) => {
      if (watched !== null && watched === wanted && (watched.answer?.(chunk.toString('latin1')) ?? true)) {
        mute = true
        take()
      }
      if (!mute) client.write(chunk)
    })
  }

  const proxy = createServer(serve)
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const cutAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  t.teardown(() => {
    proxy.close()
    cutAll()
  })
  const url = new URL(databaseUrl)
  url.host = `127.0.0.1:${(proxy.address() as { port: number }).port}`
  return {
    url: url.href,
    hold: (hold) => new Promise((held) => (wanted = { ...hold, held })),
    refuse: () => {
      refusing = true
      cutAll()
    },
    accept: () => {
      refusing = false
    },
  }
}
