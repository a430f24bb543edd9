// The resources with the fixed GUIDs that clients are compiled with (sheet §4.5): what OPTIONS lists, and what the router matches.

import { type AdoOptions, productOf } from "./options.ts";

export interface Location {
  readonly key: string;
  readonly id: string;
  readonly area: string;
  readonly resource: string;
  readonly template: string;
  readonly version: number;
  readonly min: string;
  /** Preview only: released "0.0" in every version. */
  readonly preview: boolean;
}

type Line = readonly [key: string, id: string, resource: string, template: string, version?: number, min?: string, preview?: "preview"];

/** The area of boards, plans, teams' settings and processes in an address. */
export const WORK = "_apis/work";
const P = "{project}/_apis/{area}/{resource}";
const T = "{project}/{team}/_apis/{area}/{resource}";
const SETTINGS = "{project}/{team}/_apis/{area}/teamsettings";
const BOARD = "{project}/{team}/_apis/{area}/boards/{board}/{resource}";
const COMMENT = "{project}/_apis/wit/workItems/{workItemId}/comments/{commentId}";

const location: readonly Line[] = [
  ["connectionData", "00d9565f-ed9c-4a06-9a50-00e7896ccab4", "ConnectionData", "_apis/{resource}", 1, "1.0", "preview"],
  ["resourceAreas", "e81700f7-3be2-46de-8624-2eb35882fcaa", "ResourceAreas", "_apis/{resource}/{areaId}", 1, "3.2", "preview"],
  ["serviceDefinitions", "d810a47d-f4f4-4a62-a03f-fa1860585c4c", "ServiceDefinitions", "_apis/{resource}/{serviceType}/{identifier}", 1, "1.0", "preview"],
];

const core: readonly Line[] = [
  ["projects", "603fe2ac-9723-48b9-88ad-09305aa6c6e1", "projects", "_apis/{resource}/{*projectId}", 4],
  ["projectProperties", "4976a71a-4487-49aa-8aab-a1eda469037a", "properties", "_apis/projects/{projectId}/{resource}", 1, "4.0", "preview"],
  ["teams", "d30a3dd1-f8ba-442a-b86a-bd0c0c383e59", "teams", "_apis/projects/{projectId}/{resource}/{*teamId}", 3, "4.1"],
  ["allTeams", "7a4d9ee9-3433-4347-b47a-7a80f1cf307e", "teams", "_apis/{resource}", 3, "4.1", "preview"],
  ["members", "294c494c-2600-4d7e-b76c-3dd50c3c95be", "members", "_apis/projects/{projectId}/teams/{teamId}/{resource}", 2],
  ["processes", "93878975-88c5-4e6a-8abb-7ddd77a8a7d8", "processes", "_apis/process/{resource}/{*processId}"],
  ["collections", "8031090f-ef1d-4af6-85fc-698cd75d42bf", "projectCollections", "_apis/{resource}/{collectionId}", 2],
  ["projectHistory", "6488a877-4749-4954-82ea-7340d36be9f2", "projectHistory", "_apis/{resource}", 2, "2.0", "preview"],
];

const operations: readonly Line[] = [["operations", "9a1b74b4-2ca8-4a9f-8470-c2f2e6fdc949", "operations", "_apis/{resource}/{operationId}/{pluginId}"]];

