// What a program that we start gets of our environment: what it needs to run, nothing else. Ours holds the logins of every system. Pure.

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where programs, libraries, lists of authorities and one's own files are found; language and zone; the session that systemctl --user and Kerberos speak to. */
const NEEDED =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_[A-Z]+|TZ|TZDIR|TMPDIR|TEMP|TMP|(?:DY)?LD_LIBRARY_PATH|SSL_CERT_(?:FILE|DIR)|OPENSSL_CONF|KRB5[A-Z0-9_]+|XDG_(?:RUNTIME_DIR|CONFIG_HOME)|DBUS_SESSION_BUS_ADDRESS|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PATHEXT|(?:LOCAL)?APPDATA|PROGRAMDATA|PROGRAMFILES(?:\(X86\))?|USERPROFILE|USERNAME|USERDOMAIN|HOMEDRIVE|HOMEPATH|COMPUTERNAME)$/i;

/** `also`: names that this program reads besides. */
export const environmentFor = (own: Environment, also?: RegExp): Environment => Object.fromEntries(Object.entries(own).filter(([name]) => NEEDED.test(name) || also?.test(name) === true));
