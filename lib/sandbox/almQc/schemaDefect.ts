// Fields of defects and requirements as in a plain project of 26.1, with user fields of each kind (sheet, section 6).

export const DEFECT_FIELDS = `
id|Defect ID|Number|ro
name|Summary|String 255|R h
description|Description|Memo
dev-comments|Comments|Memo
status|Status|List Bug Status|h
severity|Severity|List Severity|RC h
priority|Priority|List Priority|h
detected-by|Detected By|Users|RC h
owner|Assigned To|Users|h
creation-time|Detected on Date|Date|RC
closing-date|Closing Date|Date|h
last-modified|Modified|DateTime|ro
detected-in-rel|Detected in Release|Ref release|h
target-rel|Target Release|Ref release|h
detected-in-rcyc|Detected in Cycle|Ref release-cycle|h
target-rcyc|Target Cycle|Ref release-cycle|h
environment|Environment|Ref
detection-version|Detected in Version|List All Versions|free
closing-version|Closed in Version|List All Versions|free
planned-closing-ver|Planned Closing Version|List All Versions|h free
reproducible|Reproducible|List YesNo|h
project|Project|List All Projects|free
subject|Subject|Number
estimated-fix-time|Estimated Fix Time|Number
actual-fix-time|Actual Fix Time|Number
attachment|Attachment|String 1|ro
has-linkage|Linked Defect|String 1|ro
has-others-linkage|Linked Entity|String 1|ro
has-change|Change Detected|String 50|ro
ver-stamp|Version Stamp|Number|ro
responsible-team|Responsible Team|String 255
extended-reference|Extended Reference|String 255|ro
cycle-id|Test Set|Number
test-reference|Test Reference|Number
run-reference|Run Reference|Number
step-reference|Step Reference|Number
cycle-reference|Cycle Reference|String 255|ro
request-id|Request Id|Number
request-type|Request Type|String 20
request-server|Request Server|String 255
request-note|Request Note|String 255
to-mail|To Mail|String 1
user-01|Component|List Component|h
user-02|Labels|List Labels|multi
user-03|Found in Build|String 80
user-04|Story Points|Number|h
user-05|Root Cause|Memo
user-06|Due Date|Date
user-07|Reviewer|Users
user-08|External Key|String 120
user-09|Remark|List Labels|free
`;

const RISK = Array.from({ length: 24 }, (_, at) => `rbt-${String(at + 1).padStart(2, "0")}|Risk ${at + 1}|String 40|types=3,4,6`).join("\n");

export const REQUIREMENT_FIELDS = `
id|Req ID|Number|ro
name|Name|String 255|R h
type-id|Requirement Type|Ref requirement-type|R h
parent-id|Req Parent|Number
description|Description|Memo
comments|Comments|Memo
req-rich-content|Rich Text|Memo
owner|Author|Users|h
creation-time|Creation Date|Date
req-time|Creation Time|String 20
last-modified|Modified|DateTime|ro
req-priority|Priority|List Priority|h
req-reviewed|Reviewed|List Review Status|h
req-product|Product|List All Projects|free
status|Direct Cover Status|List Coverage Status|ro
target-rel|Target Release|Ref release|multi h
target-rcyc|Target Cycle|Ref release-cycle|multi h
father-name|Req Father Name|String 255|ro
hierarchical-path|Req Path|String 500|ro
order-id|Order|Number
no-of-sons|Number of Sons|Number|ro
attachment|Attachment|String 1|ro
has-linkage|Linked Defect|String 1|ro
has-rich-content|Has Rich Content|String 1|ro
istemplate|Template|String 1|ro
ver-stamp|Version Stamp|Number|ro
req-type|Old Type (obsolete)|String 40
rbt-analysis-parent-req-id|Analysis Parent|Number|types=3,4,6
rbt-effective-risk|Effective Risk|String 40|types=3,4,6
rbt-assess-data|Assessment Data|String 255|types=5
${RISK}
vc-version-number|Version Number|Number|ro
vc-checkin-user-name|Version Checked In By|Users|ro
vc-checkin-date|Version Check In Date|Date|ro
vc-checkin-comments|Version Check In Comments|String 255|ro
vc-checkout-date|Version Check Out Date|Date|ro
vc-checkout-comments|Version Check Out Comments|String 255|ro
check-out-user-name|Version Checked Out By|Users|ro
vc-status|Version Status|String 40|ro
user-01|Progress|List Progress|h
user-02|Business Value|Number|h
user-03|Acceptance Criteria|Memo
user-04|Labels|List Labels|multi types=0,2,3,4,5,6,66
user-05|External Key|String 120
user-06|Due Date|Date
user-07|Reviewer|Users|types=3,4,5,6
`;

const yes = { "has-direct-coverage": "Y", "risk-analysis-type": "1" };
const no = { "has-direct-coverage": "N", "risk-analysis-type": "0" };

export const REQUIREMENT_TYPES = [
  { id: "0", name: "Undefined", more: yes },
  { id: "1", name: "Folder", more: no },
  { id: "2", name: "Group", more: no },
  { id: "3", name: "Functional", more: yes },
  { id: "4", name: "Business", more: yes },
  { id: "5", name: "Testing", more: { ...yes, "risk-analysis-type": "2" } },
  { id: "6", name: "Performance", more: yes },
  { id: "66", name: "Business Model", more: no },
];
