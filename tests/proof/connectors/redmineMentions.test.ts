// Whom a real Redmine tells of texts that we carry to it: nobody.

import { describe, expect, it } from "vitest";
import { TEXT_FORMATS } from "../../../lib/connectors/redmine/options.ts";
import { textsOf } from "../../../lib/connectors/redmine/texts.ts";
import { fromHtml } from "../../../lib/core/text/html.ts";
import { redmineAvailable } from "../../support/systems/redmine.ts";
import { ok, redmineHand } from "./redmineHand.ts";

const TEXT = "<p>@anna, run <code>bert</code> or <code>x @bert</code> (@anna). <b>@bert</b></p><ul><li>@anna</li></ul>";
const SETTING = { textile: "textile", commonMark: "common_mark", commonMarkSoftBreaks: "common_mark", markdown: "markdown", plain: "" } as const;

describe.skipIf(!redmineAvailable())("a text carried to Redmine", () => {
  const { server, open, create, read, update } = redmineHand();

  /** Redmine's own search, in the text as it stands there. */
  const named = async (id: string, setting: string, field = `Issue.find(${id}).description`): Promise<unknown> => {
    const code = `Setting.text_formatting = "${setting}"; Issue.new.send(:scan_for_mentioned_users, ${field}).reject(&:blank?).uniq.sort`;
    return server().ruby(code);
  };

  it("finds them where they are written plainly, or the rest would prove nothing", async () => {
    expect(await named("0", "textile", '"@anna and *@bert* too"')).toEqual(["anna", "bert"]);
  });

  it.each(TEXT_FORMATS.filter((format) => format !== "plain" && format !== "markdown"))("in %s names nobody, and is shown as it was", async (format) => {
    const connector = open("tandem", { textFormat: format });
    const made = await create(connector, `mentions in ${format}`, { description: TEXT });
    expect(made.problems).toEqual([]);
    expect(await named(made.id, SETTING[format])).toEqual([]);
    expect((await read(connector, made.id, ["description"])).fields["description"]).toBe(textsOf(format).read(textsOf(format).write(TEXT)));
    const shown = (await server().ruby(`Redmine::WikiFormatting.to_html("${SETTING[format]}", Issue.find(${made.id}).description)`)) as string;
    expect(fromHtml(shown).replace(/<[^>]*>/g, "")).toBe("@anna, run bert or x @bert (@anna). @bert@anna");
    const comments = connector.comments;
    const note = await comments?.add("Feature", "demo", made.id, "<p>@bert: done</p>");
    expect(await named(made.id, SETTING[format], `Journal.find(${note?.id}).notes`)).toEqual([]);
    expect(note?.text).toBe("<p>@bert: done</p>");
    await comments?.change("Feature", "demo", made.id, note?.id ?? "", "<p>@anna: done</p>");
    expect(await named(made.id, SETTING[format], `Journal.find(${note?.id}).notes`)).toEqual([]);
  });

  it("leaves whom people named, and names nobody else", async () => {
    const connector = open("tandem", { textFormat: "textile" });
    const made = await create(connector, "named by a person");
    await server().adminEdit(made.id, { description: "ask @anna" }, "bert");
    const before = await read(connector, made.id, ["description"]);
    ok(await update(connector, before, { description: "<p>ask @anna or @bert</p>" }));
    expect(await named(made.id, "textile")).toEqual(["anna"]);
  });
});
