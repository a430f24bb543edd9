// The metadata of the sandbox ALM/QC: domains, fields, types, lists, relations, users, each in its own spelling.

import { beforeEach, describe, expect, it } from "vitest";
import { type Caller, colleague, newCaller, signedIn, XML } from "./almQcCaller.ts";

let caller: Caller;

beforeEach(() => {
  caller = signedIn();
});

const bare = (text: string): string => text.replace(/^<\?xml.*?\?>/, "");
const xml = (path: string): string => bare(caller.get(path, XML).text);
const custom = (path: string): string => xml(`customization/${path}`);
const json = (path: string): Record<string, unknown> => caller.get(`customization/${path}`).body;

describe("the site", () => {
  it("lists domains and projects", () => {
    expect(xml("/qcbin/rest/domains")).toBe('<Domains><Domain Name="DEFAULT"/><Domain Name="LAB"/></Domains>');
    expect(xml("/qcbin/rest/domains?include-projects-info=y")).toBe('<Domains><Domain Name="DEFAULT"><Projects><Project Name="DEMO"/><Project Name="PLAYGROUND"/></Projects></Domain><Domain Name="LAB"><Projects><Project Name="TRIAL"/></Projects></Domain></Domains>');
    expect(xml("/qcbin/rest/domains/LAB/projects")).toMatch(/^<Projects><Project Name="TRIAL" UID="[0-9a-f-]{36}"\/><\/Projects>$/);
    expect(caller.get("/qcbin/rest/domains?include-projects-info=y").body).toMatchObject({ Domains: { Domain: [{ Name: "DEFAULT", Projects: { Project: [{ Name: "DEMO" }, { Name: "PLAYGROUND" }] } }, { Name: "LAB" }] } });
  });

  it("tells its version and its resources", () => {
    expect(xml("/qcbin/rest/sa/version")).toBe("<SiteVersions><SiteVersion>20.0.0</SiteVersion><MajorVersion>20</MajorVersion><MinorVersion>0</MinorVersion><MinorMinorVersion>0</MinorMinorVersion><PatchLevel>0</PatchLevel><FormatVersion>1</FormatVersion></SiteVersions>");
    expect(xml("/qcbin/rest/resource-list")).toContain('Path="/rest/domains/{domain}/projects/{project}/defects"');
  });

  it("shows its users to those with the right", () => {
    expect(caller.get("/qcbin/v2/sa/api/site-users").text).toContain('"full-name":"Carla Díaz"');
    expect(colleague(caller, "anna.berg").get("/qcbin/v2/sa/api/site-users").status).toBe(403);
  });
});

describe("entities", () => {
  it("say what they can", () => {
    expect(custom("entities/defect")).toMatch(/^<EntityResourceDescriptor collectionName="defects" label="Defect" name="defect"><SupportsHistory>true<\/SupportsHistory><SupportsWorkflow>true<\/SupportsWorkflow><SupportsVC>false<\/SupportsVC>/);
    expect(custom("entities")).toContain('name="release-cycle"');
    expect((json("entities").EntityResourceDescriptor as readonly { readonly Name: string }[]).map(({ Name }) => Name)).toContain("requirement");
    expect(caller.get("customization/entities/nonsense").status).toBe(404);
  });
});

describe("fields", () => {
  it("in XML, capital letters", () => {
    expect(/<Field PhysicalName="BG_SEVERITY".*?<\/Field>/.exec(custom("entities/defect/fields"))?.[0]).toBe(
      '<Field PhysicalName="BG_SEVERITY" Name="severity" Label="Severity"><Size>70</Size><History>true</History><Required>true</Required><System>true</System><Type>LookupList</Type><Verify>true</Verify><Virtual>false</Virtual><Active>true</Active><Editable>true</Editable><Filterable>true</Filterable><Groupable>true</Groupable><SupportsMultivalue>false</SupportsMultivalue><Visible>true</Visible><VersionControlled>false</VersionControlled><CanChangeRequired>true</CanChangeRequired><isTime>false</isTime><Searchable>false</Searchable><VisibleInWebUI>true</VisibleInWebUI><Description></Description><List-Id>279</List-Id></Field>',
    );
    expect(/Name="target-rel".*?<\/Field>/.exec(custom("entities/requirement/fields"))?.[0]).toMatch(/<SupportsMultivalue>true<\/SupportsMultivalue>.*<References><RelationReference RelationName="requirementToReleaseByTargetRel" ReferencedEntityType="release"\/><\/References><\/Field>$/);
  });

  it("in JSON, lower camel case", () => {
    const { Field } = json("entities/defect/fields").Fields as { readonly Field: readonly Readonly<Record<string, unknown>>[] };
    expect(Field.find(({ name }) => name === "severity")).toMatchObject({ physicalName: "BG_SEVERITY", label: "Severity", type: "LookupList", size: 70, required: true, listId: 279, supportsMultivalue: false, verify: true, fieldRelationReferences: null });
    expect(Field.find(({ name }) => name === "target-rel")).toMatchObject({ type: "Reference", fieldRelationReferences: { referenceTypeField: null, references: [{ referencedEntityType: "release" }] } });
    expect(Field.find(({ name }) => name === "description")).toMatchObject({ type: "Memo", size: -1, filterable: false });
    expect(Field.find(({ name }) => name === "user-08")).toMatchObject({ physicalName: "BG_USER_08", system: false });
    expect([...new Set(Field.map(({ type }) => type))].sort()).toEqual(["Date", "DateTime", "LookupList", "Memo", "Number", "Reference", "String", "UsersList"]);
  });

  it.each([
    ["entities/defect/fields?required=true", ["creation-time", "detected-by", "name", "severity"]],
    ["entities/requirement/fields?required=true", ["name", "type-id"]],
    ["entities/release/fields?required=true", ["end-date", "name", "parent-id", "start-date"]],
    ["entities/release-cycle/fields?required=true", ["end-date", "name", "parent-id", "start-date"]],
  ])("%s", (path, names) => {
    const { Field } = json(path).Fields as { readonly Field: readonly { readonly name: string }[] };
    expect(Field.map(({ name }) => name).sort()).toEqual(names);
  });

  it("of one type are fewer, and memos cannot be filtered", () => {
    const names = (path: string): readonly string[] => (json(path).Fields as { readonly Field: readonly { readonly name: string }[] }).Field.map(({ name }) => name);
    expect(names("entities/requirement/types/1/fields")).not.toContain("user-04");
    expect(names("entities/requirement/types/3/fields")).toContain("user-04");
    expect(names("entities/defect/fields?can-filter=true")).not.toContain("description");
    expect(caller.get("customization/entities/requirement/types/99/fields").status).toBe(404);
  });
});