const wit: readonly Line[] = [
  ["workItems", "72c7ddf8-2cdc-4f60-90cd-ab71c14a399b", "workItems", `${P}/{id}`, 3],
  ["workItemsOfType", "62d3d110-0047-428c-ad3c-4fe872c91c74", "workItems", "{project}/_apis/{area}/{resource}/${type}", 3],
  ["workItemsBatch", "908509b6-4248-4475-a1cd-829139ba419f", "workItemsBatch", P, 1, "5.0"],
  ["workItemsDelete", "8bc57545-27e5-420d-b709-f6e3ebcc1fc1", "workItemsDelete", P, 1, "7.1"],
  ["batch", "92eefc1f-1e81-473d-88d6-749205248dc3", "batch", "_apis/{area}/${resource}", 2],
  ["wiql", "1a9c53f7-f243-4447-b110-35ef023636e4", "wiql", T, 2],
  ["wiqlById", "a02355f5-5f8a-4671-8e32-369d23aac83d", "wiql", `${T}/{id}`, 2],
  ["fields", "b51fd764-e5c2-4b9b-aaf7-3395cf4bdd94", "fields", `${P}/{fieldNameOrRefName}`, 3],
  ["workItemTypes", "7c8d7a76-4a09-43e8-b5df-bd792f4ac6aa", "workItemTypes", `${P}/{type}`, 2],
  ["workItemTypeStates", "7c9d7a76-4a09-43e8-b5df-bd792f4ac6aa", "workItemTypeStates", "{project}/_apis/{area}/workitemtypes/{type}/states"],
  ["workItemTypeFields", "bd293ce5-3d25-4192-8e67-e8092e879efb", "workItemTypesField", "{project}/_apis/{area}/workitemtypes/{type}/fields/{field}", 3],
  ["categories", "9b9f5734-36c8-415e-ba67-f83b45c31408", "workItemTypeCategories", `${P}/{category}`, 2],
  ["relationTypes", "f5d33bc9-5b49-4a3c-a9bd-f3cd46dd2165", "workItemRelationTypes", "_apis/{area}/{resource}/{relation}", 2],
  ["revisions", "a00c85a5-80fa-4565-99c3-bcd2181434bb", "revisions", "{project}/_apis/{area}/workItems/{id}/revisions/{revisionNumber}", 3],
  ["updates", "6570bf97-d02c-4a91-8d93-3abe9895b1a9", "updates", "{project}/_apis/{area}/workItems/{id}/updates/{updateNumber}", 4],
  ["reportRevisions", "f828fe59-dd87-495d-a17c-7a8d6211ca6c", "workItemRevisions", "{project}/_apis/{area}/reporting/{resource}", 2, "2.0"],
  ["reportDiscussions", "4a644469-90c5-4fcc-9a9f-be0827d369ec", "workItemRevisionsDiscussions", "{project}/_apis/{area}/reporting/workItemRevisions/discussions", 1, "5.1"],
  ["reportLinks", "b5b5b6d0-0308-40a1-b3f4-b9bb3c66878f", "workItemLinks", "{project}/_apis/{area}/reporting/{resource}", 3, "2.0"],
  ["recycleBin", "b70d8d39-926c-465e-b927-b1bf0e5ca0e0", "recyclebin", `${P}/{id}`, 2, "2.1"],
  ["nodes", "5a172953-1b41-49d3-840a-33f79c3ce89f", "classificationNodes", `${P}/{structureGroup}/{*path}`, 2],
  ["nodeRoots", "a70579d1-f53a-48ee-a5be-7be8659023b9", "classificationNodes", P, 2],
  ["comments", "608aac0a-32e1-4493-a863-b9cf4566d257", "comments", COMMENT, 4, "5.1", "preview"],
  ["commentsByRevision", "19335ae7-22f7-4308-93d8-261f9384b7cf", "comments", "{project}/_apis/{area}/workItems/{id}/comments/{revision}", 2, "3.0", "preview"],
  ["commentVersions", "49e03b34-3be0-42e3-8a5d-e8dfb88ac954", "commentsVersions", `${COMMENT}/versions/{version}`, 1, "5.1", "preview"],
  ["commentReactions", "f6cb3f27-1028-4851-af96-887e570dc21f", "commentsReactions", `${COMMENT}/reactions/{reactionType}`, 1, "5.1", "preview"],
  ["engagedUsers", "e33ca5e0-2349-4285-af3d-d72d86781c35", "commentsReactionsEngagedUsers", `${COMMENT}/reactions/{reactionType}/users`, 1, "5.1", "preview"],
  ["reportComments", "370b8590-9562-42be-b0d8-ac06668fc5dc", "commentsReporting", "{project}/_apis/wit/reporting/workitemcomments", 1, "5.1", "preview"],
  ["attachments", "e07b5fa4-1499-494d-a496-64b860fd64ff", "attachments", `${P}/{id}`, 4],
  ["tags", "bc15bc60-e7a8-43cb-ab01-2106be3983a1", "tags", `${P}/{tagIdOrName}`, 1, "5.2"],
  ["queries", "a67d190c-c41f-424b-814d-0e906f659301", "queries", `${P}/{*query}`, 2],
  ["queriesBatch", "549816f9-09b0-4e75-9e81-01fbfcd07426", "queriesBatch", P],
  ["transitions", "afae844b-e2f6-44c2-8053-17b3bb936a40", "workItemTransitions", "_apis/{area}/{resource}", 1, "4.1"],
  ["artifactLinkTypes", "1a31de40-e318-41cd-a6c6-881077df52e3", "artifactLinkTypes", "_apis/{area}/{resource}", 1, "3.2"],
  ["artifactUriQuery", "a9a9aa7a-8c09-44d3-ad1b-46e855c1e3d3", "artifactUriQuery", P, 1, "3.2"],
  ["icons", "4e1eb4a5-1970-4228-a682-ec48eb2dca30", "workItemIcons", "_apis/{area}/{resource}/{icon}"],
  ["templates", "6a90345f-a676-4969-afce-8e163e1d5642", "templates", T],
  ["template", "fb10264a-8836-48a0-8033-1b0ccd2748d5", "templates", `${T}/{templateId}`],
  ["stateColors", "0b83df8a-3496-4ddb-ba44-63634f4cda61", "workItemStateColor", "_apis/{area}/{resource}"],
  ["typeColors", "958fde80-115e-43fb-bd65-749c48057faf", "workItemTypeColor", "_apis/{area}/{resource}"],
  ["typeColorAndIcons", "f0f8dc62-3975-48ce-8051-f636b68b52e3", "workItemTypeColorAndIcon", "_apis/{area}/{resource}"],
  ["recentActivity", "1bc988f4-c15f-4072-ad35-497c87e3a909", "accountMyWorkRecentActivity", "_apis/{area}/{resource}", 2],
  ["recentMentions", "d60eeb6e-e18c-4478-9e94-a0094e28f41c", "accountRecentMentions", "_apis/{area}/{resource}"],
  ["accountMyWork", "def3d688-ddf5-4096-9024-69beea15cdbd", "accountMyWork", "_apis/{area}/{resource}"],
  ["sendMail", "12438500-2f84-4fa7-9f1a-c31871b4959d", "sendMail", P],
];

