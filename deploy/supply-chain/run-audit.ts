import { audit } from './audit.ts'

/** What is shipped must be clean; the tools of development are told of. */
for (const [what, options, fails] of [
  ['what is shipped', ['--omit=dev'], true],
  ['with the tools of development', [], false],
] as const) {
  const report = audit(...options)
  if (report === null) process.stdout.write(`npm audit, ${what}: the registry gave no report; not checked.\n`)
  else process.stdout.write(`npm audit, ${what}: ${report.found} known weaknesses.\n`)
  if (report !== null && report.found > 0) process.stdout.write(`${report.text}\n`)
  if (report !== null && report.found > 0 && fails) process.exitCode = 1
}
