// Two connections that map the same item types of the same projects: what one of them makes is new to the other, and what is new
// to both gets two partners. They may stand beside each other only where filters or criteria keep their items apart. Pure.

import type { ConnectionFile, DataSourceFile, TypeMappingFile } from "../config/schema.ts";
import { otherSide, type Side, SIDES } from "../types.ts";
import { flows, type Neighbour } from "./model.ts";

export interface Beside {
  readonly connection: string;
  /** Place of the type in the file that was asked about. */
  readonly index: number;
  /** In words: types and projects. */
  readonly what: string;
  /** Both take only what filters or criteria let through; whether that keeps them apart is known to people alone. */
  readonly apart: boolean;
}

type Sources = Readonly<Record<string, DataSourceFile>>;

interface Mapped {
  readonly index: number;
  readonly what: string;
  /** Which items stand at each end, whatever its role. */
  readonly ends: Readonly<Record<Side, string>>;
  readonly takes: boolean;
  readonly limited: boolean;
}

const folded = (text: string): string => text.normalize("NFC").toLowerCase();

/** Data sources of two names may be the same system. */
const systemOf = (sources: Sources, name: string): string => {
  const source = sources[name];
  if (source === undefined) return name;
  const scope = Object.entries(source.scope ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([source.system, source.url.replace(/\/+$/, "").toLowerCase(), scope]);
};

/** What a data source leads to, for people and to be compared: the scheme may change, and what stands behind the path's end. */
export const addressOf = ({ system, url, scope }: Pick<DataSourceFile, "system" | "url" | "scope">): string => {
  const { host, pathname } = new URL(url);
  const inside = Object.entries(scope ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `, ${name} ${value}`);
  return `${system} ${host}${pathname.replace(/\/+$/, "")}${inside.join("")}`;
};

/** Whether the other connections join the same two systems. */
export const neighboursOf = (file: ConnectionFile, others: readonly ConnectionFile[], sources: Sources): readonly Neighbour[] => {
  const [master, target] = [systemOf(sources, file.master), systemOf(sources, file.target)];
  return others
    .filter(({ name }) => name !== file.name)
    .map((other) => {
      const [first, second] = [systemOf(sources, other.master), systemOf(sources, other.target)];
      return { name: other.name, straight: first === master && second === target, turned: first === target && second === master };
    });
};

const isLimited = ({ filter, criteria }: TypeMappingFile, side: Side): boolean => filter?.[side] !== undefined || criteria?.[side] !== undefined;

const mayCreate = (source: DataSourceFile | undefined, type: string): boolean => !Object.entries(source?.allowCreate ?? {}).some(([name, allowed]) => !allowed && folded(name) === folded(type));

const mappedBy = (file: ConnectionFile, sources: Sources): readonly Mapped[] =>
  file.types.flatMap((type, index) => {
    const taking = SIDES.filter((side) => flows(type.direction ?? file.direction ?? "biDirectional", side) && mayCreate(sources[file[otherSide(side)]], type[otherSide(side)]));
    const end = (side: Side, project: string): string => JSON.stringify([systemOf(sources, file[side]), folded(type[side]), folded(project)]);
    return (type.projects ?? file.projects ?? []).map((pair) => ({
      index,
      what: `${type.master} of ${pair.master} ~ ${type.target} of ${pair.target}`,
      ends: { master: end("master", pair.master), target: end("target", pair.target) },
      takes: taking.length > 0,
      limited: taking.every((side) => isLimited(type, side)),
    }));
  });

const isSame = ({ ends: a }: Mapped, { ends: b }: Mapped): boolean => (a.master === b.master && a.target === b.target) || (a.master === b.target && a.target === b.master);

/** What other connections map as well. */
export const mappedBeside = (file: ConnectionFile, others: readonly ConnectionFile[], sources: Sources): readonly Beside[] => {
  const mine = mappedBy(file, sources);
  return others
    .filter(({ name }) => name !== file.name)
    .flatMap((other) => {
      const theirs = mappedBy(other, sources);
      return mine.flatMap((own): readonly Beside[] => {
        const same = theirs.filter((one) => one.takes && own.takes && isSame(own, one));
        return same.length === 0 ? [] : [{ connection: other.name, index: own.index, what: own.what, apart: own.limited && same.every(({ limited }) => limited) }];
      });
    });
};

export interface Loop {
  readonly index: number;
  readonly what: string;
  /** The other of two that lead to each other; undefined: it leads to itself. */
  readonly other?: string;
}

/** Of one connection, both of whose sides are on the same server: what would copy its own copies. */
export const loops = (file: ConnectionFile, sources: Sources): readonly Loop[] => {
  const mapped = mappedBy(file, sources);
  return mapped.flatMap((one, position): readonly Loop[] => {
    if (one.ends.master === one.ends.target) return [{ index: one.index, what: one.what }];
    const back = mapped.slice(0, position).find((other) => other.takes && one.takes && !(one.limited && other.limited) && other.ends.master === one.ends.target && other.ends.target === one.ends.master);
    return back === undefined ? [] : [{ index: one.index, what: one.what, other: back.what }];
  });
};
