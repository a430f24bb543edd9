// The words of the demo instance: epics, stories, incidents and changes of a ferry line's ticket shop.

export const EPICS = [
  { short_description: "Buy a crossing in two minutes", description: "Half of the queue at the pier is people who could have paid at home." },
  { short_description: "Board without paper", description: "Crews check tickets with the phone they already carry.\nNo signal between the islands: everything must work offline." },
  { short_description: "Departure boards that tell the truth", description: "The boards show the timetable, not the boats. They shall show the boats." },
] as const;

export interface DemoStory {
  readonly title: string;
  readonly text: string;
  readonly accept: string;
  readonly points: number;
  readonly epic: number;
  readonly sprint: number | null;
  readonly state: string;
}

type Row = readonly [title: string, text: string, accept: string, points: number, epic: number, sprint: number | null, state: string];

const rows: readonly Row[] = [
  ["Search crossings by pier and date", "As a passenger I want to see the next boats first.", "<ul><li>finds the 07:40 on a weekday</li><li>shows nothing for 30 February</li></ul>", 5, 0, 0, "Complete"],
  ["Choose seats on a deck plan", "Bench rows of the Seagull have no numbers.", "<p>A taken seat cannot be chosen <b>twice</b>.</p>", 8, 0, 0, "Complete"],
  ["Pay by card and by phone", "Use the hosted form of the bank. Never touch card numbers.", "<ol><li>success</li><li>refusal</li><li>the window is closed half way</li></ol>", 8, 0, 0, "Complete"],
  ["Send the ticket by mail", "A file with a code, plus a plain text for old readers.", "<p>Arrives within a minute.</p>", 3, 0, 0, "Complete"],
  ["Explain the refund rules", "Until one hour before departure, no questions asked.", "<p>Readable on a phone without zooming.</p>", 2, 0, 1, "Testing"],
  ["Book bicycles and dogs", "Bicycles take a rack, dogs take nothing but patience.", "<p>The thirteenth bicycle on a Tuesday is refused.</p>", 5, 0, 1, "Work in progress"],
  ["Remember my last trip", "One tap to book the same again.", "<p>Nothing is kept without consent.</p>", 3, 0, 2, "Ready"],
  ["Scan a ticket offline", "The phone holds the list of the day, fetched at the pier.", "<p>Works in flight mode.</p>", 8, 1, 1, "Work in progress"],
  ["Catch a ticket used twice", "Two crews, two gates, no network: the second scan can only be found later.", "<p>Both scans are shown with time and gate.</p>", 5, 1, 1, "Ready"],
  ["Count passengers for the captain", "The captain must know the number before casting off.", "<p>Readable in the rain.</p>", 3, 1, 1, "Ready for testing"],
  ["Let a lost phone go", "A phone that does not come back is locked out within the hour.", "<p>Locked phones show a number to call.</p>", 3, 1, 2, "Ready"],
  ["Sell on board for cash", "Only on the last boat.", "<p>Receipt number on every sale.</p>", 5, 1, null, "Draft"],
  ["Read positions of the boats", "The transponders send every 30 s; keep the last hour.", "<p>A silent boat is shown as silent.</p>", 8, 2, 1, "Complete"],
  ["Predict arrivals", "From position, speed and the usual time at each pier.", "<p>Within 3 minutes for 9 of 10 boats.</p>", 8, 2, 2, "Ready"],
  ["Show delays in words", "\"In about ten minutes\" instead of 14:52:31.", "<p>Understood by a tourist.</p>", 2, 2, null, "Draft"],
  ["Dim the boards at night", "Neighbours of the old town pier complain.", "<p>Follows the sun, not the clock.</p>", 2, 2, null, "Cancelled"],
];

export const STORIES: readonly DemoStory[] = rows.map(([title, text, accept, points, epic, sprint, state]) => ({ title, text, accept, points, epic, sprint, state }));

/** Title, story, planned hours, type. */
export const SCRUM_TASKS: readonly (readonly [string, number, number, string])[] = [
  ["Draw the deck of the Seagull", 1, 6, "Analysis"],
  ["Ask the bank for a test account", 2, 2, "Analysis"],
  ["Keep the list of the day on the phone", 7, 12, "Coding"],
  ["Read codes in the dark", 7, 8, "Coding"],
  ["Sail to the lighthouse and back with ten phones", 7, 6, "Testing"],
  ["Write down what the crews must know", 9, 3, "Documentation"],
];

export const INCIDENTS = [
  { title: "Seat is gone after paying", text: "I chose 14C, paid, and someone else sits there.", category: "software", impact: "1", urgency: "2", caller: "vera.stone" },
  { title: "Board at pier 2 is dark", text: "Since the storm.", category: "hardware", impact: "2", urgency: "1", caller: "carla.diaz" },
  { title: "Two mails for one booking", text: "Same number, same boat, twice.", category: "software", impact: "3", urgency: "3", caller: "max.muster" },
  { title: "Wireless on the Seagull drops in the channel", text: "Always between the second and the third buoy.", category: "network", impact: "2", urgency: "3", caller: "emil.novak" },
  { title: "Printer at the old town pier eats tickets", text: "It returns them chewed.", category: "hardware", impact: "3", urgency: "2", caller: "anna.berg" },
  { title: "Cannot sign in after the holidays", text: "The page says hello, then nothing.", category: "inquiry", impact: "3", urgency: "3", caller: "vera.stone" },
  { title: "Bicycle was not let on board", text: "Booked, paid, thirteenth.", category: "inquiry", impact: "3", urgency: "2", caller: "max.muster" },
  { title: "Scanner beeps at every ticket", text: "It beeps at fish, too.", category: "hardware", impact: "2", urgency: "2", caller: "bo.chen" },
  { title: "Nobody answers the number on the ticket", text: "It belongs to a bakery.", category: "inquiry", impact: "2", urgency: "3", caller: "vera.stone" },
  { title: "The map shows the pier in the water", text: "A little north of where it is.", category: "software", impact: "3", urgency: "3", caller: "emil.novak" },
] as const;

/** Title, text, impact, urgency. */
export const PROBLEMS: readonly (readonly [string, string, string, string])[] = [
  ["The bank answers twice", "Every double mail had a double answer before it.", "2", "2"],
  ["Phones forget the list of the day", "Only those that were cold at the pier.", "2", "1"],
  ["Salt in the plugs of the boards", "Each dark board stood at the seaward end.", "1", "2"],
  ["The timetable of the holidays comes late", "Three years in a row.", "3", "2"],
  ["Wireless fails where the channel bends", "The hill is in between.", "2", "3"],
  ["Tickets stick in the rain", "Paper of the cheap kind.", "3", "3"],
  ["Codes cannot be read at night", "The lamp at pier 4 is yellow.", "3", "1"],
  ["Refunds wait for one person", "On leave in August.", "2", "2"],
  ["The old tablet counts to eleven", "Groups of twelve are slow, groups of thirteen fail.", "3", "3"],
  ["Boards show the boat of yesterday", "After midnight, until somebody looks.", "2", "3"],
];

/** Title, text, type. */
export const CHANGES: readonly (readonly [string, string, string])[] = [
  ["Move the shop to the new machine", "At night, between the last boat and the first.", "normal"],
  ["Renew the certificate of the boards", "They trust nobody after March.", "standard"],
  ["Turn off double answers of the bank", "As soon as possible.", "emergency"],
];
