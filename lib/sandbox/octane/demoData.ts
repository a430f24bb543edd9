// The words of the demo: an imagined parcel carrier and its backlog. Data only.

export const TAGS = ["web", "mobile", "api", "regulation", "quick win"] as const;

export const TEAMS = [
  { name: "Harbour", lead: "Anna Berg", members: ["Anna Berg", "Bo Chen", "Emil Novák"] },
  { name: "Lighthouse", lead: "Carla Díaz", members: ["Carla Díaz", "Emil Novák"] },
] as const;

export const AREAS = ["Booking", "Tracking", "Billing", "Depot"] as const;

export interface DemoEpic {
  readonly name: string;
  readonly why: string;
  readonly kind: "Business" | "Architecture";
  readonly owner: string;
  readonly phase: string;
}

export const EPICS: readonly DemoEpic[] = [
  { name: "Book a parcel in two minutes", why: "Half of the visitors leave the booking before they pay. The two-minute path is the promise of this year.", kind: "Business", owner: "Anna Berg", phase: "In Progress" },
  { name: "Know where my parcel is", why: "Two of three calls to the service desk ask for a parcel's whereabouts.", kind: "Business", owner: "Carla Díaz", phase: "In Progress" },
  { name: "Correct invoices, every month", why: "Business customers dispute one invoice in forty; each dispute costs 35 € to settle.", kind: "Business", owner: "Bo Chen", phase: "New" },
  { name: "Depots that run without the centre", why: "A cut line to the centre stops the belt. Depots must work alone for eight hours.", kind: "Architecture", owner: "Emil Novák", phase: "New" },
];

export interface DemoFeature {
  readonly epic: number;
  readonly name: string;
  readonly what: string;
  readonly owner: string;
  readonly phase: string;
  readonly release: 0 | 1 | null;
  readonly points: number;
}

export const FEATURES: readonly DemoFeature[] = [
  { epic: 0, name: "Address book and autocomplete", what: "Senders pick known addresses, new ones complete themselves while typing.", owner: "Anna Berg", phase: "In Progress", release: 0, points: 40 },
  { epic: 0, name: "Price before sign-in", what: "The price is shown before anyone has to register.", owner: "Anna Berg", phase: "In Testing", release: 0, points: 20 },
  { epic: 0, name: "Pay with the phone", what: "Wallets of the two large phone makers, and instant transfer.", owner: "Bo Chen", phase: "In Progress", release: 0, points: 30 },
  { epic: 1, name: "Live tracking page", what: "One page with map, milestones and the next expected hour.", owner: "Carla Díaz", phase: "In Progress", release: 0, points: 35 },
  { epic: 1, name: "Messages on the way", what: "Mail, text message and push at the points the receiver chose.", owner: "Carla Díaz", phase: "New", release: 1, points: 25 },
  { epic: 1, name: "Redirect a parcel under way", what: "To a neighbour, a shop or another day, until the van is loaded.", owner: "Emil Novák", phase: "New", release: 1, points: 30 },
  { epic: 2, name: "Invoice lines that explain themselves", what: "Each line names parcel, tariff and surcharge in words.", owner: "Bo Chen", phase: "New", release: 1, points: 20 },
  { epic: 2, name: "Electronic invoices for the public sector", what: "The format that authorities demand from January.", owner: "Bo Chen", phase: "In Progress", release: 0, points: 20 },
  { epic: 3, name: "Depot cache for routing data", what: "Routes and customers of the coming eight hours lie in the depot.", owner: "Emil Novák", phase: "New", release: 1, points: 45 },
  { epic: 3, name: "Scanner that survives a reboot", what: "Scans are never lost, whatever happens to the hand scanner.", owner: "Emil Novák", phase: "New", release: null, points: 25 },
];

