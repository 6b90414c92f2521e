import { useText } from "../i18n/language.tsx";
import { changeSearch, usePlace } from "../routing/location.ts";
import { type Range, type RangeName, RANGES, readRange } from "./range.ts";
import { rangeMessages } from "./range-messages.ts";
import { useFormat } from "./use-format.ts";

/** The range that the address names. */
export function useRange(): Range {
  const { search } = usePlace();
  return readRange(search, useFormat().today());
}

/** Chooses the days a page is about; kept in the address. */
export function RangePicker() {
  const t = useText(rangeMessages);
  const range = useRange();
  const choose = (name: RangeName) =>
    changeSearch({
      range: name === "30d" ? null : name,
      from: name === "custom" ? range.from : null,
      to: name === "custom" ? range.to : null,
    });
  return (
    <div className="range">
      <select aria-label={t("period")} value={range.name} onChange={(event) => choose(event.target.value as RangeName)}>
        {RANGES.map((name) => <option key={name} value={name}>{t(name)}</option>)}
      </select>
      {range.name === "custom" && (
        <>
          <DayInput label={t("from")} value={range.from} onChange={(from) => changeSearch({ from })} />
          <DayInput label={t("to")} value={range.to} onChange={(to) => changeSearch({ to })} />
        </>
      )}
    </div>
  );
}

function DayInput({ label, value, onChange }: { label: string; value: string; onChange: (day: string) => void }) {
  return (
    <input
      type="date"
      aria-label={label}
      defaultValue={value}
      onBlur={(event) => event.target.value !== "" && event.target.value !== value && onChange(event.target.value)}
    />
  );
}
