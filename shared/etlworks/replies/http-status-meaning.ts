/** What an HTTP code means here, for the codes that say nothing about credentials or the address. */
const MEANINGS: Readonly<Record<number, string>> = {
  402: "payment required: check the licence or the plan of your Etlworks account",
  406: "the server has no answer in JSON",
  407: "a proxy requires a user name and a password",
  408: "the server waited too long for the request",
  409: "conflict: somebody may be editing the flow",
  410: "it was removed",
  411: "something on the way removed the length of the request",
  412: "something on the way added a condition to the request",
  413: "the request is too large: send fewer or shorter parameters",
  414: "the address is too long: shorten the run query",
  415: "the server does not accept JSON here",
  417: "something on the way changed the request's headers",
  418: "a firewall blocks the request",
  421: "the request came to the wrong server",
  422: "the server understood the request and does not accept its values: check the parameters",
  423: "locked: somebody may be editing the flow",
  424: "something that the flow needs has failed",
  426: "the server demands another protocol",
  428: "the server requires a condition that this call does not have",
  431: "the headers are too large",
  451: "blocked for legal reasons",
  511: "a network on the way requires a sign-in",
};

/** `undefined` for a code that explains itself or that nobody knows. */
export function statusMeaning(status: number): string | undefined {
  return MEANINGS[status];
}