export interface DemoStory {
  readonly feature: number;
  readonly name: string;
  readonly role: string;
  readonly benefit: string;
  readonly accept: readonly string[];
  readonly points: number;
  readonly phase: string;
  readonly sprint: 0 | 1 | 2 | 3 | null;
  readonly owner?: string;
  readonly tags?: readonly (typeof TAGS)[number][];
}

const story = (feature: number, name: string, role: string, benefit: string, accept: string, points: number, phase: string, sprint: DemoStory["sprint"], owner?: string, ...tags: readonly (typeof TAGS)[number][]): DemoStory => ({
  feature,
  name,
  role,
  benefit,
  accept: accept.split("; "),
  points,
  phase,
  sprint,
  ...(owner ? { owner } : {}),
  ...(tags.length > 0 ? { tags } : {}),
});

export const STORIES: readonly DemoStory[] = [
  story(0, "Pick a receiver from the address book", "sender", "I need not type an address twice", "The ten latest receivers stand first; typing filters by name and town; a deleted receiver is gone from the list at once", 5, "Done", 0, "Anna Berg", "web"),
  story(0, "Complete an address while typing", "sender", "parcels do not come back for a typing mistake", "Suggestions within 300 ms; house numbers are checked against the register; “Straße” and “Str.” find the same street", 8, "In Testing", 0, "Bo Chen", "web", "api"),
  story(0, "Import receivers from a CSV file", "business customer", "I can move from another carrier in a minute", "Umlauts survive; wrong lines are listed with their number; nothing is imported twice", 5, "In Progress", 1, "Bo Chen"),
  story(0, "Remember the last sender address", "sender", "booking starts at the second step", "One address per device; can be switched off", 2, "Done", 0, "Anna Berg", "quick win"),
  story(0, "Warn about islands and mountain roads", "sender", "I learn of a surcharge before I pay", "The surcharge is named with its reason; the list is maintained by operations", 3, "New", 2),
  story(1, "Show the price on the first page", "visitor", "I can compare before I register", "Weight, size and country are enough; VAT is included; the price holds for 24 hours", 5, "In Testing", 0, "Anna Berg", "web"),
  story(1, "Explain the price step by step", "visitor", "I trust the price", "Basic price, fuel, distance, discount; the sum equals the price to the cent", 3, "In Progress", 1, "Anna Berg", "web"),
  story(1, "Keep the offer for a day", "visitor", "I can ask my boss first", "A link brings the same price back; after 24 hours the link says so", 3, "New", 1, "Emil Novák"),
  story(1, "Discount codes of partners", "partner", "my members get what was agreed", "A code is used once; an expired code explains itself", 5, "New", 2),
  story(2, "Pay with a phone wallet", "sender", "I need no card at hand", "Works on both large systems; a refused payment keeps the booking", 8, "In Progress", 1, "Bo Chen", "mobile"),
  story(2, "Pay by instant transfer", "sender", "I can pay without a card", "Confirmation within ten seconds; the bank's refusal is shown in words", 5, "New", 1, "Bo Chen"),
  story(2, "Ask for strong authentication only when needed", "sender", "small payments are quick", "Under 30 € none is asked for; the rule can be changed without a release", 5, "New", 2, undefined, "regulation"),
  story(2, "Send the receipt by mail", "sender", "my accounts are complete", "PDF under 100 kB; the file name holds the booking number", 2, "Done", 0, "Emil Novák"),
  story(3, "Map with the van's last position", "receiver", "I know whether to stay at home", "Never closer than one kilometre; hidden after delivery; works without consent to cookies", 8, "In Progress", 1, "Carla Díaz", "web", "mobile"),
  story(3, "Milestones in plain words", "receiver", "I understand what happens", "No depot codes; times in my own zone; eleven languages", 5, "In Testing", 0, "Carla Díaz", "web"),
  story(3, "Next expected hour", "receiver", "I can plan my day", "Right in nine of ten cases; says so when it is only a guess", 8, "In Progress", 1, "Carla Díaz", "api"),
  story(3, "Share the tracking page", "receiver", "my neighbour can take the parcel", "The link shows no names; it ends with delivery", 2, "New", 1, "Carla Díaz", "quick win"),
  story(3, "Proof of delivery with photo", "sender", "disputes are short", "The photo shows the place, never a face; it is deleted after 30 days", 5, "New", 2, undefined, "regulation"),
  story(4, "Choose which messages I get", "receiver", "I am told enough and no more", "Mail, text and push each by milestone; one click stops all", 5, "New", 2, "Carla Díaz"),
  story(4, "Push message when the van is near", "receiver", "I hear the bell", "Within 15 minutes before; at most one", 5, "New", 2, undefined, "mobile"),
  story(4, "Text message for people without the app", "receiver", "I am told even so", "160 characters; costs are counted per sender", 3, "New", 3),
  story(4, "Messages in the receiver's language", "receiver", "I understand them", "The language of the last visit, else of the country", 3, "New", 3),
  story(5, "Redirect to a neighbour", "receiver", "the parcel arrives although I am out", "Until the van is loaded; the neighbour is named on the van's list", 5, "New", 2, "Emil Novák"),
  story(5, "Redirect to a parcel shop", "receiver", "I fetch it on my way", "Only shops with room; the opening hours are shown", 8, "New", 3),
  story(5, "Choose another day", "receiver", "I need not take a day off", "Up to seven days; once per parcel", 3, "New", 3),
  story(5, "Leave in the garage", "receiver", "nobody has to be at home", "Consent in writing; can be taken back", 3, "New", null, undefined, "regulation"),
  story(6, "Name the tariff on each line", "accountant", "I can check a line alone", "Tariff, zone and weight class; a link to the tariff page", 5, "New", 2, "Bo Chen"),
  story(6, "Group lines by cost centre", "accountant", "I need no spreadsheet", "The cost centre of the booking; lines without one stand last", 5, "New", 3),
  story(6, "Dispute a line with one click", "accountant", "I need not call", "A case with the parcel's history; answered within two days", 8, "New", 3),
  story(7, "Write the invoice in the public format", "authority", "my system takes it in", "The national validator accepts it; the PDF carries the same sums", 8, "In Progress", 1, "Bo Chen", "regulation"),
  story(7, "Route number of the authority", "clerk", "the invoice reaches the right desk", "Asked for at registration; its check digits are verified", 3, "In Testing", 0, "Bo Chen", "regulation"),
  story(7, "Send invoices over the public network", "authority", "I need no portal", "Delivery is confirmed; a refusal opens a case", 5, "New", 1),
  story(8, "Fill the cache at night", "depot manager", "the morning starts without the centre", "Complete by 04:30; its age is shown on the wall", 8, "New", 2, "Emil Novák", "api"),
  story(8, "Sort from the cache", "depot manager", "the belt runs through a cut", "Switches within five seconds; eight hours without the centre", 13, "New", 3, "Emil Novák"),
  story(8, "Send the scans after the cut", "operations", "nothing is missing in the books", "In order; twice sent is once counted", 8, "New", 3),
  story(8, "Show the state of all depots", "operations", "I see who works alone", "Refreshes each minute; colours are readable for the colour-blind", 5, "New", null),
  story(9, "Keep scans on the device", "courier", "no scan is lost", "Survives an empty battery; 10,000 scans", 8, "New", null, "Emil Novák"),
  story(9, "Scan damaged labels", "courier", "I need not type", "Two thirds of a label are enough", 13, "New", null),
  story(9, "Ring until found", "courier", "I find a lost scanner", "Rings for five minutes; only in the depot", 2, "New", null, undefined, "quick win"),
  story(9, "Night mode for the scanner", "courier", "the screen does not blind me", "By hour and by hand", 2, "New", null),
];

