import { Button } from "./button.tsx";

interface RowButtonProps {
  /** What the row is called: read out after the button's words, so that twenty "Edit" are not twenty the same. */
  row: string;
  onClick: () => void;
  busy?: boolean;
  /** What the button does, as its words in sight. */
  children: string;
}

/** A button that does something with a table's row. */
export function RowButton({ row, children, ...rest }: RowButtonProps) {
  return (
    <Button look="quiet" {...rest}>
      <span>
        {children}
        <span className="visually-hidden">{` ${row}`}</span>
      </span>
    </Button>
  );
}
