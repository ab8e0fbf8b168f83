import { createBrowserRouter, Navigate, Outlet, type RouteObject } from 'react-router';
import { useMe } from '../session/session';
import { NotAllowed, NotFound, PageFailed } from './other-pages';
import { mayOpen, tabs, type TabName, tabsOf } from './navigation';
import { Shell } from './shell';

/** A tab with its pages, which only its roles may open; each page is fetched when it is first visited. */
function tab(name: TabName, children: RouteObject[]): RouteObject {
  return { path: tabs[name].path, ErrorBoundary: PageFailed, children: [{ element: <Guard name={name} />, children }] };
}

export const router = createBrowserRouter([
  {
    element: <Shell />,
    ErrorBoundary: PageFailed,
    HydrateFallback: () => null,
    children: [
      { index: true, element: <Home /> },
      tab('users', [{ index: true, lazy: () => import('../users/users-page') }]),
      tab('groups', [{ index: true, lazy: () => import('../groups/groups-page') }]),
      tab('campaigns', [
        { index: true, lazy: () => import('../campaigns/campaigns-page') },
        {
          path: ':id',
          lazy: () => import('../campaigns/frame/campaign-frame'),
          children: [
            { index: true, lazy: () => import('../campaigns/summary/summary-page') },
            { path: 'settings', lazy: () => import('../campaigns/settings/settings-page') },
            { path: 'schedules', lazy: () => import('../campaigns/schedules/schedules-page') },
            {
              lazy: () => import('../campaigns/frame/administrator-pages'),
              children: [
                { path: 'leads', lazy: () => import('../campaigns/leads/leads-page') },
                { path: 'calls', lazy: () => import('../campaigns/calls/calls-page') },
              ],
            },
          ],
        },
      ]),
      tab('doNotCall', [
        {
          lazy: () => import('../do-not-call/do-not-call-frame'),
          children: [
            { index: true, lazy: () => import('../do-not-call/services-page') },
            { path: 'numbers', lazy: () => import('../do-not-call/numbers-page') },
          ],
        },
      ]),
      tab('installation', [
        {
          lazy: () => import('../installation/installation-frame'),
          children: [
            { index: true, lazy: () => import('../installation/engine-page') },
            { path: 'trunks', lazy: () => import('../installation/trunks-page') },
            { path: 'ports', lazy: () => import('../installation/ports-page') },
            { path: 'queues', lazy: () => import('../installation/queues-page') },
            { path: 'queues/:queueId', lazy: () => import('../installation/queue-page') },
            { path: 'audit', lazy: () => import('../installation/audit-page') },
            { path: 'diagnostics', lazy: () => import('../installation/diagnostics-page') },
          ],
        },
      ]),
      { path: '*', element: <NotFound /> },
    ],
  },
  // It fills the screen: nothing is around it.
  {
    HydrateFallback: () => null,
    ...tab('wallboard', [{ index: true, lazy: () => import('../wallboard/wallboard-page') }]),
  },
]);

function Guard({ name }: { readonly name: TabName }) {
  return mayOpen(useMe().role, name) ? <Outlet /> : <NotAllowed />;
}

function Home() {
  const [first = 'users'] = tabsOf(useMe().role);
  return <Navigate to={tabs[first].path} replace />;
}
