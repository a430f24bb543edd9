import { expect, it } from "vitest";
import { serverOfPage } from "../../../lib/core/config/pageAddress.ts";

it.each<[Parameters<typeof serverOfPage>[0], string, string | undefined]>([
  ["jira", "https://jira.example.com", undefined],
  ["jira", "https://jira.example.com/jira/", undefined],
  ["jira", "https://jira.example.com/jira/browse/DEMO-1", "https://jira.example.com/jira"],
  ["jira", "https://jira.example.com:8443/secure/Dashboard.jspa?selectPageId=1", "https://jira.example.com:8443"],
  ["jira", "https://acme.atlassian.net/jira/software/projects/DEMO/boards/1", "https://acme.atlassian.net"],
  ["jira", "https://acme.atlassian.net/?x=1", "https://acme.atlassian.net"],
  ["octane", "https://octane.example.com/ui/?p=1001/1002#/release", "https://octane.example.com"],
  ["octane", "https://example.com/octane/", undefined],
  ["azureDevops", "https://dev.azure.com/acme", undefined],
  ["azureDevops", "https://dev.azure.com/acme/", undefined],
  ["azureDevops", "https://dev.azure.com/acme/Demo/_workitems/edit/7", "https://dev.azure.com/acme"],
  ["azureDevops", "https://dev.azure.com/acme/Demo", "https://dev.azure.com/acme"],
  ["azureDevops", "https://server.example.com/tfs/DefaultCollection", undefined],
  ["serviceNow", "https://acme.service-now.com/now/nav/ui/classic/params/target/incident_list.do", "https://acme.service-now.com"],
  ["serviceNow", "https://acme.service-now.com/incident.do?sys_id=1", "https://acme.service-now.com"],
  ["almQc", "https://alm.example.com/qcbin", undefined],
  ["almQc", "https://alm.example.com/qcbin/start_a.jsp", "https://alm.example.com/qcbin"],
  ["redmine", "https://example.com/redmine/projects/demo/issues", "https://example.com/redmine"],
  ["redmine", "no address", undefined],
])("an address of %s: %s", (system, url, server) => {
  expect(serverOfPage(system, url)).toBe(server);
});
