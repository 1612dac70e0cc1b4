export type { CorsOptions } from "./cors.js";
export { frontDoor } from "./front-door.js";
export type { DoorAnswer, FrontDoor, FrontDoorOptions, SentReport } from "./front-door.js";
export type { Mount } from "./mounts.js";
