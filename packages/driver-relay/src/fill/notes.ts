import type { Shelf } from "../spool/spool.js";

/** A cell went from the spool to the inner backend. */
export interface Fill {
  /** The inner receipt's. */
  readonly token: string;
  /** Hash of the pieces that it was made of. */
  readonly of: string;
}

/** A cell that is at the inner backend now. */
export interface Sent extends Fill {
  /** Why there is no note of it; `null`: there is one. */
  readonly unnoted: Error | null;
}

/** Notes of an epoch's fills begin so. */
function fillsOf(epoch: string): string {
  return `fill-${epoch}-`;
}

/** That a cell was filled in an epoch. */
export function fillNote(epoch: string, cell: number): string {
  return fillsOf(epoch) + String(cell);
}

/** That an upload has moved on from an epoch. */
export function fenceNote(epoch: string): string {
  return `fenced-${epoch}`;
}

/** All fills of the epoch before, in one. */
function carriedNote(epoch: string): string {
  return `carried-${epoch}`;
}

/** Whether an upload has moved on from an epoch. */
export async function isFenced(shelf: Shelf, epoch: string): Promise<boolean> {
  return (await shelf.note(fenceNote(epoch))) !== null;
}

/** JSON. */
export function printFill({ token, of }: Fill): string {
  return JSON.stringify([token, of]);
}

/** One cell's. `null`: there is none. */
export async function readFill(shelf: Shelf, epoch: string, cell: number): Promise<Fill | null> {
  const own = parseFill((await shelf.note(fillNote(epoch, cell))) ?? "");
  return own ?? (await readCarried(shelf, epoch)).get(cell) ?? null;
}

/** By cell. */
export async function readFills(shelf: Shelf, epoch: string): Promise<ReadonlyMap<number, Fill>> {
  const fills = new Map(await readCarried(shelf, epoch));
  for (const name of await shelf.notes(fillsOf(epoch))) {
    const made = parseFill((await shelf.note(name)) ?? "");
    if (made !== null) fills.set(Number(name.slice(fillsOf(epoch).length)), made);
  }
  return fills;
}

/** The fills of an epoch count in the next one, too. */
export async function carryFills(shelf: Shelf, fills: ReadonlyMap<number, Fill>, to: string): Promise<void> {
  if (fills.size === 0) return;
  await shelf.putNote(carriedNote(to), JSON.stringify([...fills].map(([cell, { token, of }]) => [cell, [token, of]])));
}

async function readCarried(shelf: Shelf, epoch: string): Promise<ReadonlyMap<number, Fill>> {
  const text = epoch === "0" ? null : await shelf.note(carriedNote(epoch));
  const fills = new Map<number, Fill>();
  for (const entry of arrayIn(text ?? "")) {
    const [cell, made] = Array.isArray(entry) ? (entry as unknown[]) : [];
    const parsed = fillIn(made);
    if (typeof cell === "number" && parsed !== null) fills.set(cell, parsed);
  }
  return fills;
}

/** `null` for what is none. */
function parseFill(text: string): Fill | null {
  return fillIn(arrayIn(text));
}

function fillIn(value: unknown): Fill | null {
  const [token, of] = Array.isArray(value) ? (value as unknown[]) : [];
  return typeof token === "string" && typeof of === "string" ? { token, of } : null;
}

function arrayIn(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