describe("types, lists and relations", () => {
  it("types have a name and an id", () => {
    expect(custom("entities/requirement/types")).toMatch(/^<types><type name="Undefined" id="0"\/><type name="Folder" id="1"\/>.*<type name="Business Model" id="66"\/><\/types>$/);
    expect((json("entities/requirement/types").types as readonly unknown[])[3]).toEqual({ id: "3", name: "Functional", "has-direct-coverage": "Y", "risk-analysis-type": "1" });
  });

  it("lists hold their items, trees nested", () => {
    expect(custom("used-lists?name=Severity")).toMatch(/^<Lists><List><Name>Severity<\/Name><Id>279<\/Id><LogicalName>hp.qc.severity<\/LogicalName><Items><Item value="1-Low" logicalName="hp.qc.severity.low"\/>.*<\/Items><\/List><\/Lists>$/);
    expect(json("used-lists?id=1")).toEqual({ lists: [{ Name: "YesNo", Id: 1, LogicalName: "hp.qc.yes-no", Items: [{ value: "N", logicalName: "hp.qc.yes-no.n" }, { value: "Y", logicalName: "hp.qc.yes-no.y" }] }] });
    expect(custom("lists?name=Component")).toContain('<Item value="Booking" logicalName=""><Item value="Address" logicalName=""/>');
    const names = (json("entities/defect/lists").lists as readonly { readonly Name: string }[]).map(({ Name }) => Name);
    expect([names.includes("Bug Status"), names.includes("Link Type")]).toEqual([true, false]);
    expect(caller.post("defects", { name: "x", severity: "1-Low", "detected-by": "sync", "creation-time": "2026-03-01", "user-01": "Address" }).status).toBe(201);
  });

  it("relations have upper camel case, with or without a slash at the end", () => {
    const { Relation, TotalResults } = json("relations") as { readonly Relation: readonly Readonly<Record<string, unknown>>[]; readonly TotalResults: number };
    expect(Relation).toHaveLength(TotalResults);
    expect(Relation.find(({ Name }) => Name === "defectToDefectConnection")).toEqual({
      ...{ Name: "defectToDefectConnection", Label: "Linked Defects", SourceEntity: "defect", TargetEntity: "defect", Type: "connection" },
      StorageDescriptor: { customizationStorageDescriptor: { AssociationStorage: { AssociationEntity: "defect-link" } } },
      TargetAliases: [{ Name: "connected-to-defect", Unique: true }],
    });
    expect(json("entities/defect/relations/")).toEqual(json("entities/defect/relations"));
    expect(custom("entities/release/relations/")).toContain('<TargetAlias Name="release-cycle" Unique="true"/>');
    const keys = Relation.map(({ SourceEntity, TargetAliases }) => `${String(SourceEntity)}.${(TargetAliases as readonly { readonly Name: string }[])[0]?.Name}`);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe("users", () => {
  it("have login, full name and whether they are active", () => {
    expect(custom("users")).toContain('<User Name="anna.berg" FullName="Anna Berg"><email>anna.berg@example.com</email><phone>+49 40 1234</phone><UserActive>true</UserActive></User>');
    expect(custom("users/dirk.olsen")).toBe('<User Name="dirk.olsen" FullName="Dirk Olsen"><email>dirk.olsen@example.com</email><phone></phone><UserActive>false</UserActive></User>');
    expect(json("users/bo.chen")).toMatchObject({ Name: "bo.chen", UserActive: true });
    expect(caller.get("customization/users/nobody").error).toBe("entity-not-found");
  });

  it("change their own facts, an administrator anybody's", () => {
    const anna = colleague(caller, "anna.berg");
    expect(anna.call("PUT", "customization/users/anna.berg", '<User Name="anna.berg"><phone>1</phone></User>', XML).text).toContain("<phone>1</phone>");
    expect(anna.call("PUT", "customization/users/bo.chen", { phone: "2" }).status).toBe(403);
    expect(caller.call("PUT", "customization/users/bo.chen", { phone: "2" }).body.phone).toBe("2");
  });

  it("are cached by tag, as entities, lists and relations are", () => {
    for (const path of ["users", "entities", "used-lists", "relations"]) {
      const { headers } = caller.get(`customization/${path}`);
      expect(caller.get(`customization/${path}`, { "if-none-match": String(headers.ETag) }).status).toBe(304);
    }
  });
});

describe("who is not signed in", () => {
  it("sees nothing of it", () => {
    for (const path of ["customization/entities", "/qcbin/rest/domains", "/qcbin/rest/sa/version", "/qcbin/v2/sa/api/site-users"]) expect(newCaller().get(path).status).toBe(401);
  });
});
