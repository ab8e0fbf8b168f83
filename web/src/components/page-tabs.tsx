import { NavLink } from 'react-router';
import classes from './page-tabs.module.css';

export interface PageTab {
  readonly path: string;
  readonly label: string;
  /** Its address is the beginning of the others'. */
  readonly isFirst?: boolean;
}

interface PageTabsProps {
  /** What the tabs belong to, for screen readers. */
  readonly label: string;
  readonly tabs: readonly PageTab[];
}

/** Links to the pages that belong together, above each of them. */
export function PageTabs({ label, tabs }: PageTabsProps) {
  return (
    <nav className={classes.tabs ?? ''} aria-label={label}>
      {tabs.map(({ path, label: name, isFirst = false }) => (
        <NavLink key={path} to={path} end={isFirst} className={classes.tab ?? ''}>
          {name}
        </NavLink>
      ))}
    </nav>
  );
}
