/** What a gateway is started with. */
export interface GatewayArguments {
  readonly config?: string;
  readonly port?: string;
  readonly host?: string;
  readonly data?: string;
  readonly role?: string;
}

/** As the gateway's own command line has them. */
export function gatewayArguments({ config, port, host, data, role }: GatewayArguments): string[] {
  return Object.entries({ config, port, host, data, role }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}=${value}`],
  );
}
