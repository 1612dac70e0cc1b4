import { join } from "node:path";
import { Application } from "typedoc";
import { referenceOptions, root } from "./reference-options.js";
import { selfExplaining } from "./self-explaining.js";
import { undocumented } from "./undocumented.js";

// `--check`: writes nothing. Ends with 1 for a link that leads nowhere, a type that is used and not exported, and an export without a word.
const isCheck = process.argv.includes("--check");
const out = join(root, "docs/reference");
const app = await Application.bootstrap(referenceOptions(out));
const project = await app.convert();
if (project === undefined) {
  process.exitCode = 1;
} else {
  app.validate(project);
  const silent = new Set(undocumented(project));
  for (const name of silent) if (!selfExplaining.has(name)) app.logger.error(`${name} has no doc comment`);
  for (const name of selfExplaining)
    if (!silent.has(name)) app.logger.error(`${name} is documented, or gone: take it off self-explaining.ts`);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exitCode = 1;
  else if (!isCheck) await app.generateDocs(project, out);
}
