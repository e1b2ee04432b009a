/** The browsers whose engines are tried: Debian's packages, where they are installed. */
import { spawn } from 'node:child_process';
import { existsSync, globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromiumEngine, type Engine, hasChromium } from '../browser/chromium.ts';

/** An engine, and what has to be installed for it; `isThere` says whether it is. */
export interface Installable {
  readonly engine: Engine;
  readonly isThere: boolean;
  readonly packages: string;
}

const firefox = '/usr/bin/firefox-esr';

/** It would greet whom it does not know, and ask the network for news. */
const preferences = [
  ['browser.shell.checkDefaultBrowser', false],
  ['browser.aboutwelcome.enabled', false],
  ['datareporting.policy.dataSubmissionEnabled', false],
  ['network.captive-portal-service.enabled', false],
  ['app.normandy.enabled', false],
  ['browser.safebrowsing.malware.enabled', false],
] as const;

const firefoxEngine: Engine = {
  name: 'Firefox',
  open: (address, profile) => {
    const lines = preferences.map(([name, value]) => `user_pref("${name}", ${value});\n`);
    writeFileSync(join(profile, 'user.js'), lines.join(''));
    const flags = ['--headless', '--no-remote', '--new-instance', '--profile', profile, address];
    return spawn(firefox, flags, { stdio: 'ignore', env: { ...process.env, HOME: profile } });
  },
};

const [miniBrowser] = globSync('/usr/lib/*/webkit2gtk-4.*/MiniBrowser');
const screen = '/usr/bin/Xvfb';

/** WebKit has no mode without a window, so it gets a screen that nobody sees. The shell ends both together. */
const webkitEngine: Engine = {
  name: 'WebKit',
  open: (address, profile) => {
    const script = `trap 'kill $(jobs -p)' EXIT TERM
${screen} -displayfd 3 -screen 0 800x600x24 -nolisten tcp 3>"${profile}/display" 2>/dev/null & 
until [ -s "${profile}/display" ]; do sleep 0.1; done
DISPLAY=:$(cat "${profile}/display") ${miniBrowser} --private "${address}" & wait $!`;
    const env = { ...process.env, HOME: profile, LIBGL_ALWAYS_SOFTWARE: '1', WEBKIT_DISABLE_COMPOSITING_MODE: '1' };
    return spawn('bash', ['-c', script], { stdio: 'ignore', env });
  },
};

/** Chromium first. */
export const installable: readonly Installable[] = [
  { engine: chromiumEngine, isThere: hasChromium, packages: 'chromium' },
  { engine: firefoxEngine, isThere: existsSync(firefox), packages: 'firefox-esr' },
  {
    engine: webkitEngine,
    isThere: miniBrowser !== undefined && existsSync(screen),
    packages: 'webkit2gtk-driver xvfb',
  },
];
