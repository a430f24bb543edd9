// A real Redmine for tests: the distribution's own package, started on a free port with a private copy of a prepared
// database. Nothing of the system's instance is read or changed. Where it is not installed the tests say so and are left
// out; TANDEM_REQUIRE_REDMINE=1 makes that a failure.

import { type ChildProcess, spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { request } from "undici";
import { inject } from "vitest";
import type { DataSourceSettings } from "../../../lib/connectors/connector.ts";
import { inOrder } from "../testRun/inOrder.ts";

const HOME = process.env["REDMINE_HOME"] ?? "/usr/share/redmine";

export interface Redmine {
  readonly url: string;
  /** Keys of the accounts: `tandem` is an administrator, `robot` a plain member, `outsider` no member of any project. */
  readonly keys: Readonly<Record<"tandem" | "robot" | "outsider" | "anna" | "bert", string>>;
  /** Ids of what was prepared, by name: "user:anna", "field:Severity", "tracker:Bug", "project:demo", "version:1.0". */
  readonly ids: Readonly<Record<string, number>>;
  /** Runs Ruby inside the server, at this time where one is named, and gives back its last value as JSON. */
  ruby(code: string, at?: Date): Promise<unknown>;
  /** Keeps all that the database holds; answers how to have it again. Files of attachments stay where they are. */
  save(): Promise<() => Promise<void>>;
  /** An edit of an issue by a person, through the server's own models: attributes as Redmine names them. */
  adminEdit(issue: string, attributes: Readonly<Record<string, unknown>>, login?: string, notes?: string): Promise<void>;
  close(): Promise<void>;
}

export const redmineAvailable = (): boolean => {
  const found = existsSync(join(HOME, "config.ru"));
  if (!found && process.env["TANDEM_REQUIRE_REDMINE"] === "1") throw new Error(`no Redmine in ${HOME}: install the packages redmine, redmine-sqlite and puma, or name its folder in REDMINE_HOME`);
  if (!found) console.warn(`Redmine is not installed in ${HOME}: its tests are left out (install the packages redmine, redmine-sqlite and puma)`);
  return found;
};

/** The data source of one of its accounts. */
export const redmineSettings = (server: Pick<Redmine, "url" | "keys">, account: keyof Redmine["keys"], options: DataSourceSettings["options"] = {}): DataSourceSettings => ({
  name: "redmine",
  system: "redmine",
  url: server.url,
  credentials: { apiKey: server.keys[account] },
  scope: {},
  options,
  network: {},
});

/** What every test may count on. Runs once per machine and content of this text. */
const PREPARE = `
Setting.rest_api_enabled = 1
Setting.default_language = "en"
Setting.login_required = 0
Setting.issue_group_assignment = 1
Setting.notified_events = []
Setting.cross_project_issue_relations = 1
Role.where(name: %w(Manager Developer)).each do |role|
  role.add_permission!(:set_notes_private, :view_private_notes, :set_issues_private, :manage_subtasks, :edit_issue_notes, :delete_issues, :manage_issue_relations, :edit_issues, :manage_versions)
end
person = lambda do |login, first, last, admin = false|
  user = User.new(firstname: first, lastname: last, mail: login + "@example.com", language: "en", admin: admin, mail_notification: "none")
  user.login = login
  user.password = user.password_confirmation = "secret-" + login
  user.save!
  Token.create!(user: user, action: "api")
  user
end
tandem = person.call("tandem", "Tandem", "Robot", true)
robot = person.call("robot", "Plain", "Robot")
person.call("outsider", "Out", "Sider")
anna = person.call("anna", "Anna", "Auer")
bert = person.call("bert", "Bert", "Böhm")
kims = %w(kim1 kim2).map { |login| person.call(login, "Kim", "Lee") }
gone = person.call("gone", "Gone", "Away")
gone.update!(status: User::STATUS_LOCKED)
manager = Role.find_by!(name: "Manager")
developer = Role.find_by!(name: "Developer")
fields = []
make = lambda do |name, format, more = {}|
  field = IssueCustomField.new({ name: name, field_format: format, is_for_all: true, is_filter: true }.merge(more))
  field.trackers = Tracker.all
  field.save!
  fields << field
  field
end
make.call("Tandem id", "string")
make.call("Severity", "list", possible_values: %w(low high critical))
make.call("Platforms", "list", possible_values: %w(linux mac windows), multiple: true)
make.call("Reviewer", "user")
make.call("Testers", "user", multiple: true)
make.call("Seen in", "version")
make.call("Verified", "bool")
make.call("Released on", "date")
make.call("Builds", "int")
make.call("Weight", "float")
make.call("Docs", "link")
make.call("Workaround", "text")
grade = make.call("Grade", "enumeration")
%w(gold silver).each_with_index { |name, n| grade.enumerations.create!(name: name, position: n + 1) }
%w(demo other).each do |identifier|
  project = Project.create!(name: identifier.capitalize, identifier: identifier, is_public: true, enabled_module_names: %w(issue_tracking files news))
  project.trackers = Tracker.all
  [robot, anna, bert, *kims].each { |user| Member.create!(project: project, user: user, roles: [user == robot ? developer : manager]) }
  project.versions.create!(name: "1.0")
  IssueCategory.create!(project: project, name: "Interface")
end
Project.create!(name: "Closed off", identifier: "closed-off", is_public: false)
`;

const FACTS = `
ids = {}
User.where(type: "User").each { |user| ids["user:" + user.login] = user.id }
IssueCustomField.all.each { |field| ids["field:" + field.name] = field.id }
Tracker.all.each { |tracker| ids["tracker:" + tracker.name] = tracker.id }
Project.all.each { |project| ids["project:" + project.identifier] = project.id }
Version.where(project_id: ids["project:demo"]).each { |version| ids["version:" + version.name] = version.id }
keys = {}
%w(tandem robot outsider anna bert).each { |login| keys[login] = User.find_by_login(login).api_key }
{ ids: ids, keys: keys }
`;

/** Loads Redmine without reading all its code first, prepares an empty database, and opens a door for Ruby of the tests. */
const rackup = (): string => `
require ${JSON.stringify(join(HOME, "config/application"))}
RedmineApp::Application.config.before_initialize { |app| app.config.eager_load = false }
RedmineApp::Application.config.log_level = :warn
RedmineApp::Application.initialize!
require "active_record/connection_adapters/sqlite3_adapter"
# The database is thrown away: nothing has to survive a power cut.
ActiveRecord::ConnectionAdapters::SQLite3Adapter.prepend(Module.new do
  private def configure_connection
    super
    @connection.execute("PRAGMA synchronous = OFF")
    @connection.execute("PRAGMA journal_mode = MEMORY")
  end
end)
ActiveRecord::Base.clear_all_connections!
unless ActiveRecord::Base.connection.table_exists?(:issues)
  ActiveRecord::Migration.verbose = false
  ENV["VERBOSE"] = "false"
  ActiveRecord::Tasks::DatabaseTasks.migrate
  ActiveRecord::Base.descendants.each(&:reset_column_information)
  Redmine::DefaultData::Loader.load("en")
  ${PREPARE}
end
# A call that names its time is carried out then: a clock moved by hand. Another one is carried out now.
$tests_now = nil
Time.singleton_class.prepend(Module.new { def now(*, **) = $tests_now || super })
Date.singleton_class.prepend(Module.new { def today(*) = $tests_now ? $tests_now.to_date : super })
DateTime.singleton_class.prepend(Module.new { def now(*) = $tests_now ? $tests_now.to_datetime : super })
class TestsClock
  def initialize(app) = @app = app
  def call(env)
    at = env["HTTP_X_TESTS_NOW"]
    $tests_now = at && Time.at(at.to_i / 1000r)
    @app.call(env)
  end
end
# What the database held, kept in memory.
$tests_kept = {}
$tests_copy = lambda do |from, to|
  backup = SQLite3::Backup.new(to, "main", from, "main")
  backup.step(-1)
  backup.finish
end
door = lambda do |env|
  request = Rack::Request.new(env)
  next [403, {}, []] unless env["HTTP_X_SECRET"] == ENV.fetch("DOOR_SECRET")
  begin
    answer = { value: TOPLEVEL_BINDING.eval("lambda do\\n" + request.body.read.force_encoding("UTF-8") + "\\nend").call }
    [200, { "Content-Type" => "application/json" }, [answer.to_json]]
  rescue Exception => error
    [500, { "Content-Type" => "text/plain" }, [error.full_message(highlight: false)]]
  ensure
    User.current = nil
    RequestStore.clear!
  end
end
# A test process that is killed says nothing any more: its end of the pipe closes.
Thread.new do
  $stdin.read
  require "fileutils"
  FileUtils.rm_rf(ENV.fetch("DOOR_FOLDER"))
  Process.kill(:KILL, Process.pid)
end
# Redmine writes on reading too (the projects last looked at), and two such at a time lock each other out of an SQLite
# database. Threads are there for connections that wait.
use Rack::Lock
use TestsClock
run Rack::URLMap.new("/tests-door" => door, "/" => Rails.application)
`;

interface Running {
  readonly url: string;
  readonly secret: string;
  stop(): Promise<void>;
}

const fill = (folder: string): void => {
  for (const name of ["config", "tmp", "log", "files", "db"]) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, "config/database.yml"), `production:\n  adapter: sqlite3\n  database: ${join(folder, "db/redmine.sqlite3")}\n  encoding: utf8\n  timeout: 20000\n`);
  writeFileSync(join(folder, "config/secret_key.txt"), createHash("sha512").update(randomUUID()).digest("hex"));
  writeFileSync(join(folder, "config.ru"), rackup());
};

