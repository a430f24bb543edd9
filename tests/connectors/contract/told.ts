// What an item tells of its comments and files with itself: the same that is read of them.

import { Buffer } from "node:buffer";
import { expect, it } from "vitest";
import type { Item } from "../../../lib/core/types.ts";
import type { Tools } from "./mapping.ts";

export const toldContract = (tools: Tools): void => {
  it("tells with an item what is read of its comments and files, or nothing of them", async () => {
    const [subject, connector] = [tools.subject(), tools.connector()];
    const { comments, attachments } = connector;
    if (comments === undefined || attachments === undefined) return;
    const [bare, talked] = await tools.create([tools.draft("tells nothing"), tools.draft("tells all")]);
    const ids = [bare?.id ?? "", talked?.id ?? ""];
    await subject.tick();
    await comments.add(subject.type, subject.project, ids[1] ?? "", "<p>Told <b>too</b></p>");
    const content = async function* () {
      yield Buffer.from("told");
    };
    await attachments.add(subject.type, subject.project, ids[1] ?? "", { name: "told.txt", contentType: "text/plain", size: 4, content: content() });
    await subject.tick();
    const place = { type: subject.type, project: subject.project };
    const read = { comments: await comments.read({ ...place, ids }), attachments: await attachments.list({ ...place, ids }) };
    const wanted = { ...place, fields: [], extras: { comments: true, attachments: true } };
    const items: Item[] = [...(await connector.get({ ...wanted, ids })), ...(await connector.get({ ...wanted, ids, fresh: true }))];
    for await (const page of connector.changes(wanted)) items.push(...page.items.filter(({ id }) => ids.includes(id)));
    expect(items.length).toBeGreaterThanOrEqual(6);
    for (const { id, told } of items) {
      if (told?.comments !== undefined) expect(told.comments).toEqual(read.comments.get(id));
      if (told?.attachments !== undefined) expect(told.attachments).toEqual(read.attachments.get(id));
    }
    // Not asked for, it is not carried along.
    expect((await connector.get({ ...place, fields: [], ids })).flatMap(({ told }) => [told?.comments, told?.attachments]).filter((list) => list !== undefined)).toEqual([]);
  });
};
