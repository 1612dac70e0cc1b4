/** Ports of one Swift, all of 127.0.0.1. */
export interface SwiftPorts {
  readonly proxy: number;
  readonly account: number;
  readonly container: number;
  readonly object: number;
  readonly memcached: number;
}

/** The servers behind the proxy. */
export const swiftBackends = ["account", "container", "object"] as const;

/** The one user: account `test`, name `tester`; S3's access key is both. */
export const swiftUser = { accessKeyId: "test:tester", secretAccessKey: "testing" };

/** Configuration files by name, of one node in `folder` with its data in `folder/srv`. */
export function swiftConfig(folder: string, user: string, ports: SwiftPorts): Readonly<Record<string, string>> {
  const backends = swiftBackends.map(
    (kind) => [`${kind}.conf`, backendConfig(kind, ports[kind], folder, user)] as const,
  );
  return {
    "swift.conf": ini({
      "swift-hash": { swift_hash_path_suffix: "suffix", swift_hash_path_prefix: "prefix" },
      "storage-policy:0": { name: "one", default: "yes" },
      "swift-constraints": { max_header_size: "32768" },
    }),
    "proxy.conf": proxyConfig(folder, user, ports),
    ...Object.fromEntries(backends),
  };
}

type Sections = Readonly<Record<string, Readonly<Record<string, string>>>>;

function ini(sections: Sections): string {
  const lines = Object.entries(sections).flatMap(([name, values]) => [
    `[${name}]`,
    ...Object.entries(values).map(([key, value]) => `${key} = ${value}`),
  ]);
  return `${lines.join("\n")}\n`;
}

function common(folder: string, user: string, port: number): Readonly<Record<string, string>> {
  return {
    swift_dir: `${folder}/etc`,
    user,
    bind_ip: "127.0.0.1",
    bind_port: String(port),
    log_level: "WARNING",
    // A socket that is not there: its log goes to stderr.
    log_address: `${folder}/run/nolog`,
  };
}

/** s3api needs tempauth behind it, tempauth the cache; versioned_writes refuses to start without copy and symlink. */
function proxyConfig(folder: string, user: string, ports: SwiftPorts): string {
  const filter = (name: string, more: Readonly<Record<string, string>> = {}): Sections => ({
    [`filter:${name}`]: { use: `egg:swift#${name}`, ...more },
  });
  return ini({
    DEFAULT: { ...common(folder, user, ports.proxy), workers: "1" },
    "pipeline:main": {
      pipeline:
        "catch_errors gatekeeper healthcheck cache listing_formats bulk s3api tempauth copy slo dlo versioned_writes symlink proxy-server",
    },
    "app:proxy-server": {
      use: "egg:swift#proxy",
      allow_account_management: "true",
      account_autocreate: "true",
      conn_timeout: "5",
      node_timeout: "60",
      client_chunk_size: "262144",
      object_chunk_size: "262144",
    },
    ...filter("catch_errors"),
    ...filter("gatekeeper"),
    ...filter("healthcheck"),
    "filter:cache": { use: "egg:swift#memcache", memcache_servers: `127.0.0.1:${ports.memcached}` },
    ...filter("listing_formats"),
    ...filter("bulk"),
    ...filter("s3api", {
      s3_acl: "false",
      location: "us-east-1",
      allow_multipart_uploads: "true",
      max_upload_part_num: "10000",
      min_segment_size: "5242880",
      check_bucket_owner: "false",
      cors_preflight_allow_origin: "*",
    }),
    ...filter("tempauth", { user_test_tester: `${swiftUser.secretAccessKey} .admin` }),
    ...filter("copy"),
    ...filter("slo", { max_manifest_segments: "10000" }),
    ...filter("dlo"),
    ...filter("versioned_writes", { allow_object_versioning: "true" }),
    ...filter("symlink"),
  });
}

function backendConfig(kind: (typeof swiftBackends)[number], port: number, folder: string, user: string): string {
  const settings = {
    ...common(folder, user, port),
    workers: "1",
    devices: `${folder}/srv`,
    // One folder of an ordinary file system: neither a mount nor room set aside.
    mount_check: "false",
    disable_fallocate: "true",
    recon_cache_path: `${folder}/cache`,
    ...(kind === "object" ? { network_chunk_size: "262144", disk_chunk_size: "262144", mb_per_sync: "0" } : {}),
  };
  return ini({
    DEFAULT: settings,
    "pipeline:main": { pipeline: `${kind}-server` },
    [`app:${kind}-server`]: { use: `egg:swift#${kind}` },
  });
}
