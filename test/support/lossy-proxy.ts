import { connect, createServer, type Socket } from 'node:net'
import type t from 'tap'

/** Stands between a broker and its database, and cuts connections at the worst moments. */
export interface LossyProxy {
  readonly url: string
  /** Lets the next statement with this text be executed, and cuts its connection in place of the answer. */
  loseAnswerTo(text: string, andThen?: 'refuse'): void
  /** Resolves once an answer has been lost. */
  lost(): Promise<void>
  /** Cuts every connection and takes no new one. */
  refuse(): void
  /** Takes connections again. */
  accept(): void
}

type Test = Pick<typeof t, 'teardown'>

/** Starts a proxy before the database at `databaseUrl`. */
export async function startLossyProxy(t: Test, databaseUrl: string): Promise<LossyProxy> {
  const target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  let wanted: { text: string; andThen: 'refuse' | undefined; lost: () => void } | null = null
  let whenLost = Promise.resolve()
  let refusing = false
  /** Statements that a connection knows by name from their first time on, as they are named in `Parse`. */
  const named = new Map<string, string>()

  function learnNames(chunk: Buffer): void {
    for (const [, name = '', text = ''] of chunk.toString().matchAll(/([\w-]{43})\0([^\0]{20,})\0/g)) {
      named.set(name, text)
    }
  }

  function runs(chunk: Buffer, text: string): boolean {
    return (
      chunk.includes(text) || [...named].some(([name, known]) => known.includes(text) && chunk.includes(name))
    )
  }

  function cutAll(): void {
    for (const socket of sockets) socket.destroy()
  }

  function serve(client: Socket): void {
    if (refusing) return void client.destroy()
    const server = connect(Number(target.port), target.hostname)
    let cutting: typeof wanted = null
    for (const socket of [client, server]) {
      sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)))
    }
    client.on('close', () => server.destroy())
    server.on('close', () => client.destroy())
    client.on('data', (chunk) => {
      learnNames(chunk)
      if (wanted !== null && runs(chunk, wanted.text)) {
        cutting = wanted
        wanted = null
      }
      server.write(chunk)
    })
    server.on('data', (chunk) => {
      if (cutting === null) return void client.write(chunk)
      refusing = cutting.andThen === 'refuse'
      cutting.lost()
      if (refusing) cutAll()
      else client.destroy()
    })
  }

  const proxy = createServer(serve)
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    proxy.close()
    cutAll()
  })
  const url = new URL(databaseUrl)
  url.host = `127.0.0.1:${(proxy.address() as { port: number }).port}`
  return {
    url: url.href,
    loseAnswerTo: (text, andThen) => {
      whenLost = new Promise((lost) => {
        wanted = { text, andThen, lost }
      })
    },
    lost: () => whenLost,
    refuse: () => {
      refusing = true
      cutAll()
    },
    accept: () => {
      refusing = false
    },
  }
}
