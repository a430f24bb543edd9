// Completion for fish, 3.0 or newer: one line per option of each script, with the words of its help. Pure.

import type { Command, CommandOption, Taken } from "./command.ts";

/** fish knows only these two inside single quotes. */
const quoted = (text: string): string => `'${text.replace(/['\\]/g, "\\$&")}'`;

const offered = (takes: Taken): string => {
  if (typeof takes !== "string") return `-x -a ${quoted(takes.join(" "))}`;
  if (takes === "file") return "-r -F";
  if (takes === "folder") return "-x -a '(__fish_complete_directories)'";
  return takes === "text" ? "-x" : `-x -a '(__tandem_names ${takes})'`;
};

const optionLine = (script: string, { names, text, takes }: CommandOption): string => {
  const words = names.map((name) => (name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  return `complete -c tandem -n '__tandem_is ${script}' ${words.join(" ")} ${takes === undefined ? "" : `${offered(takes)} `}-d ${quoted(text)}`;
};

const argumentLines = ({ name, args }: Command): readonly string[] => {
  const [arg] = args;
  if (arg === undefined || arg.takes === "text") return [];
  return [`complete -c tandem -n '__tandem_is ${name}' ${arg.takes === "file" ? "-F" : offered(arg.takes).replace("-x ", "")}`];
};

const linesOf = (command: Command): readonly string[] => [`complete -c tandem -n __tandem_first -a ${command.name} -d ${quoted(command.summary)}`, ...command.options.map((option) => optionLine(command.name, option)), ...argumentLines(command)];

const HELPERS = String.raw`function __tandem_first
    test (count (commandline -opc)) -eq 1
end

function __tandem_is
    set -l words (commandline -opc)
    test (count $words) -ge 2; and test "$words[2]" = "$argv[1]"
end

function __tandem_site
    set -l folder tandem
    set -q TANDEM_CONFIG; and set folder $TANDEM_CONFIG
    set -l before
    for word in (commandline -opc)
        test "$before" = --config; and set folder $word
        string match -q -- '--config=*' $word; and set folder (string replace -- '--config=' '' $word)
        set before $word
    end
    echo $folder
end

function __tandem_names
    set -l site (__tandem_site)
    set -l files $site/connections/*.yaml $site/connections/*.yml
    switch $argv[1]
        case connection
            for file in $files
                string replace -r '\.ya?ml$' '' (basename $file)
            end
        case group
            test (count $files) -gt 0; and sed -n 's/^groups: *\[\(.*\)\].*/\1/p' $files | tr -d ' "' | tr ',' '\n' | sort -u
        case dataSource
            test -f $site/dataSources.yaml; and sed -n 's/^  \([A-Za-z0-9][A-Za-z0-9_.-]*\):.*/\1/p' $site/dataSources.yaml
        case script
            printf '%s\n' $__tandem_scripts
    end
end
`;

export const renderFish = (commands: readonly Command[]): string => `# Completion of tandem for fish: tandem completion fish > ~/.config/fish/completions/tandem.fish

set -g __tandem_scripts ${commands.map(({ name }) => name).join(" ")}

${HELPERS}
complete -c tandem -f
complete -c tandem -n __tandem_first -l help -d 'list the scripts'
complete -c tandem -n __tandem_first -l version -d 'print the version'
${commands.flatMap(linesOf).join("\n")}
`;
