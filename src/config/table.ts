import { BANK_CONNECTION, BANK_LIMITS } from './bank-table.ts'
import { CONSENTS, LISTENERS, RUNNING, STORAGE } from './broker-table.ts'
import { WHO_MAY_CALL } from './caller-table.ts'
import type { Setting } from './setting.ts'

/** Every setting there is (DESIGN section 9), in the order in which it is shown. */
export const TABLE = {
  ...STORAGE,
  ...BANK_CONNECTION,
  ...BANK_LIMITS,
  ...CONSENTS,
  ...WHO_MAY_CALL,
  ...LISTENERS,
  ...RUNNING,
} satisfies Record<string, Setting<unknown>>

export type SettingName = keyof typeof TABLE

/** What each setting's text became. */
export type Values = {
  readonly [Name in SettingName]: (typeof TABLE)[Name] extends Setting<infer T> ? T : never
}

/** The table's names, with their types. */
export const SETTING_NAMES = Object.keys(TABLE) as readonly SettingName[]
