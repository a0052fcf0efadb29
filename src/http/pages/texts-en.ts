import type { Texts } from './texts.ts'

const openAgain = 'Go back to the e-mail or website of the company and open the link there once more.'
const nothingGiven = 'You have not given any permission by opening this page.'

/** The pages in English. */
export const en: Texts = {
  nextHeading: 'What you can do now',
  reload: 'Check now',
  reference: 'If you ask for help, please mention this reference:',
  pages: {
    unknown: {
      heading: 'We do not know this link',
      happened: 'The link may be too old, or it may not have been copied completely.',
      given: nothingGiven,
      next: `${openAgain} If it still does not work, ask the company for a new link.`,
    },
    ended: {
      heading: 'This link no longer works',
      happened:
        'You could use this link for a limited time. That time has passed, or the link was withdrawn.',
      given:
        'Nobody has access to your account through this link. Not even if you have just been at your bank.',
      next: 'Would you like to go on? Ask the company that gave you the link for a new one.',
    },
    too_many_attempts: {
      heading: 'This link was opened too often',
      happened: 'To keep you safe, a link works only a limited number of times.',
      given: 'You have not yet given any permission with this link.',
      next: 'Are you still busy at your bank in another window? Then you can finish there. If not, open the link again in a minute, or ask the company that gave you the link for a new one.',
    },
    other_browser: {
      heading: 'You started in another browser',
      happened:
        'A browser is the program in which you look at websites, such as Safari, Chrome or Edge. To keep you safe, you can only go on in the browser you started in.',
      given: `${nothingGiven} Nothing was lost.`,
      next: 'Go back to the browser you started in. Open the link of the company there once more. Did you not start this yourself? Then close this page.',
    },
    in_progress: {
      heading: 'One moment, please',
      happened: 'We are completing your permission with your bank.',
      given: 'As soon as we know whether it worked, you will see it here.',
      next: 'You do not have to do anything. Please leave this page open.',
    },
    busy: {
      heading: 'It is very busy right now',
      happened: 'Many people want to come here at this moment. That is why you have to wait for a while.',
      given: 'Nothing was lost. Your permission is as it was.',
      next: 'You do not have to do anything: this page tries again by itself. Please leave it open.',
    },
    start_again: {
      heading: 'It has not worked yet',
      happened: 'Your bank could not be reached, or could not deal with the request.',
      given: 'You have not given any permission so far.',
      next: `${openAgain} If it fails again, try later, or ask the company for help.`,
    },
    completed: {
      heading: 'You have given permission',
      happened: 'It worked. We have received your permission from your bank.',
      given: 'You gave permission for what you saw at your bank, and for nothing else.',
      next: 'You may close this page. Would you like to withdraw your permission later? Then ask the company to do so.',
    },
    rejected: {
      heading: 'You have not given permission',
      happened: 'You stopped at your bank, or you have no account there that is suitable.',
      given: 'With this link nothing was shared and nothing was changed.',
      next: 'You do not have to do anything and may close this page. Would you like to give permission after all? Then ask the company for a new link.',
    },
    failed: {
      heading: 'It did not work',
      happened: 'Something went wrong after you came back from your bank.',
      given: 'As far as we know, no permission was given with this link.',
      next: 'Ask the company that gave you the link for a new one. Did you give permission before? Then choose the same account as you did then.',
    },
    not_found: {
      heading: 'This page does not exist',
      happened: 'The address may not have been copied completely.',
      given: nothingGiven,
      next: `${openAgain} If it still does not work, ask the company for help.`,
    },
    method_not_allowed: {
      heading: 'This page cannot be opened like this',
      happened: 'You can only come here by the link you were given, or from your bank.',
      given: nothingGiven,
      next: openAgain,
    },
    bad_request: {
      heading: 'Something is wrong with this link',
      happened: 'A part of the link may be missing.',
      given: nothingGiven,
      next: `${openAgain} If it still does not work, ask the company for a new link.`,
    },
    unavailable: {
      heading: 'We cannot be reached right now',
      happened: 'There is a fault on our side. It is nothing you did.',
      given: 'We cannot see right now whether you have already given permission.',
      next: `Please wait a few minutes. ${openAgain} You can then go on, or you will see how it ended.`,
    },
    server_error: {
      heading: 'Something went wrong on our side',
      happened: 'It is nothing you did.',
      given: 'We cannot see right now whether you have already given permission.',
      next: `${openAgain} You can then go on, or you will see how it ended. If it does not work, ask the company for help.`,
    },
  },
}
