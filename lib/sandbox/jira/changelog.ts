// The change history as the wire shows it (sheet §17.1).

import type { History, HistoryItem, Issue } from "./model.ts";
import { showUser, type Shown, type View } from "./shapes.ts";
import { platformTime } from "./time.ts";

const showItem = (line: HistoryItem): Shown => ({
  field: line.field, fieldtype: line.fieldtype, ...(line.fieldId === undefined ? {} : { fieldId: line.fieldId }), from: line.from, fromString: line.fromText, to: line.to, toString: line.toText,
});

export const showHistory = (view: View, history: History): Shown => ({
  id: history.id, ...(history.author === null ? {} : { author: showUser(view, history.author) }), created: platformTime(history.created, view.world.options.siteZone), items: history.items.map(showItem),
  ...(history.metadata === undefined ? {} : { historyMetadata: history.metadata }),
});

/** A fixed, meaningless order: for those who rely on one that nobody promised. */
const shuffled = (histories: readonly History[]): readonly History[] => [...histories].sort((one, two) => ((Number(one.id) * 7919) % 104_729) - ((Number(two.id) * 7919) % 104_729));

export const ordered = (view: View, issue: Issue): readonly History[] => (view.world.options.shuffleHistories ? shuffled(issue.histories) : issue.histories);

/** `expand=changelog`: all and oldest first on Data Center, the newest hundred on Cloud. */
export const showHistories = (view: View, issue: Issue): Shown => {
  const all = ordered(view, issue);
  const shown = view.world.options.changelogExpand === "newest100" ? [...all].reverse().slice(0, 100) : all;
  return { startAt: 0, maxResults: shown.length, total: all.length, histories: shown.map((history) => showHistory(view, history)) };
};
