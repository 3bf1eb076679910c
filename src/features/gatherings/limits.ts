/** A draft may be seated anew so often: whoever did it without end could tell who never sits with whom. */
export const mostTries = 5
