/** Ports of one Ceph, all of 127.0.0.1. */
export interface CephPorts {
  readonly monitor: number;
  readonly gateway: number;
}

/**
 * A cluster of one monitor, one store of objects in memory and one gateway, without authentication between them: with it
 * every start takes seconds longer. `auth … none` needs the `ms … mode = crc`, or the gateway waits for ever.
 */
export function cephConfig(folder: string, id: string, ports: CephPorts): string {
  return `${clusterConfig(folder, id, ports.monitor)}${daemonConfig(folder, ports.gateway)}`;
}

function clusterConfig(folder: string, id: string, monitor: number): string {
  return `[global]
fsid = ${id}
mon host = [v2:127.0.0.1:${monitor}/0]
ms bind ipv4 = true
ms bind ipv6 = false
public network = 127.0.0.0/8
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = none
auth service required = none
auth client required = none
auth supported = none
ms mon client mode = crc
ms client mode = crc
ms cluster mode = crc
ms service mode = crc
run dir = ${folder}/run
log file = ${folder}/log/$name.log
admin socket = ${folder}/run/$name.asok
pid file = ${folder}/run/$name.pid
keyring = ${folder}/keyring
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon warn on pool no redundancy = false
mon max pg per osd = 1000
mon osd full ratio = .99
mon data avail crit = 1
mon data avail warn = 2
osd failsafe full ratio = .99
# Making pools waits for the monitor's rounds: with the usual second between them a start takes ten more.
paxos propose interval = 0.05
paxos min wait = 0.01
mon tick interval = 1
`;
}

function daemonConfig(folder: string, gateway: number): string {
  return `[mon]
mon data = ${folder}/mon
mon allow pool delete = true
[osd]
osd data = ${folder}/osd
osd objectstore = memstore
memstore device bytes = 6442450944
memstore page set = false
osd max object name len = 2048
osd op num shards = 2
osd op num threads per shard = 1
[client.rgw.main]
rgw data = ${folder}/rgw
rgw frontends = beast endpoint=127.0.0.1:${gateway}
rgw enable usage log = false
rgw gc max objs = 8
rgw lc max objs = 4
rgw thread pool size = 64
rgw enable quota threads = false
rgw lifecycle thread = false
`;
}