const work: readonly Line[] = [
  ["teamSettings", "c3c1012b-bea7-49d7-b45e-1664e566f84c", "teamsettings", T],
  ["teamIterations", "c9175577-28a1-4b06-9197-8636af9f64ad", "iterations", `${SETTINGS}/{resource}/{id}`],
  ["teamFieldValues", "07ced576-58ed-49e6-9c1e-5cb53ab8bf2a", "teamfieldvalues", `${SETTINGS}/{resource}`],
  ["iterationItems", "5b3ef1a6-d3ab-44cd-bafd-c7f45db850fa", "workitems", `${SETTINGS}/iterations/{iterationId}/{resource}`, 1, "4.1"],
  ["capacities", "74412d15-8c1a-4352-a48d-ef1ed5587d57", "capacities", `${SETTINGS}/iterations/{iterationId}/{resource}/{teamMemberId}`, 3],
  ["teamDaysOff", "2d4faa2e-9150-4cbf-a47a-932b1b4a0773", "teamdaysoff", `${SETTINGS}/iterations/{iterationId}/{resource}`],
  ["iterationCapacities", "1e385ce0-396b-4273-8171-d64562c18d37", "iterationcapacities", "{project}/_apis/{area}/iterations/{iterationId}/{resource}"],
  ["backlogConfiguration", "7799f497-3cb5-4f16-ad4f-5cd06012db64", "backlogconfiguration", T],
  ["backlogs", "a93726f9-7867-4e38-b4f2-0bfafc2f6a94", "backlogs", `${T}/{id}`],
  ["backlogItems", "7c468d96-ab1d-4294-a360-92f07e9ccd98", "workItems", "{project}/{team}/_apis/{area}/backlogs/{backlogId}/{resource}"],
  ["boards", "23ad19fc-3b8e-4877-8462-b3f92bc06b40", "boards", `${T}/{id}`],
  ["boardColumns", "c555d7ff-84e1-47df-9923-a3fe0cd8751b", "columns", BOARD],
  ["boardRows", "0863355d-aefd-4d63-8669-984c9b7b0e78", "rows", BOARD],
  ["cardSettings", "07c3b467-bc60-4f05-8e34-599ce288fafc", "cardsettings", BOARD, 2],
  ["cardRuleSettings", "b044a3d9-02ea-49c7-91a1-b730949cc896", "cardrulesettings", BOARD, 2],
  ["boardUserSettings", "b30d9f58-1891-4b0a-b168-c46408f919b0", "boardusersettings", BOARD],
  ["boardCharts", "45fe888c-239e-49fd-958c-df1a1ab21d97", "charts", `${BOARD}/{name}`],
  ["boardParents", "186abea3-5c35-432f-9e28-7a15b4312a0e", "boardparents", "{project}/{team}/_apis/{area}/boards/{resource}"],
  ["columnSuggestions", "eb7ec5a3-1ba3-4fd1-b834-49a5a387e57d", "boardcolumns", P],
  ["rowSuggestions", "bb494cc6-a0f5-4c6c-8dca-ea6912e79eb9", "boardrows", P],
  ["processConfiguration", "f901ba42-86d2-4b0c-89c1-3f86d06daa84", "processconfiguration", P],
  ["taskboardColumns", "c6815dbe-8e7e-4ffe-9a79-e83ee712aa92", "taskboardcolumns", T],
  ["taskboardItems", "1be23c36-8872-4abc-b57d-402cd6c669d9", "taskboardworkitems", `${T}/{iterationId}/{workItemId}`],
  ["reorder", "1c22b714-e7e4-41b9-85e0-56ee13ef55ed", "workitemsorder", T],
  ["reorderIteration", "47755db2-d7eb-405a-8c25-675401525fc9", "workitemsorder", "{project}/{team}/_apis/{area}/iterations/{iterationId}/{resource}"],
  ["predefinedQueries", "9cbba37c-6cc6-4f70-b903-709be86acbf0", "predefinedQueries", `${P}/{id}`],
  ["plans", "0b42cb47-cd73-4810-ac90-19c9ba147453", "plans", `${P}/{id}`],
];

