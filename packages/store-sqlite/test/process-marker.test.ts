import { expect, test } from "@jest/globals";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { hasEnded, processMarker } from "../src/processes/process-marker.js";

const onLinux = process.platform === "linux" ? test : test.skip;

onLinux("a process has ended when it is gone, or when another has its id", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  const marker = processMarker(child.pid);
  expect(hasEnded(marker)).toBe(false);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(hasEnded(marker)).toBe(true);
  const [boot, namespace, pid] = processMarker().split(" ");
  expect(hasEnded(`${boot} ${namespace} ${pid} 1`)).toBe(true);
  expect(hasEnded(`an-earlier-boot ${namespace} ${pid} 1`)).toBe(true);
});

onLinux("nothing is said of a process in another namespace, or of what is no marker", () => {
  const [boot, , pid] = processMarker().split(" ");
  for (const marker of [`${boot} pid:[1] ${pid} 1`, "- - 1 -", "", "nonsense"]) expect(hasEnded(marker)).toBe(false);
  expect(hasEnded(processMarker())).toBe(false);
});
