import { type ProductionPackage, productionPackages } from './packages.ts'

/** Licences that ask for no more than that their text and authors are named (SPDX). */
export const ALLOWED: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Python-2.0',
  'Unlicense',
])

/** Gives the packages under a licence that nobody has agreed to; of a choice (`A OR B`) one is enough. */
export function refusedLicences(packages: readonly ProductionPackage[]): readonly ProductionPackage[] {
  return packages.filter(({ license }) => !isAllowed(license))
}

function isAllowed(license: string): boolean {
  const choices = license.replace(/^\((.*)\)$/, '$1').split(' OR ')
  return choices.some((choice) => choice.split(' AND ').every((one) => ALLOWED.has(one)))
}

/** Writes the list as it is committed. */
export function printLicences(packages = productionPackages()): string {
  const rows = packages.map(({ name, version, license }) => `| ${name} | ${version} | ${license} |`)
  return `# Third-party packages

What the production image holds beside Node.js and its base: ${packages.length} packages, each with the text of its licence in its
folder under \`node_modules\`. Written by \`npm run licences\` from \`package-lock.json\`.

| package | version | licence |
|---|---|---|
${rows.join('\n')}
`
}
