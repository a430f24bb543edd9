// A date-time field that means a day: it holds the midnight of its writer's zone (azure-devops.md §22.9). Pure.

const partsIn = (zone: string, at: number): readonly [day: string, asUtc: number] => {
  const format = new Intl.DateTimeFormat("en-CA", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const day = `${(part["year"] ?? "").padStart(4, "0")}-${part["month"]}-${part["day"]}`;
  return [day, Date.parse(`${day}T${part["hour"]}:${part["minute"]}:${part["second"]}Z`)];
};

/** The day an instant lies in. */
export const dayIn = (zone: string, instant: string): string => partsIn(zone, Date.parse(instant))[0];

/** The instant a day begins at; where clocks skip midnight, the first instant of it. */
export const startOfDay = (zone: string, day: string): string => {
  const wanted = Date.parse(`${day}T00:00:00Z`);
  let at = wanted;
  // Twice: the first guess may lie on the other side of a change of clocks.
  for (let step = 0; step < 2; step++) at += wanted - partsIn(zone, at)[1];
  while (partsIn(zone, at)[0] < day) at += 3_600_000;
  return new Date(at).toISOString();
};
