// Prints what a shell sources to complete `tandem`.

import { readCommands } from "../lib/cli/script/commands.ts";
import { main, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { UsageError } from "../lib/core/errors.ts";
import { completion, SHELLS } from "../lib/run/completion.ts";

const definition: ScriptDefinition = {
  name: "completion",
  summary: "Prints what bash, zsh, fish or PowerShell reads to complete scripts, options and their values.",
  details: "Names of connections, groups and data sources are those of the site: the folder after --config, else of TANDEM_CONFIG, else tandem/.",
  args: [{ name: "shell", text: "bash, zsh, fish or powershell", takes: SHELLS }],
  options: [],
  examples: ["source <(npx tandem completion bash)", "npx tandem completion zsh > ~/.zfunc/_tandem", "npx tandem completion fish > ~/.config/fish/completions/tandem.fish", "npx tandem completion powershell | Out-String | Invoke-Expression"],
  run: async (call) => {
    const [shell = ""] = call.args;
    const text = completion(shell, await readCommands(import.meta.url, definition));
    if (text === undefined) throw new UsageError(`"${shell}" is no shell that is known`, `take one of ${SHELLS.join(", ")}`);
    if (call.options.json !== true) call.output.raw(text);
    call.output.json({ shell, text });
    return 0;
  },
};

export default definition;
await main(import.meta, definition);
