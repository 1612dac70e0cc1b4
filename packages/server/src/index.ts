export type { CorsOptions } from "./cors.js";
export { frontDoor } from "./front-door.js";
export type { DoorAnswer, FrontDoor, FrontDoorOptions } from "./front-door.js";
export type { PolicyHealth } from "./health.js";
export type { Mount } from "./mounts.js";
export type { DoorRequest, RequestWatch, SentReport } from "./watch.js";
