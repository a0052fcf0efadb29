import { isPortFree } from '../../src/demo/postgres-places.ts'

/**
 * Below the ports a system gives to clients and to servers that ask for any: nobody takes one of these between
 * its choice and its use, or while a server of ours is down for a while.
 */
const FIRST_PORT = 10_000
const PORTS = 22_000
const PORTS_A_PROCESS = 20

let chosen = 0

/** Finds a port that nothing listens on; test files that run side by side look in different places. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + ((process.pid * PORTS_A_PROCESS + chosen) % PORTS)
    chosen += 1
    if (await isPortFree(port)) return port
  }
}
