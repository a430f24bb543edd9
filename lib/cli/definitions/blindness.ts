// The check of certificates is never switched off, wherever the switch stands: in the environment or in the .env of the definitions.

import { ConfigError } from "../../core/errors.ts";

/** Our calls to endpoints verify in any case; what calls the database, the mail server and webhooks would silently obey. Throws ConfigError. */
export const refuseBlindness = (variables: Readonly<Record<string, string | undefined>>, file?: string): void => {
  if (variables.NODE_TLS_REJECT_UNAUTHORIZED !== "0") return;
  throw new ConfigError([{ ...(file === undefined ? {} : { file }), message: "NODE_TLS_REJECT_UNAUTHORIZED=0 would switch off the check of certificates", advice: "unset it; a private authority is named by network.caFile, sslrootcert of the database's address, notify.mail.caFile, or NODE_EXTRA_CA_CERTS" }]);
};
