import { type FormEvent, useState } from "react";
import { readWork } from "../../api/jobs.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { navigate } from "../../routing/location.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { jobsMessages } from "./jobs-messages.ts";

/** Leads to any job by its id, and to any subject. */
export function FindForm() {
  const t = useText(jobsMessages);
  const { path } = useOrganization();
  const [text, setText] = useState("");
  const [tried, setTried] = useState(false);
  const isWrong = tried && readWork(text) === null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (readWork(text) !== null) navigate(path(`/jobs/${encodeURIComponent(text.trim())}`));
  };
  return (
    <form className="filters" onSubmit={submit} noValidate>
      <div className="field-grow">
        <TextField
          label={t("find")}
          type="search"
          placeholder={t("findHint")}
          value={text}
          problem={isWrong ? t("findProblem") : null}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <Button type="submit" icon="search">{t("show")}</Button>
    </form>
  );
}
