import { BankCertificateSchema } from './bank-certificate.ts'
import {
  AccountSchema,
  ConsentEventSchema,
  ConsentPageSchema,
  ConsentSchema,
  ConsentStatusSchema,
  EventPageSchema,
  ExplanationSchema,
  RefreshStatusSchema,
  StartedSchema,
} from './consent.ts'
import {
  ConfirmConsentSchema,
  ImportConsentSchema,
  RenewConsentSchema,
  StartConsentSchema,
} from './consent-requests.ts'
import { GateSchema, HealthSchema, HoldRequestSchema, HoldSchema, StatusSchema } from './operations.ts'
import { ProblemSchema } from './problem.ts'
import { CallerSchema, StatisticsSchema } from './statistics.ts'
import {
  AccessTokenSchema,
  ClientTokenRequestSchema,
  ClientTokenSchema,
  TokenRequestSchema,
} from './token.ts'
import { DeliveryPageSchema, DeliverySchema } from './webhooks.ts'

/** The named schemas of the document, in its order; routes refer to them by `$id`. */
export const COMPONENTS = [
  ConsentSchema,
  ConsentStatusSchema,
  RefreshStatusSchema,
  ExplanationSchema,
  StartConsentSchema,
  StartedSchema,
  RenewConsentSchema,
  ConfirmConsentSchema,
  ConsentPageSchema,
  AccountSchema,
  ConsentEventSchema,
  EventPageSchema,
  TokenRequestSchema,
  AccessTokenSchema,
  ClientTokenRequestSchema,
  ClientTokenSchema,
  ImportConsentSchema,
  StatusSchema,
  StatisticsSchema,
  CallerSchema,
  HoldRequestSchema,
  HoldSchema,
  GateSchema,
  BankCertificateSchema,
  DeliverySchema,
  DeliveryPageSchema,
  HealthSchema,
  ProblemSchema,
] as const
