// Addresses and colours that may stand in the normal form: the closed list that keeps scripts out. Pure.

const SCHEMES = new Set(["http", "https", "ftp", "ftps", "sftp", "mailto", "tel", "sip", "file", "ssh", "git"]);

/** Letters that no address needs raw and that some format would trip over. */
const escapeAddress = (address: string): string => address.replace(/[ "<>\\^`{|}]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);

const schemeOf = (address: string): string | undefined => /^([a-z][a-z0-9+.-]{0,30}):/i.exec(address)?.[1]?.toLowerCase();

/** Whether it names a place by itself (not an attachment's name, not a place inside the site). */
export const isAbsolute = (address: string): boolean => schemeOf(address) !== undefined || address.startsWith("//");

// Browsers drop control letters inside addresses before they look at the scheme ("java\nscript:"), so we do first.
const bare = (address: string): string => address.replace(/[\u0000-\u001f\u007f-\u009f\ufffe\uffff]/g, "").replace(/[\ud800-\udfff]/gu, "\ufffd").trim();

/** An address that cannot run anything, or nothing. Relative ones are kept: they name attachments. */
export const safeAddress = (address: string): string | undefined => {
  const text = bare(address);
  if (text === "") return undefined;
  const scheme = schemeOf(text);
  if (scheme !== undefined) return SCHEMES.has(scheme) ? escapeAddress(text) : undefined;
  // "foo bar:x" has no scheme for us but might for a lenient reader.
  return /^[^/?#]*:/.test(text) ? undefined : escapeAddress(text);
};

/** As safeAddress, but an attachment's name stays as the name it is. */
export const safeSource = (source: string): string | undefined => {
  const text = bare(source).replace(/\s+/g, " ");
  return isAbsolute(text) || text.includes(":") ? safeAddress(text) : text === "" ? undefined : text;
};

// The colour names of CSS Color Module Level 4, section 6.1, as name and six digits.
const NAMES = `aliceblue f0f8ff antiquewhite faebd7 aqua 00ffff aquamarine 7fffd4 azure f0ffff beige f5f5dc bisque ffe4c4 black 000000
blanchedalmond ffebcd blue 0000ff blueviolet 8a2be2 brown a52a2a burlywood deb887 cadetblue 5f9ea0 chartreuse 7fff00 chocolate d2691e
coral ff7f50 cornflowerblue 6495ed cornsilk fff8dc crimson dc143c cyan 00ffff darkblue 00008b darkcyan 008b8b darkgoldenrod b8860b
darkgray a9a9a9 darkgreen 006400 darkgrey a9a9a9 darkkhaki bdb76b darkmagenta 8b008b darkolivegreen 556b2f darkorange ff8c00
darkorchid 9932cc darkred 8b0000 darksalmon e9967a darkseagreen 8fbc8f darkslateblue 483d8b darkslategray 2f4f4f darkslategrey 2f4f4f
darkturquoise 00ced1 darkviolet 9400d3 deeppink ff1493 deepskyblue 00bfff dimgray 696969 dimgrey 696969 dodgerblue 1e90ff
firebrick b22222 floralwhite fffaf0 forestgreen 228b22 fuchsia ff00ff gainsboro dcdcdc ghostwhite f8f8ff gold ffd700 goldenrod daa520
gray 808080 green 008000 greenyellow adff2f grey 808080 honeydew f0fff0 hotpink ff69b4 indianred cd5c5c indigo 4b0082 ivory fffff0
khaki f0e68c lavender e6e6fa lavenderblush fff0f5 lawngreen 7cfc00 lemonchiffon fffacd lightblue add8e6 lightcoral f08080
lightcyan e0ffff lightgoldenrodyellow fafad2 lightgray d3d3d3 lightgreen 90ee90 lightgrey d3d3d3 lightpink ffb6c1 lightsalmon ffa07a
lightseagreen 20b2aa lightskyblue 87cefa lightslategray 778899 lightslategrey 778899 lightsteelblue b0c4de lightyellow ffffe0
lime 00ff00 limegreen 32cd32 linen faf0e6 magenta ff00ff maroon 800000 mediumaquamarine 66cdaa mediumblue 0000cd mediumorchid ba55d3
mediumpurple 9370db mediumseagreen 3cb371 mediumslateblue 7b68ee mediumspringgreen 00fa9a mediumturquoise 48d1cc mediumvioletred c71585
midnightblue 191970 mintcream f5fffa mistyrose ffe4e1 moccasin ffe4b5 navajowhite ffdead navy 000080 oldlace fdf5e6 olive 808000
olivedrab 6b8e23 orange ffa500 orangered ff4500 orchid da70d6 palegoldenrod eee8aa palegreen 98fb98 paleturquoise afeeee
palevioletred db7093 papayawhip ffefd5 peachpuff ffdab9 peru cd853f pink ffc0cb plum dda0dd powderblue b0e0e6 purple 800080
rebeccapurple 663399 red ff0000 rosybrown bc8f8f royalblue 4169e1 saddlebrown 8b4513 salmon fa8072 sandybrown f4a460 seagreen 2e8b57
seashell fff5ee sienna a0522d silver c0c0c0 skyblue 87ceeb slateblue 6a5acd slategray 708090 slategrey 708090 snow fffafa
springgreen 00ff7f steelblue 4682b4 tan d2b48c teal 008080 thistle d8bfd8 tomato ff6347 turquoise 40e0d0 violet ee82ee wheat f5deb3
white ffffff whitesmoke f5f5f5 yellow ffff00 yellowgreen 9acd32`.split(/\s+/);
const NAMED = new Map(NAMES.flatMap((name, index) => (index % 2 === 0 ? [[name, `#${NAMES[index + 1]}`] as const] : [])));

const channel = (part: string): string => {
  const value = part.endsWith("%") ? Number(part.slice(0, -1)) * 2.55 : Number(part);
  return Math.min(Math.max(Math.round(value), 0), 255).toString(16).padStart(2, "0");
};

/** #rrggbb in lower case from any usual way to write a colour (transparency is dropped), or nothing if it cannot be seen. */
export const colourOf = (colour: string): string | undefined => {
  const value = colour.trim().toLowerCase();
  if (/^#[0-9a-f]{6}([0-9a-f]{2})?$/.test(value)) return value.slice(0, 7);
  if (/^#[0-9a-f]{3,4}$/.test(value)) return `#${[...value.slice(1, 4)].map((digit) => digit + digit).join("")}`;
  const rgb = /^rgba?\(\s*(\d{1,3}%?)[\s,]+(\d{1,3}%?)[\s,]+(\d{1,3}%?)\s*(?:[,/]\s*([\d.]{1,8})%?\s*)?\)$/.exec(value);
  if (rgb !== null && Number(rgb[4] ?? 1) === 0) return undefined;
  if (rgb !== null) return `#${rgb.slice(1, 4).map(channel).join("")}`;
  return NAMED.get(value);
};
