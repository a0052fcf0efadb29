import { isPortFree } from './postgres-places.ts'

/** What the demo listens on, all of it on 127.0.0.1. */
export interface Ports {
  readonly internal: number
  readonly public: number
  readonly bank: number
  readonly postgres: number
}

export type PortName = keyof Ports

/** How a port is chosen, and what it is for. */
export const PORTS: Record<PortName, { flag: string; setting?: string; usual: number; purpose: string }> = {
  internal: {
    flag: 'internal-port',
    setting: 'INTERNAL_PORT',
    usual: 8080,
    purpose: "the broker's API and docs",
  },
  public: {
    flag: 'public-port',
    setting: 'PUBLIC_PORT',
    usual: 8081,
    purpose: "the broker's pages for customers",
  },
  bank: { flag: 'bank-port', usual: 8082, purpose: 'the practice bank' },
  postgres: { flag: 'postgres-port', usual: 8083, purpose: 'PostgreSQL' },
}

export const PORT_NAMES = Object.keys(PORTS) as readonly PortName[]

/** Rejects unless nothing else listens on these ports. */
export async function assertPortsFree(ports: Ports, names: readonly PortName[]): Promise<void> {
  const free = await Promise.all(names.map((name) => isPortFree(ports[name])))
  const taken = names.filter((_, index) => !free[index])
  if (taken.length > 0) throw portsTaken(taken.map((name) => ({ name, port: ports[name] })))
}

/** Says which ports are taken, what they were for, and how to choose others. */
export function portsTaken(taken: readonly { name: PortName; port: number }[]): Error {
  const each = taken.map(({ name, port }) => `Port ${port} of 127.0.0.1, meant for ${PORTS[name].purpose},`)
  const flags = taken.map(({ name, port }) => `--${PORTS[name].flag} ${otherPort(port)}`)
  return new Error(
    `${each.join('\n')} ${taken.length === 1 ? 'is' : 'are'} taken by another program, perhaps another demo. ` +
      `End it ("lsof -i :${taken[0]?.port}" shows it), or choose otherwise: npm run demo -- ${flags.join(' ')}`,
  )
}

function otherPort(port: number): number {
  return port < 55_535 ? port + 10_000 : port - 10_000
}
