// What a fresh server ships: people, lists, phases, ways between phases (sheet, sections 13 and 15), and the lists of the user-defined fields. Data only.

export interface SeedUser {
  readonly login: string;
  readonly first: string;
  readonly last: string;
  readonly password: string;
  readonly role: "admin" | "member" | "viewer";
  readonly active?: false;
  readonly apiKey?: true;
}

export const SPACE = { id: "1001", name: "Default shared space" } as const;
export const WORKSPACES = [
  { id: 1002, name: "Demo" },
  { id: 1003, name: "Second" },
] as const;

export const USERS: readonly SeedUser[] = [
  { login: "sync@example.com", first: "Sync", last: "Service", password: "octane-pass", role: "admin" },
  { login: "tandem_client", first: "Tandem", last: "Key", password: "tandem_secret", role: "admin", apiKey: true },
  { login: "anna.berg@example.com", first: "Anna", last: "Berg", password: "octane-pass", role: "member" },
  { login: "bo.chen@example.com", first: "Bo", last: "Chen", password: "octane-pass", role: "member" },
  { login: "carla.diaz@example.com", first: "Carla", last: "Díaz", password: "octane-pass", role: "member" },
  { login: "dirk.olsen@example.com", first: "Dirk", last: "Olsen", password: "octane-pass", role: "member", active: false },
  { login: "vera.stone@example.com", first: "Vera", last: "Stone", password: "octane-pass", role: "viewer" },
  { login: "emil.novak@example.com", first: "Emil", last: "Novák", password: "octane-pass", role: "member" },
];

export const ROLES = [
  { key: "admin", name: "Workspace Admin", logicalName: "role.workspace.admin" },
  { key: "member", name: "Team Member", logicalName: "role.workspace.team.member" },
  { key: "viewer", name: "Viewer", logicalName: "role.workspace.viewer" },
  { key: "integration", name: "CI/CD Integration", logicalName: "role.workspace.ci.cd.integration" },
] as const;

export interface SeedList {
  readonly root: string;
  readonly name: string;
  /** Suffix of the logical name, and the name shown. */
  readonly values: readonly (readonly [string, string])[];
}

const five: SeedList["values"] = [["low", "Low"], ["medium", "Medium"], ["high", "High"], ["very_high", "Very High"], ["urgent", "Urgent"]];
const kinds: SeedList["values"] = [["Business", "Business"], ["Architecture", "Architecture"]];

export const LISTS: readonly SeedList[] = [
  { root: "list_node.severity", name: "Severity", values: five },
  { root: "list_node.priority", name: "Priority", values: five },
  { root: "list_node.defect_type", name: "Defect Type", values: [["PreRelease", "Pre-Release"], ["Escaped", "Escaped"]] },
  { root: "list_node.defect_root_level", name: "Defect Root Level", values: [["requirement", "Requirement"], ["design", "Design"], ["code", "Code"], ["environment", "Environment"], ["regression", "Regression"]] },
  { root: "list_node.epic_type", name: "Epic Type", values: kinds },
  { root: "list_node.feature_type", name: "Feature Type", values: kinds },
  { root: "list_node.quality_story_type", name: "Quality Story Type", values: [["test", "Test"], ["automation", "Automation"], ["environment", "Environment"]] },
  { root: "list_node.task_item_type", name: "Task Type", values: [["development", "Development"], ["testing", "Testing"], ["documentation", "Documentation"]] },
  { root: "list_node.release_agile_type", name: "Release Agile Type", values: [["scrum", "Scrum"], ["kanban", "Kanban"]] },
  { root: "list_node.item_origin", name: "Item Origin", values: [["octane", "Octane"], ["alm", "ALM"], ["agm", "AGM"], ["jira", "Jira"]] },
  { root: "list_node.wsjf_scale_type", name: "WSJF Scale", values: [["1", "1"], ["2", "2"], ["3", "3"], ["5", "5"], ["8", "8"], ["13", "13"], ["20", "20"]] },
  { root: "list_node.business_impact", name: "Business Impact", values: [["low", "Low"], ["medium", "Medium"], ["high", "High"]] },
  { root: "list_node.test_type", name: "Test Type", values: [["end_to_end", "End to End"], ["regression", "Regression"], ["sanity", "Sanity"], ["security", "Security"], ["performance", "Performance"], ["unit", "Unit"], ["ui", "UI"], ["api", "API"], ["integration", "Integration"], ["acceptance", "Acceptance"]] },
  { root: "list_node.testing_tool_type", name: "Testing Tool Type", values: [["manual", "Manual"], ["gherkin", "Gherkin"], ["uft", "UFT"], ["selenium", "Selenium"], ["junit", "JUnit"], ["custom", "Custom"]] },
  { root: "list_node.test_level", name: "Test Level", values: [["unit", "Unit"], ["integration", "Integration"], ["system", "System"]] },
  { root: "list_node.run_native_status", name: "Native Run Status", values: [["planned", "Planned"], ["in_progress", "In Progress"], ["passed", "Passed"], ["failed", "Failed"], ["blocked", "Blocked"], ["skipped", "Skipped"]] },
  { root: "list_node.run_status", name: "Run Status", values: [["planned", "Planned"], ["passed", "Passed"], ["failed", "Failed"], ["requires_attention", "Requires Attention"], ["skipped", "Skipped"]] },
  { root: "customer_tier_ln", name: "Customer tier", values: [["gold", "Gold"], ["silver", "Silver"], ["bronze", "Bronze"]] },
  { root: "platforms_ln", name: "Platforms", values: [["web", "Web"], ["ios", "iOS"], ["android", "Android"], ["desktop", "Desktop"]] },
];

