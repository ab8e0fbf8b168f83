import '@mantine/core/styles/default-css-variables.layer.css';
import '@mantine/core/styles/baseline.layer.css';
import '@mantine/core/styles/global.layer.css';
import '@mantine/notifications/styles.layer.css';
import './app/global.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router/dom';
import { reloadWhenThere } from './app/reload-when-there';
import { router } from './app/router';
import { cssVariables, theme } from './app/theme';
import { startLanguage } from './i18n/language';
import { SessionProvider } from './session/session';
import { SessionGate } from './session/session-gate';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no element #root.');
// Without its texts there is nothing to show.
await startLanguage().then(() => {
  createRoot(root).render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <Notifications position="bottom-right" />
      <SessionProvider>
        <SessionGate>
          <RouterProvider router={router} />
        </SessionGate>
      </SessionProvider>
    </MantineProvider>,
  );
}, reloadWhenThere);
