/** A kind of booking that an account of this sort sees. */
export interface BookingTemplate {
  readonly mutationCode: string
  readonly name: string
  readonly line: string
  /** From which to which amount, in cents; below zero where money leaves. */
  readonly cents: readonly [number, number]
  /** Cash and cards have no account on the other side. */
  readonly hasCounterAccount: boolean
}

function template(
  mutationCode: string,
  [name, line]: readonly [string, string],
  cents: readonly [number, number],
): BookingTemplate {
  return { mutationCode, name, line, cents, hasCounterAccount: mutationCode === '654' }
}

/** What happens on a private account. */
export const privateBookings: readonly BookingTemplate[] = [
  template('426', ['Supermarkt Centrum', 'BEA Betaalpas'], [-9_500, -800]),
  template('426', ['Bakker Om de Hoek', 'BEA Betaalpas'], [-1_800, -300]),
  template('426', ['Tankstation Zuid', 'BEA Betaalpas'], [-8_000, -3_000]),
  template('210', ['', 'GEA Geldautomaat'], [-10_000, -2_000]),
  template('654', ['Energie aan Huis', 'SEPA Incasso termijnbedrag'], [-19_000, -12_000]),
  template('654', ['Drinkwater Noord', 'SEPA Incasso kwartaal'], [-4_500, -2_500]),
  template('654', ['Verzekeraar De Dijk', 'SEPA Incasso premie'], [-14_000, -9_000]),
  template('654', ['Voetbalvereniging Oost', 'SEPA Overboeking contributie'], [-3_000, -1_500]),
  template('654', ['K. Mulder', 'SEPA Overboeking etentje'], [1_000, 6_000]),
  template('654', ['Werkgever Nederland B.V.', 'SEPA Overboeking salaris'], [20_000, 90_000]),
]

/** What happens on a commercial account. */
export const commercialBookings: readonly BookingTemplate[] = [
  template('654', ['Meelfabriek Het Koren', 'SEPA Overboeking factuur'], [-180_000, -20_000]),
  template('654', ['Verhuur Bedrijfspand', 'SEPA Overboeking huur'], [-240_000, -90_000]),
  template('654', ['Energie voor Bedrijven', 'SEPA Incasso termijnbedrag'], [-80_000, -30_000]),
  template('654', ['Loonadministratie Oost', 'SEPA Overboeking lonen'], [-320_000, -120_000]),
  template('654', ['Restaurant De Haven', 'SEPA Overboeking factuur'], [15_000, 240_000]),
  template('654', ['Hotel Station', 'SEPA Overboeking factuur'], [20_000, 320_000]),
  template('654', ['Kantine Noord', 'SEPA Overboeking factuur'], [10_000, 180_000]),
  template('426', ['Groothandel Zuid', 'BEA Betaalpas'], [-40_000, -5_000]),
  template('426', ['', 'Pinontvangsten'], [20_000, 140_000]),
]

/** What brings an account back to its base at the end of the month. */
export const savings: BookingTemplate = template('654', ['Spaarrekening', 'SEPA Overboeking sparen'], [0, 0])
