// What a site's own scripts build on: `import … from "tandem"`. The same doors, locks, options, exit codes and log as our own
// scripts, which use nothing else. docs/customScripts.md shows a whole one.

export { confirm } from "./cli/script/ask.ts";
export { chosenConnections, type ConnectionDefinition, type Definitions, loadDefinitions } from "./cli/definitions/config.ts";
export { printIteration } from "./cli/output/printIteration.ts";
export { printPlan } from "./cli/output/printPlan.ts";
export { main, runScript, type ScriptCall, type ScriptDefinition } from "./cli/script/script.ts";
export { withConnection, withConnector, withConnectors, withLockedConnection, withStore } from "./cli/doors/wiring.ts";
export type { ChangePage, ChangeQuery, Connector, Draft, GetQuery, Patch, WriteResult } from "./connectors/connector.ts";
export { AccessError, BusyError, ConfigError, DataError, type ExitCode, GuardError, MissingInputError, OutputError, RemoteError, TandemError, UsageError } from "./core/errors.ts";
export type { Connection, FieldMapping, SyncSet } from "./core/mapping/model.ts";
export type { FieldChange, ItemPlan } from "./core/sync/plan.ts";
export { plainText } from "./core/text/normal.ts";
export {
  type Account, asList, type Choice, type FieldKind, type Fields, type FieldSchema, type Instant, isChoice, isItemRef, isPerson, isUnseen, type Item, type ItemRef, otherSide, type Person, type PersonRecord, type ProjectInfo,
  type Scalar, type Side, type Single, type TypeSchema, type Value,
} from "./core/types.ts";
export { type ApplyResult, applyPlan } from "./run/applyPlan.ts";
export { auditReport } from "./run/auditReport.ts";
export type { ConnectionContext, Doors } from "./run/context.ts";
export { type IterationOptions, type IterationResult, syncIteration } from "./run/syncIteration.ts";
export type { Lease, Link, Store } from "./store/store.ts";
