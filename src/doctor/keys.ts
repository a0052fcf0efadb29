import { tellingNeeds } from '../keys/needs.ts'
import { assertRingOpens, type Database, isKeyInUse, readSchemaState } from '../store/index.ts'
import { keyChecks, readKeyRing } from '../vault/index.ts'
import { type Finding, ok } from './finding.ts'
import { need } from './settings.ts'
import type { Surroundings } from './surroundings.ts'

/** Whether the ring opens all that is stored. */
export async function checkKeys(db: Database, { env }: Surroundings): Promise<readonly Finding[]> {
  const { ENCRYPTION_KEYS_FILE: file, SPOOL_DIR: spoolDir } = need(env, 'ENCRYPTION_KEYS_FILE', 'SPOOL_DIR')
  const ring = readKeyRing(file)
  const [{ kid }] = ring.keys
  if ((await readSchemaState(db)).applied.length === 0)
    return [ok(`"${kid}" is to seal; nothing is stored yet.`)]
  await tellingNeeds({ db, spoolDir }, () => assertRingOpens(db, keyChecks(ring)))
  const first = (await isKeyInUse(db, kid)) ? '' : ', for the first time at the next start'
  return [ok(`Every key in use is in the ring; "${kid}" seals${first}.`)]
}
