/**
 * Bytes in a buffer of their own, as `Blob` and `crypto` take them: `Uint8Array<ArrayBuffer>`, which the TypeScript of the hosted runtime's
 * Deno has no name for.
 */
export type Bytes = ReturnType<typeof Uint8Array.from>;
