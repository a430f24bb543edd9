// The words of the demo backlog: epics, stories and bugs of a ferry line's ticket shop.

export interface DemoStory {
  readonly summary: string;
  readonly description: string;
  readonly accept: string;
  readonly points: number;
  readonly epic: number;
  readonly sprint: number | null;
  readonly assignee: string | null;
  readonly priority: string;
  readonly component: string;
  readonly labels: readonly string[];
  readonly status: string;
}

export interface DemoBug {
  readonly summary: string;
  readonly description: string;
  readonly environment: string;
  readonly severity: string;
  readonly priority: string;
  readonly component: string;
  readonly assignee: string | null;
  readonly sprint: number | null;
  readonly foundAt: string;
  readonly status: string;
  readonly resolution: string | null;
}

export const epics = [
  { name: "Buying", summary: "Buy a crossing in two minutes", description: "h2. Why\nHalf of the queue at the pier is people who could have paid at home.\n\nh2. Done when\n# a stranger buys a return trip without help\n# the median is below *two minutes*" },
  { name: "Boarding", summary: "Board without paper", description: "Crews check tickets with the phone they already carry.\n\n{panel:title=Limits}\nNo signal between the islands: everything must work offline.\n{panel}" },
  { name: "Piers", summary: "Departure boards that tell the truth", description: "The boards show the timetable, not the boats. They shall show the boats.\n\n||Pier||Boards||\n|North|2|\n|Old town|3|\n|Lighthouse|1|" },
] as const;

const A = "Anna Berg";
const B = "Bo Chen";
const C = "Carla Díaz";

type Row = readonly [summary: string, description: string, accept: string, points: number, epic: number, sprint: number | null, assignee: string | null, priority: string, component: string, labels: string, status: string];

const rows: readonly Row[] = [
  ["Search crossings by pier and date", "As a *passenger* I want to see the next boats first.\n\n* default: today, from the nearest pier\n* past departures are greyed out", "* finds the 07:40 on a weekday\n* shows nothing for 30 February", 5, 0, 1, B, "High", "Booking", "search", "Done"],
  ["Choose seats on a deck plan", "The plan is an SVG per boat; see [the drawings|https://ferries.example.com/decks].\n\nBench rows of the _Seagull_ have no numbers.", "A taken seat cannot be chosen twice.", 8, 0, 1, C, "High", "Booking", "seats", "Done"],
  ["Pay by card and by phone", "Use the hosted form of the bank. Never touch card numbers.\n\n{code:json}\n{\"amount\": 1240, \"currency\": \"EUR\"}\n{code}", "# success\n# refusal\n# the window is closed half way", 8, 0, 1, B, "Highest", "Booking", "payment", "Done"],
  ["Send the ticket by mail", "PDF with a code, plus a plain text for old readers.", "Arrives within a minute.", 3, 0, 1, A, "Medium", "Booking", "mail", "Done"],
  ["Explain the refund rules", "bq. Until one hour before departure, no questions asked.\n\nEverything else is in the small print.", "Readable on a phone without zooming.", 2, 0, 2, A, "Low", "Booking", "text legal", "In Review"],
  ["Book bicycles and dogs", "Bicycles take a rack, dogs take nothing but patience.\n\n* racks: 12 on weekdays, 20 on Sundays", "The thirteenth bicycle on a Tuesday is refused.", 5, 0, 2, C, "Medium", "Booking", "extras", "In Progress"],
  ["Remember my last trip", "One tap to book the same again.", "Nothing is kept without consent.", 3, 0, 3, null, "Low", "Booking", "comfort", "To Do"],
  ["Scan a ticket offline", "The phone holds the list of the day, fetched at the pier.\n\n----\nSize for 1,400 passengers: about 90 kB.", "Works in flight mode.", 8, 1, 2, B, "Highest", "Crew app", "offline scan", "In Progress"],
  ["Catch a ticket used twice", "Two crews, two gates, no network: the second scan can only be found later.", "Both scans are shown with time and gate.", 5, 1, 2, B, "High", "Crew app", "offline fraud", "To Do"],
  ["Count passengers for the captain", "The captain must know the number before casting off. +Children on laps count.+", "Number on the first screen, large enough to read in the rain.", 3, 1, 2, C, "High", "Crew app", "safety", "In Review"],
  ["Let a lost phone go", "A phone that does not come back is locked out within the hour.", "Locked phones show a number to call.", 3, 1, 3, null, "Medium", "Crew app", "security", "To Do"],
  ["Sell on board for cash", "Only on the last boat. The *purser* counts at home.", "Receipt number on every sale.", 5, 1, 3, A, "Medium", "Crew app", "cash", "To Do"],
  ["Show the crew who needs help", "Wheelchairs and school classes, 10 minutes before boarding.", "Listed by gate.", 2, 1, null, null, "Medium", "Crew app", "service", "To Do"],
  ["Learn the app in five minutes", "Seasonal crews change every week. A small tour, in four languages.", "Tested with someone who never saw it.", 3, 1, null, C, "Low", "Crew app", "training", "To Do"],
  ["Read positions of the boats", "The transponders send every 30 s; keep the last hour.\n\n{noformat}\n!AIVDM,1,1,,B,15M67FC000G?ufbE`FepT@3n00Sa,0*5C\n{noformat}", "A silent boat is shown as silent.", 8, 2, 2, B, "High", "Harbour screens", "ais", "Done"],
  ["Predict arrivals", "From position, speed and the usual time at each pier. {color:#0747a6}No machine learning, please.{color}", "Within 3 minutes for 9 of 10 boats.", 8, 2, 3, B, "Medium", "Harbour screens", "prediction", "To Do"],
  ["Show delays in words", "\"In about ten minutes\" instead of 14:52:31.", "Understood by a tourist.", 2, 2, 3, A, "Medium", "Harbour screens", "text", "To Do"],
  ["Dim the boards at night", "Neighbours of the old town pier complain. Between 22:00 and 06:00: 20 %.", "Follows the sun, not the clock.", 2, 2, 3, C, "Low", "Harbour screens", "neighbours", "To Do"],
  ["Announce cancellations at once", "A captain's word is enough: cancelled means cancelled.", "On all boards within 20 seconds.", 5, 2, null, null, "High", "Harbour screens", "safety", "To Do"],
  ["Say where the next boat leaves from", "In storms boats leave from the lighthouse instead.", "The arrow points the right way.", 3, 2, null, null, "Medium", "Harbour screens", "storm", "To Do"],
  ["Group tickets for schools", "One code for the whole class, counted at the gate.", "Teacher rides free.", 5, 0, null, A, "Medium", "Booking", "groups", "To Do"],
  ["Gift vouchers", "For the summer only, see ??season plan??.", "A voucher pays part of a trip.", 5, 0, null, null, "Low", "Booking", "season", "To Do"],
  ["Translate the shop", "German, French, Italian. The piers keep their names.", "No half-translated page.", 3, 0, 3, A, "Medium", "Booking", "language", "To Do"],
  ["Accept the city pass", "Holders travel free on weekdays after 09:00.", "Pass number checked with the city.", 5, 1, null, null, "Medium", "Crew app", "partners", "To Do"],
  ["Watch the boards from the office", "A wall of small pictures, one per board.", "A dead board turns red.", 3, 2, null, C, "Low", "Harbour screens", "operations", "To Do"],
];

