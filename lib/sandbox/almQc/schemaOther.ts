// Fields of releases, tests, links, files and the rest (sheet, section 6), as far as clients point at them.

const STAMPS = `
last-modified|Modified|DateTime|ro
ver-stamp|Version Stamp|Number|ro
`;

export const RELEASE_FOLDER_FIELDS = `
id|ID|Number|ro
name|Name|String 255|R h
parent-id|Parent|Ref release-folder|R
description|Description|Memo
hierarchical-path|Path|String 500|ro
has-attachments|Attachments|String 1|ro
${STAMPS}`;

const PERIOD = `
id|ID|Number|ro
name|Name|String 255|R h
start-date|Start Date|Date|R h
end-date|End Date|Date|R h
description|Description|Memo
has-attachments|Attachments|String 1|ro
${STAMPS}`;

export const RELEASE_FIELDS = `${PERIOD}
parent-id|Parent|Ref release-folder|R
req-count|Requirements|Number|ro
scope-items-count|Scope Items|Number|ro
milestones-count|Milestones|Number|ro
user-01|Theme|String 120
user-02|External Key|String 120
`;

export const CYCLE_FIELDS = `${PERIOD}
parent-id|Release|Ref release|R
req-count|Requirements|Number|ro
cf-count|Configurations|Number|ro
user-01|External Key|String 120
`;

export const MILESTONE_FIELDS = `${PERIOD}
parent-id|Release|Ref release|R
`;

export const TEST_FIELDS = `
id|Test ID|Number|ro
name|Test Name|String 255|R h
parent-id|Subject|Ref test-folder|R
subtype-id|Type|String 40|R h
status|Status|List Test Status|h
exec-status|Execution Status|List Exec Status|ro
owner|Designer|Users|h
description|Description|Memo
dev-comments|Comments|Memo
creation-time|Creation Date|Date
steps|Steps|Number|ro
estimate-devtime|Estimated DevTime|Number
template|Template|String 1
testing-framework|Testing Framework|String 255
testing-tool|Testing Tool|String 255
ut-class-name|Class Name|String 255
ut-method-name|Method Name|String 255
ut-package-name|Package Name|String 255
attachment|Attachment|String 1|ro
has-linkage|Linked Defect|String 1|ro
vc-version-number|Version Number|Number|ro
vc-checkin-user-name|Version Checked In By|Users|ro
vc-checkin-date|Version Check In Date|Date|ro
vc-checkin-comments|Version Check In Comments|String 255|ro
vc-checkout-date|Version Check Out Date|Date|ro
vc-checkout-comments|Version Check Out Comments|String 255|ro
check-out-user-name|Version Checked Out By|Users|ro
vc-status|Version Status|String 40|ro
user-01|Priority|List Priority
user-02|External Key|String 120
${STAMPS}`;

const FOLDER = (type: string): string => `
id|ID|Number|ro
name|Name|String 255|R
parent-id|Parent|Ref ${type}|R
description|Description|Memo
hierarchical-path|Path|String 500|ro
attachment|Attachment|String 1|ro
${STAMPS}`;

export const TEST_FOLDER_FIELDS = FOLDER("test-folder");
export const TEST_SET_FOLDER_FIELDS = `${FOLDER("test-set-folder")}
assign-rcyc|Assigned to Cycle|Ref release-cycle
`;

export const DESIGN_STEP_FIELDS = `
id|Step ID|Number|ro
name|Step Name|String 255
parent-id|Test|Ref test|R
step-order|Order|Number
description|Description|Memo
expected|Expected Result|Memo
attachment|Attachment|String 1|ro
${STAMPS}`;

export const TEST_CONFIG_FIELDS = `
id|ID|Number|ro
name|Name|String 255|R
parent-id|Test|Ref test|R
description|Description|Memo
creation-time|Creation Date|Date
${STAMPS}`;

export const TEST_PARAMETER_FIELDS = `
id|ID|Number|ro
name|Name|String 255|R
parent-id|Test|Ref test|R
default-value|Default Value|String 255
description|Description|Memo
order|Order|Number
is-used|Used|List YesNo
${STAMPS}`;

export const STEP_PARAMETER_FIELDS = `
id|ID|Number|ro
name|Name|String 255|R
parent-id|Step|Ref design-step|R
actual-value|Actual Value|String 255
${STAMPS}`;

export const RESOURCE_FOLDER_FIELDS = `
id|ID|Number|ro
name|Name|String 255|R
parent-id|Folder|Ref resource-folder|R
description|Description|Memo
${STAMPS}`;

export const RESOURCE_FIELDS = `
id|ID|Number|ro
name|Name|String 255|R
parent-id|Folder|Ref resource-folder|R
res-type|Type|String 70
file-name|File|String 255
description|Description|Memo
owner|Created By|Users
creation-time|Creation Date|Date
${STAMPS}`;

