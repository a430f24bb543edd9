// What a shell sources to complete `tandem`, made from the same declarations as the help.

import { renderBash } from "../core/shell/bash.ts";
import type { Command } from "../core/shell/command.ts";
import { renderFish } from "../core/shell/fish.ts";
import { renderPowershell } from "../core/shell/powershell.ts";
import { renderZsh } from "../core/shell/zsh.ts";

const RENDERERS: Readonly<Record<string, (commands: readonly Command[]) => string>> = { bash: renderBash, zsh: renderZsh, fish: renderFish, powershell: renderPowershell };

export const SHELLS: readonly string[] = Object.keys(RENDERERS);

/** undefined for a shell nobody knows. */
export const completion = (shell: string, commands: readonly Command[]): string | undefined => RENDERERS[shell]?.(commands);
