import classes from './bars.module.css';

export interface Bar {
  readonly key: string;
  readonly label: string;
  readonly value: string;
  readonly note?: string;
  /** Length, 0 to 1. */
  readonly share: number;
}

/** Figures below each other, each with a bar of its share. */
export function Bars({ bars }: { readonly bars: readonly Bar[] }) {
  return (
    <dl className={classes.bars}>
      {bars.map(({ key, label, value, note, share }) => (
        <div key={key} className={classes.row}>
          <dt>{label}</dt>
          <dd className={classes.figure}>
            <b>{value}</b>
            {note && <span className={classes.note}>{note}</span>}
          </dd>
          <dd className={classes.track} aria-hidden>
            <div style={{ width: `${share * 100}%` }} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
