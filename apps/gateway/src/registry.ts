import { cloudreveFrontEnd } from "./front-ends/cloudreve-front-end.js";
import { cloudreveSlaveFrontEnd } from "./front-ends/cloudreve-slave-front-end.js";
import { imageStoreFrontEnd } from "./front-ends/image-store-front-end.js";
import { mediaFrontEnd } from "./front-ends/media-front-end.js";
import { nativeFrontEnd } from "./front-ends/native-front-end.js";
import { nodeDriver } from "./nodes/node-driver.js";

/**
 * All drivers that a policy may name, loaded when one does: what they need of their vendors is large. A new driver is one
 * line here.
 */
export const drivers: Readonly<Record<string, () => Promise<unknown>>> = {
  local: async () => (await import("@stowage/driver-local")).local,
  s3: async () => (await import("@stowage/driver-s3")).s3,
  "azure-blob": async () => (await import("@stowage/driver-azure-blob")).azureBlob,
  "image-store": async () => (await import("@stowage/driver-image-store")).imageStore,
  remote: async () => nodeDriver((await import("@stowage/driver-remote")).remote),
};

/** All front-ends that a mount may name. A new one is one line here, and a file of its own for its options. */
export const frontEnds = {
  cloudreve: cloudreveFrontEnd,
  native: nativeFrontEnd,
  "image-store": imageStoreFrontEnd,
  media: mediaFrontEnd,
  "cloudreve-slave": cloudreveSlaveFrontEnd,
};
