import { imageStore } from "@stowage/protocol-image-store";
import { z } from "zod";
import { count, duration } from "../config/quantities.js";
import { frontEnd } from "./front-end.js";

const options = z.strictObject({
  title: z.string().min(1).prefault("Stowage image store").meta({ description: "Title of the OpenAPI document." }),
  defaultTimeout: duration(1000)
    .prefault("60s")
    .meta({ description: "How long a request without `timeout` may take, in whole seconds." }),
  maxPage: count(1, 100_000).prefault(10_000).meta({ description: "Most files and folders of one listing." }),
});

/** Service Fabric's image store; its SDKs expect it at `/ImageStore`. */
export const imageStoreFrontEnd = frontEnd(
  options,
  ({ defaultTimeout, ...rest }, { runtime }) =>
    imageStore({ ...rest, defaultTimeout: Math.ceil(defaultTimeout / 1000) }, runtime),
  "/$/openapi.json",
);
