import type { Texts } from './texts.ts'

const openAgain = 'Ga terug naar de e-mail of de website van het bedrijf en open de link daar nog een keer.'
const nothingGiven = 'Door deze pagina te openen heeft u geen toestemming gegeven.'

/** The pages in Dutch. */
export const nl: Texts = {
  nextHeading: 'Wat u nu kunt doen',
  reload: 'Nu kijken',
  reference: 'Vraagt u om hulp? Noem dan dit kenmerk:',
  pages: {
    unknown: {
      heading: 'Wij kennen deze link niet',
      happened: 'Misschien is de link te oud, of is hij niet helemaal goed overgenomen.',
      given: nothingGiven,
      next: `${openAgain} Lukt het dan nog niet? Vraag het bedrijf om een nieuwe link.`,
    },
    ended: {
      heading: 'Deze link werkt niet meer',
      happened:
        'U kon deze link een beperkte tijd gebruiken. Die tijd is voorbij, of de link is ingetrokken.',
      given: 'Via deze link heeft niemand toegang tot uw rekening. Ook niet als u net van uw bank komt.',
      next: 'Wilt u verdergaan? Vraag het bedrijf dat u de link gaf om een nieuwe link.',
    },
    too_many_attempts: {
      heading: 'Deze link is te vaak geopend',
      happened: 'Voor uw veiligheid werkt een link maar een beperkt aantal keren.',
      given: 'U heeft met deze link nog geen toestemming gegeven.',
      next: 'Bent u in een ander venster nog bezig bij uw bank? Dan kunt u het daar afmaken. Open de link anders over een minuut nog eens, of vraag het bedrijf dat u de link gaf om een nieuwe link.',
    },
    other_browser: {
      heading: 'U bent in een andere browser begonnen',
      happened:
        'Een browser is het programma waarmee u websites bekijkt, zoals Safari, Chrome of Edge. Voor uw veiligheid kunt u alleen verder in de browser waarin u begon.',
      given: `${nothingGiven} Er is niets verloren gegaan.`,
      next: 'Ga terug naar de browser waarin u begon. Open daar de link van het bedrijf nog een keer. Bent u hier niet zelf mee begonnen? Sluit dan deze pagina.',
    },
    in_progress: {
      heading: 'Een ogenblik geduld',
      happened: 'Wij handelen uw toestemming nu af met uw bank.',
      given: 'Zodra wij weten of het gelukt is, ziet u dat hier vanzelf.',
      next: 'U hoeft niets te doen. Laat deze pagina openstaan.',
    },
    busy: {
      heading: 'Het is op dit moment erg druk',
      happened: 'Veel mensen willen hier nu tegelijk zijn. Daarom moet u even wachten.',
      given: 'Er is niets verloren gegaan. Uw toestemming is zoals die was.',
      next: 'U hoeft niets te doen: deze pagina probeert het vanzelf opnieuw. Laat haar openstaan.',
    },
    start_again: {
      heading: 'Het is nog niet gelukt',
      happened: 'Uw bank was niet bereikbaar, of kon de aanvraag niet in behandeling nemen.',
      given: 'U heeft hiermee nog geen toestemming gegeven.',
      next: `${openAgain} Lukt het weer niet? Probeer het later nog eens, of vraag het bedrijf om hulp.`,
    },
    completed: {
      heading: 'U heeft toestemming gegeven',
      happened: 'Het is gelukt. Wij hebben uw toestemming van uw bank ontvangen.',
      given: 'U gaf toestemming voor wat u bij uw bank heeft gezien, en voor niets anders.',
      next: 'U kunt deze pagina sluiten. Wilt u de toestemming later intrekken? Vraag dat dan aan het bedrijf.',
    },
    rejected: {
      heading: 'U heeft geen toestemming gegeven',
      happened: 'U bent bij uw bank gestopt, of u heeft daar geen rekening die hiervoor geschikt is.',
      given: 'Met deze link is niets gedeeld en niets veranderd.',
      next: 'U hoeft niets te doen en kunt deze pagina sluiten. Wilt u toch toestemming geven? Vraag het bedrijf dan om een nieuwe link.',
    },
    failed: {
      heading: 'Het is niet gelukt',
      happened: 'Er ging iets mis nadat u van uw bank terugkwam.',
      given: 'Voor zover wij weten is er met deze link geen toestemming gegeven.',
      next: 'Vraag het bedrijf dat u de link gaf om een nieuwe link. Gaf u al eerder toestemming? Kies dan dezelfde rekening als toen.',
    },
    not_found: {
      heading: 'Deze pagina bestaat niet',
      happened: 'Misschien is het adres niet helemaal goed overgenomen.',
      given: nothingGiven,
      next: `${openAgain} Lukt het dan nog niet? Vraag het bedrijf om hulp.`,
    },
    method_not_allowed: {
      heading: 'Deze pagina kunt u zo niet openen',
      happened: 'U kunt hier alleen komen via de link die u kreeg, of vanaf uw bank.',
      given: nothingGiven,
      next: openAgain,
    },
    bad_request: {
      heading: 'Er klopt iets niet aan deze link',
      happened: 'Misschien ontbreekt er een stuk van de link.',
      given: nothingGiven,
      next: `${openAgain} Lukt het dan nog niet? Vraag het bedrijf om een nieuwe link.`,
    },
    unavailable: {
      heading: 'Wij zijn even niet bereikbaar',
      happened: 'Er is een storing. Dat ligt niet aan u.',
      given: 'Wij kunnen nu niet zien of u al toestemming heeft gegeven.',
      next: `Wacht een paar minuten. ${openAgain} U kunt dan verdergaan, of u ziet hoe het is afgelopen.`,
    },
    server_error: {
      heading: 'Er ging bij ons iets mis',
      happened: 'Dat ligt niet aan u.',
      given: 'Wij kunnen nu niet zien of u al toestemming heeft gegeven.',
      next: `${openAgain} U kunt dan verdergaan, of u ziet hoe het is afgelopen. Lukt het niet? Vraag het bedrijf om hulp.`,
    },
  },
}
