// Secrets are registered once, when they are resolved, and never printed by anything that goes through here.

const secrets = new Set<string>();

/** Registers a secret and the forms it takes on the wire. Texts under 4 characters would blank out ordinary words. */
export const registerSecret = (secret: string): void => {
  if (secret.length < 4) return;
  for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64"), JSON.stringify(secret).slice(1, -1)]) secrets.add(form);
};

/** A pair whose "user:secret" form travels base64-encoded in a Basic header. */
export const registerBasic = (user: string, secret: string): void => {
  if (secret === "") return;
  secrets.add(Buffer.from(`${user}:${secret}`).toString("base64"));
};

/** The password inside an address, of the database or of a proxy: it may be said without the rest. */
export const registerAddress = (address: string): void => {
  if (!URL.canParse(address)) return;
  const { username, password } = new URL(address);
  registerSecret(password);
  try {
    registerSecret(decodeURIComponent(password));
    registerBasic(decodeURIComponent(username), decodeURIComponent(password));
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
  }
};

/** For a process that runs scripts of several sites one after the other: what is a secret of one may be a word of the next. */
export const forgetSecrets = (): void => secrets.clear();

export const redact = (text: string): string => {
  let result = text;
  for (const secret of [...secrets].toSorted((a, b) => b.length - a.length)) result = result.replaceAll(secret, "•••");
  return result.replace(/(:\/\/[^\s/:@]+:)[^\s/@]+@/g, "$1•••@");
};
