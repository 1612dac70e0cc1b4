import { runProgram } from "../process/run-program.js";
import { swiftBackends } from "./swift-config.js";
import type { SwiftPorts } from "./swift-config.js";

/**
 * The files that say which node has what: one node has everything. With Swift's own library in one process, since
 * `swift-ring-builder` would be nine, of a second each.
 */
const script = `
import sys
from swift.common.ring import RingBuilder
for kind, port in zip(sys.argv[1::2], sys.argv[2::2]):
    builder = RingBuilder(2, 1, 0)
    builder.add_dev({"id": 0, "region": 1, "zone": 1, "ip": "127.0.0.1", "port": int(port), "device": "sda1",
                     "weight": 1.0, "replication_ip": "127.0.0.1", "replication_port": int(port), "meta": ""})
    builder.rebalance()
    builder.get_ring().save(kind + ".ring.gz")
`;

/** Writes the rings of all backends into Swift's folder for configuration. */
export async function makeRings(ports: SwiftPorts, folder: string): Promise<void> {
  const rings = swiftBackends.flatMap((kind) => [kind, String(ports[kind])]);
  // Debian's Swift belongs to Debian's Python.
  await runProgram("/usr/bin/python3", ["-c", script, ...rings], { cwd: folder });
}
