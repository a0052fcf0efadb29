import { readSettings, readSome } from '../config.ts'
import { OperatorError } from '../core/errors.ts'
import { type Finding, failure, ok, warning } from './finding.ts'
import type { Surroundings } from './surroundings.ts'

/** A check needs settings that are wrong. */
export class NeedsSettings extends Error {
  constructor() {
    super('Not looked at: it needs settings that are missing or wrong.')
  }
}

type Env = Surroundings['env']

/** Reads all settings as the service does: each thing wrong is a finding. */
export function checkSettings(env: Env): readonly Finding[] {
  try {
    const { warnings } = readSettings(env)
    return [ok('The settings can be read.'), ...warnings.map(warning)]
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error
    const [, ...sentences] = error.message.split('\n- ')
    return sentences.map(failure)
  }
}

/** Reads a few settings, for a check that needs no more; raises NeedsSettings. */
export function need<Name extends Parameters<typeof readSome>[1]>(env: Env, ...names: readonly Name[]) {
  try {
    return readSome<Name>(env, ...names)
  } catch (error) {
    throw error instanceof OperatorError ? new NeedsSettings() : error
  }
}