export const stories: readonly DemoStory[] = rows.map(([summary, description, accept, points, epic, sprint, assignee, priority, component, labels, status]) => ({
  summary, description, accept, points, epic, sprint, assignee, priority, component, labels: labels.split(" "), status,
}));

type Bug = readonly [summary: string, description: string, environment: string, severity: string, priority: string, component: string, assignee: string | null, sprint: number | null, foundAt: string, status: string, resolution: string | null];

const bugRows: readonly Bug[] = [
  ["Seat is lost while the payment waits", "h3. Steps\n# choose 14C\n# let the phone sleep for 3 minutes\n# pay\n\nh3. Seen\nPaid, but the seat belongs to someone else.", "Android 14, Chrome", "Very High", "Highest", "Booking", B, 2, "2026-02-11T12:04:00.000+0100", "In Progress", null],
  ["Code on the ticket is too small to scan", "Printed at 60 % by most hotels.", "Paper", "High", "High", "Booking", C, 1, "2026-02-09T08:15:00.000+0100", "Closed", "Done"],
  ["Two mails for one booking", "Only when the bank answers twice.", "", "Medium", "Medium", "Booking", A, 1, "2026-02-10T10:00:00.000+0100", "Resolved", "Done"],
  ["Boats arrive an hour early on the board", "Since the supplier changed the feed. The clocks change on 29 March: it will get worse.", "Pier North, board 2", "Very High", "Highest", "Harbour screens", B, 2, "2026-02-18T07:40:00.000+0100", "In Progress", null],
  ["Names with an accent break the list", "Díaz becomes DÃ­az.", "Crew app 0.4", "Medium", "Medium", "Crew app", C, 2, "2026-02-19T15:20:00.000+0100", "Resolved", "Done"],
  ["Dog counted as passenger", "The captain asked why 61 people fit into 60 seats.", "MS Seagull", "Low", "Low", "Crew app", null, null, "2026-02-20T09:05:00.000+0100", "Open", null],
  ["Search forgets the date after going back", "Back button, then forward: today again.", "Safari 18", "Medium", "Medium", "Booking", A, 2, "2026-02-17T11:11:00.000+0100", "Open", null],
  ["Board goes black in direct sun", "Not software: the glass gets 70 °C. Kept for the record.", "Lighthouse", "High", "Medium", "Harbour screens", C, null, "2026-02-12T14:00:00.000+0100", "Closed", "Won't Do"],
  ["Refund shows a negative price", "-12.40 € instead of 12.40 €.", "", "Low", "Low", "Booking", A, 3, "2026-02-23T16:45:00.000+0100", "Open", null],
  ["Printed code cannot be read", "Same as before, from another hotel.", "Paper", "Medium", "Medium", "Booking", null, null, "2026-02-13T18:00:00.000+0100", "Closed", "Duplicate"],
  ["App needs two logins after an update", "", "Crew app 0.5", "Medium", "Medium", "Crew app", B, 2, "2026-02-24T06:30:00.000+0100", "In Progress", null],
  ["Seat map empty for the Albatross", "The drawing has a different root element.", "", "High", "High", "Booking", C, 1, "2026-02-05T13:30:00.000+0100", "Closed", "Done"],
  ["Gate counter jumps by two", "When the finger is wet.", "Rain", "Low", "Low", "Crew app", null, null, "2026-02-25T07:50:00.000+0100", "Open", null],
  ["Timetable of yesterday after midnight", "Until 00:30, the cache lives too long.", "", "High", "High", "Harbour screens", B, 3, "2026-02-26T00:12:00.000+0100", "Open", null],
  ["Pay button twice on small phones", "Both work, which is the problem.", "320 px", "Very High", "Highest", "Booking", A, 3, "2026-02-26T20:05:00.000+0100", "Open", null],
];

export const bugs: readonly DemoBug[] = bugRows.map(([summary, description, environment, severity, priority, component, assignee, sprint, foundAt, status, resolution]) => ({
  summary, description, environment, severity, priority, component, assignee, sprint, foundAt, status, resolution,
}));
