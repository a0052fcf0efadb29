import { readFileSync } from 'node:fs'

/** The folder that holds `package.json`. */
export const ROOT = new URL('../../', import.meta.url)

/** A package as package-lock.json has it. */
export interface LockedPackage {
  readonly version: string
  readonly resolved?: string
  readonly integrity?: string
  readonly license?: string
  readonly dev?: boolean
  readonly devOptional?: boolean
  readonly link?: boolean
  readonly hasInstallScript?: boolean
}

/** A package of the production image. */
export interface ProductionPackage {
  readonly name: string
  readonly version: string
  readonly license: string
}

/** Every package of the lockfile by its place, without our own. */
export function lockedPackages(): ReadonlyMap<string, LockedPackage> {
  const lock = JSON.parse(readFileSync(new URL('package-lock.json', ROOT), 'utf8'))
  const packages: Record<string, LockedPackage> = lock.packages
  return new Map(Object.entries(packages).filter(([place]) => place !== ''))
}

/** What `npm ci --omit=dev` installs, by name and version. */
export function productionPackages(): readonly ProductionPackage[] {
  const found = new Map<string, ProductionPackage>()
  for (const [place, { version, license = 'none', dev, devOptional }] of lockedPackages()) {
    const name = nameOf(place)
    // One may lie in several places.
    if (!(dev || devOptional)) found.set(`${name}@${version}`, { name, version, license })
  }
  return [...found].sort(([one], [other]) => compare(one, other)).map(([, entry]) => entry)
}

function nameOf(place: string): string {
  return place.split('node_modules/').at(-1) ?? place
}

/** By code points: the same on every machine, whatever its language. */
function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other)
}