const untilListening = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let seen = "";
    const read = (part: Buffer): void => {
      seen += part.toString("utf8");
      const url = /Listening on (http:\/\/\S+)/.exec(seen)?.[1];
      if (url !== undefined) resolve(url);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`Redmine did not start (${code}):\n${seen.slice(-4000)}`)));
  });

/** Ruby gathers its garbage less often: a short life has room enough. */
const ROOMY = { RUBY_GC_HEAP_INIT_SLOTS: "1500000", RUBY_GC_HEAP_FREE_SLOTS: "500000", RUBY_GC_MALLOC_LIMIT: "200000000", RUBY_GC_OLDMALLOC_LIMIT: "400000000" };

/** The package finds an instance below its own folder only; enough steps upwards lead to ours. */
const launch = async (folder: string): Promise<Running> => {
  const secret = randomUUID();
  const env = { ...process.env, X_DEBIAN_SITEID: `${"../".repeat(12)}${folder.slice(1)}`, RAILS_ENV: "production", BUNDLE_GEMFILE: join(HOME, "Gemfile"), DOOR_SECRET: secret, DOOR_FOLDER: folder, TZ: "UTC", ...ROOMY };
  const child = spawn("puma", ["-e", "production", "-w", "0", "-t", "3:3", "-b", "tcp://127.0.0.1:0", join(folder, "config.ru")], { cwd: HOME, env, stdio: ["pipe", "pipe", "pipe"] });
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const stop = async (): Promise<void> => {
    process.off("exit", kill);
    kill();
    await ended;
  };
  try {
    return { url: await untilListening(child), secret, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const saveOn = (ruby: Redmine["ruby"]): Redmine["save"] => async () => {
  const name = JSON.stringify(randomUUID());
  await ruby(`$tests_copy.call(ActiveRecord::Base.connection.raw_connection, $tests_kept[${name}] = SQLite3::Database.new(":memory:")); true`);
  return async () => void (await ruby(`$tests_copy.call($tests_kept.fetch(${name}), ActiveRecord::Base.connection.raw_connection); ActiveRecord::Base.connection.clear_query_cache; Setting.clear_cache; true`));
};

const prepare = async (kept: string): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "tandem-redmine-new-"));
  fill(folder);
  const running = await launch(folder);
  await running.stop();
  try {
    renameSync(folder, kept);
  } catch (error) {
    // Another test run was quicker: its copy has the same content.
    if (!existsSync(kept)) throw error;
    rmSync(folder, { recursive: true, force: true });
  }
};

