/** Tells of consents whose status, chain or confirmation another replica changed; never of rotations (DESIGN section 5). */
export interface ChangeFeed {
  /** False while changes may be missed: what is cached can't be trusted then. */
  healthy(): boolean
  /** Calls back with a consent id, or with null when anything may have changed. */
  onChange(listener: (consentId: string | null) => void): void
}
