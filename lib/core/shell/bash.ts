// Completion for bash, 3.2 or newer: a table of all scripts and their options, and the names of the site's own connections,
// groups and data sources, read from its files without starting anything. Pure.

import { type Command, quoted, takenWord } from "./command.ts";

const HELPERS = String.raw`_tandem_offer() {
  local name
  while IFS= read -r name; do
    [[ -n $name && $name == "$word"* ]] && COMPREPLY+=("$name")
  done
}

_tandem_site() {
  local at folder="${"$"}{TANDEM_CONFIG:-tandem}"
  for ((at = 1; at < COMP_CWORD; at++)); do
    [[ ${"$"}{COMP_WORDS[at]} == --config ]] || continue
    folder="${"$"}{COMP_WORDS[at + 1]}"
    [[ $folder == "=" ]] && folder="${"$"}{COMP_WORDS[at + 2]}"
  done
  printf '%s' "${"$"}{folder/#\~/$HOME}"
}

_tandem_names() {
  local file site
  site="$(_tandem_site)"
  case "$1" in
    connection)
      for file in "$site"/connections/*.yaml "$site"/connections/*.yml; do
        [[ -e $file ]] || continue
        file="${"$"}{file##*/}"
        printf '%s\n' "${"$"}{file%.*}"
      done
      ;;
    group) sed -n 's/^groups: *\[\(.*\)\].*/\1/p' "$site"/connections/*.y*ml 2> /dev/null | tr -d " \"'" | tr ',' '\n' | sort -u ;;
    dataSource) sed -n 's/^  \([A-Za-z0-9][A-Za-z0-9_.-]*\):.*/\1/p' "$site/dataSources.yaml" 2> /dev/null ;;
  esac
}
`;

const MAIN = String.raw`  kind="${"$"}{rest:-@flags}"
  [[ $word == -* ]] && kind="@flags"
  for pair in $takes; do
    [[ $pair == "$before="* ]] && kind="${"$"}{pair#*=}"
  done
  case "$kind" in
    @text) ;;
    @flags) _tandem_offer <<< "${"$"}{flags// /$'\n'}" ;;
    @script) _tandem_offer <<< "${"$"}{scripts// /$'\n'}" ;;
    @connection | @group | @dataSource) _tandem_offer < <(_tandem_names "${"$"}{kind#@}") ;;
    @file | @folder)
      while IFS= read -r pair; do COMPREPLY+=("$pair"); done < <(compgen "$([[ $kind == @file ]] && printf -- -f || printf -- -d)" -- "$word")
      compopt -o filenames 2> /dev/null
      ;;
    *) _tandem_offer <<< "${"$"}{kind//,/$'\n'}" ;;
  esac
  return 0
}

complete -F _tandem tandem
`;

const caseOf = ({ name, options, args }: Command): string => {
  const flags = options.flatMap(({ names }) => names).join(" ");
  const takes = options.flatMap((option) => (option.takes === undefined ? [] : option.names.map((word) => `${word}=${takenWord(option.takes ?? "text")}`))).join(" ");
  const [arg] = args;
  return `    ${name}) flags=${quoted(flags)} takes=${quoted(takes)} rest=${quoted(arg === undefined || arg.takes === "text" ? "" : takenWord(arg.takes))} ;;`;
};

export const renderBash = (commands: readonly Command[]): string => `# Completion of tandem for bash. In ~/.bashrc: source <(tandem completion bash)

${HELPERS}
_tandem() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD - 1]}" scripts=${quoted(commands.map(({ name }) => name).join(" "))} flags="" takes="" rest="" kind pair
  COMPREPLY=()
  # bash takes --side=master apart.
  if [[ $word == "=" ]]; then
    word=""
  elif [[ $before == "=" ]]; then
    before="\${COMP_WORDS[COMP_CWORD - 2]}"
  fi
  if ((COMP_CWORD == 1)); then
    _tandem_offer <<< "\${scripts// /$'\\n'}"$'\\n--help\\n--version'
    return 0
  fi
  case "\${COMP_WORDS[1]}" in
${commands.map(caseOf).join("\n")}
    *) return 0 ;;
  esac
${MAIN}`;
