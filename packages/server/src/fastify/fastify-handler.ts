import type { FastifyPluginAsync } from "fastify";
import { nodeHandler } from "../node/node-handler.js";
import type { NodeHandlerOptions } from "../node/node-handler.js";

/**
 * The door as a plugin of Fastify 5, registered once under each prefix that has front-ends. A request is taken off Fastify in
 * its first hook, before a body parser looks at it; hooks of the app that come earlier (`onRequest`, registered before) still
 * run, later ones do not. Fastify's `bodyLimit` and timeouts for handlers do not apply.
 *
 * @example
 * await app.register(fastifyHandler({ door }), { prefix: "/uploads" });
 */
export function fastifyHandler(options: NodeHandlerOptions): FastifyPluginAsync {
  const serve = nodeHandler(options);
  return async (app) => {
    app.addHook("onRequest", async (request, reply) => {
      reply.hijack();
      serve(request.raw, reply.raw);
    });
    // Never called; without routes Fastify would run its own hooks for a 404.
    for (const url of ["/", "/*"]) app.all(url, async () => {});
  };
}
