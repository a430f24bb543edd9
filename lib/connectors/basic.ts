// A login with user and password, as HTTP has it (RFC 7617).

/** The value of an Authorization header; in UTF-8, which is what servers of today expect. A user's name holds no colon. */
export const basic = (user: string, password: string): string => `Basic ${Buffer.from(`${user}:${password}`, "utf8").toString("base64")}`;
