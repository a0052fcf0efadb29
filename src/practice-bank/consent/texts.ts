import type { AccountKind } from '../customers.ts'

/** The languages of the consent application (ABNAMRO.md §1.2). */
export type Language = 'en' | 'nl'

/** Every sentence of the consent application in one language; `who` is the client that asks. */
export interface Texts {
  readonly bank: string
  readonly notReal: string
  readonly stepsLabel: string
  readonly steps: readonly [string, string, string]
  readonly stepOf: (step: number) => string
  readonly stepDone: string
  readonly otherLanguage: string
  readonly logOn: LogOnTexts
  readonly account: AccountTexts
  readonly authorise: AuthoriseTexts
  readonly order: OrderTexts
  readonly until: string
  readonly withdraw: (who: string) => string
  readonly cancel: string
  readonly stopped: { title: string; happened: string; back: (who: string) => string }
  readonly gone: GoneTexts
  readonly badRequest: { title: string; advice: string; client_id: string; redirect_uri: string }
  readonly scopes: Readonly<Record<string, string>>
}

interface LogOnTexts {
  readonly title: string
  readonly intro: (who: string) => string
  readonly who: string
  readonly whoHint: string
  readonly several: string
  readonly one: string
  readonly none: string
  readonly shownCode: string
  readonly code: string
  readonly codeHint: string
  readonly submit: string
  readonly noCustomer: string
  readonly noCode: string
  readonly wrongCode: (triesLeft: number) => string
}

interface AccountTexts {
  readonly title: string
  readonly orderTitle: string
  readonly intro: (who: string) => string
  readonly orderIntro: (who: string) => string
  readonly choose: string
  readonly chooseForOrder: string
  readonly kinds: Readonly<Record<AccountKind, string>>
  readonly submit: string
  readonly noAccount: string
}

interface AuthoriseTexts {
  readonly title: string
  readonly orderTitle: string
  readonly intro: string
  readonly who: string
  readonly account: string
  readonly accountForOrder: string
  readonly what: string
  readonly sign: string
  readonly back: string
  readonly submit: string
}

interface OrderTexts {
  readonly amount: string
  readonly creditor: string
  readonly creditorAccount: string
  readonly remittance: string
  readonly executionDate: string
  readonly frequency: string
  /** By the bank's word for it; any other is shown as it is. */
  readonly frequencies: Readonly<Record<string, string>>
  readonly startDate: string
  readonly endDate: string
  readonly reference: string
  readonly once: string
}

interface GoneTexts {
  readonly title: string
  readonly happened: string
  readonly noCookie: string
  readonly given: string
  readonly adviceTitle: string
  readonly advice: string
  readonly allowCookies: string
  readonly stayHere: string
}
