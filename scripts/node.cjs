/*
 * Runs its arguments on a Node that is new enough: the current one, else the one that npm installed beside the product.
 * Plain old CommonJS, because the Node that starts it may be as old as 20.
 */
'use strict';
const { spawn } = require('child_process');
const fs = require('fs');
const path = require('path');

const MINIMUM = [22, 18];
const [major, minor] = process.versions.node.split('.').map(Number);
const isNewEnough = major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1]);

function bundledNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const binary = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node';
  return [`node-${platform}-${process.arch}`, `node-bin-${platform}-${process.arch}`]
    .map((name) => path.join(__dirname, '..', 'node_modules', name, binary))
    .find((file) => fs.existsSync(file));
}

const executable = isNewEnough ? process.execPath : bundledNode();
if (!executable) {
  console.error(
    `Node ${process.versions.node} is too old, and none is bundled for ${process.platform}-${process.arch}. ` +
      `Install Node ${MINIMUM.join('.')} or newer (24 LTS is best) and run this again.`,
  );
  process.exit(1);
}

const child = spawn(executable, process.argv.slice(2), {
  stdio: 'inherit',
  env: { ...process.env, PATH: path.dirname(executable) + path.delimiter + process.env.PATH },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  if (!signal) process.exit(code === null ? 1 : code);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});
