import type { Parsed } from './parser.ts'
import type { Setting } from './setting.ts'
import { type SettingName, TABLE, type Values } from './table.ts'

export type Env = Readonly<Record<string, string | undefined>>

/** A setting that could not be read is missing from `values`; one left out where that is allowed is null. */
export interface Reading {
  readonly values: Partial<Values>
  readonly problems: readonly string[]
}

/** Reads these settings of the table, and collects a sentence for each that is wrong. */
export function readValues(env: Env, names: readonly SettingName[]): Reading {
  const values: Record<string, unknown> = {}
  const problems: string[] = []
  for (const name of names) {
    const setting: Setting<unknown> = TABLE[name]
    const parsed = readOne(setting, textOf(env, name))
    if ('value' in parsed) values[name] = parsed.value
    else problems.push(`${name} ${parsed.problem}; a right value is ${setting.parser.example}.`)
  }
  return { values: values as Partial<Values>, problems }
}

/** Gives what was set; a blank value counts as none, since Compose files pass on unset variables that way. */
export function textOf(env: Env, name: string): string | null {
  const text = env[name]?.trim() ?? ''
  return text === '' ? null : text
}

function readOne(setting: Setting<unknown>, given: string | null): Parsed<unknown> {
  const text = given ?? setting.default
  if (text !== null) return setting.parser.read(text)
  return setting.required ? { problem: 'is missing' } : { value: null }
}
