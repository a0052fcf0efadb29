import { once } from 'node:events'
import https, { type ServerOptions } from 'node:https'
import { parentPort, workerData } from 'node:worker_threads'

// A bank in a thread of its own: it goes on answering while the thread under test stands still.
const options: ServerOptions = workerData
const server = https.createServer(options, (request, response) => {
  request.resume().on('end', () => {
    parentPort?.postMessage('arrived')
    setTimeout(() => response.end('{"access_token":"AT","refresh_token":"RT"}'), 20)
  })
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const address = server.address()
parentPort?.postMessage(typeof address === 'object' && address !== null ? address.port : 0)
