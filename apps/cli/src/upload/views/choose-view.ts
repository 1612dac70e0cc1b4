import type { Output } from "../../output.js";
import { liveArea } from "../../terminal/live-area.js";
import type { LocalFile } from "../local-file.js";
import type { UploadView } from "../upload-event.js";
import { jsonView } from "./json-view.js";
import { lineView } from "./line-view.js";
import { liveView } from "./live-view.js";

/** Objects for programs, bars where standard output is a terminal that can move its cursor, lines elsewhere. */
export function chooseView(output: Output, files: readonly LocalFile[], isQuiet: boolean): UploadView {
  if (output.isJson) return jsonView(output.json);
  const error = (text: string): void => void process.stderr.write(`${text}\n`);
  if (isQuiet) return lineView({ line: () => {}, error });
  if (!process.stdout.isTTY || process.env["TERM"] === "dumb") return lineView({ line: output.line, error });
  const area = liveArea(process.stdout);
  // A crash of ours leaves the user his cursor.
  process.once("exit", () => area.close());
  return liveView(area, output.style, files);
}
