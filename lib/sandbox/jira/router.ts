// Finds the route of a request: fixed segments win over parameters. Knows nothing of what the routes do.

import type { Route } from "./call.ts";

interface Node {
  readonly fixed: Map<string, Node>;
  parameter: { readonly name: string; readonly node: Node } | null;
  readonly routes: Map<string, Route>;
}

const newNode = (): Node => ({ fixed: new Map(), parameter: null, routes: new Map() });

export type Found =
  | { readonly kind: "route"; readonly route: Route; readonly params: Readonly<Record<string, string>> }
  | { readonly kind: "wrongMethod"; readonly allowed: readonly string[] }
  | { readonly kind: "nothing" };

export interface Router {
  find(method: string, path: string): Found;
}

const decode = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    // A lone percent sign: vendors' servers take it as it stands.
    return segment;
  }
};

const add = (root: Node, route: Route): void => {
  let node = root;
  for (const segment of route.path.split("/").filter((part) => part !== "")) {
    const name = /^\{(\w+)\}$/.exec(segment)?.[1];
    if (name === undefined) {
      const next = node.fixed.get(segment) ?? newNode();
      node.fixed.set(segment, next);
      node = next;
    } else {
      node.parameter ??= { name: "", node: newNode() };
      node = node.parameter.node;
    }
  }
  node.routes.set(route.method, route);
};

const search = (node: Node, segments: readonly string[], at: number, values: readonly string[]): { readonly node: Node; readonly values: readonly string[] } | null => {
  const segment = segments[at];
  if (segment === undefined) return node.routes.size > 0 ? { node, values } : null;
  const fixed = node.fixed.get(segment);
  const found = fixed ? search(fixed, segments, at + 1, values) : null;
  if (found) return found;
  return node.parameter ? search(node.parameter.node, segments, at + 1, [...values, decode(segment)]) : null;
};

export const createRouter = (routes: readonly Route[]): Router => {
  const root = newNode();
  for (const route of routes) add(root, route);
  return {
    find: (method, path) => {
      const hit = search(root, path.split("/").filter((part) => part !== ""), 0, []);
      if (!hit) return { kind: "nothing" };
      const route = hit.node.routes.get(method === "HEAD" ? "GET" : method);
      if (!route) return { kind: "wrongMethod", allowed: [...hit.node.routes.keys()] };
      const names = [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
      return { kind: "route", route, params: Object.fromEntries(names.map((name, position) => [name, hit.values[position] ?? ""])) };
    },
  };
};

/** Puts the routes of one family under its prefixes. */
export const under = (prefixes: readonly string[], routes: readonly Route[]): readonly Route[] => prefixes.flatMap((prefix) => routes.map((route) => ({ ...route, path: prefix + route.path })));
