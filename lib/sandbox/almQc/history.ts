// The audits of one row or of a project; one element comes as an object, several as a list (sheet, section 20).

import { matching, readClauses } from "./list.ts";
import type { Audit, AuditProperty, Row } from "./model.ts";
import type { Shown } from "./render.ts";
import type { Doc } from "./wire.ts";
import { element, leaf } from "./xml.ts";

const TABLES: Readonly<Record<string, string>> = { defect: "BUG", requirement: "REQ", "release-cycle": "RELEASE_CYCLES", release: "RELEASES" };

const tableOf = (type: string): string => TABLES[type] ?? type.toUpperCase().replace(/-/g, "_");

const propertyXml = ({ name, label, before, after }: AuditProperty): string => element("Property", [["Name", name], ["Label", label]], leaf("NewValue", after.join(";")) + leaf("OldValue", before.join(";")));

const propertyJson = ({ name, label, before, after }: AuditProperty): unknown => ({ Name: name, Label: label, NewValue: after.join(";"), OldValue: before.join(";") });

const typeOf = ({ options }: Shown, audit: Audit): string => (options.auditParentType === "table" ? tableOf(audit.parentType) : audit.parentType);

const auditXml = (shown: Shown, audit: Audit): string => {
  const facts = leaf("Id", audit.id) + leaf("Action", audit.action) + leaf("ParentId", audit.parentId) + leaf("ParentType", typeOf(shown, audit)) + leaf("Time", audit.time) + leaf("User", audit.user);
  return element("Audit", [], facts + (audit.properties.length === 0 ? "" : element("Properties", [], audit.properties.map(propertyXml).join(""))));
};

const oneOrMany = (list: readonly unknown[]): unknown => (list.length === 1 ? list[0] : list);

const auditJson = (shown: Shown, audit: Audit): unknown => ({
  ...{ Id: audit.id, Action: audit.action, ParentId: audit.parentId, ParentType: typeOf(shown, audit), Time: audit.time, User: audit.user },
  ...(audit.properties.length === 0 ? {} : { Properties: { Property: oneOrMany(audit.properties.map(propertyJson)) } }),
});

const asRow = (audit: Audit): Row => ({
  type: "audit",
  id: audit.id,
  v: { action: [audit.action], "parent-id": [String(audit.parentId)], "parent-type": [audit.parentType, tableOf(audit.parentType)], time: [audit.time], user: [audit.user] },
});

const page = (params: ReadonlyMap<string, string>, name: string, otherwise: number): number => {
  const text = params.get(name) ?? "";
  return /^\d+$/.test(text) ? Number(text) : otherwise;
};

export const auditsDoc = (shown: Shown, params: ReadonlyMap<string, string>, now: number, of: Row | null): Doc => {
  readClauses(shown.options, params.get("query"));
  const all = shown.project.audits.filter((audit) => of === null || (audit.parentType === of.type && audit.parentId === of.id));
  const found = new Set(matching(shown, shown.schema.typeNamed("audit"), { params, now, among: all.map(asRow) }).map((row) => row.id));
  const matched = all.filter((audit) => found.has(audit.id));
  const start = Math.max(page(params, "start-index", 1), 1) - 1;
  const size = Math.min(page(params, "page-size", shown.options.pageSize), shown.options.maxPageSize);
  const audits = matched.slice(start, start + size);
  return {
    xml: () => element("Audits", [["TotalResults", matched.length]], audits.map((audit) => auditXml(shown, audit)).join("")),
    json: () => ({ Audits: { TotalResults: matched.length, ...(audits.length === 0 ? {} : { Audit: oneOrMany(audits.map((audit) => auditJson(shown, audit))) }) } }),
  };
};
