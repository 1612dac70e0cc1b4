import { text } from "node:stream/consumers";
import { UploadFailure } from "@stowage/client";

/** What is typed on. */
export interface Keyboard {
  readonly input: NodeJS.ReadStream;
  readonly prompt: { write(text: string): unknown };
}

/**
 * A new password: typed twice without echo, or with `fromStdin` all of standard input, without the line's end. Never from
 * the command line, which every process of the machine can read.
 *
 * @throws {UploadFailure} `USAGE` where nobody can type, or both differ; `STOPPED` by ^C
 */
export async function askPassword({ input, prompt }: Keyboard, fromStdin: boolean): Promise<string> {
  if (fromStdin) return (await text(input)).replace(/\r?\n$/, "");
  if (!input.isTTY)
    throw new UploadFailure(
      "USAGE",
      "nobody can type a password here: give it on standard input with --password-stdin",
    );
  const first = await askHidden({ input, prompt }, "Password: ");
  const second = await askHidden({ input, prompt }, "Once more: ");
  if (first !== second) throw new UploadFailure("USAGE", "the passwords differ");
  return first;
}

const [interrupt, endOfInput, backspace, del, killLine] = ["\u{3}", "\u{4}", "\u{8}", "\u{7f}", "\u{15}"];

function askHidden({ input, prompt }: Keyboard, question: string): Promise<string> {
  // First: what is typed at the sight of the question must not be echoed.
  input.setRawMode(true);
  prompt.write(question);
  input.setEncoding("utf8");
  input.resume();
  return new Promise((resolve, reject) => {
    let typed: string[] = [];
    const end = (settle: () => void): void => {
      input.off("data", onData);
      input.setRawMode(false);
      input.pause();
      prompt.write("\n");
      settle();
    };
    const onData = (keys: string): void => {
      for (const [index, key] of Array.from(keys).entries()) {
        if (key === "\r" || key === "\n" || key === endOfInput) {
          // Pasted, or typed ahead: the second question gets it.
          const rest = Array.from(keys)
            .slice(index + 1)
            .join("");
          end(() => resolve(typed.join("")));
          return void (rest !== "" && input.unshift(rest));
        }
        if (key === interrupt) return end(() => reject(new UploadFailure("STOPPED", "stopped")));
        if (key === backspace || key === del) typed.pop();
        else if (key === killLine) typed = [];
        else typed.push(key);
      }
    };
    input.on("data", onData);
  });
}
