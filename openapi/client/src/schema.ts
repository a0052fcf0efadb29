// Written by `npm run openapi` from openapi/openapi.json, SHA-256 9ecdbc04bbba38919870882972206e723e9a8234b8b8ad9a24e4702c659d9fc5.
export interface paths {
    readonly "/v1/consents": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List consents
         * @description Needs `consents:read` (own consents) or `ops` (all). Filters are combined. What does not change while you page is listed once. A page costs the same however many consents there are: where few of those looked at match, it may be short, or empty, and `next_cursor` goes on. A cursor is good for the filters it was given for, and brings its order along.
         */
        readonly get: operations["listConsents"];
        readonly put?: never;
        /**
         * Start a consent
         * @description Needs `consents:write`. Send the customer to `authorization_url` before it expires.
         */
        readonly post: operations["startConsent"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/consents/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read a consent
         * @description Needs `consents:read` (own consents) or `ops` (all).
         */
        readonly get: operations["getConsent"];
        readonly put?: never;
        readonly post?: never;
        /**
         * End a consent
         * @description Needs `consents:write`, on own consents; with `ops` as well, on all. Deletes its tokens at once, from every status, and revokes them at the bank where BANK_REVOCATION_ENDPOINT is set; repeating it changes nothing.
         */
        readonly delete: operations["revokeConsent"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/consents/{id}/account": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Ask the bank which account a consent is for
         * @description Needs `consents:read` (own consents) or `ops` (all). Asks the bank's Consent Info each time, by a token that is got, and rotated where need be, as for a token request; a token that the bank rejects is rotated once. What the bank tells is recorded; what it leaves out is answered as known before. `account_mismatch`: it names another account than the one known, and nothing has changed. `reauthorization_required` also where the bank gives the token no access to the account any more; `bank_unavailable` also where it does not tell.
         */
        readonly get: operations["checkAccount"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/consents/{id}/authorizations": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Renew a consent
         * @description Needs `consents:write`, on own consents; with `ops` as well, on all. The old tokens go on working; another account than the first is refused when the customer comes back.
         */
        readonly post: operations["renewConsent"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/consents/{id}/confirm": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Confirm a consent
         * @description Needs `consents:write`, on own consents. Proves that the customer who came back to you is the one who gave the consent.
         */
        readonly post: operations["confirmConsent"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/consents/{id}/events": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read a consent's history, newest first
         * @description Needs `consents:read` (own consents) or `ops` (all).
         */
        readonly get: operations["listConsentEvents"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/consents/{id}/token": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Ask for a live access token
         * @description Needs `tokens`, on own consents and those granted to the caller. Rotates first when the token at hand is too short-lived; while the bank cannot be reached, a live token is handed out with what it has left.
         */
        readonly post: operations["getToken"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/client-tokens": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Ask for a client token
         * @description Needs `tokens`. A client-credentials token, for registering payments; kept to its end.
         */
        readonly post: operations["getClientToken"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/consents/import": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Move a chain of tokens in
         * @description Needs `ops`. From another system, or onto an existing consent as a rescue. `pending` until its first rotation, which comes at once; a rescued consent whose account is known, until Consent Info has then told the same one. A token that is sent again changes nothing.
         */
        readonly post: operations["importConsent"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/status": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read how the broker stands
         * @description Needs `ops`. Counts of all consents, how far refreshing lags behind, and what holds it.
         */
        readonly get: operations["getStatus"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/refresher/hold": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Hold refreshing at the bank
         * @description Needs `ops`. For all replicas; 1 hour by default, 24 at most. Live tokens are still handed out. A second hold takes the place of the first.
         */
        readonly post: operations["holdRefreshing"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/refresher/resume": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Resume refreshing at the bank
         * @description Needs `ops`. Ends a hold and a refusal brake; changes nothing where there is neither.
         */
        readonly post: operations["resumeRefreshing"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/caller": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Ask who you are
         * @description Needs a caller that is known, whatever its permissions. For tools: what to show, and what to leave out.
         */
        readonly get: operations["getCaller"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/statistics": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read endings to come and rotations over time
         * @description Needs `ops`. For charts: what ends in the coming days, and what refreshing came to.
         */
        readonly get: operations["getStatistics"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/webhooks/deliveries": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List webhook deliveries
         * @description Needs `ops`. What subscribers were told and are still to be told, newest first; kept 30 days.
         */
        readonly get: operations["listDeliveries"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/webhooks/deliveries/{delivery_id}/resend": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Send a webhook again
         * @description Needs `ops`. At once, under its message id, with all attempts before it: one that is dead, was delivered, or waits for its next attempt. One that is being sent is left alone.
         */
        readonly post: operations["resendDelivery"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/livez": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Tell whether the process lives
         * @description Needs no caller. Fails where a background loop has stood still for longer than any wait explains (seven and a half minutes with the defaults); never for a bank or a database, which no restart helps: this process may hold answers that are nowhere else.
         */
        readonly get: operations["getLiveness"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/readyz": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Tell whether requests should come here
         * @description Needs no caller. Fails before the first start is complete and while draining, before the listeners close; never for a later outage: live tokens are handed out then, too.
         */
        readonly get: operations["getReadiness"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/metrics": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read metrics in the Prometheus format
         * @description Needs `ops` where METRICS_AUTH=ops, else no caller.
         */
        readonly get: operations["getMetrics"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/openapi.json": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read this document
         * @description Needs no caller.
         */
        readonly get: operations["getOpenApi"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @example {
         *       "id": "0192f0c1-7a68-4b1a-8f10-2b6f3a1c9d55",
         *       "bank": "abnamro",
         *       "status": "active",
         *       "status_reason": null,
         *       "scopes": [
         *         "psd2:account:balance:read",
         *         "psd2:account:details:read"
         *       ],
         *       "requested_scopes": [
         *         "psd2:account:balance:read",
         *         "psd2:account:details:read"
         *       ],
         *       "owner": "ledger",
         *       "granted_to": [
         *         "reporting"
         *       ],
         *       "customer_reference": "customer-4711",
         *       "account": "NL12ABNA******6523",
         *       "transaction_id": null,
         *       "bank_brand": null,
         *       "confirm": false,
         *       "confirmed_at": null,
         *       "created_at": "2026-11-22T12:00:00.000Z",
         *       "authorized_at": "2026-11-22T12:01:00.000Z",
         *       "expires_at": "2027-02-20T12:01:00.000Z",
         *       "erased_at": null,
         *       "days_left": 90,
         *       "renewal_advised_at": "2027-02-06T12:01:00.000Z",
         *       "renewal_advised_in_days": 76,
         *       "refresh": {
         *         "state": "idle",
         *         "last_success_at": "2026-11-22T13:50:00.000Z",
         *         "next_due_at": "2026-11-22T15:40:00.000Z",
         *         "consecutive_failures": 0,
         *         "last_error": null
         *       },
         *       "explanation": {
         *         "why": "Its tokens are in order, refreshed last on 2026-11-22 13:50 UTC.",
         *         "next": "They are refreshed next on 2026-11-22 15:40 UTC. The customer must renew it by 2027-02-20 12:01 UTC.",
         *         "attention": "none"
         *       },
         *       "metadata": {
         *         "department": "bookkeeping"
         *       }
         *     }
         */
        readonly Consent: {
            /** Format: uuid */
            readonly id: string;
            /** @description The bank profile. */
            readonly bank: string;
            readonly status: components["schemas"]["ConsentStatus"];
            /** @description Why, where the status alone does not tell: `refused_by_bank`, … */
            readonly status_reason: string | null;
            /** @description As granted; as requested until known. */
            readonly scopes: readonly string[];
            readonly requested_scopes: readonly string[];
            /** @description The caller it belongs to. */
            readonly owner: string;
            /** @description Other callers that may ask for its tokens. */
            readonly granted_to: readonly string[];
            /** @description Your own name for the customer. */
            readonly customer_reference: string | null;
            /** @description The IBAN, masked; null until known. */
            readonly account: string | null;
            /** @description Of the registered payment it is for. */
            readonly transaction_id: string | null;
            readonly bank_brand: string | null;
            /** @description Whether tokens are handed out only once it is confirmed. */
            readonly confirm: boolean;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            readonly confirmed_at: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            readonly created_at: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            readonly authorized_at: string | null;
            /**
             * Format: date-time
             * @description When the customer must renew it; null until authorized.
             * @example 2026-11-22T12:00:00.000Z
             */
            readonly expires_at: string | null;
            /**
             * Format: date-time
             * @description When its personal data were erased, RETENTION after its end: `customer_reference`, `account`, `transaction_id` and `metadata` are empty from then on, and it cannot be renewed.
             * @example 2026-11-22T12:00:00.000Z
             */
            readonly erased_at: string | null;
            /** @description Whole days until `expires_at`, rounded up; 0 once the consent has ended, null until authorized. */
            readonly days_left: number | null;
            /**
             * Format: date-time
             * @description From when a renewal is advised: RENEWAL_ADVISED_BEFORE, or what the bank profile says, ahead of `expires_at`; no sooner than `authorized_at`.
             * @example 2026-11-22T12:00:00.000Z
             */
            readonly renewal_advised_at: string | null;
            /** @description Whole days until then, rounded up; 0 means now, also where only a renewal mends the consent. Null until authorized, and where there is nothing to renew. */
            readonly renewal_advised_in_days: number | null;
            readonly refresh: components["schemas"]["RefreshStatus"];
            readonly explanation: components["schemas"]["Explanation"];
            /** @description Yours, kept as it is. */
            readonly metadata: {
                readonly [key: string]: string;
            };
        };
        /**
         * @description `pending`: the customer has not finished, or an imported chain waits for its first rotation, and
         *     a rescued consent whose account is known for Consent Info to tell the same one.
         *     `active`: tokens are in hand.
         *     `reauthorization_required`: the chain of tokens is dead; a renewal mends it.
         *     `rejected`, `failed`, `abandoned`: the first authorization came to nothing; `failed`: or the bank refused an imported chain.
         *     `expired`: past `expires_at`; a renewal mends it.
         *     `revoked`: ended by its owner.
         * @enum {string}
         */
        readonly ConsentStatus: "pending" | "active" | "reauthorization_required" | "rejected" | "failed" | "abandoned" | "expired" | "revoked";
        readonly RefreshStatus: {
            /**
             * @description What the rotation of its tokens is doing. `waiting`: to be tried again later. `uncertain`: a
             *     refresh token may be spent without an answer. `held`: by hand, or the gate is closed. `lost`: no further rotation will come.
             * @enum {string}
             */
            readonly state: "idle" | "due" | "rotating" | "waiting" | "uncertain" | "held" | "lost";
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            readonly last_success_at: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            readonly next_due_at: string | null;
            readonly consecutive_failures: number;
            /** @description The last failure, in one word. */
            readonly last_error: string | null;
        };
        /**
         * @description For people; the words may change, decide by `status` and `refresh`.
         * @example {
         *       "why": "Its tokens are in order, refreshed last on 2026-11-22 13:50 UTC.",
         *       "next": "They are refreshed next on 2026-11-22 15:40 UTC. The customer must renew it by 2027-02-20 12:01 UTC.",
         *       "attention": "none"
         *     }
         */
        readonly Explanation: {
            /** @description Why the consent is in its state, in whole sentences. */
            readonly why: string;
            /** @description What happens next, by itself or by somebody. */
            readonly next: string;
            /**
             * @description `act`: a person must do something. `watch`: in trouble, or to be renewed; goes on by itself, or will need
             *     someone. `none`: all is well, or over.
             * @enum {string}
             */
            readonly attention: "act" | "watch" | "none";
        };
        readonly StartConsent: {
            /**
             * @description Account information and payment scopes are not combined (ABN AMRO).
             * @example [
             *       "psd2:account:balance:read",
             *       "psd2:account:details:read"
             *     ]
             */
            readonly scopes: readonly string[];
            /** @description Where the customer is sent afterwards, with `consent_id`, `status`, `result_code` and, where it came to nothing, `status_reason`; its origin must be in RETURN_URL_ORIGINS. */
            readonly return_url?: string;
            /** @description Other callers that may ask for its tokens. */
            readonly granted_to?: readonly string[];
            /** @description Your own name for the customer. */
            readonly customer_reference?: string;
            /** @description Of the registered payment; payment scopes need it. */
            readonly transaction_id?: string;
            /**
             * @description Skips the choice of a brand at the bank.
             * @example NLAA01
             */
            readonly bank_brand?: string;
            /** @description Yours, kept and shown as it is: nothing secret. */
            readonly metadata?: {
                readonly [key: string]: string;
            };
            /**
             * @description Hand tokens out only after `POST /v1/consents/{id}/confirm`.
             * @default false
             */
            readonly confirm?: boolean;
            /** @description False for app-to-app flows: the customer may come back in another browser. Default: BIND_USER_AGENT. */
            readonly bind_user_agent?: boolean;
        };
        /**
         * @example {
         *       "consent": {
         *         "id": "0192f0c1-7a68-4b1a-8f10-2b6f3a1c9d55",
         *         "bank": "abnamro",
         *         "status": "pending",
         *         "status_reason": null,
         *         "scopes": [
         *           "psd2:account:balance:read",
         *           "psd2:account:details:read"
         *         ],
         *         "requested_scopes": [
         *           "psd2:account:balance:read",
         *           "psd2:account:details:read"
         *         ],
         *         "owner": "ledger",
         *         "granted_to": [
         *           "reporting"
         *         ],
         *         "customer_reference": "customer-4711",
         *         "account": null,
         *         "transaction_id": null,
         *         "bank_brand": null,
         *         "confirm": false,
         *         "confirmed_at": null,
         *         "created_at": "2026-11-22T12:00:00.000Z",
         *         "authorized_at": null,
         *         "expires_at": null,
         *         "erased_at": null,
         *         "days_left": null,
         *         "renewal_advised_at": null,
         *         "renewal_advised_in_days": null,
         *         "refresh": {
         *           "state": "idle",
         *           "last_success_at": null,
         *           "next_due_at": null,
         *           "consecutive_failures": 0,
         *           "last_error": null
         *         },
         *         "explanation": {
         *           "why": "It was started on 2026-11-22 12:00 UTC, and the customer has not finished at the bank yet.",
         *           "next": "It becomes active when the customer comes back from the bank, and is given up when its link has ended.",
         *           "attention": "none"
         *         },
         *         "metadata": {
         *           "department": "bookkeeping"
         *         }
         *       },
         *       "authorization_url": "https://consent.example.com/start/nb9dJr0hWnF6Kd3t0vZb0d0XyqQb8b3cWm1V4lXwQ2E",
         *       "authorization_expires_at": "2026-11-22T12:15:00.000Z"
         *     }
         */
        readonly StartedAuthorization: {
            readonly consent: components["schemas"]["Consent"];
            /**
             * Format: uri
             * @description Send the customer there.
             */
            readonly authorization_url: string;
            /**
             * Format: date-time
             * @description Until when the link can be opened.
             * @example 2026-11-22T12:00:00.000Z
             */
            readonly authorization_expires_at: string;
        };
        readonly RenewConsent: {
            /** @description Where the customer is sent afterwards, with `consent_id`, `status`, `result_code` and, where it came to nothing, `status_reason`; its origin must be in RETURN_URL_ORIGINS. */
            readonly return_url?: string;
        };
        readonly ConfirmConsent: {
            /** @description From the URL that the customer came back with; works once. */
            readonly result_code: string;
        };
        /**
         * @example {
         *       "items": [
         *         {
         *           "id": "0192f0c1-7a68-4b1a-8f10-2b6f3a1c9d55",
         *           "bank": "abnamro",
         *           "status": "active",
         *           "status_reason": null,
         *           "scopes": [
         *             "psd2:account:balance:read",
         *             "psd2:account:details:read"
         *           ],
         *           "requested_scopes": [
         *             "psd2:account:balance:read",
         *             "psd2:account:details:read"
         *           ],
         *           "owner": "ledger",
         *           "granted_to": [
         *             "reporting"
         *           ],
         *           "customer_reference": "customer-4711",
         *           "account": "NL12ABNA******6523",
         *           "transaction_id": null,
         *           "bank_brand": null,
         *           "confirm": false,
         *           "confirmed_at": null,
         *           "created_at": "2026-11-22T12:00:00.000Z",
         *           "authorized_at": "2026-11-22T12:01:00.000Z",
         *           "expires_at": "2027-02-20T12:01:00.000Z",
         *           "erased_at": null,
         *           "days_left": 90,
         *           "renewal_advised_at": "2027-02-06T12:01:00.000Z",
         *           "renewal_advised_in_days": 76,
         *           "refresh": {
         *             "state": "idle",
         *             "last_success_at": "2026-11-22T13:50:00.000Z",
         *             "next_due_at": "2026-11-22T15:40:00.000Z",
         *             "consecutive_failures": 0,
         *             "last_error": null
         *           },
         *           "explanation": {
         *             "why": "Its tokens are in order, refreshed last on 2026-11-22 13:50 UTC.",
         *             "next": "They are refreshed next on 2026-11-22 15:40 UTC. The customer must renew it by 2027-02-20 12:01 UTC.",
         *             "attention": "none"
         *           },
         *           "metadata": {
         *             "department": "bookkeeping"
         *           }
         *         }
         *       ],
         *       "next_cursor": null
         *     }
         */
        readonly ConsentPage: {
            readonly items: readonly components["schemas"]["Consent"][];
            /** @description Send it as `cursor` for the next page; null on the last. */
            readonly next_cursor: string | null;
        };
        /**
         * @example {
         *       "consent_id": "0192f0c1-7a68-4b1a-8f10-2b6f3a1c9d55",
         *       "account": "NL12ABNA******6523",
         *       "scopes": [
         *         "psd2:account:balance:read",
         *         "psd2:account:details:read"
         *       ],
         *       "requested_scopes": [
         *         "psd2:account:balance:read",
         *         "psd2:account:details:read"
         *       ],
         *       "transaction_id": null,
         *       "checked_at": "2026-11-23T12:00:00.000Z",
         *       "expires_at": "2027-02-20T12:01:00.000Z",
         *       "days_left": 90,
         *       "renewal_advised_at": "2027-02-06T12:01:00.000Z",
         *       "renewal_advised_in_days": 76
         *     }
         */
        readonly Account: {
            /** Format: uuid */
            readonly consent_id: string;
            /** @description The IBAN, masked; null where the bank has never told it. */
            readonly account: string | null;
            /** @description As the bank grants them now, or as known before where it tells none: there may be fewer than requested. */
            readonly scopes: readonly string[];
            readonly requested_scopes: readonly string[];
            /** @description Of the registered payment, as the bank tells it; else the consent's own. */
            readonly transaction_id: string | null;
            /**
             * Format: date-time
             * @description When the bank answered.
             * @example 2026-11-22T12:00:00.000Z
             */
            readonly checked_at: string;
            /**
             * Format: date-time
             * @description When the customer must renew the consent.
             * @example 2026-11-22T12:00:00.000Z
             */
            readonly expires_at: string | null;
            /** @description Whole days until `expires_at`, rounded up; 0 once the consent has ended, null until authorized. */
            readonly days_left: number | null;
            /**
             * Format: date-time
             * @description From when a renewal is advised: RENEWAL_ADVISED_BEFORE, or what the bank profile says, ahead of `expires_at`; no sooner than `authorized_at`.
             * @example 2026-11-22T12:00:00.000Z
             */
            readonly renewal_advised_at: string | null;
            /** @description Whole days until then, rounded up; 0 means now, also where only a renewal mends the consent. Null until authorized, and where there is nothing to renew. */
            readonly renewal_advised_in_days: number | null;
        };
        /**
         * @example {
         *       "id": "1042",
         *       "type": "consent.activated",
         *       "actor": "bank",
         *       "detail": {
         *         "chain": 1
         *       },
         *       "personal": null,
         *       "occurred_at": "2026-11-22T12:01:00.000Z"
         *     }
         */
        readonly ConsentEvent: {
            readonly id: string;
            /**
             * @description What happened. Of the consent: `consent.started`, `.imported`, `.activated`, `.confirmed`, `.renewed`,
             *     `.recovered`, `.reauthorization_required`, `.expired`, `.rejected`, `.failed`, `.abandoned`, `.revoked`, `.erased`,
             *     `.rekeyed`, `.scopes_narrowed`, `.account_mismatch`, `.transaction_mismatch`, `.access_denied`. Of an authorization:
             *     `authorization.received`, `authorization.failed`; of a renewal: `renewal.started`, `.rejected`, `.failed`, `.refused`,
             *     `.abandoned`. Of a rotation: `rotation.uncertain`, `rotation.unconfirmed`. Of hand-outs, a count a caller and hour:
             *     `tokens.handed_out`.
             */
            readonly type: string;
            /** @description A caller, or `customer`, `bank`, `broker`, `clock`, `rekey`. */
            readonly actor: string;
            /** @description Never a token, a code or an IBAN. */
            readonly detail: {
                readonly [key: string]: unknown;
            };
            /** @description Whose consent it is: `customer_reference`, `account` (masked). Null where the event tells nothing of it, and once it was erased. */
            readonly personal: {
                readonly [key: string]: string;
            } | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            readonly occurred_at: string;
        };
        /**
         * @example {
         *       "items": [
         *         {
         *           "id": "1042",
         *           "type": "consent.activated",
         *           "actor": "bank",
         *           "detail": {
         *             "chain": 1
         *           },
         *           "personal": null,
         *           "occurred_at": "2026-11-22T12:01:00.000Z"
         *         }
         *       ],
         *       "next_cursor": null
         *     }
         */
        readonly EventPage: {
            readonly items: readonly components["schemas"]["ConsentEvent"][];
            /** @description Send it as `cursor` for the next page; null on the last. */
            readonly next_cursor: string | null;
        };
        readonly TokenRequest: {
            /** @description Whole seconds the token must still live. Default: 60, or less for short-lived tokens; at most 80 % of its life. */
            readonly min_validity?: number;
            /** @description The token that the bank answered 401 to: if it is the current one, it is rotated once. */
            readonly rejected_token?: string;
        };
        /**
         * @example {
         *       "access_token": "GPgYglX4sO1WhzfChx4tmjr4y7Qg",
         *       "token_type": "Bearer",
         *       "expires_in": 6841,
         *       "expires_at": "2026-11-22T13:54:01.000Z",
         *       "scope": "psd2:account:balance:read psd2:account:details:read",
         *       "consent_id": "0192f0c1-7a68-4b1a-8f10-2b6f3a1c9d55",
         *       "refresh_state": "ok",
         *       "consent_expires_at": "2027-02-20T12:01:00.000Z",
         *       "consent_days_left": 90,
         *       "renewal_advised_in_days": 76
         *     }
         */
        readonly AccessToken: {
            /** @description Present it to the bank as a bearer token. */
            readonly access_token: string;
            readonly token_type: string;
            /** @description Whole seconds it still lives. */
            readonly expires_in: number;
            /**
             * Format: date-time
             * @description When it ends.
             * @example 2026-11-22T12:00:00.000Z
             */
            readonly expires_at: string;
            /** @description Its scopes, separated by spaces. */
            readonly scope: string;
            /** Format: uuid */
            readonly consent_id: string;
            /**
             * @description `delayed`: its rotation is late or uncertain, or the database cannot be read. `lost`: no further token will come; renew the consent.
             * @enum {string}
             */
            readonly refresh_state: "ok" | "delayed" | "lost";
            /**
             * Format: date-time
             * @description When the customer must renew the consent.
             * @example 2026-11-22T12:00:00.000Z
             */
            readonly consent_expires_at: string | null;
            /** @description Whole days until then, rounded up. */
            readonly consent_days_left: number | null;
            /** @description Whole days until a renewal is advised, rounded up; 0 means now. */
            readonly renewal_advised_in_days: number | null;
        };
        readonly ClientTokenRequest: {
            /** @description A scope the client itself may hold, or several separated by spaces. */
            readonly scope: string;
        };
        /**
         * @example {
         *       "access_token": "GPgYglX4sO1WhzfChx4tmjr4y7Qg",
         *       "token_type": "Bearer",
         *       "expires_in": 6841,
         *       "expires_at": "2026-11-22T13:54:01.000Z",
         *       "scope": "psd2:payment:sepa:write"
         *     }
         */
        readonly ClientToken: {
            /** @description Present it to the bank as a bearer token. */
            readonly access_token: string;
            readonly token_type: string;
            /** @description Whole seconds it still lives. */
            readonly expires_in: number;
            /**
             * Format: date-time
             * @description When it ends.
             * @example 2026-11-22T12:00:00.000Z
             */
            readonly expires_at: string;
            /** @description Its scopes, separated by spaces. */
            readonly scope: string;
        };
        readonly ImportConsent: {
            /** @description Not presented by anybody else from now on. */
            readonly refresh_token: string;
            /**
             * @description Account information and payment scopes are not combined (ABN AMRO).
             * @example [
             *       "psd2:account:balance:read",
             *       "psd2:account:details:read"
             *     ]
             */
            readonly scopes: readonly string[];
            /**
             * Format: date-time
             * @description The end of the consent at the bank.
             * @example 2026-11-22T12:00:00.000Z
             */
            readonly expires_at: string;
            /**
             * Format: uuid
             * @description An existing consent to rescue. It keeps its owner and all else that describes it.
             */
            readonly consent_id?: string;
            /** @description The caller it will belong to; default: you. */
            readonly owner?: string;
            /** @description Other callers that may ask for its tokens. */
            readonly granted_to?: readonly string[];
            /** @description Your own name for the customer. */
            readonly customer_reference?: string;
            /** @description Of the registered payment; payment scopes need it. */
            readonly transaction_id?: string;
            /**
             * @description Skips the choice of a brand at the bank.
             * @example NLAA01
             */
            readonly bank_brand?: string;
            /** @description Yours, kept and shown as it is: nothing secret. */
            readonly metadata?: {
                readonly [key: string]: string;
            };
        };
        /**
         * @example {
         *       "consents": {
         *         "pending": 3,
         *         "active": 1204,
         *         "reauthorization_required": 0,
         *         "rejected": 0,
         *         "failed": 0,
         *         "abandoned": 0,
         *         "expired": 0,
         *         "revoked": 0
         *       },
         *       "refresh": {
         *         "due": 2,
         *         "oldest_due_at": "2026-11-22T11:59:58.000Z",
         *         "lag_seconds": 2,
         *         "failing": 0,
         *         "uncertain": 0,
         *         "hold": null,
         *         "gate": {
         *           "open": true,
         *           "reason": null,
         *           "since": null,
         *           "score": 0,
         *           "window": 32,
         *           "canary_failures": 0,
         *           "next_canary_at": null,
         *           "healthy_at": "2026-11-22T11:59:59.000Z",
         *           "events": []
         *         }
         *       },
         *       "spool": {
         *         "enabled": true,
         *         "unsaved": 0,
         *         "waiting": 0,
         *         "set_aside": 0
         *       },
         *       "webhooks": {
         *         "subscribers": 2,
         *         "pending": 0,
         *         "dead": 0,
         *         "oldest_pending_at": null
         *       },
         *       "expiring_within_14_days": 37,
         *       "counted_at": "2026-11-22T12:00:00.000Z",
         *       "keys": [
         *         "2026-11"
         *       ],
         *       "clock": {
         *         "database_skew_seconds": 0.012,
         *         "bank_skew_seconds": 0
         *       },
         *       "bank_certificate": {
         *         "subject": "C=NL, O=Example B.V., CN=tpp.example.nl",
         *         "issuer": "C=NL, O=Example Trust Services, CN=Example QWAC CA",
         *         "serial_number": "5F3A8C01D2E4B697",
         *         "fingerprint_sha256": "3B:7E:51:9C:02:AF:6D:E8:14:90:C5:7B:2A:F3:68:DD:41:9E:0C:B5:72:86:1F:E3:5A:C8:94:0D:B7:26:FA:11",
         *         "not_before": "2026-02-01T00:00:00.000Z",
         *         "not_after": "2028-02-01T00:00:00.000Z",
         *         "chain_ends_at": "2031-05-04T12:00:00.000Z",
         *         "days_left": 435
         *       },
         *       "internal_certificate": null
         *     }
         */
        readonly Status: {
            /** @description How many consents have each status. */
            readonly consents: {
                readonly pending: number;
                readonly active: number;
                readonly reauthorization_required: number;
                readonly rejected: number;
                readonly failed: number;
                readonly abandoned: number;
                readonly expired: number;
                readonly revoked: number;
            };
            readonly refresh: {
                /** @description Pairs of tokens whose rotation is due. */
                readonly due: number;
                /**
                 * Format: date-time
                 * @description RFC 3339, UTC.
                 * @example 2026-11-22T12:00:00.000Z
                 */
                readonly oldest_due_at: string | null;
                /** @description How long the oldest due pair has waited. */
                readonly lag_seconds: number;
                /** @description Pairs whose last rotation failed, and which will be tried again. */
                readonly failing: number;
                /** @description Pairs whose refresh token may be spent without an answer. */
                readonly uncertain: number;
                /** @description Set while refreshing is held by hand. */
                readonly hold: components["schemas"]["Hold"] | null;
                readonly gate: components["schemas"]["Gate"];
            };
            /** @description Answers of the bank that are not in the database, as the replica that answers sees it. */
            readonly spool: {
                /** @description Whether SPOOL_DIR is set. */
                readonly enabled: boolean;
                /** @description Answers of the bank in memory that the database has not taken at once. */
                readonly unsaved: number;
                /** @description Files in SPOOL_DIR that this replica is to save. */
                readonly waiting: number;
                /** @description Files in SPOOL_DIR that could not be replayed; the log says why. */
                readonly set_aside: number;
            };
            /** @description What subscribers are told of changes. */
            readonly webhooks: {
                /** @description Those of WEBHOOKS_FILE. */
                readonly subscribers: number;
                /** @description Messages still to be told; no more than 100,000 are counted. */
                readonly pending: number;
                /** @description Messages given up in the last 30 days; counted likewise. */
                readonly dead: number;
                /**
                 * Format: date-time
                 * @description When the oldest of those still to be told was written.
                 * @example 2026-11-22T12:00:00.000Z
                 */
                readonly oldest_pending_at: string | null;
            };
            /** @description Consents to be renewed within 14 days. */
            readonly expiring_within_14_days: number;
            /**
             * Format: date-time
             * @description As of when consents, `due`, `failing`, `uncertain` and `expiring_within_14_days` are counted. Beyond 20,000 consents the counting takes a twentieth of the time at most.
             * @example 2026-11-22T12:00:00.000Z
             */
            readonly counted_at: string;
            /** @description Of the replica that answers. */
            readonly clock: {
                /** @description How far its clock is ahead of the database's, which decides leases and due times; null until known. */
                readonly database_skew_seconds: number | null;
                /** @description How far its clock is ahead of the bank's, beyond what its `Date` header's grain of a second leaves open; null until known. */
                readonly bank_skew_seconds: number | null;
            };
            /** @description By which the bank knows the replica that answers; null where there is none, as at a bank on loopback. */
            readonly bank_certificate: components["schemas"]["BankCertificate"] | null;
            /** @description Which the internal listener of the replica that answers shows; null where it speaks plain HTTP. */
            readonly internal_certificate: components["schemas"]["BankCertificate"] | null;
            /** @description Ids of the key ring; the first seals. */
            readonly keys: readonly string[];
        };
        /**
         * @example {
         *       "measured_at": "2026-11-22T12:00:00.000Z",
         *       "endings": [
         *         {
         *           "date": "2026-11-22",
         *           "count": 0
         *         },
         *         {
         *           "date": "2026-11-23",
         *           "count": 1
         *         },
         *         {
         *           "date": "2026-11-24",
         *           "count": 2
         *         },
         *         {
         *           "date": "2026-11-25",
         *           "count": 3
         *         },
         *         {
         *           "date": "2026-11-26",
         *           "count": 4
         *         },
         *         {
         *           "date": "2026-11-27",
         *           "count": 0
         *         },
         *         {
         *           "date": "2026-11-28",
         *           "count": 1
         *         },
         *         {
         *           "date": "2026-11-29",
         *           "count": 2
         *         },
         *         {
         *           "date": "2026-11-30",
         *           "count": 3
         *         },
         *         {
         *           "date": "2026-12-01",
         *           "count": 4
         *         },
         *         {
         *           "date": "2026-12-02",
         *           "count": 0
         *         },
         *         {
         *           "date": "2026-12-03",
         *           "count": 1
         *         },
         *         {
         *           "date": "2026-12-04",
         *           "count": 2
         *         },
         *         {
         *           "date": "2026-12-05",
         *           "count": 3
         *         }
         *       ],
         *       "rotations": [
         *         {
         *           "from": "2026-11-21T12:15:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T12:30:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T12:45:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T13:00:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T13:15:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T13:30:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T13:45:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T14:00:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T14:15:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T14:30:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T14:45:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T15:00:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T15:15:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T15:30:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T15:45:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T16:00:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T16:15:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T16:30:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T16:45:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T17:00:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T17:15:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T17:30:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T17:45:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T18:00:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T18:15:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T18:30:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T18:45:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T19:00:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T19:15:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T19:30:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T19:45:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T20:00:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T20:15:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T20:30:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T20:45:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T21:00:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T21:15:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T21:30:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T21:45:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T22:00:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T22:15:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T22:30:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T22:45:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T23:00:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T23:15:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T23:30:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-21T23:45:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T00:00:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T00:15:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T00:30:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T00:45:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T01:00:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T01:15:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T01:30:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T01:45:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T02:00:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T02:15:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T02:30:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T02:45:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T03:00:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T03:15:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T03:30:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T03:45:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T04:00:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T04:15:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T04:30:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T04:45:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T05:00:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T05:15:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T05:30:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T05:45:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T06:00:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T06:15:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T06:30:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T06:45:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T07:00:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T07:15:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T07:30:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T07:45:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T08:00:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T08:15:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T08:30:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T08:45:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T09:00:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T09:15:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T09:30:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T09:45:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T10:00:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T10:15:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T10:30:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T10:45:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T11:00:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T11:15:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T11:30:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T11:45:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         },
         *         {
         *           "from": "2026-11-22T12:00:00.000Z",
         *           "rotated": 150,
         *           "refused": 0,
         *           "uncertain": 0,
         *           "our_fault": 0,
         *           "not_processed": 0
         *         }
         *       ]
         *     }
         */
        readonly Statistics: {
            /**
             * Format: date-time
             * @description As of when endings are counted.
             * @example 2026-11-22T12:00:00.000Z
             */
            readonly measured_at: string;
            /** @description 14 days, today first. */
            readonly endings: readonly {
                /**
                 * Format: date
                 * @description A day of UTC.
                 */
                readonly date: string;
                /** @description Consents that live now and end on that day. */
                readonly count: number;
            }[];
            /** @description The last 24 hours by quarters, oldest first. */
            readonly rotations: readonly {
                /**
                 * Format: date-time
                 * @description When the quarter of an hour began.
                 * @example 2026-11-22T12:00:00.000Z
                 */
                readonly from: string;
                /** @description The bank gave a new pair. */
                readonly rotated: number;
                /** @description The bank refused the token. */
                readonly refused: number;
                /** @description The answer was lost: the token may be spent. */
                readonly uncertain: number;
                /** @description The bank refused us: certificate or client id. */
                readonly our_fault: number;
                /** @description The request never left, or the bank put it off. */
                readonly not_processed: number;
            }[];
        };
        /**
         * @example {
         *       "id": "ledger",
         *       "permissions": [
         *         "tokens",
         *         "consents:read"
         *       ]
         *     }
         */
        readonly Caller: {
            /** @description As CALLERS_FILE or the identity provider names it. */
            readonly id: string;
            readonly permissions: readonly ("tokens" | "consents:write" | "consents:read" | "ops")[];
        };
        readonly HoldRequest: {
            /** @description Shown to operations in `GET /v1/status`. */
            readonly reason: string;
            /**
             * Format: date-time
             * @description Within 24 hours; one hour from now by default.
             * @example 2026-11-22T12:00:00.000Z
             */
            readonly until?: string;
        };
        /**
         * @example {
         *       "by": "operations",
         *       "reason": "certificate swap with the bank",
         *       "until": "2026-11-22T13:00:00.000Z"
         *     }
         */
        readonly Hold: {
            /** @description The caller that holds it. */
            readonly by: string;
            readonly reason: string;
            /**
             * Format: date-time
             * @description When it ends by itself.
             * @example 2026-11-22T12:00:00.000Z
             */
            readonly until: string;
        };
        /**
         * @example {
         *       "open": true,
         *       "reason": null,
         *       "since": null,
         *       "score": 0,
         *       "window": 32,
         *       "canary_failures": 0,
         *       "next_canary_at": null,
         *       "healthy_at": "2026-11-22T11:59:59.000Z",
         *       "events": []
         *     }
         * @example {
         *       "open": false,
         *       "reason": "bank_failing",
         *       "since": "2026-11-22T11:58:00.000Z",
         *       "score": 3,
         *       "window": 1,
         *       "canary_failures": 2,
         *       "next_canary_at": "2026-11-22T12:00:08.000Z",
         *       "healthy_at": "2026-11-22T11:57:58.000Z",
         *       "events": [
         *         {
         *           "type": "gate.closed",
         *           "actor": "broker",
         *           "detail": {
         *             "reason": "bank_failing",
         *             "score": 3
         *           },
         *           "occurred_at": "2026-11-22T11:58:00.000Z"
         *         }
         *       ]
         *     }
         */
        readonly Gate: {
            /** @description Whether refresh tokens are presented to the bank. */
            readonly open: boolean;
            /** @description Why it is closed. `bank_failing`: answers are lost. `bank_refuses_us`: our certificate or client id. `database_changed`: a failover or a restore. `refusal_brake`: the bank refuses too many tokens at once; only `POST /v1/refresher/resume` ends it. */
            readonly reason: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            readonly since: string | null;
            /** @description What counts against the bank; the gate closes at 3. */
            readonly score: number;
            /** @description How many refreshes this replica may have in flight now. */
            readonly window: number;
            /** @description Single calls in a row that showed the bank not to be well. */
            readonly canary_failures: number;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            readonly next_canary_at: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            readonly healthy_at: string | null;
            /** @description What happened to the gate, newest first. */
            readonly events: readonly {
                /** @description `gate.closed`, `gate.opened`, `gate.braked`, `gate.held` or `gate.resumed`. */
                readonly type: string;
                /** @description A caller, or `broker`. */
                readonly actor: string;
                readonly detail: {
                    readonly [key: string]: unknown;
                };
                /**
                 * Format: date-time
                 * @description RFC 3339, UTC.
                 * @example 2026-11-22T12:00:00.000Z
                 */
                readonly occurred_at: string;
            }[];
        };
        /**
         * @example {
         *       "subject": "C=NL, O=Example B.V., CN=tpp.example.nl",
         *       "issuer": "C=NL, O=Example Trust Services, CN=Example QWAC CA",
         *       "serial_number": "5F3A8C01D2E4B697",
         *       "fingerprint_sha256": "3B:7E:51:9C:02:AF:6D:E8:14:90:C5:7B:2A:F3:68:DD:41:9E:0C:B5:72:86:1F:E3:5A:C8:94:0D:B7:26:FA:11",
         *       "not_before": "2026-02-01T00:00:00.000Z",
         *       "not_after": "2028-02-01T00:00:00.000Z",
         *       "chain_ends_at": "2031-05-04T12:00:00.000Z",
         *       "days_left": 435
         *     }
         */
        readonly BankCertificate: {
            readonly subject: string;
            readonly issuer: string;
            /** @description In hexadecimal. */
            readonly serial_number: string;
            /** @description As `openssl x509 -fingerprint -sha256` prints it. */
            readonly fingerprint_sha256: string;
            /**
             * Format: date-time
             * @description From when it is valid.
             * @example 2026-11-22T12:00:00.000Z
             */
            readonly not_before: string;
            /**
             * Format: date-time
             * @description Until when it is valid.
             * @example 2026-11-22T12:00:00.000Z
             */
            readonly not_after: string;
            /**
             * Format: date-time
             * @description The earliest end of the intermediates sent with it; null without any.
             * @example 2026-11-22T12:00:00.000Z
             */
            readonly chain_ends_at: string | null;
            /** @description Whole days until it, or an intermediate, ends, rounded down; below 0 from then on. */
            readonly days_left: number;
        };
        /**
         * @example {
         *       "id": "4711",
         *       "message_id": "msg_5f3c1f0e-6f0b-4f6e-9d3a-0b8f5a3f1c11",
         *       "subscriber": "ledger",
         *       "type": "consent.renewed",
         *       "consent_id": "0192f0c1-7a68-4b1a-8f10-2b6f3a1c9d55",
         *       "state": "delivered",
         *       "attempts": 1,
         *       "created_at": "2026-11-22T12:00:00.000Z",
         *       "next_attempt_at": null,
         *       "last_attempt_at": "2026-11-22T12:00:00.040Z",
         *       "last_error": null
         *     }
         * @example {
         *       "id": "4688",
         *       "message_id": "msg_5f3c1f0e-6f0b-4f6e-9d3a-0b8f5a3f1c11",
         *       "subscriber": "ledger",
         *       "type": "consent.reauthorization_required",
         *       "consent_id": "0192f0c1-7a68-4b1a-8f10-2b6f3a1c9d55",
         *       "state": "dead",
         *       "attempts": 10,
         *       "created_at": "2026-11-19T08:00:00.000Z",
         *       "next_attempt_at": null,
         *       "last_attempt_at": "2026-11-22T11:40:00.000Z",
         *       "last_error": "http_503"
         *     }
         */
        readonly Delivery: {
            readonly id: string;
            /** @description The `webhook-id` that the receiver sees, the same at each attempt. */
            readonly message_id: string;
            /** @description Its id in WEBHOOKS_FILE. */
            readonly subscriber: string;
            /**
             * @description What happened.
             * @enum {string}
             */
            readonly type: "consent.activated" | "consent.expiring" | "consent.expired" | "consent.reauthorization_required" | "consent.recovered" | "consent.revoked" | "consent.renewed";
            /** Format: uuid */
            readonly consent_id: string;
            /**
             * @description `dead`: given up; it can be sent again.
             * @enum {string}
             */
            readonly state: "pending" | "delivered" | "dead";
            /** @description Since it was written, or last sent again by hand; ten at most. */
            readonly attempts: number;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            readonly created_at: string;
            /**
             * Format: date-time
             * @description Null unless pending. One that waits for an earlier message of its consent is put off again then.
             * @example 2026-11-22T12:00:00.000Z
             */
            readonly next_attempt_at: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            readonly last_attempt_at: string | null;
            /** @description Why the last attempt failed: `http_503`, `timeout`, `econnrefused`, … */
            readonly last_error: string | null;
        };
        /**
         * @example {
         *       "items": [
         *         {
         *           "id": "4711",
         *           "message_id": "msg_5f3c1f0e-6f0b-4f6e-9d3a-0b8f5a3f1c11",
         *           "subscriber": "ledger",
         *           "type": "consent.renewed",
         *           "consent_id": "0192f0c1-7a68-4b1a-8f10-2b6f3a1c9d55",
         *           "state": "delivered",
         *           "attempts": 1,
         *           "created_at": "2026-11-22T12:00:00.000Z",
         *           "next_attempt_at": null,
         *           "last_attempt_at": "2026-11-22T12:00:00.040Z",
         *           "last_error": null
         *         }
         *       ],
         *       "next_cursor": null
         *     }
         */
        readonly DeliveryPage: {
            readonly items: readonly components["schemas"]["Delivery"][];
            /** @description Send it as `cursor` for the next page; null on the last. */
            readonly next_cursor: string | null;
        };
        /**
         * @example {
         *       "status": "ok"
         *     }
         */
        readonly Health: {
            /** @description `ok`, `unready` or `stalled`. */
            readonly status: string;
            /** @description Why it is unready: `starting` or `draining`. */
            readonly reason?: string;
            /** @description What the start waits for, as a sentence. */
            readonly waits_for?: string;
            /** @description Background loops that stand still. */
            readonly loops?: readonly {
                /** @description `rotation`, `gate`, `housekeeping` … */
                readonly name: string;
                /**
                 * Format: date-time
                 * @description When it turned last.
                 */
                readonly since: string;
            }[];
        };
        /**
         * @description RFC 9457 problem details.
         * @example {
         *       "type": "urn:token-broker:problem:consent_not_found",
         *       "title": "There is no such consent",
         *       "status": 404,
         *       "detail": "There is no such consent for this caller.",
         *       "code": "consent_not_found",
         *       "request_id": "5f3c1f0e-6f0b-4f6e-9d3a-0b8f5a3f1c11"
         *     }
         */
        readonly Problem: {
            /**
             * Format: uri
             * @description A URN that names the problem.
             */
            readonly type: string;
            /** @description The problem, the same words each time. */
            readonly title: string;
            /** @description The HTTP status, again. */
            readonly status: number;
            /** @description What went wrong this time, for a person. */
            readonly detail: string;
            /**
             * @description What went wrong, for a program: decide by it.
             * @enum {string}
             */
            readonly code: "invalid_request" | "unauthorized" | "forbidden" | "client_certificate_required" | "not_found" | "consent_not_found" | "delivery_not_found" | "method_not_allowed" | "consent_pending" | "consent_unconfirmed" | "reauthorization_required" | "consent_expired" | "account_mismatch" | "subscriber_removed" | "request_in_progress" | "consent_revoked" | "consent_rejected" | "consent_failed" | "consent_abandoned" | "consent_erased" | "request_timeout" | "payload_too_large" | "uri_too_long" | "unsupported_media_type" | "idempotency_key_reused" | "too_many_requests" | "headers_too_large" | "internal_error" | "overloaded" | "bank_unavailable" | "storage_unavailable" | "identity_provider_unavailable";
            /** @description The `X-Request-Id` of this request: tell operations. */
            readonly request_id: string;
            /** @description The part of the request that is wrong. */
            readonly field?: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    readonly listConsents: {
        readonly parameters: {
            readonly query?: {
                /** @description As it is now. */
                readonly status?: "pending" | "active" | "reauthorization_required" | "rejected" | "failed" | "abandoned" | "expired" | "revoked";
                /** @description As given at the start. */
                readonly customer_reference?: string;
                /** @description The whole IBAN; spaces do not matter. */
                readonly iban?: string;
                /** @description Consents that end before then (RFC 3339). */
                readonly expires_before?: string;
                /** @description The caller they belong to; others than yourself for `ops` only. */
                readonly owner?: string;
                /**
                 * @description `attention`: what needs a person first (`reauthorization_required`, soonest end first), then
                 *     rotations in trouble (soonest end of the token in hand first), then active ones by their soonest end, then pending, then
                 *     ended ones (newest first, as pending). With `owner`, `customer_reference`, `iban` or `expires_before`, and for who sees its
                 *     own alone, trouble is not set apart. `newest`: by `created_at`; with `expires_before`, pages may be short.
                 */
                readonly sort?: "attention" | "newest";
                /** @description How many items a page has at most. */
                readonly limit?: number;
                /** @description The `next_cursor` of the page before; left out for the first page. */
                readonly cursor?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page of consents. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ConsentPage"];
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No caller could be recognised. */
            readonly 401: {
                headers: {
                    /** @description The scheme to use: Bearer (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The caller lacks a permission. `client_certificate_required`: The connection lacks a client certificate. */
            readonly 403: {
                headers: {
                    /** @description What is lacking: `insufficient_scope` (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `uri_too_long`: The URL is too long. */
            readonly 414: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_requests`: Too many requests. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    /** @description What is left of the limit, and the seconds until it is whole again. */
                    readonly RateLimit?: string;
                    /** @description The limit: `q` requests in `w` seconds. */
                    readonly "RateLimit-Policy"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The request headers are too large. */
            readonly 431: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The broker has a defect. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `identity_provider_unavailable`: The identity provider cannot be reached. `overloaded`: The broker has too much to do. `storage_unavailable`: The database cannot be reached at the moment. */
            readonly 503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly startConsent: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The same key with the same request gives the same answer, for 24 hours. */
                readonly "idempotency-key"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["StartConsent"];
            };
        };
        readonly responses: {
            /** @description The consent, pending, and where to send the customer. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["StartedAuthorization"];
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No caller could be recognised. */
            readonly 401: {
                headers: {
                    /** @description The scheme to use: Bearer (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The caller lacks a permission. `client_certificate_required`: The connection lacks a client certificate. */
            readonly 403: {
                headers: {
                    /** @description What is lacking: `insufficient_scope` (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `request_in_progress`: The same request is in progress. */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `consent_revoked`: The consent was revoked. */
            readonly 410: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The request body is too large. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `uri_too_long`: The URL is too long. */
            readonly 414: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The request body must be JSON. */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency_key_reused`: The Idempotency-Key was used for another request. */
            readonly 422: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_requests`: Too many requests. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    /** @description What is left of the limit, and the seconds until it is whole again. */
                    readonly RateLimit?: string;
                    /** @description The limit: `q` requests in `w` seconds. */
                    readonly "RateLimit-Policy"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The request headers are too large. */
            readonly 431: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The broker has a defect. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `identity_provider_unavailable`: The identity provider cannot be reached. `overloaded`: The broker has too much to do. `storage_unavailable`: The database cannot be reached at the moment. */
            readonly 503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly getConsent: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The consent.
                 * @example 0192f0c1-7a68-4b1a-8f10-2b6f3a1c9d55
                 */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The consent. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Consent"];
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No caller could be recognised. */
            readonly 401: {
                headers: {
                    /** @description The scheme to use: Bearer (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The caller lacks a permission. `client_certificate_required`: The connection lacks a client certificate. */
            readonly 403: {
                headers: {
                    /** @description What is lacking: `insufficient_scope` (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `consent_not_found`: There is no such consent. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `uri_too_long`: The URL is too long. */
            readonly 414: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_requests`: Too many requests. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    /** @description What is left of the limit, and the seconds until it is whole again. */
                    readonly RateLimit?: string;
                    /** @description The limit: `q` requests in `w` seconds. */
                    readonly "RateLimit-Policy"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The request headers are too large. */
            readonly 431: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The broker has a defect. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `identity_provider_unavailable`: The identity provider cannot be reached. `overloaded`: The broker has too much to do. `storage_unavailable`: The database cannot be reached at the moment. */
            readonly 503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly revokeConsent: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The consent.
                 * @example 0192f0c1-7a68-4b1a-8f10-2b6f3a1c9d55
                 */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description It has ended. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: The request is not valid. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No caller could be recognised. */
            readonly 401: {
                headers: {
                    /** @description The scheme to use: Bearer (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The caller lacks a permission. `client_certificate_required`: The connection lacks a client certificate. */
            readonly 403: {
                headers: {
                    /** @description What is lacking: `insufficient_scope` (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `consent_not_found`: There is no such consent. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The request body is too large. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `uri_too_long`: The URL is too long. */
            readonly 414: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The request body must be JSON. */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_requests`: Too many requests. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    /** @description What is left of the limit, and the seconds until it is whole again. */
                    readonly RateLimit?: string;
                    /** @description The limit: `q` requests in `w` seconds. */
                    readonly "RateLimit-Policy"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The request headers are too large. */
            readonly 431: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The broker has a defect. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `identity_provider_unavailable`: The identity provider cannot be reached. `overloaded`: The broker has too much to do. `storage_unavailable`: The database cannot be reached at the moment. */
            readonly 503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly checkAccount: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The consent.
                 * @example 0192f0c1-7a68-4b1a-8f10-2b6f3a1c9d55
                 */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description What the bank tells now. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Account"];
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No caller could be recognised. */
            readonly 401: {
                headers: {
                    /** @description The scheme to use: Bearer (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The caller lacks a permission. `client_certificate_required`: The connection lacks a client certificate. */
            readonly 403: {
                headers: {
                    /** @description What is lacking: `insufficient_scope` (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `consent_not_found`: There is no such consent. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `consent_pending`: The customer has not given the consent yet. `consent_unconfirmed`: The consent has not been confirmed yet. `reauthorization_required`: The customer must authorize again. `consent_expired`: The consent has expired. `account_mismatch`: It is for another account. */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `consent_revoked`: The consent was revoked. `consent_rejected`: The customer rejected the consent. `consent_failed`: The authorization failed. `consent_abandoned`: The customer never came back. `consent_erased`: The personal data of the consent were erased. */
            readonly 410: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `uri_too_long`: The URL is too long. */
            readonly 414: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_requests`: Too many requests. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    /** @description What is left of the limit, and the seconds until it is whole again. */
                    readonly RateLimit?: string;
                    /** @description The limit: `q` requests in `w` seconds. */
                    readonly "RateLimit-Policy"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The request headers are too large. */
            readonly 431: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The broker has a defect. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `identity_provider_unavailable`: The identity provider cannot be reached. `overloaded`: The broker has too much to do. `storage_unavailable`: The database cannot be reached at the moment. `bank_unavailable`: The bank does not answer as it should. */
            readonly 503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly renewConsent: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The consent.
                 * @example 0192f0c1-7a68-4b1a-8f10-2b6f3a1c9d55
                 */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": components["schemas"]["RenewConsent"];
            };
        };
        readonly responses: {
            /** @description The consent as it is, and where to send the customer. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["StartedAuthorization"];
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No caller could be recognised. */
            readonly 401: {
                headers: {
                    /** @description The scheme to use: Bearer (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The caller lacks a permission. `client_certificate_required`: The connection lacks a client certificate. */
            readonly 403: {
                headers: {
                    /** @description What is lacking: `insufficient_scope` (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `consent_not_found`: There is no such consent. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `consent_pending`: The customer has not given the consent yet. */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `consent_revoked`: The consent was revoked. `consent_rejected`: The customer rejected the consent. `consent_failed`: The authorization failed. `consent_abandoned`: The customer never came back. `consent_erased`: The personal data of the consent were erased. */
            readonly 410: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The request body is too large. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `uri_too_long`: The URL is too long. */
            readonly 414: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The request body must be JSON. */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_requests`: Too many requests. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    /** @description What is left of the limit, and the seconds until it is whole again. */
                    readonly RateLimit?: string;
                    /** @description The limit: `q` requests in `w` seconds. */
                    readonly "RateLimit-Policy"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The request headers are too large. */
            readonly 431: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The broker has a defect. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `identity_provider_unavailable`: The identity provider cannot be reached. `overloaded`: The broker has too much to do. `storage_unavailable`: The database cannot be reached at the moment. */
            readonly 503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly confirmConsent: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The consent.
                 * @example 0192f0c1-7a68-4b1a-8f10-2b6f3a1c9d55
                 */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ConfirmConsent"];
            };
        };
        readonly responses: {
            /** @description The consent, confirmed. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Consent"];
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No caller could be recognised. */
            readonly 401: {
                headers: {
                    /** @description The scheme to use: Bearer (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The caller lacks a permission. `client_certificate_required`: The connection lacks a client certificate. */
            readonly 403: {
                headers: {
                    /** @description What is lacking: `insufficient_scope` (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `consent_not_found`: There is no such consent. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `account_mismatch`: It is for another account. */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `consent_erased`: The personal data of the consent were erased. */
            readonly 410: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The request body is too large. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `uri_too_long`: The URL is too long. */
            readonly 414: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The request body must be JSON. */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_requests`: Too many requests. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    /** @description What is left of the limit, and the seconds until it is whole again. */
                    readonly RateLimit?: string;
                    /** @description The limit: `q` requests in `w` seconds. */
                    readonly "RateLimit-Policy"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The request headers are too large. */
            readonly 431: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The broker has a defect. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `identity_provider_unavailable`: The identity provider cannot be reached. `overloaded`: The broker has too much to do. `storage_unavailable`: The database cannot be reached at the moment. */
            readonly 503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listConsentEvents: {
        readonly parameters: {
            readonly query?: {
                /** @description How many items a page has at most. */
                readonly limit?: number;
                /** @description The `next_cursor` of the page before; left out for the first page. */
                readonly cursor?: string;
            };
            readonly header?: never;
            readonly path: {
                /**
                 * @description The consent.
                 * @example 0192f0c1-7a68-4b1a-8f10-2b6f3a1c9d55
                 */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page of events. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["EventPage"];
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No caller could be recognised. */
            readonly 401: {
                headers: {
                    /** @description The scheme to use: Bearer (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The caller lacks a permission. `client_certificate_required`: The connection lacks a client certificate. */
            readonly 403: {
                headers: {
                    /** @description What is lacking: `insufficient_scope` (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `consent_not_found`: There is no such consent. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `uri_too_long`: The URL is too long. */
            readonly 414: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_requests`: Too many requests. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    /** @description What is left of the limit, and the seconds until it is whole again. */
                    readonly RateLimit?: string;
                    /** @description The limit: `q` requests in `w` seconds. */
                    readonly "RateLimit-Policy"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The request headers are too large. */
            readonly 431: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The broker has a defect. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `identity_provider_unavailable`: The identity provider cannot be reached. `overloaded`: The broker has too much to do. `storage_unavailable`: The database cannot be reached at the moment. */
            readonly 503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly getToken: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The consent.
                 * @example 0192f0c1-7a68-4b1a-8f10-2b6f3a1c9d55
                 */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": components["schemas"]["TokenRequest"];
            };
        };
        readonly responses: {
            /** @description A live access token. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccessToken"];
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No caller could be recognised. */
            readonly 401: {
                headers: {
                    /** @description The scheme to use: Bearer (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The caller lacks a permission. `client_certificate_required`: The connection lacks a client certificate. */
            readonly 403: {
                headers: {
                    /** @description What is lacking: `insufficient_scope` (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `consent_not_found`: There is no such consent. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `consent_pending`: The customer has not given the consent yet. `consent_unconfirmed`: The consent has not been confirmed yet. `reauthorization_required`: The customer must authorize again. `consent_expired`: The consent has expired. */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `consent_revoked`: The consent was revoked. `consent_rejected`: The customer rejected the consent. `consent_failed`: The authorization failed. `consent_abandoned`: The customer never came back. `consent_erased`: The personal data of the consent were erased. */
            readonly 410: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The request body is too large. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `uri_too_long`: The URL is too long. */
            readonly 414: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The request body must be JSON. */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_requests`: Too many requests. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    /** @description What is left of the limit, and the seconds until it is whole again. */
                    readonly RateLimit?: string;
                    /** @description The limit: `q` requests in `w` seconds. */
                    readonly "RateLimit-Policy"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The request headers are too large. */
            readonly 431: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The broker has a defect. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `identity_provider_unavailable`: The identity provider cannot be reached. `overloaded`: The broker has too much to do. `storage_unavailable`: The database cannot be reached at the moment. `bank_unavailable`: The bank does not answer as it should. */
            readonly 503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly getClientToken: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ClientTokenRequest"];
            };
        };
        readonly responses: {
            /** @description A live client token. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ClientToken"];
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No caller could be recognised. */
            readonly 401: {
                headers: {
                    /** @description The scheme to use: Bearer (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The caller lacks a permission. `client_certificate_required`: The connection lacks a client certificate. */
            readonly 403: {
                headers: {
                    /** @description What is lacking: `insufficient_scope` (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The request body is too large. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `uri_too_long`: The URL is too long. */
            readonly 414: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The request body must be JSON. */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_requests`: Too many requests. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    /** @description What is left of the limit, and the seconds until it is whole again. */
                    readonly RateLimit?: string;
                    /** @description The limit: `q` requests in `w` seconds. */
                    readonly "RateLimit-Policy"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The request headers are too large. */
            readonly 431: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The broker has a defect. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `identity_provider_unavailable`: The identity provider cannot be reached. `overloaded`: The broker has too much to do. `bank_unavailable`: The bank does not answer as it should. */
            readonly 503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly importConsent: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ImportConsent"];
            };
        };
        readonly responses: {
            /** @description The consent, pending and due at once. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Consent"];
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No caller could be recognised. */
            readonly 401: {
                headers: {
                    /** @description The scheme to use: Bearer (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The caller lacks a permission. `client_certificate_required`: The connection lacks a client certificate. */
            readonly 403: {
                headers: {
                    /** @description What is lacking: `insufficient_scope` (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `consent_not_found`: There is no such consent. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `consent_revoked`: The consent was revoked. `consent_erased`: The personal data of the consent were erased. */
            readonly 410: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The request body is too large. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `uri_too_long`: The URL is too long. */
            readonly 414: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The request body must be JSON. */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_requests`: Too many requests. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    /** @description What is left of the limit, and the seconds until it is whole again. */
                    readonly RateLimit?: string;
                    /** @description The limit: `q` requests in `w` seconds. */
                    readonly "RateLimit-Policy"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The request headers are too large. */
            readonly 431: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The broker has a defect. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `identity_provider_unavailable`: The identity provider cannot be reached. `overloaded`: The broker has too much to do. `storage_unavailable`: The database cannot be reached at the moment. */
            readonly 503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly getStatus: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Counts, lag and keys. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Status"];
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No caller could be recognised. */
            readonly 401: {
                headers: {
                    /** @description The scheme to use: Bearer (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The caller lacks a permission. `client_certificate_required`: The connection lacks a client certificate. */
            readonly 403: {
                headers: {
                    /** @description What is lacking: `insufficient_scope` (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `uri_too_long`: The URL is too long. */
            readonly 414: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_requests`: Too many requests. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    /** @description What is left of the limit, and the seconds until it is whole again. */
                    readonly RateLimit?: string;
                    /** @description The limit: `q` requests in `w` seconds. */
                    readonly "RateLimit-Policy"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The request headers are too large. */
            readonly 431: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The broker has a defect. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `identity_provider_unavailable`: The identity provider cannot be reached. `overloaded`: The broker has too much to do. `storage_unavailable`: The database cannot be reached at the moment. */
            readonly 503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly holdRefreshing: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["HoldRequest"];
            };
        };
        readonly responses: {
            /** @description The hold. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Hold"];
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No caller could be recognised. */
            readonly 401: {
                headers: {
                    /** @description The scheme to use: Bearer (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The caller lacks a permission. `client_certificate_required`: The connection lacks a client certificate. */
            readonly 403: {
                headers: {
                    /** @description What is lacking: `insufficient_scope` (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The request body is too large. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `uri_too_long`: The URL is too long. */
            readonly 414: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The request body must be JSON. */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_requests`: Too many requests. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    /** @description What is left of the limit, and the seconds until it is whole again. */
                    readonly RateLimit?: string;
                    /** @description The limit: `q` requests in `w` seconds. */
                    readonly "RateLimit-Policy"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The request headers are too large. */
            readonly 431: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The broker has a defect. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `identity_provider_unavailable`: The identity provider cannot be reached. `overloaded`: The broker has too much to do. `storage_unavailable`: The database cannot be reached at the moment. */
            readonly 503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly resumeRefreshing: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Refreshing goes on. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: The request is not valid. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No caller could be recognised. */
            readonly 401: {
                headers: {
                    /** @description The scheme to use: Bearer (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The caller lacks a permission. `client_certificate_required`: The connection lacks a client certificate. */
            readonly 403: {
                headers: {
                    /** @description What is lacking: `insufficient_scope` (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The request body is too large. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `uri_too_long`: The URL is too long. */
            readonly 414: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The request body must be JSON. */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_requests`: Too many requests. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    /** @description What is left of the limit, and the seconds until it is whole again. */
                    readonly RateLimit?: string;
                    /** @description The limit: `q` requests in `w` seconds. */
                    readonly "RateLimit-Policy"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The request headers are too large. */
            readonly 431: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The broker has a defect. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `identity_provider_unavailable`: The identity provider cannot be reached. `overloaded`: The broker has too much to do. `storage_unavailable`: The database cannot be reached at the moment. */
            readonly 503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly getCaller: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description As whom the broker knows you. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Caller"];
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No caller could be recognised. */
            readonly 401: {
                headers: {
                    /** @description The scheme to use: Bearer (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The caller lacks a permission. `client_certificate_required`: The connection lacks a client certificate. */
            readonly 403: {
                headers: {
                    /** @description What is lacking: `insufficient_scope` (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `uri_too_long`: The URL is too long. */
            readonly 414: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_requests`: Too many requests. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    /** @description What is left of the limit, and the seconds until it is whole again. */
                    readonly RateLimit?: string;
                    /** @description The limit: `q` requests in `w` seconds. */
                    readonly "RateLimit-Policy"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The request headers are too large. */
            readonly 431: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The broker has a defect. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `identity_provider_unavailable`: The identity provider cannot be reached. `overloaded`: The broker has too much to do. `storage_unavailable`: The database cannot be reached at the moment. */
            readonly 503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly getStatistics: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description 14 days to come, 24 hours that were. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Statistics"];
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No caller could be recognised. */
            readonly 401: {
                headers: {
                    /** @description The scheme to use: Bearer (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The caller lacks a permission. `client_certificate_required`: The connection lacks a client certificate. */
            readonly 403: {
                headers: {
                    /** @description What is lacking: `insufficient_scope` (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `uri_too_long`: The URL is too long. */
            readonly 414: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_requests`: Too many requests. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    /** @description What is left of the limit, and the seconds until it is whole again. */
                    readonly RateLimit?: string;
                    /** @description The limit: `q` requests in `w` seconds. */
                    readonly "RateLimit-Policy"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The request headers are too large. */
            readonly 431: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The broker has a defect. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `identity_provider_unavailable`: The identity provider cannot be reached. `overloaded`: The broker has too much to do. `storage_unavailable`: The database cannot be reached at the moment. */
            readonly 503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listDeliveries: {
        readonly parameters: {
            readonly query?: {
                /** @description Messages to it. */
                readonly subscriber?: string;
                /** @description As it is now. */
                readonly state?: "pending" | "delivered" | "dead";
                /** @description Messages about it. */
                readonly consent_id?: string;
                /** @description How many items a page has at most. */
                readonly limit?: number;
                /** @description The `next_cursor` of the page before; left out for the first page. */
                readonly cursor?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A page of them. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["DeliveryPage"];
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No caller could be recognised. */
            readonly 401: {
                headers: {
                    /** @description The scheme to use: Bearer (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The caller lacks a permission. `client_certificate_required`: The connection lacks a client certificate. */
            readonly 403: {
                headers: {
                    /** @description What is lacking: `insufficient_scope` (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `uri_too_long`: The URL is too long. */
            readonly 414: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_requests`: Too many requests. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    /** @description What is left of the limit, and the seconds until it is whole again. */
                    readonly RateLimit?: string;
                    /** @description The limit: `q` requests in `w` seconds. */
                    readonly "RateLimit-Policy"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The request headers are too large. */
            readonly 431: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The broker has a defect. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `identity_provider_unavailable`: The identity provider cannot be reached. `overloaded`: The broker has too much to do. `storage_unavailable`: The database cannot be reached at the moment. */
            readonly 503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly resendDelivery: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /**
                 * @description The delivery.
                 * @example 4688
                 */
                readonly delivery_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The delivery. */
            readonly 202: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Delivery"];
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No caller could be recognised. */
            readonly 401: {
                headers: {
                    /** @description The scheme to use: Bearer (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The caller lacks a permission. `client_certificate_required`: The connection lacks a client certificate. */
            readonly 403: {
                headers: {
                    /** @description What is lacking: `insufficient_scope` (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `delivery_not_found`: There is no such delivery. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `subscriber_removed`: The subscriber was removed. */
            readonly 409: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The request body is too large. */
            readonly 413: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `uri_too_long`: The URL is too long. */
            readonly 414: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The request body must be JSON. */
            readonly 415: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_requests`: Too many requests. */
            readonly 429: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    /** @description What is left of the limit, and the seconds until it is whole again. */
                    readonly RateLimit?: string;
                    /** @description The limit: `q` requests in `w` seconds. */
                    readonly "RateLimit-Policy"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The request headers are too large. */
            readonly 431: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The broker has a defect. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `identity_provider_unavailable`: The identity provider cannot be reached. `overloaded`: The broker has too much to do. `storage_unavailable`: The database cannot be reached at the moment. */
            readonly 503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly getLiveness: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description It lives. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Health"];
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `uri_too_long`: The URL is too long. */
            readonly 414: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The request headers are too large. */
            readonly 431: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The broker has a defect. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A background loop stands still. */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    readonly getReadiness: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Ready. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Health"];
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `uri_too_long`: The URL is too long. */
            readonly 414: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The request headers are too large. */
            readonly 431: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The broker has a defect. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Starting or draining. */
            readonly 503: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    readonly getMetrics: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Metrics. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/plain": string;
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`: No caller could be recognised. */
            readonly 401: {
                headers: {
                    /** @description The scheme to use: Bearer (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The caller lacks a permission. `client_certificate_required`: The connection lacks a client certificate. */
            readonly 403: {
                headers: {
                    /** @description What is lacking: `insufficient_scope` (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `uri_too_long`: The URL is too long. */
            readonly 414: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The request headers are too large. */
            readonly 431: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The broker has a defect. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `identity_provider_unavailable`: The identity provider cannot be reached. */
            readonly 503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly getOpenApi: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The OpenAPI document. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly [key: string]: unknown;
                    };
                };
            };
            /** @description `invalid_request`: The request is not valid. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `client_certificate_required`: The connection lacks a client certificate. */
            readonly 403: {
                headers: {
                    /** @description What is lacking: `insufficient_scope` (RFC 6750). */
                    readonly "WWW-Authenticate"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `uri_too_long`: The URL is too long. */
            readonly 414: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `headers_too_large`: The request headers are too large. */
            readonly 431: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: The broker has a defect. */
            readonly 500: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `overloaded`: The broker has too much to do. */
            readonly 503: {
                headers: {
                    /** @description Seconds to wait before trying again. */
                    readonly "Retry-After"?: number;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
