import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer, type ServerOptions } from 'node:https'
import type { Socket } from 'node:net'

const keepAliveTimeoutMs = 72_000

/** Makes a server that ends every socket at close, those in the middle of a handshake or a hanging answer too. */
export function endingServer(handler: RequestListener, https: ServerOptions | undefined): Server {
  const server = https === undefined ? createServer(handler) : createSecureServer(https, handler)
  const sockets = new Set<Socket>()
  server.keepAliveTimeout = keepAliveTimeoutMs
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const close = server.close.bind(server)
  server.close = (done) => {
    close(done)
    for (const socket of sockets) socket.destroy()
    return server
  }
  return server
}
