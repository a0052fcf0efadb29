import { assemble } from './config/assemble.ts'
import { checkTogether } from './config/checks.ts'
import { type Env, readValues } from './config/read-values.ts'
import type { Settings } from './config/settings.ts'
import { SETTING_NAMES, type SettingName, type Values } from './config/table.ts'
import { findWarnings } from './config/warnings.ts'
import { OperatorError } from './core/errors.ts'

export { describeSettings, type SettingDescription, settingsTable } from './config/describe.ts'
export type {
  BankSettings,
  CallerJwtSettings,
  CallerKeySettings,
  CallerSettings,
  ConsentSettings,
  DatabaseSettings,
  LimitSettings,
  ListenerSettings,
  RefreshSettings,
  Settings,
  TlsFiles,
  TlsSettings,
  WebhookSettings,
} from './config/settings.ts'

/** Reads the settings (DESIGN section 9); raises `settings_invalid` with a sentence for everything wrong. */
export function readSettings(env: Env): Settings {
  const { values, problems } = readValues(env, SETTING_NAMES)
  const sentences = [...problems, ...checkTogether(values)]
  if (sentences.length > 0) throw invalid(sentences)
  // Every setting that is not in `values` has left a problem.
  return assemble(values as Values, findWarnings(env))
}

/** Reads a few of the settings, for a command that needs no more; raises `settings_invalid` likewise. */
export function readSome<Name extends SettingName>(env: Env, ...names: readonly Name[]): Pick<Values, Name> {
  const { values, problems } = readValues(env, names)
  if (problems.length > 0) throw new OperatorError('settings_invalid', problems.join('\n'))
  return values as Pick<Values, Name>
}

function invalid(sentences: readonly string[]): OperatorError {
  const list = sentences.map((sentence) => `\n- ${sentence}`).join('')
  return new OperatorError('settings_invalid', `The settings do not allow a start:${list}`)
}
