// Where a server may send us on to. Credentials stay at home (http.ts); here: no way that others can read, and no address of the
// machine or the cloud it runs in, whose answer would be carried away as the content of a file.

import { lookup } from "node:dns";
import net, { isIPv6, type LookupFunction } from "node:net";
import { RemoteError } from "../core/errors.ts";

type Subnets = readonly (readonly [network: string, bits: number])[];

/** This machine, and what only the machines of one wire or one cloud answer: metadata of the cloud among them (RFC 3927, RFC 4291, RFC 6890). */
const OWN: Subnets = [["0.0.0.0", 8], ["127.0.0.0", 8], ["169.254.0.0", 16], ["::", 127], ["fe80::", 10], ["fd00:ec2::", 32], ["100.100.100.200", 32]];
/** Of a network's inside (RFC 1918, RFC 4193, RFC 6598). A name may lead there where a site has name servers of its own; a bare address of the outside never does. */
const INSIDE: Subnets = [["10.0.0.0", 8], ["172.16.0.0", 12], ["192.168.0.0", 16], ["100.64.0.0", 10], ["fc00::", 7]];

/** An IPv4 address may be written as one of IPv6. */
const isIn = (subnets: Subnets, address: string): boolean => {
  const list = new net.BlockList();
  for (const [network, bits] of subnets) list.addSubnet(network, bits, isIPv6(network) ? "ipv6" : "ipv4");
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  const [first, second] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(address)?.slice(1).map((part) => Number.parseInt(part, 16)) ?? [];
  const plain = mapped ?? (first === undefined || second === undefined ? address : `${first >> 8}.${first & 255}.${second >> 8}.${second & 255}`);
  return list.check(plain, isIPv6(plain) ? "ipv6" : "ipv4");
};

const isAddress = (host: string): boolean => /^[\d.]+$|:/.test(host);

const bare = (url: URL): string => url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");

const isInner = (host: string): boolean => (isAddress(host) ? isIn(OWN, host) || isIn(INSIDE, host) : host === "localhost" || host.endsWith(".localhost"));

/** Refuses to be sent from `home`, the address of the data source, to `to`. Throws RemoteError. */
export const demandElsewhere = (place: string, home: URL, to: URL): void => {
  const refuse = (why: string): never => {
    throw new RemoteError(`${place}: sent on to ${to.protocol}//${to.host}, ${why}`, "is the address of the data source right, and its server trusted?");
  };
  if (!/^https?:$/.test(to.protocol)) refuse("which is no web address");
  if (home.protocol === "https:" && to.protocol !== "https:") refuse("where others can read what comes");
  if (to.host !== home.host && isInner(bare(to)) && !isInner(bare(home))) refuse("which is inside this network");
};

/** Looks names up for such ways: one that leads to this machine itself leads nowhere. */
export const elsewhereLookup: LookupFunction = (name, options, done) => {
  lookup(name, { ...options, all: true }, (error, found) => {
    if (error !== null) return done(error, "", 0);
    const far = found.filter(({ address }) => !isIn(OWN, address));
    const [first] = far;
    if (first === undefined) return done(Object.assign(new Error(`${name} leads into this machine`), { code: "ENOTFOUND" }), "", 0);
    return options.all === true ? done(null, far) : done(null, first.address, first.family);
  });
};

/** No guard where the data source itself lies inside. */
export const lookupFor = (home: URL): LookupFunction | undefined => (isInner(bare(home)) ? undefined : elsewhereLookup);
