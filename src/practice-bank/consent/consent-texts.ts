/** The languages of the consent application (ABNAMRO.md §1.2). */
export type Language = 'en' | 'nl'

/** Every sentence of the consent application. */
export interface ConsentTexts {
  readonly bank: string
  readonly notReal: string
  readonly steps: readonly [string, string, string]
  readonly otherLanguage: string
  readonly logOn: { title: string; intro: string; several: string; one: string; none: string; submit: string }
  readonly account: { title: string; intro: string; until: string; choose: string; submit: string }
  readonly authorise: {
    title: string
    intro: string
    who: string
    account: string
    sign: string
    submit: string
  }
  readonly cancel: string
  readonly missing: string
  readonly gone: { title: string; advice: string }
  readonly badRequest: { title: string; client_id: string; redirect_uri: string }
  readonly scopes: Readonly<Record<string, string>>
}

const en: ConsentTexts = {
  bank: 'Practice bank',
  notReal: 'Practice bank — not a real bank. No customer, account or money here exists.',
  steps: ['Log on', 'Check access', 'Authorise'],
  otherLanguage: 'Nederlands',
  logOn: {
    title: 'Log on',
    intro: 'Choose the practice customer you want to be. A real bank would ask for your card or app here.',
    several: 'Business customer with several accounts',
    one: 'Private customer with one account',
    none: 'Private customer without a current account',
    submit: 'Log on',
  },
  account: {
    title: 'Check the requested access',
    intro: 'asks for access to one of your accounts. It wants to:',
    until: 'Access ends on',
    choose: 'Choose one account',
    submit: 'Continue',
  },
  authorise: {
    title: 'Authorise access',
    intro: 'Please check what you are about to allow.',
    who: 'Who gets access',
    account: 'To which account',
    sign: 'A real bank would ask you to sign here. At the practice bank one click is enough.',
    submit: 'Authorise',
  },
  cancel: 'Cancel',
  missing: 'Make a choice to go on.',
  gone: {
    title: 'The page you are trying to access is no longer available',
    advice: 'Go back to the application you came from and start again.',
  },
  badRequest: {
    title: 'This request cannot be handled',
    client_id: 'Unknown or invalid client_id',
    redirect_uri: 'Invalid redirect_uri',
  },
  scopes: {
    'psd2:account:details:read': 'See the account’s details, such as the holder’s name',
    'psd2:account:balance:read': 'See the balance',
    'psd2:account:transaction:read': 'See the transactions of the last 18 months',
    'psd2:account:funds:read': 'Ask whether an amount is available',
    'psd2:payment:sepa:write': 'Make one SEPA payment',
    'psd2:payment:sepa:read': 'See the state of that payment',
    'psd2:payment:xborder:write': 'Make one international payment',
    'psd2:payment:recurrent:sepa:write': 'Set up a standing order',
    'psd2:payment:recurrent:sepa:delete': 'Cancel a standing order',
    'psd2:payment:batchsct:write': 'Submit batches of credit transfers',
    'psd2:payment:batchsdd:write': 'Submit batches of direct debits',
  },
}

const nl: ConsentTexts = {
  bank: 'Oefenbank',
  notReal: 'Oefenbank (practice bank) — geen echte bank. Niets hier is echt.',
  steps: ['Inloggen', 'Toegang controleren', 'Toestemming geven'],
  otherLanguage: 'English',
  logOn: {
    title: 'Inloggen',
    intro: 'Kies welke oefenklant u wilt zijn. Een echte bank vraagt hier om uw pas of app.',
    several: 'Zakelijke klant met meer rekeningen',
    one: 'Particuliere klant met één rekening',
    none: 'Particuliere klant zonder betaalrekening',
    submit: 'Inloggen',
  },
  account: {
    title: 'Controleer de gevraagde toegang',
    intro: 'vraagt toegang tot een van uw rekeningen. Het gaat om:',
    until: 'De toegang eindigt op',
    choose: 'Kies één rekening',
    submit: 'Verder',
  },
  authorise: {
    title: 'Toestemming geven',
    intro: 'Controleer waarvoor u toestemming geeft.',
    who: 'Wie krijgt toegang',
    account: 'Tot welke rekening',
    sign: 'Een echte bank laat u hier ondertekenen. Bij de oefenbank is één klik genoeg.',
    submit: 'Toestemming geven',
  },
  cancel: 'Annuleren',
  missing: 'Maak een keuze om verder te gaan.',
  gone: {
    title: 'De pagina die u probeert te openen is niet meer beschikbaar',
    advice: 'Ga terug naar de toepassing waar u vandaan kwam en begin opnieuw.',
  },
  badRequest: {
    title: 'Dit verzoek kan niet worden behandeld',
    client_id: 'Onbekende of ongeldige client_id',
    redirect_uri: 'Ongeldige redirect_uri',
  },
  scopes: {
    'psd2:account:details:read': 'De rekeninggegevens zien, zoals de naam van de houder',
    'psd2:account:balance:read': 'Het saldo zien',
    'psd2:account:transaction:read': 'De transacties van de laatste 18 maanden zien',
    'psd2:account:funds:read': 'Navragen of een bedrag beschikbaar is',
    'psd2:payment:sepa:write': 'Eén SEPA-betaling doen',
    'psd2:payment:sepa:read': 'De status van die betaling zien',
    'psd2:payment:xborder:write': 'Eén internationale betaling doen',
    'psd2:payment:recurrent:sepa:write': 'Een periodieke overboeking instellen',
    'psd2:payment:recurrent:sepa:delete': 'Een periodieke overboeking stopzetten',
    'psd2:payment:batchsct:write': 'Verzamelbetalingen aanleveren',
    'psd2:payment:batchsdd:write': 'Incassobatches aanleveren',
  },
}

/** The texts of each language. */
export const consentTexts: Readonly<Record<Language, ConsentTexts>> = { en, nl }
