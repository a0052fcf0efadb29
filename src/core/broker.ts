import { type Answers, createAnswers } from './answers.ts'
import { createFollowCertificate } from './bound-tokens.ts'
import { createReceiveCallback } from './callback.ts'
import type { Caller } from './caller.ts'
import { createTendGate } from './canary.ts'
import { createCheckAccount } from './check-account.ts'
import { createClientTokens } from './client-tokens.ts'
import { createCourier } from './courier.ts'
import { createExchanger } from './exchange.ts'
import { createGate } from './gate.ts'
import { createGetLiveToken, createGetToken } from './get-token.ts'
import { createHandOutCounts } from './hand-out-counts.ts'
import { createHoldRefreshing } from './hold-refreshing.ts'
import { createHouse } from './house.ts'
import { createImportConsent } from './import-consent.ts'
import { createManageConsent } from './manage-consent.ts'
import { createManageWebhooks } from './manage-webhooks.ts'
import { createReadOverview } from './overview.ts'
import { assertAllowed } from './permissions.ts'
import type { CoreSettings, Ports } from './ports.ts'
import { createPresenter } from './presenter.ts'
import { createQueries } from './query-consents.ts'
import { createRate } from './rate.ts'
import { createRenewConsent } from './renew-consent.ts'
import { createRenewals } from './renewals.ts'
import { createReplay, type Replay } from './replay.ts'
import { createRotator } from './rotator.ts'
import { createSettler } from './settler.ts'
import { createSlots } from './slots.ts'
import { createStartConsent } from './start-consent.ts'
import { createOpenStartLink } from './start-link.ts'
import { createSummary } from './summary.ts'
import { createTokenCache } from './token-cache.ts'
import { createTokenReader } from './token-reader.ts'
import { createUsage } from './usage.ts'

/** Everything the drivers may ask for. */
export type Broker = ReturnType<typeof createBroker>

const CACHED_TOKENS = 50_000