const PROCESS = `${WORK}/processes/{processId}/workItemTypes/{witRefName}/{resource}`;
const processes: readonly Line[] = [
  ["processList", "02cc6a73-5cfb-427d-8c8e-b49fb086e8af", "processes", `${WORK}/{resource}/{processTypeId}`, 2, "5.0"],
  ["processTypes", "e2e9d1a6-432d-4062-8870-bfcb8c324ad7", "workItemTypes", `${WORK}/processes/{processId}/{resource}/{witRefName}`, 2, "5.0"],
  ["processStates", "31015d57-2dff-4a46-adb3-2fb4ee3dcec9", "states", `${PROCESS}/{stateId}`, 1, "5.0"],
  ["processFields", "bc0ad8dc-e3f3-46b0-b06c-5bf861793196", "fields", `${PROCESS}/{fieldRefName}`, 2, "5.0"],
  ["processRules", "76fe3432-d825-479d-a5f6-983bbb78b4f3", "rules", `${PROCESS}/{ruleId}`, 2, "5.0"],
  ["processBehaviors", "d1800200-f184-4e75-a5f2-ad0b04b4373e", "behaviors", `${WORK}/processes/{processId}/{resource}/{behaviorRefName}`, 2, "5.0"],
  ["picklists", "01e15468-e27c-4e20-a974-bd957dcccebc", "lists", `${WORK}/processes/{resource}/{listId}`, 1, "5.0"],
];

