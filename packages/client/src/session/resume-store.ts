import { platform } from "../platform.js";

/** Where unfinished uploads are remembered over a reload or a restart. What it throws costs the memory only. */
export interface ResumeStore {
  /** `null`: nothing is remembered. */
  get(key: string): string | null | Promise<string | null>;
  set(key: string, value: string): void | Promise<void>;
  remove(key: string): void | Promise<void>;
}

/** `localStorage`, where the page has one. `null`: it has none, or may not use it. */
export function browserStore(): ResumeStore | null {
  try {
    const { localStorage } = platform;
    if (localStorage === undefined) return null;
    return {
      get: (key) => localStorage.getItem(key),
      set: (key, value) => localStorage.setItem(key, value),
      remove: (key) => localStorage.removeItem(key),
    };
  } catch {
    return null;
  }
}
