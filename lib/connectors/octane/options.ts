// What may stand under scope and options of an Octane data source. Read once; every mistake is listed at once. Options
// that are not ours are nobody's mistake.

import type { DataSourceSettings } from "../connector.ts";
import { createOptionReader } from "../optionReader.ts";

export interface OctaneOptions {
  readonly space: string;
  /** Name of a text field of the items ("tandem_id_udf") that carries the uuid of the create. */
  readonly intentField?: string;
  /** Id of the release under which sprints without one are put. */
  readonly defaultRelease?: string;
  /** Further entity types, by their name in the metadata. */
  readonly types: readonly string[];
  readonly pageSize: number;
  readonly bulkSize: number;
  /** Until then a create that was not found may still turn up: the server may be working on it. */
  readonly searchLagSeconds: number;
  readonly overlapSeconds: number;
  readonly clientType?: string;
}

const MOST_PER_PAGE = 1000;
const MOST_PER_WRITE = 200;

/** All that are read. */
export const OPTION_NAMES: readonly string[] = ["intentField", "defaultRelease", "types", "pageSize", "bulkSize", "searchLagSeconds", "overlapSeconds", "clientType"];

const SPACE = "write the id of the shared space: the first number behind ?p= in the browser's address";

/** Throws ConfigError with every problem found. */
export const readOptions = (settings: DataSourceSettings): OctaneOptions => {
  const { intentField, defaultRelease, types = [], clientType } = settings.options;
  const { wrong, wrongScope, problem, number, whole, end } = createOptionReader(settings, OPTION_NAMES);
  const { space } = settings.scope;
  if (space === undefined) problem("scope.space", "is missing", SPACE);
  else if (!/^\w+$/.test(space)) wrongScope("space", SPACE);
  if (intentField !== undefined && (typeof intentField !== "string" || !/^\w+$/.test(intentField))) wrong("intentField", "write the API name of a text field, such as tandem_id_udf");
  if (defaultRelease !== undefined && !/^\w+$/.test(String(defaultRelease))) wrong("defaultRelease", "write the id of a release");
  if (!Array.isArray(types) || types.some((type) => typeof type !== "string")) wrong("types", "write a list of type names");
  // Reserved prefixes are refused by newer servers (octane.md §2.1, §3).
  if (clientType !== undefined && (typeof clientType !== "string" || !/^[\w.-]+$/.test(clientType) || /^(HPE|OCTANE)/i.test(clientType))) wrong("clientType", "write one word that does not begin with HPE or OCTANE");
  const numbers = {
    pageSize: whole("pageSize", MOST_PER_PAGE, 1, 5000),
    bulkSize: whole("bulkSize", MOST_PER_WRITE, 1, 1000),
    searchLagSeconds: number("searchLagSeconds", 30, 0, 3600),
    overlapSeconds: number("overlapSeconds", 120, 0, 86_400),
  };
  end();
  return {
    space: space ?? "",
    ...numbers,
    types: types as readonly string[],
    ...(intentField === undefined ? {} : { intentField: String(intentField) }),
    ...(defaultRelease === undefined ? {} : { defaultRelease: String(defaultRelease) }),
    ...(clientType === undefined ? {} : { clientType: String(clientType) }),
  };
};
