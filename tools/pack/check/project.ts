/** An empty folder into which packages are installed, and what runs in it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Something that is tried in a project; it throws where it fails, and returns why it was not tried. */
export interface Trial {
  readonly name: string;
  readonly run: (project: Project) => string | undefined | Promise<string | undefined>;
}

/** A folder of its own, which is removed in the end. */
export class Project {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'tessera-project-'));

  /** Packages by version, alias or path. Rejects with what npm says. */
  install(packages: readonly string[]): void {
    this.write('package.json', '{ "name": "project", "private": true }\n');
    const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--no-package-lock'];
    this.#execute('npm', ['install', ...flags, ...packages], process.platform === 'win32');
  }

  write(name: string, text: string): void {
    mkdirSync(dirname(join(this.folder, name)), { recursive: true });
    writeFileSync(join(this.folder, name), text);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** What the script prints; an error has it too. `program` is a file below `node_modules`; absent: this Node. */
  run(program: string | undefined, ...args: readonly string[]): string {
    return this.#execute(program === undefined ? process.execPath : join(this.folder, 'node_modules', program), args);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #execute(program: string, args: readonly string[], shell = false): string {
    try {
      return execFileSync(program, args, { cwd: this.folder, encoding: 'utf8', stdio: 'pipe', shell });
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string };
      throw new Error(`${args.join(' ')}\n${stdout}${stderr}`.trim());
    }
  }
}

/** Fails with both texts. */
export function same(found: string, wanted: string): void {
  if (found.trim() !== wanted) throw new Error(`printed ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`);
}
