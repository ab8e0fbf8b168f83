const ASK_EVERY_MS = 5000;

/**
 * Loads the page again when its server answers: what could not be fetched once, browsers do not all fetch twice, and after
 * an update of the server it has other names. The function that is returned gives it up.
 */
export function reloadWhenThere(): () => void {
  const asking = setInterval(() => {
    fetch('/', { cache: 'no-store', headers: { accept: 'text/html' } })
      .then(({ ok }) => {
        if (ok) location.reload();
      })
      .catch(() => undefined);
  }, ASK_EVERY_MS);
  return () => {
    clearInterval(asking);
  };
}

/** Chromium, Firefox and Safari each say it in their own words. */
export function isMissingFile(error: unknown): boolean {
  return (
    error instanceof Error &&
    /dynamically imported module|Importing a module script failed|Unable to preload/.test(error.message)
  );
}
