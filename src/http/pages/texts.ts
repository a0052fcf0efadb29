/** The languages of the pages. */
export type Language = 'nl' | 'en'

/** What a bank customer may be shown. */
export type PageKind =
  | 'unknown'
  | 'ended'
  | 'too_many_attempts'
  | 'other_browser'
  | 'in_progress'
  | 'busy'
  | 'start_again'
  | 'completed'
  | 'rejected'
  | 'failed'
  | 'not_found'
  | 'method_not_allowed'
  | 'bad_request'
  | 'unavailable'
  | 'server_error'

/** The sentences of one page; none may be left out. */
export interface PageTexts {
  readonly heading: string
  readonly happened: string
  /** Whether permission was given; true for a first authorization and for a renewal. */
  readonly given: string
  readonly next: string
}

/** Every sentence of one language. */
export interface Texts {
  readonly nextHeading: string
  readonly reload: string
  readonly reference: string
  readonly pages: Readonly<Record<PageKind, PageTexts>>
}
