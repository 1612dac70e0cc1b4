import { native } from "@stowage/protocol-native";
import { z } from "zod";
import { count } from "../config/quantities.js";
import { frontEnd } from "./front-end.js";

const options = z.strictObject({
  title: z.string().min(1).prefault("Stowage uploads").meta({ description: "Title of the OpenAPI document." }),
  maxPage: count(1, 10_000).prefault(1000).meta({ description: "Most sessions or files of one page of a list." }),
  maxGrant: count(1, 1000).prefault(1000).meta({ description: "Most chunks that one grant signs." }),
});

/** The JSON front-end of our own client. */
export const nativeFrontEnd = frontEnd(options, (settings, { runtime }) => native(settings, runtime));
