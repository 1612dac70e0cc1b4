import { randomUUID } from "node:crypto";
import type { Clock } from "@stowage/core";
import type { Account, Accounts } from "../src/index.js";

interface Person {
  account: Account;
  password: string;
  isDisabled: boolean;
}

/** Accounts of a test, and what an operator does to them. */
export interface MemoryAccounts extends Accounts {
  add(owner: string, password: string, groups?: readonly string[]): Account;
  setPassword(owner: string, password: string): void;
  disable(owner: string): void;
  remove(owner: string): void;
  /** What `signIn` was told of the other end. */
  readonly peers: readonly (string | null)[];
  /** How often `findByOwner` was asked. */
  readonly lookUps: () => number;
}

const mostFailures = 3;
const pauseMs = 30_000;

/** Accounts without a file: the third wrong password in a row slows an email down for half a minute. */
export function memoryAccounts(clock: Pick<Clock, "now">): MemoryAccounts {
  const people = new Map<string, Person>();
  const revoked = new Map<string, number>();
  const failures = new Map<string, number[]>();
  const peers: (string | null)[] = [];
  let lookUps = 0;
  const byEmail = (email: string): Person | undefined =>
    [...people.values()].find(({ account }) => account.email === email.toLowerCase());
  const change = (owner: string, next: Partial<Person>): void => void Object.assign(people.get(owner) ?? {}, next);
  return {
    peers,
    lookUps: () => lookUps,
    add: (owner, password, groups = []) => {
      const email = `${owner.toLowerCase().replaceAll(/\W/g, "")}@files.test`;
      const account = { owner, email, nickname: `the ${owner}`, groups, createdAt: 1000, stamp: randomUUID() };
      people.set(owner, { account, password, isDisabled: false });
      return account;
    },
    setPassword: (owner, password) => {
      const account = { ...(people.get(owner) as Person).account, stamp: randomUUID() };
      change(owner, { account, password });
    },
    disable: (owner) => change(owner, { isDisabled: true }),
    remove: (owner) => void people.delete(owner),
    signIn: async (email, password, peer) => {
      peers.push(peer);
      const recent = (failures.get(email) ?? []).filter((at) => at > clock.now() - pauseMs);
      if (recent.length >= mostFailures)
        return { kind: "slowed", retryAfterMs: (recent[0] ?? 0) + pauseMs - clock.now() };
      const person = byEmail(email);
      if (person?.password !== password) {
        failures.set(email, [...recent, clock.now()]);
        return { kind: "refused" };
      }
      return person.isDisabled ? { kind: "disabled" } : { kind: "known", account: person.account };
    },
    findByOwner: async (owner) => {
      lookUps += 1;
      const person = people.get(owner);
      return person === undefined || person.isDisabled ? null : person.account;
    },
    hasEmail: async (email) => byEmail(email) !== undefined,
    revoke: async (tokenId, until) => void revoked.set(tokenId, until),
    isRevoked: async (tokenId) => (revoked.get(tokenId) ?? 0) > clock.now(),
  };
}