export const TEST_SET_FIELDS = `
id|Test Set ID|Number|ro
name|Test Set|String 255|R
parent-id|Folder|Ref test-set-folder|R
subtype-id|Type|String 40|R
status|Status|String 40
open-date|Open Date|Date
close-date|Close Date|Date
description|Description|Memo
assign-rcyc|Target Cycle|Ref release-cycle
attachment|Attachment|String 1|ro
has-linkage|Linked Defect|String 1|ro
${STAMPS}`;

export const TEST_INSTANCE_FIELDS = `
id|ID|Number|ro
name|Name|String 255|ro
cycle-id|Test Set|Ref test-set|R
test-id|Test|Ref test|R
test-config-id|Configuration|Ref test-config
subtype-id|Type|String 60
test-order|Order|Number
status|Status|List Exec Status
owner|Responsible Tester|Users
actual-tester|Tester|Users
exec-date|Exec Date|Date
exec-time|Exec Time|String 20
iterations|Iterations|String 255
attachment|Attachment|String 1|ro
has-linkage|Linked Defect|String 1|ro
${STAMPS}`;

export const RUN_FIELDS = `
id|Run ID|Number|ro
name|Run Name|String 255|R
subtype-id|Type|String 60|R
test-id|Test|Ref test|R
testcycl-id|Test Instance|Ref test-instance|R
cycle-id|Test Set|Ref test-set
test-config-id|Configuration|Ref test-config
test-instance|Instance|Number
status|Status|List Exec Status|R h
owner|Tester|Users|R
execution-date|Exec Date|Date
execution-time|Exec Time|String 20
duration|Duration|Number
host|Host|String 255
os-name|OS|String 40
comments|Comments|Memo
detail|Detail|String 255
draft|Draft Run|List YesNo
attachment|Attachment|String 1|ro
has-linkage|Linked Defect|String 1|ro
${STAMPS}`;

export const RUN_STEP_FIELDS = `
id|ID|Number|ro
name|Step Name|String 255|R
parent-id|Run|Ref run|R
step-order|Order|Number
description|Description|Memo
expected|Expected|Memo
actual|Actual|Memo
status|Status|List Exec Status
execution-date|Exec Date|Date
execution-time|Exec Time|String 20
attachment|Attachment|String 1|ro
has-linkage|Linked Defect|String 1|ro
${STAMPS}`;

export const DEFECT_LINK_FIELDS = `
id|Link ID|Number|ro
first-endpoint-id|Defect ID|Number|R
second-endpoint-id|Entity ID|Number|R
second-endpoint-type|Entity Type|String 40|R
second-endpoint-name|Entity Name|String 255|ro
second-endpoint-status|Entity Status|String 70|ro
link-type|Link Type|List Link Type
comment|Comment|String 255
owner|Created By|Users
creation-time|Creation Date|Date|ro
${STAMPS}`;

export const COVERAGE_FIELDS = `
id|ID|Number|ro
requirement-id|Requirement|Ref requirement|R
test-id|Test|Ref test|R
entity-type|Entity Type|String 40|R
status|Status|String 40|ro
${STAMPS}`;

export const TRACE_FIELDS = `
id|ID|Number|ro
from-req-id|Trace From|Ref requirement|R
to-req-id|Trace To|Ref requirement|R
comment|Comment|String 255
owner|Created By|Users
creation-time|Creation Date|Date|ro
${STAMPS}`;

export const ATTACHMENT_FIELDS = `
id|ID|Number|ro
name|Name|String 255|R
description|Description|Memo
file-size|Size|Number|ro
parent-id|Owner|Number
parent-type|Owner Type|String 40
ref-type|Type|String 40
ref-subtype|Subtype|Number
last-modified|Modified|DateTime|ro
vc-cur-ver|Version|Number|ro
vc-user-name|User|String 60|ro
`;

export const LIST_ITEM_FIELDS = `
id|ID|Number|ro
name|Name|String 70|R
root-id|List|Number|R
parent-id|Parent|Number
order-id|Order|Number|ro
logical-name|Logical Name|String 255|ro
`;

export const FAVORITE_FIELDS = `
id|ID|Number|ro
name|Name|String 255|R
parent-id|Folder|Ref favorite-folder
module|Module|String 40
filter-data|Filter|String 4000|nf
layout-data|Layout|String 4000|nf
is-public|Public|List YesNo
owner|Owner|Users|ro
${STAMPS}`;

export const FAVORITE_FOLDER_FIELDS = `
id|ID|Number|ro
name|Name|String 255|R
parent-id|Parent|Ref favorite-folder
module|Module|String 40
is-public|Public|List YesNo
owner|Owner|Users|ro
${STAMPS}`;

export const AUDIT_FIELDS = `
id|ID|Number|ro
action|Action|String 20|ro
parent-id|Entity|Number|ro
parent-type|Entity Type|String 40|ro
time|Time|DateTime|ro
user|User|String 60|ro
`;
