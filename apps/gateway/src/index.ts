export { startGateway } from "./start-gateway.js";
export type { Gateway, GatewayOptions } from "./start-gateway.js";