export const METAPHASES = [
  { key: "new", name: "New" },
  { key: "inprogress", name: "In progress" },
  { key: "intesting", name: "In testing" },
  { key: "done", name: "Done" },
] as const;

export type Metaphase = (typeof METAPHASES)[number]["key"];

/** Suffix of the logical name, name shown, metaphase; the first is the start phase. */
export type SeedPhase = readonly [suffix: string, name: string, metaphase: Metaphase];

const flow: readonly SeedPhase[] = [["new", "New", "new"], ["inprogress", "In Progress", "inprogress"], ["intesting", "In Testing", "intesting"], ["done", "Done", "done"]];
const testFlow: readonly SeedPhase[] = [["new", "New", "new"], ["indesign", "In Design", "inprogress"], ["awaitingreview", "Awaiting Review", "intesting"], ["ready", "Ready", "done"], ["obsolete", "Obsolete", "done"]];
const short: readonly SeedPhase[] = [["new", "New", "new"], ["inprogress", "In Progress", "inprogress"], ["done", "Done", "done"]];

export const PHASES: Readonly<Record<string, readonly SeedPhase[]>> = {
  defect: [
    ["new", "New", "new"],
    ["opened", "Opened", "inprogress"],
    ["fixed", "Fixed", "intesting"],
    ["proposeclose", "Proposed Closed", "intesting"],
    ["closed", "Closed", "done"],
    ["duplicate", "Duplicate", "done"],
    ["rejected", "Rejected", "done"],
    ["deferred", "Deferred", "new"],
  ],
  story: flow,
  feature: flow,
  epic: flow,
  quality_story: short,
  task: [["new", "New", "new"], ["inprogress", "In Progress", "inprogress"], ["completed", "Completed", "done"]],
  requirement_document: [
    ["draft", "Draft", "new"],
    ["indesign", "In Design", "inprogress"],
    ["inreview", "In Review", "intesting"],
    ["approved", "Approved", "done"],
    ["accepted", "Accepted", "done"],
    ["rejected", "Rejected", "done"],
    ["deferred", "Deferred", "new"],
  ],
  test_manual: testFlow,
  gherkin_test: testFlow,
  test_suite: testFlow,
  test_automated: testFlow,
};

/** Ways between phases by suffix; the first target of a phase is its primary way. Types not named go forward and back one step. */
export const WAYS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  defect: {
    new: ["opened", "duplicate", "rejected", "deferred"],
    opened: ["fixed", "duplicate", "rejected", "deferred", "new"],
    fixed: ["proposeclose", "closed", "opened"],
    proposeclose: ["closed", "opened"],
    closed: ["opened"],
    duplicate: ["opened"],
    rejected: ["opened"],
    deferred: ["opened", "new"],
  },
  requirement_document: {
    draft: ["indesign", "inreview", "rejected", "deferred"],
    indesign: ["inreview", "draft", "deferred"],
    inreview: ["approved", "rejected", "indesign"],
    approved: ["accepted", "inreview"],
    accepted: ["inreview"],
    rejected: ["draft"],
    deferred: ["draft"],
  },
};
