import type { Setting } from './setting.ts'
import { SETTING_NAMES, TABLE } from './table.ts'

export interface SettingDescription {
  readonly name: string
  /** As it would be written in the environment; null where there is none. */
  readonly default: string | null
  readonly required: boolean
  readonly description: string
}

/** Lists every setting for people, from the table that reads them. */
export function describeSettings(): readonly SettingDescription[] {
  return SETTING_NAMES.map((name) => {
    const setting: Setting<unknown> = TABLE[name]
    return {
      name,
      default: setting.default,
      required: setting.required,
      description: setting.description,
    }
  })
}

/** Writes the settings as a Markdown table, for the README. */
export function settingsTable(): string {
  const rows = describeSettings().map((setting) => {
    return `| \`${setting.name}\` | ${describeDefault(setting)} | ${setting.description} |`
  })
  return ['| Setting | Default | Meaning |', '|---|---|---|', ...rows, ''].join('\n')
}

function describeDefault(setting: SettingDescription): string {
  if (setting.required) return 'required'
  return setting.default === null ? '–' : `\`${setting.default}\``
}
