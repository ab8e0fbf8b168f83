import { readFileSync } from 'node:fs';

/** Bytes of a first load with gzip: the page and all that it names, its script, what that imports at once, its styles. */
export function firstLoadBytes(folder) {
  const page = readFileSync(`${folder}/index.html`, 'utf8');
  const named = [...page.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].map(([, file]) => file);
  return ['index.html', ...named].reduce((sum, file) => sum + readFileSync(`${folder}/${file}.gz`).length, 0);
}
