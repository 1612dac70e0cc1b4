import type { ErrorCode } from "@stowage/core";
import { isUploadError } from "@stowage/core";
import type { Access, Protocol } from "@stowage/core/http";
import { inSpan } from "../tracing/in-span.js";
import { aroundVerbs } from "./around-verbs.js";
import type { Around } from "./around-verbs.js";

/** Hears of each error of the engine, and of whatever a front-end itself throws (as `INTERNAL`). */
export type Failed = (protocol: string, code: ErrorCode) => void;

/** A front-end whose calls of the engine are spans, and whose errors somebody counts: it turns them into answers itself. */
export function observedProtocol(inner: Protocol, failed: Failed): Protocol {
  const { name } = inner;
  const around: Around = async (verb, call) => {
    try {
      return await inSpan(`upload ${verb}`, { "stowage.verb": verb, "stowage.protocol": name }, call);
    } catch (error) {
      failed(name, isUploadError(error) ? error.code : "INTERNAL");
      throw error;
    }
  };
  const observed = (access: Access): Access => ({
    caller: access.caller,
    as: (someone) => aroundVerbs(access.as(someone), around),
  });
  return {
    ...inner,
    handle: async (exchange, access, options) => {
      try {
        return await inner.handle(exchange, observed(access), options);
      } catch (error) {
        if (!isUploadError(error)) failed(name, "INTERNAL");
        throw error;
      }
    },
  };
}
