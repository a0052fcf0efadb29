import { readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ROOT } from '../../deploy/supply-chain/packages.ts'

export const SOURCE = fileURLToPath(new URL('src/', ROOT))
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\b[\w\s*{},]*?from '([^']+)'|(?:^|\n)import '([^']+)'|\bimport\(\s*'([^']+)'/g

/** Every file that these come to import, and every package. */
export function reach(entries: readonly string[]) {
  const [files, packages] = [new Set<string>(), new Set<string>()]
  const follow = (file: string): void => {
    if (files.has(file)) return
    files.add(file)
    for (const [, from, bare, lazy] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      const target = from ?? bare ?? lazy ?? ''
      if (target.startsWith('.')) follow(join(file, '..', target))
      else packages.add(target)
    }
  }
  for (const entry of entries) follow(join(SOURCE, entry))
  return { files: [...files].map((file) => relative(SOURCE, file)), packages: [...packages] }
}

/** The names of packages, of what is imported from them; what Node has itself is left out. */
export function packageNames(imported: readonly string[]): readonly string[] {
  const isBuiltin = (name: string) => name.startsWith('node:') && builtinModules.includes(name.slice(5))
  return imported
    .filter((name) => !isBuiltin(name))
    .map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name)
}