export interface DemoDefect {
  readonly feature: number | null;
  readonly name: string;
  readonly steps: readonly string[];
  readonly seen: string;
  readonly severity: string;
  readonly phase: string;
  readonly sprint: 0 | 1 | null;
  readonly owner?: string;
  readonly build: number;
}

const defect = (feature: number | null, name: string, steps: string, seen: string, severity: string, phase: string, sprint: DemoDefect["sprint"], build: number, owner?: string): DemoDefect => ({ feature, name, steps: steps.split("; "), seen, severity, phase, sprint, build, ...(owner ? { owner } : {}) });

export const DEFECTS: readonly DemoDefect[] = [
  defect(0, "Autocomplete loses the house number", "Type “Hauptstraße 12b”; choose the first suggestion", "“12b” becomes “12”", "High", "Fixed", 0, 412, "Bo Chen"),
  defect(0, "Address book shows deleted receivers after sign-in", "Delete a receiver; sign out and in", "It is back until the page is loaded again", "Medium", "Opened", 1, 415, "Anna Berg"),
  defect(0, "CSV import stops at an empty line", "Import a file with an empty line", "Everything after it is missing, no message", "High", "New", 1, 418),
  defect(1, "Price differs by one cent between two pages", "2.4 kg to Zone 3; compare first page and basket", "€ 14.32 and € 14.33", "Very High", "Opened", 0, 411, "Anna Berg"),
  defect(1, "Offer link opens the wrong currency", "Open an offer link from Switzerland", "Euro instead of francs", "Medium", "New", null, 419),
  defect(1, "Discount code with a blank is refused", "Paste a code with a blank behind it", "“Unknown code”", "Low", "Closed", 0, 405, "Emil Novák"),
  defect(2, "Wallet payment hangs after a refusal", "Refuse the payment on the phone; go back", "The button stays grey", "High", "Opened", 1, 417, "Bo Chen"),
  defect(2, "Receipt PDF has no page numbers", "Book 40 parcels; open the receipt", "Three pages, no numbers", "Low", "Deferred", null, 402),
  defect(2, "Two receipts for one payment", "Press “Pay” twice quickly", "Two mails with the same number", "Very High", "Fixed", 0, 413, "Emil Novák"),
  defect(3, "Van drives over the sea", "Track a parcel to an island", "The map draws a straight line", "Low", "Opened", 1, 416, "Carla Díaz"),
  defect(3, "Expected hour jumps back and forth", "Watch the page for ten minutes", "14–15, 16–17, 14–15", "High", "New", 1, 420, "Carla Díaz"),
  defect(3, "Milestones in the depot's time zone", "Track from Lisbon", "All times are one hour late", "Medium", "Proposed Closed", 0, 409, "Carla Díaz"),
  defect(3, "Photo of the delivery turned by 90°", "Deliver with a phone held upright", "The photo lies on its side", "Low", "Duplicate", null, 414),
  defect(7, "Validator refuses invoices without discount", "Write an invoice with no discount", "“BT-92 missing”", "Urgent", "Fixed", 0, 412, "Bo Chen"),
  defect(7, "Route number with lower-case letters is refused", "Enter a route number in lower case", "“Check digits wrong”", "Medium", "Opened", 1, 418, "Bo Chen"),
  defect(7, "Umlaut in the authority's name breaks the XML", "Bill “Bezirk Oberösterreich”", "The file is not well-formed", "Very High", "Closed", 0, 407, "Bo Chen"),
  defect(8, "Cache is empty after the time change", "Run the nightly job on the last Sunday of October", "The job ends with “0 routes”", "Urgent", "New", null, 421, "Emil Novák"),
  defect(9, "Scanner reboots when a label is wet", "Scan a wet label three times", "The device restarts", "High", "Rejected", null, 399),
  defect(null, "Help page answers 404 in Danish", "Switch to Danish; open Help", "404", "Low", "New", null, 420),
  defect(null, "Sign-in page flickers in dark mode", "Switch the system to dark; open the page", "White for half a second", "Low", "New", null, 421, "Anna Berg"),
];
