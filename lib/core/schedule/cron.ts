// Jobs as a crontab. Pure.

import { expressionOf, type Job, type Place } from "./job.ts";

const quote = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** A percent sign ends the command in a crontab. */
const commandOf = (place: Place, words: readonly string[]): string => `cd ${quote(place.directory)} && ${words.map(quote).join(" ")}`.replaceAll("%", "\\%");

/** CRON_TZ holds for all lines below it, so jobs of one zone had better stand together. */
export const renderCron = (jobs: readonly Job[], place: Place): string => {
  let zone = "";
  const lines: string[] = [];
  for (const job of jobs) {
    if (job.zone !== zone) lines.push(`CRON_TZ=${job.zone}`, "");
    zone = job.zone;
    if (job.about !== "") lines.push(`# ${job.about}`);
    lines.push(`${expressionOf(job.fields)} ${commandOf(place, job.words)}`, "");
  }
  return `${lines.join("\n").trimEnd()}\n`;
};
