/** A mistake of the user, whose message is all they need to see. */
export class UsageError extends Error {}
