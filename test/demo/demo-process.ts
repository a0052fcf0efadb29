import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isAlive } from '../../src/demo/postgres-process.ts'
import { freePort } from '../support/ports.ts'
import { listProcesses, type RunningProcess } from '../support/processes.ts'
import { waitFor } from '../support/wait-for.ts'

const MAIN = fileURLToPath(new URL('../../src/demo/main.ts', import.meta.url))
const WITHIN_MS = 40_000

export interface DemoPorts {
  readonly internal: number
  readonly public: number
  readonly bank: number
  readonly postgres: number
}

/** Finds ports for some demos at once, all different. */
export async function demoPorts(demos: number): Promise<DemoPorts[]> {
  const ports = await Promise.all(Array.from({ length: demos * 4 }, freePort))
  return Array.from({ length: demos }, (_, index) => {
    const [internal = 0, pages = 0, bank = 0, postgres = 0] = ports.slice(index * 4)
    return { internal, public: pages, bank, postgres }
  })
}

export type DemoProcess = ReturnType<typeof startDemo>

/** Starts the real demo, in an environment that sets nothing of ours. */
export function startDemo(flags: readonly string[], ports?: DemoPorts) {
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env
  const chosen = Object.entries(ports ?? {}).map(([name, port]) => `--${name}-port=${port}`)
  const child = spawn(process.execPath, [MAIN, ...flags, ...chosen], {
    env: { PATH, HOME, NODE_COMPILE_CACHE },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const closed = once(child, 'close')

  return {
    child,
    output: () => output,
    /** Resolves all output once this was printed. */
    until: (pattern: RegExp) =>
      waitFor(
        `${pattern} in:\n${output}`,
        () => {
          if (!pattern.test(output) && child.exitCode !== null) throw new Error(`it ended:\n${output}`)
          return pattern.test(output) ? output : null
        },
        WITHIN_MS,
      ),
    /** Resolves the exit code once it has ended. */
    exitCode: () => closed.then(() => child.exitCode),
  }
}

/** Lists a process with all it started; PostgreSQL's guard has another parent, but stays in its group. */
export function familyOf(pid: number): number[] {
  const all = listProcesses()
  const family = new Set([pid])
  for (let size = 0; size !== family.size; ) {
    size = family.size
    for (const { pid, parent, group } of all) {
      if (family.has(parent) || (group !== processGroup(all) && family.has(group))) family.add(pid)
    }
  }
  return [...family]
}

/** Resolves when none of these processes is left. */
export function untilGone(pids: readonly number[]): Promise<true> {
  return waitFor('the end of every process', () => !pids.some(isAlive) || null)
}

function processGroup(all: readonly RunningProcess[]): number | undefined {
  return all.find(({ pid }) => pid === process.pid)?.group
}

/** Calls a running demo's API with the key that it keeps in its folder. */
export function demoApi(folder: string, { internal }: DemoPorts) {
  const { keys } = JSON.parse(readFileSync(join(folder, 'demo.json'), 'utf8'))
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  return async (route: string, body?: object): Promise<any> => {
    const [method = '', path = ''] = route.split(' ')
    const response = await fetch(`http://127.0.0.1:${internal}${path}`, {
      method,
      headers: { authorization: `Bearer ${keys.ledger}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return response.json()
  }
}

/** Tells the practice bank to answer refreshes in another way from here on, as soon as it is open. */
export function breakRefreshes({ bank }: DemoPorts, action: object): Promise<true> {
  const body = JSON.stringify({ endpoint: 'token', grantType: 'refresh_token', times: null, action })
  const headers = { 'content-type': 'application/json' }
  return waitFor(
    'the practice bank to take the fault',
    () =>
      fetch(`http://127.0.0.1:${bank}/practice/faults`, { method: 'POST', headers, body }).then(
        ({ ok }) => ok || null,
        () => null,
      ),
    WITHIN_MS,
  )
}
