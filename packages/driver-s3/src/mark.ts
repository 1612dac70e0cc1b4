/**
 * User metadata (`x-amz-meta-…`) of every object that we make: who completes again, perhaps after another upload took the
 * key, knows his own object by it. Entity tags do not tell, as encryption changes them.
 */
export const markHeader = "stowage-upload";
