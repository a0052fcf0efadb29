import { inspectSpool } from '../spool/index.ts'
import { type Finding, failure, ok, warning } from './finding.ts'
import { need } from './settings.ts'
import type { Surroundings } from './surroundings.ts'

/** Whether answers that the database does not take would outlive the process, and which wait. */
export async function checkSpool({ env }: Surroundings): Promise<readonly Finding[]> {
  const { SPOOL_DIR: folder } = need(env, 'SPOOL_DIR')
  if (folder === null)
    return [warning('SPOOL_DIR is not set: an answer that the database cannot take dies with the process.')]
  const { exists, refusal, isInMemory, listing } = await inspectSpool(folder)
  if (refusal !== null)
    return [
      failure(`${folder} cannot be made or written to (${refusal}): give it to the user of the service.`),
    ]
  const { waiting, setAside } = listing
  return [
    ok(exists ? `${folder} can be written to.` : `${folder} is made at the start.`),
    ...(isInMemory
      ? [warning(`${folder} is in memory (tmpfs): what is there dies with the machine. Name a volume.`)]
      : []),
    ...(waiting.length > 0
      ? [
          warning(
            `${waiting.length} answers of the bank wait there: a running broker saves them, or the next start.`,
          ),
        ]
      : []),
    ...(setAside > 0
      ? [
          warning(
            `${setAside} files there are set aside, for nothing could be done with them: the log of that day says why.`,
          ),
        ]
      : []),
  ]
}