/** The prepared instance, made once and kept in the temporary folder under a name that stands for its content. */
const template = async (): Promise<string> => {
  const version = readFileSync(join(HOME, "lib/redmine/version.rb"), "utf8");
  const key = createHash("sha256").update(version + PREPARE + rackup()).digest("hex").slice(0, 16);
  const kept = join(tmpdir(), `tandem-redmine-${key}`);
  return inOrder(join(inject("testRun"), "order-redmine"), () => (existsSync(kept) ? kept : undefined), async () => {
    await prepare(kept);
    return kept;
  });
};

const open = async (): Promise<Redmine> => {
  const prepared = await template();
  const folder = mkdtempSync(join(tmpdir(), "tandem-redmine-run-"));
  fill(folder);
  cpSync(join(prepared, "db"), join(folder, "db"), { recursive: true });
  const running = await launch(folder);
  const ruby: Redmine["ruby"] = async (code, at) => {
    // A connection of its own: one that is kept may be closed by the server in the moment in which it is used again.
    const response = await request(`${running.url}/tests-door/`, { method: "POST", reset: true, headers: { "x-secret": running.secret, ...(at === undefined ? {} : { "x-tests-now": String(at.getTime()) }) }, body: code, headersTimeout: 0, bodyTimeout: 0 });
    const text = await response.body.text();
    if (response.statusCode !== 200) throw new Error(text);
    return (JSON.parse(text) as { readonly value: unknown }).value;
  };
  const facts = (await ruby(FACTS)) as Pick<Redmine, "ids" | "keys">;
  return {
    url: running.url,
    ...facts,
    ruby,
    save: saveOn(ruby),
    adminEdit: async (issue, attributes, login = "anna", notes = "") => {
      await ruby(`
        user = User.current = User.find_by_login(${JSON.stringify(login)})
        issue = Issue.find(${Number(issue)})
        issue.init_journal(user, ${JSON.stringify(notes)})
        issue.attributes = JSON.parse(${JSON.stringify(JSON.stringify(attributes)).replaceAll("#", "\\#")})
        issue.save!
        true`);
    },
    close: async () => {
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

let shared: { readonly server: Promise<Redmine>; users: number } | undefined;

/** One server per test process, however many ask for it; it ends with the last that closes it. */
export const startRedmine = async (): Promise<Redmine> => {
  shared ??= { server: open(), users: 0 };
  const mine = shared;
  mine.users++;
  const server = await mine.server;
  return {
    ...server,
    close: async () => {
      if (--mine.users > 0) return;
      shared = undefined;
      await server.close();
    },
  };
};
