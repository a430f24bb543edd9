// What lies above projects: domains, version, list of resources (sheet, section 1).

import { QcError } from "./errors.ts";
import type { AlmQcOptions } from "./options.ts";
import type { Schema } from "./schema.ts";
import type { Doc } from "./wire.ts";
import type { Project, World } from "./world.ts";
import { element, leaf } from "./xml.ts";

const projectXml = (project: Project, uid: boolean): string => element("Project", [["Name", project.name], ["UID", uid ? project.uid : undefined]], "");

const projectJson = (project: Project, uid: boolean): unknown => ({ Name: project.name, ...(uid ? { UID: project.uid } : {}) });

const domainsOf = (world: World): readonly string[] => [...new Set(world.projects().map(({ domain }) => domain))];

const inDomain = (world: World, domain: string): readonly Project[] => {
  const found = world.projects().filter((project) => project.domain.toLowerCase() === domain.toLowerCase());
  if (found.length === 0) throw new QcError(404, "entity-not-found", `The domain ${domain} does not exist, or you have no right to see it.`);
  return found;
};

const domainXml = (world: World, domain: string, withProjects: boolean): string =>
  element("Domain", [["Name", domain]], withProjects ? element("Projects", [], inDomain(world, domain).map((project) => projectXml(project, false)).join("")) : "");

const domainJson = (world: World, domain: string, withProjects: boolean): unknown => ({
  Name: domain,
  ...(withProjects ? { Projects: { Project: inDomain(world, domain).map((project) => projectJson(project, false)) } } : {}),
});

export const domainsDoc = (world: World, withProjects: boolean): Doc => ({
  xml: () => element("Domains", [], domainsOf(world).map((domain) => domainXml(world, domain, withProjects)).join("")),
  json: () => ({ Domains: { Domain: domainsOf(world).map((domain) => domainJson(world, domain, withProjects)) } }),
});

export const domainDoc = (world: World, domain: string): Doc => {
  inDomain(world, domain);
  return { xml: () => domainXml(world, domain, true), json: () => domainJson(world, domain, true) };
};

export const projectsDoc = (world: World, domain: string): Doc => {
  const projects = inDomain(world, domain);
  return { xml: () => element("Projects", [], projects.map((project) => projectXml(project, true)).join("")), json: () => ({ Projects: { Project: projects.map((project) => projectJson(project, true)) } }) };
};

export const projectDoc = (project: Project): Doc => ({ xml: () => projectXml(project, true), json: () => projectJson(project, true) });

export const projectIn = (world: World, domain: string, name: string): Project => {
  inDomain(world, domain);
  const project = world.project(domain, name);
  if (!project) throw new QcError(404, "entity-not-found", `The project ${name} does not exist in the domain ${domain}, or you have no right to see it.`);
  return project;
};

/** 12.50 is major 12, minor 5. */
export const versionDoc = ({ version }: AlmQcOptions): Doc => {
  const [, major = "0", minor = "0", minorMinor = "0", patch = "0"] = /^(\d+)\.(\d)(\d*)\S*(?:\s*\(Patch (\d+)\))?/.exec(version) ?? [];
  const facts = [["SiteVersion", version], ["MajorVersion", major], ["MinorVersion", minor], ["MinorMinorVersion", minorMinor === "" ? "0" : minorMinor], ["PatchLevel", patch], ["FormatVersion", "1"]] as const;
  return { xml: () => element("SiteVersions", [], facts.map(([name, value]) => leaf(name, value)).join("")), json: () => Object.fromEntries(facts) };
};

export const resourcesDoc = (schema: Schema): Doc => {
  const rows = [...schema.types.values()].map(({ collection }) => ({ path: `/rest/domains/{domain}/projects/{project}/${collection}`, types: "application/xml,application/json" }));
  return { xml: () => element("Resources", [], rows.map(({ path, types }) => element("Resource", [["Path", path], ["MediaTypes", types]], "")).join("")), json: () => ({ Resource: rows.map(({ path, types }) => ({ Path: path, MediaTypes: types })) }) };
};