const people: Readonly<Record<string, readonly Line[]>> = {
  IMS: [["identities", "28010c54-d0c0-4c89-a5b0-1c9e188b9fb7", "Identities", "_apis/{resource}/{identityId}"]],
  Graph: [
    ["graphUsers", "005e26ec-6b77-4e4f-a986-b3827bf241f5", "Users", "_apis/{area}/{resource}/{userDescriptor}", 1, "3.1", "preview"],
    ["graphGroups", "ebbe6af8-0b91-4c13-8cf1-777c14858188", "Groups", "_apis/{area}/{resource}/{groupDescriptor}", 1, "3.1", "preview"],
    ["descriptors", "048aee0a-7072-4cde-ab73-7af77b1e0b4e", "Descriptors", "_apis/{area}/{resource}/{storageKey}", 1, "3.1", "preview"],
    ["storageKeys", "eb85f8cc-f0f6-4264-a5b1-ffe2e4d4801f", "StorageKeys", "_apis/{area}/{resource}/{subjectDescriptor}", 1, "3.1", "preview"],
  ],
  Profile: [["profiles", "f83735dc-483f-4238-a291-d45f6080a9af", "Profiles", "_apis/{area}/{resource}/{id}", 3]],
};

const inArea = (area: string, lines: readonly Line[]): readonly Location[] => lines.map(([key, id, resource, template, version = 1, min = "1.0", preview]) => ({ key, id, area, resource, template, version, min: area === "work" && min === "1.0" ? "2.0" : min, preview: preview !== undefined }));

const ALL: readonly Location[] = [...inArea("Location", location), ...inArea("core", core), ...inArea("operations", operations), ...inArea("wit", wit), ...inArea("work", work), ...inArea("processes", processes), ...Object.entries(people).flatMap(([area, lines]) => inArea(area, lines))];

const CLOUD_ONLY = new Set(["Graph", "Profile"]);
const asNumber = (version: string): number => Number(version);

/** What this product has: an older server knows fewer, and fewer preview revisions. */
export const locationsOf = (options: AdoOptions): readonly Location[] => {
  const { max } = productOf(options);
  const cloud = options.flavour === "services";
  return ALL.filter((one) => asNumber(one.min) <= asNumber(max) && (cloud || !CLOUD_ONLY.has(one.area))).map((one) => (one.key === "comments" && !cloud ? { ...one, version: 3 } : one));
};

/** Old comments were only there up to 5.0; the newer ones took their place. */
export const maxOf = (options: AdoOptions, one: Location): string => (one.key === "commentsByRevision" ? "5.0" : productOf(options).max);

export const optionsEntry = (options: AdoOptions, one: Location): Readonly<Record<string, unknown>> => {
  const product = productOf(options);
  const max = maxOf(options, one);
  return { id: one.id, area: one.area, resourceName: one.resource, routeTemplate: one.template, resourceVersion: one.version, minVersion: one.min, maxVersion: max, releasedVersion: one.preview ? "0.0" : asNumber(product.released) < asNumber(max) ? product.released : max };
};

export const AREAS: readonly (readonly [id: string, name: string, host: "org" | "vssps"])[] = [
  ["5264459e-e5e0-4bd8-b118-0985e68a4ec5", "wit", "org"], ["79134c72-4a58-4b42-976c-04e7115f32bf", "core", "org"], ["1d4f49f9-02b9-4e26-b826-2cdb6195f2a9", "work", "org"],
  ["8a3d49b8-91f0-46ef-b33d-dda338c25db3", "IMS", "vssps"], ["bb1e7ec9-e901-4b68-999a-de7012b920f8", "Graph", "vssps"], ["8ccfef3d-2b87-4e99-8ccb-66e343d2daa8", "Profile", "vssps"],
];
