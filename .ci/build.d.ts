/** Writes the scripts and the library, or other entry points (relative to the checkout), as JavaScript into `folder` (absolute). */
export declare const compile: (folder: string, entryPoints?: readonly string[]) => Promise<void>;
/** Writes emptyStore-pglite-VERSION.tar.gz into `folder` where it is not there yet. */
export declare const packEmptyStore: (folder: string) => Promise<void>;
/** Writes the types of the library into `folder` (absolute), in place of what is there. Throws where they cannot be written. */
export declare const declare: (folder: string) => void;
