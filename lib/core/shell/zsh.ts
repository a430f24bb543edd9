// Completion for zsh: one _arguments call per script, with the words of its help. Pure.

import { type Command, type CommandOption, quoted, type Taken } from "./command.ts";

/** Inside the specification of an argument. */
const plain = (text: string): string => text.replace(/[\\[\]:]/g, "\\$&");

const actionOf = (takes: Taken): string => {
  if (typeof takes !== "string") return `(${takes.join(" ")})`;
  if (takes === "file") return "_files";
  if (takes === "folder") return "_files -/";
  return takes === "text" ? " " : `_tandem_names ${takes}`;
};

const specsOf = ({ names, placeholder, text, takes }: CommandOption): readonly string[] => {
  const isRepeatable = text.includes("may be repeated");
  const apart = isRepeatable ? "*" : names.length > 1 ? `(${names.join(" ")})` : "";
  const argument = takes === undefined ? "" : `:${plain((placeholder ?? "").replace(/[<>]/g, ""))}:${actionOf(takes)}`;
  return names.map((name) => quoted(`${apart}${name}${takes !== undefined && name.startsWith("--") ? "=" : ""}[${plain(text)}]${argument}`));
};

const argumentOf = (command: Command): readonly string[] => command.args.map(({ name, takes }) => quoted(`${name.endsWith("...") ? "*" : ""}:${plain(name.replace("...", ""))}:${actionOf(takes)}`));

const caseOf = (command: Command): string => `        ${command.name})\n          _arguments ${[...command.options.flatMap(specsOf), ...argumentOf(command)].join(" \\\n            ")}\n          ;;`;

const HELPERS = String.raw`_tandem_names() {
  local site="${"$"}{TANDEM_CONFIG:-tandem}" at=${"$"}{words[(I)--config]}
  (( at > 0 )) && site="${"$"}{(Q)words[at + 1]}"
  site="${"$"}{site/#\~/$HOME}"
  local -a found
  case "$1" in
    connection) found=("$site"/connections/*.y(a|)ml(N:t:r)) ;;
    group) found=(${"$"}{(f)"$(sed -n 's/^groups: *\[\(.*\)\].*/\1/p' "$site"/connections/*.y(a|)ml(N) /dev/null | tr -d " \"'" | tr ',' '\n' | sort -u)"}) ;;
    dataSource) found=(${"$"}{(f)"$(sed -n 's/^  \([A-Za-z0-9][A-Za-z0-9_.-]*\):.*/\1/p' "$site/dataSources.yaml" 2> /dev/null)"}) ;;
    script) found=($_tandem_scripts) ;;
  esac
  compadd -a found
}
`;

export const renderZsh = (commands: readonly Command[]): string => `#compdef tandem
# Completion of tandem for zsh: tandem completion zsh > a file _tandem in a folder of $fpath, or source it after compinit.

_tandem_scripts=(${commands.map(({ name }) => name).join(" ")})

${HELPERS}
_tandem() {
  local curcontext="$curcontext" state line
  typeset -A opt_args
  _arguments -C '(- *)'{-h,--help}'[list the scripts]' '(- *)--version[print the version]' '1:script:->script' '*::word:->words'
  case "$state" in
    script)
      local -a scripts
      scripts=(
${commands.map(({ name, summary }) => `        ${quoted(`${name}:${summary.replaceAll(":", "\\:")}`)}`).join("\n")}
      )
      _describe -t scripts script scripts
      ;;
    words)
      case "$words[1]" in
${commands.map(caseOf).join("\n")}
      esac
      ;;
  esac
}

if [[ "$funcstack[1]" == _tandem ]]; then
  _tandem "$@"
else
  compdef _tandem tandem
fi
`;
