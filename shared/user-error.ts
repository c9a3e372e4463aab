/**
 * Something only the user can put right: a bad input, a refused key, a wrong id. The message is one
 * or two sentences for a person: what is wrong and what to change. It never holds a secret.
 */
export class UserError extends Error {
  override readonly name = "UserError";
}
