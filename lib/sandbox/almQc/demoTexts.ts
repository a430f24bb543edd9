// Texts of the example content: a city's bicycle hire.

export interface DemoTopic {
  readonly name: string;
  readonly why: string;
  readonly wishes: readonly DemoWish[];
}

export interface DemoWish {
  readonly name: string;
  readonly text: string;
  readonly type: string;
  readonly progress: string;
  readonly priority: string;
  readonly value: number;
  readonly release: 0 | 1 | null;
  readonly reviewed: boolean;
  readonly accept?: string;
  readonly labels?: readonly string[];
}

const wish = (name: string, text: string, progress: string, priority: string, value: number, release: DemoWish["release"], more: Partial<DemoWish> = {}): DemoWish => ({ name, text, type: "Functional", progress, priority, value, release, reviewed: progress !== "Draft", ...more });

export const TOPICS: readonly DemoTopic[] = [
  {
    name: "Find and unlock",
    why: "From the street to the saddle in one minute.",
    wishes: [
      wish("Show free bicycles on the map", "The map shows <b>free</b> bicycles within 500 m, refreshed every 20 s.", "Done", "4-Very High", 90, 0, { accept: "Three bicycles within walking distance; the map shows three", labels: ["mobile", "web"] }),
      wish("Unlock with a code", "A rider without a phone types a four-digit code at the lock.", "In Work", "3-High", 70, 0, { labels: ["mobile"] }),
      wish("Reserve for ten minutes", "A reserved bicycle blinks and is locked for others.", "Ready", "2-Medium", 40, 1, { accept: "After ten minutes it is free again & nobody pays" }),
      wish("Report a broken bicycle", "A photo and one of five reasons; the bicycle leaves the map at once.", "In Work", "3-High", 60, 0, { accept: "The workshop sees the report within a minute", labels: ["mobile", "quick win"] }),
    ],
  },
  {
    name: "Pay",
    why: "No surprise on the bill.",
    wishes: [
      wish("Price before the ride", "Shows what 10, 30 and 60 minutes cost with <i>this</i> tariff.", "Done", "4-Very High", 85, 0, { labels: ["api"] }),
      wish("Monthly bill as PDF", "One line per ride: start, end, minutes, price.", "Ready", "2-Medium", 50, 1),
      wish("Refund a ride that failed", "A ride below two minutes at the same station costs nothing.", "Draft", "3-High", 65, 1, { type: "Business" }),
      wish("Answer a payment in two seconds", "95 % of payments are confirmed within two seconds.", "Ready", "3-High", 55, 0, { type: "Performance" }),
    ],
  },
  {
    name: "Stations",
    why: "Every station has a bicycle, and room for one.",
    wishes: [
      wish("Count free docks", "A dock that reports nothing for five minutes counts as taken.", "Done", "3-High", 60, 0, { labels: ["api"] }),
      wish("Plan the vans of the night", "The list of stations to fill, by van and in order.", "Draft", "2-Medium", 45, 1, { type: "Business" }),
      wish("Station works without network", "Returns are kept for eight hours and sent later.", "In Work", "5-Urgent", 95, 0, { accept: "Pull the cable; return a bicycle; plug in: the ride has ended at the right minute" }),
      wish("Winter mode", "Stations on hills close below −5 °C.", "Dropped", "1-Low", 10, null),
    ],
  },
];

export interface DemoBug {
  readonly name: string;
  readonly steps: readonly string[];
  readonly seen: string;
  readonly severity: string;
  readonly priority: string;
  readonly status: string;
  readonly component: string;
  readonly release: 0 | 1;
  readonly cycle: string;
  readonly owner: string | null;
  readonly points: number;
}

const bug = (name: string, steps: string, seen: string, severity: string, status: string, component: string, cycle: string, owner: string | null = null, points = 2): DemoBug => ({
  ...{ name, steps: steps.split("; "), seen, severity, status, component, cycle, owner, points },
  priority: severity === "1-Low" ? "1-Low" : severity === "5-Urgent" ? "5-Urgent" : "3-High",
  release: cycle.startsWith("Spring") ? 0 : 1,
});

export const BUGS: readonly DemoBug[] = [
  bug("Map jumps to the town hall", "Open the map; turn the phone", "The map shows the town hall instead of my place", "3-High", "Open", "Map", "Spring alpha", "Bo Chen", 3),
  bug("Code with a leading zero is refused", "Type 0472 at the lock", "“Wrong code”", "4-Very High", "Fixed", "Booking", "Spring alpha", "Emil Novák", 1),
  bug("Ride of 0 minutes is billed", "Unlock; lock again at once", "€ 1.00 on the bill", "4-Very High", "Closed", "Price", "Spring alpha", "Bo Chen"),
  bug("Two bills for one ride", "Lose the network while paying; press “Pay” again", "Two mails with different numbers", "5-Urgent", "Open", "Payment", "Spring beta", "Emil Novák", 5),
  bug("Station shows −1 free docks", "Return two bicycles in the same second", "“-1 free”", "2-Medium", "Reopen", "Depot", "Spring beta", "Carla Díaz"),
  bug("Photo of a report lies on its side", "Report with a phone held upright", "Turned by 90°", "1-Low", "Rejected", "Map", "Spring beta"),
  bug("Price is shown in the wrong currency", "Set the phone to Swiss German", "Francs & cents mixed: “CHF 1.00 <0.85 €>”", "3-High", "New", "Price", "Spring beta", null, 1),
  bug("Bicycle stays reserved after the ride", "Reserve; ride; return; look at the map", "Blinks for ten more minutes", "2-Medium", "New", "Booking", "Autumn alpha", "Anna Berg"),
  bug("Umlauts in station names break the export", "Export the stations as CSV; open the file", "“M?hlenplatz”", "2-Medium", "Fixed", "Depot", "Spring alpha", "Carla Díaz", 1),
  bug("Bill counts the hour of the time change twice", "Ride on the last Sunday of October from 01:50 to 03:10", "140 minutes", "3-High", "New", "Invoice", "Autumn alpha", "Bo Chen", 3),
  bug("Sign-in page flickers in dark mode", "Switch the phone to dark", "White for half a second", "1-Low", "New", "Booking", "Spring beta"),
  bug("Lock reports “open” while closed", "Close the lock in the rain", "The ride goes on and is billed", "5-Urgent", "Open", "Depot", "Spring beta", "Carla Díaz", 8),
  bug("PDF of the bill has no page numbers", "Make a bill of 60 rides", "Three pages, no numbers", "1-Low", "Closed", "Invoice", "Spring alpha", "Emil Novák", 1),
  bug("Map is empty without the permission for places", "Refuse the permission; open the map", "A grey map, no hint", "3-High", "Open", "Map", "Spring beta", "Anna Berg"),
];
