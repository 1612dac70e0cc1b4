/** Longest path of a file, in characters: what a node takes it can be asked for, and told to delete. */
export const longestPath = 4096;
