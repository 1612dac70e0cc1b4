const mib = 1024 * 1024;

/** The service's limits (https://learn.microsoft.com/azure/storage/blobs/scalability-targets), since version 2019-12-12 of it. */
export const mostBlocks = 50_000;

/** Of one block, in bytes. */
export const mostBlockBytes = 4000 * mib;

/** Of an object, in bytes: about 190.7 TiB. */
export const mostObjectBytes = mostBlocks * mostBlockBytes;

/** Blocks that nobody commits are gone after a week without another (https://learn.microsoft.com/rest/api/storageservices/put-block). */
export const blockLifeMs = 7 * 24 * 3600 * 1000;
