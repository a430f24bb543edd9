// The part of pg-copy-streams that we use; it brings no types of its own.

declare module "pg-copy-streams" {
  import type { Writable } from "node:stream";
  import type { Submittable } from "pg";
  export const from: (statement: string) => Writable & Submittable;
}
