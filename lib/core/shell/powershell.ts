// Completion for PowerShell, Windows' own 5.1 and 7. Where it answers nothing the shell offers files. Pure.

import { type Command, takenWord } from "./command.ts";

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** option = what it takes, '' for a switch; the empty option is the argument. */
const entryOf = ({ name, options, args }: Command): string => {
  const [arg] = args;
  const pairs = [...options.flatMap((option) => option.names.map((word) => `${quoted(word)} = ${quoted(option.takes === undefined ? "" : takenWord(option.takes))}`)), ...(arg === undefined ? [] : [`'<>' = ${quoted(takenWord(arg.takes))}`])];
  return `        ${quoted(name)} = @{ ${pairs.join("; ")} }`;
};

const MAIN = String.raw`    $words = @($ast.CommandElements | ForEach-Object { $_.Extent.Text })
    $site = if ($env:TANDEM_CONFIG) { $env:TANDEM_CONFIG } else { 'tandem' }
    for ($at = 1; $at -lt $words.Count - 1; $at++) { if ($words[$at] -eq '--config') { $site = $words[$at + 1].Trim("'", '"') } }
    $isFirst = $words.Count -lt 2 -or ($words.Count -eq 2 -and $word -ne '')
    $found = if ($isFirst) {
        @($scripts.Keys) + '--help', '--version'
    } elseif ($scripts.Contains($words[1])) {
        $options = $scripts[$words[1]]
        $before = if ($word -ne '') { $words[-2] } else { $words[-1] }
        $kind = if ($word -like '-*') { '@flags' } elseif ($options[$before]) { $options[$before] } elseif ($options['<>']) { $options['<>'] } else { '@flags' }
        switch ($kind) {
            '@flags' { $options.Keys | Where-Object { $_ -ne '<>' } | Sort-Object }
            '@script' { $scripts.Keys }
            '@connection' { Get-ChildItem -Path (Join-Path $site 'connections') -File -ErrorAction SilentlyContinue | Where-Object { $_.Extension -in '.yaml', '.yml' } | ForEach-Object { $_.BaseName } }
            '@group' { Get-ChildItem -Path (Join-Path $site 'connections') -File -ErrorAction SilentlyContinue | Select-String -Pattern '^groups: *\[(.*)\]' | ForEach-Object { $_.Matches[0].Groups[1].Value -split ',' } | ForEach-Object { $_.Trim(' ', '"', "'") } | Sort-Object -Unique }
            '@dataSource' { Select-String -Path (Join-Path $site 'dataSources.yaml') -Pattern '^  ([A-Za-z0-9][A-Za-z0-9_.-]*):' -ErrorAction SilentlyContinue | ForEach-Object { $_.Matches[0].Groups[1].Value } }
            { $_ -like '@*' } { }
            default { $kind -split ',' }
        }
    }
    $found | Where-Object { $_ -like "$word*" } | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
}
`;

export const renderPowershell = (commands: readonly Command[]): string => `# Completion of tandem for PowerShell. In $PROFILE: tandem completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName tandem -ScriptBlock {
    param($word, $ast, $cursor)
    $scripts = [ordered]@{
${commands.map(entryOf).join("\n")}
    }
${MAIN}`;
