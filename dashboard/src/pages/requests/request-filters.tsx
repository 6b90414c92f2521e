import { type FormEvent, useState } from "react";
import { isSearchable, type RequestFilter } from "../../api/requests.ts";
import { useText } from "../../i18n/language.tsx";
import { changeSearch, usePlace } from "../../routing/location.ts";
import { Button } from "../../ui/button.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { requestsMessages } from "./requests-messages.ts";
import { useKnownNames } from "./use-known-names.ts";

const STATUSES = ["succeeded", "failed", "cancelled", "refused", "swept"] as const;
const MARKS = ["fell_back", "escalated", "cached", "rules", "needs_review"] as const;
const NAMES = ["task", "model", "status", "mark", "user", "job", "subject", "search"] as const;

/** The filter that the address names. */
export function useRequestFilter(): RequestFilter {
  const { search } = usePlace();
  const filter = Object.fromEntries(NAMES.map((name) => [name, search.get(name) ?? ""])) as unknown as RequestFilter;
  // An address may say anything; what cannot be asked for is left out.
  if (!(MARKS as readonly string[]).includes(filter.mark)) filter.mark = "";
  if (filter.search !== "" && !isSearchable(filter.search)) filter.search = "";
  return filter;
}

/** Narrows the list; kept in the address. */
export function RequestFilters() {
  const t = useText(requestsMessages);
  const ui = useText(uiMessages);
  const filter = useRequestFilter();
  const { tasks, models } = useKnownNames();
  const all = <option value="">{ui("all")}</option>;
  const narrowed = [filter.user, filter.job, filter.subject].filter((value) => value !== "");
  const set = (name: string) => (event: { target: { value: string } }) => changeSearch({ [name]: event.target.value });
  return (
    <div className="filters">
      <SearchForm key={filter.search} value={filter.search} />
      <SelectField label={t("task")} value={filter.task} onChange={set("task")}>
        {all}
        {tasks.map((task) => <option key={task}>{task}</option>)}
      </SelectField>
      <SelectField label={t("model")} value={filter.model} onChange={set("model")}>
        {all}
        {models.map((model) => <option key={model}>{model}</option>)}
      </SelectField>
      <SelectField label={t("status")} value={filter.status} onChange={set("status")}>
        {all}
        {STATUSES.map((status) => <option key={status} value={status}>{t(status)}</option>)}
      </SelectField>
      <SelectField label={t("mark")} value={filter.mark} onChange={set("mark")}>
        {all}
        {MARKS.map((mark) => <option key={mark} value={mark}>{t(mark)}</option>)}
      </SelectField>
      {narrowed.map((value) => <span key={value} className="filter-note">{t("narrowed", { what: value })}</span>)}
      {NAMES.some((name) => filter[name] !== "") && (
        <Button
          look="quiet"
          icon="close"
          onClick={() => changeSearch(Object.fromEntries(NAMES.map((name) => [name, null])))}
        >
          {t("clear")}
        </Button>
      )}
    </div>
  );
}

function SearchForm({ value }: { value: string }) {
  const t = useText(requestsMessages);
  const [text, setText] = useState(value);
  const [problem, setProblem] = useState<string | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wanted = text.trim();
    if (wanted !== "" && !isSearchable(wanted)) return setProblem(t("searchProblem"));
    setProblem(null);
    changeSearch({ search: wanted });
  };
  return (
    <form className="field-grow" role="search" onSubmit={submit}>
      <TextField
        label={t("search")}
        type="search"
        placeholder={t("searchHint")}
        value={text}
        onChange={(event) => setText(event.target.value)}
        problem={problem}
      />
    </form>
  );
}
