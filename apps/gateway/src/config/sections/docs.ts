import { z } from "zod";
import { ownPath } from "../own-path.js";

export const docsSchema = z
  .union([
    z.enum(["off"]),
    z.strictObject({ path: ownPath.prefault("/docs").meta({ description: "Where a browser finds it." }) }),
  ])
  .prefault({})
  .meta({ description: "The API reference of the front-ends as a page, for everybody; or `off`." });
