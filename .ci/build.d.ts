/** Writes one JavaScript file per script, or per other entry point (relative to the checkout), into `folder` (absolute). */
export declare const compile: (folder: string, entryPoints?: readonly string[]) => Promise<void>;
