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

/** Settings that are read and checked, but that nothing uses in this version; each set one is warned of. */
export const NOT_YET: readonly SettingName[] = ['WEBHOOKS_FILE']

/** The table's names, with their types. */
export const SETTING_NAMES = Object.keys(TABLE) as readonly SettingName[]