/** Builds the use cases over the ports; the one place where they are joined. */
export function createBroker(ports: Ports, settings: CoreSettings) {
  const { maxConcurrency } = settings
  const rate = createRate(settings.maxPerSecond, ports.clock)
  const slots = createSlots({ maxConcurrency, rate, slowStart: true })
  // A code dies in 60 seconds: it never queues behind refreshes that a hanging bank holds up.
  const grantSlots = createSlots({ maxConcurrency, rate })
  const renewals = createRenewals(ports, settings)
  const answers = createAnswers(ports, settings)
  const replay = createReplay(ports, renewals)
  const settler = createSettler(ports, settings, { learnAccount: renewals.learnAccount, answers })
  const gate = createGate(ports, settings, slots)
  const presenter = createPresenter(ports, settings, {
    slots,
    settler,
    gate,
    onRotated: (pair) => reader.noteRotated(pair),
  })
  const rotator = createRotator(ports, settings, { slots, settler, presenter })
  const cache = createTokenCache({
    maxEntries: CACHED_TOKENS,
    enabled: settings.tokenCache,
    changes: ports.changes,
  })
  const usage = createUsage(ports, settings.refreshTimes)
  const handOuts = createHandOutCounts(ports)
  const exchanger = createExchanger(ports, settings, { slots: grantSlots, settler, answers, renewals })
  const endWhatIsOver = createHouse(ports, settings)
  const followCertificate = createFollowCertificate(ports, settings)
  const summary = createSummary(ports.consents, ports.clock)
  const webhooks = createManageWebhooks(ports)
  const courier = createCourier(ports, settings, webhooks)
  const reader = createTokenReader(ports, { cache, usage, rotator })

  const getLiveToken = createGetLiveToken(ports, settings, { rotator, reader })

  async function keepHouse(): Promise<void> {
    // Side by side: none of them waits for another that fails.
    await Promise.all([
      endWhatIsOver(),
      followCertificate(),
      renewals.checkDue(),
      usage.flush(),
      handOuts.flush(),
    ])
  }

  async function idle(): Promise<void> {
    answers.drain()
    await Promise.all([rotator.idle(), exchanger.idle(), replay.stop(), courier.idle()])
    await answers.idle()
    await renewals.idle()
    await gate.flush().catch((err: unknown) => ports.log.warn({ err }, 'good answers are not counted'))
    await usage.flush().catch((err: unknown) => ports.log.warn({ err }, 'use of consents is not noted'))
    await handOuts
      .drain()
      .catch((err: unknown) => ports.log.warn({ err }, 'hand-outs are not counted; the log has each of them'))
  }

  return {
    startConsent: createStartConsent(ports, settings),
    renewConsent: createRenewConsent(ports, settings),
    openStartLink: createOpenStartLink(ports, settings),
    receiveCallback: createReceiveCallback(ports, settings, exchanger),
    getToken: createGetToken(getLiveToken, handOuts),
    checkAccount: createCheckAccount(ports, getLiveToken),
    /** For answers that tell how long a consent still lasts. */
    renewalAdvisedBeforeMs: ports.bank.renewalAdvisedBeforeMs,
    consents: createQueries(ports, { slots, summary }),
    /** Who calls, as the broker knows them. */
    whoAmI: (caller: Caller): Caller => {
      assertAllowed(caller, 'getCaller')
      return caller
    },
    importConsent: createImportConsent(ports, cache),
    getClientToken: createClientTokens(ports, settings, grantSlots),
    refreshing: createHoldRefreshing(ports),
    webhooks,
    ...createManageConsent(ports, cache),
    /** For the refresher: starts what is due as far as slots are free; resolves how many were started. */
    startDue: rotator.startDue,
    /** Resolves when a slot at the bank may be free for the background. */
    slotFreed: slots.changed,
    /** For the refresher: looks after the gate, and resolves how long to wait before the next look. */
    tendGate: createTendGate(ports, settings, { gate, rotator, settler, slots }),
    /** Looks at the gate before anything is presented: the database may be another than it was. */
    lookAtGate: async (): Promise<void> => void (await gate.tend()),
    /** We call the bank as somebody else from here on: it may take us now. */
    tryRefusedBank: () => ports.gates.hurryCanary(ports.bank.id),
    /** For the refresher: one turn of telling subscribers; resolves how long to wait before the next. */
    deliverWebhooks: courier.deliver,
    /** For the refresher: brings about what time alone decides. */
    keepHouse,
    /** Spends no refresh token from here on; what is in flight goes on, and what is alive is handed out. */
    stopRotating: rotator.stop,
    /** Saves what an earlier process left in the spool; before the service is ready. */
    replaySpool: replay.start,
    /** For operations: answers of the bank that are not in the database. */
    readSpool: () => readSpool(ports, answers, replay),
    /** For operations: how all consents stand, in numbers. */
    readOverview: createReadOverview(ports, summary),
    /** How many access tokens this process remembers. */
    cachedTokens: cache.size,
    /** Ends; resolves when nothing is in flight with the bank, and what it answered is saved or spooled. */
    idle,
  }
}

export interface SpoolState {
  /** SPOOL_DIR is set. */
  readonly enabled: boolean
  /** Answers in memory that the database has not taken at once. */
  readonly unsaved: number
  /** Files that are not saved yet: of this process, or of one before it. */
  readonly waiting: number
  /** Files that could not be used, since the start. */
  readonly setAside: number
}

function readSpool({ spool }: Pick<Ports, 'spool'>, answers: Answers, replay: Replay): SpoolState {
  const [own, replayed] = [answers.counts(), replay.counts()]
  return {
    enabled: spool !== null,
    unsaved: own.unsaved,
    waiting: own.spooled + replayed.waiting,
    setAside: own.setAside + replayed.setAside,
  }
}
