import { type FormEvent, useId, useState } from "react";
import { type KnowledgeQuestion, SEARCH_TYPES, searchKnowledge } from "../../api/knowledge-search.ts";
import type { Base } from "../../api/knowledge.ts";
import { useText } from "../../i18n/language.tsx";
import { LANGUAGE_NAMES } from "../../i18n/messages.ts";
import { useOrganization } from "../../organization/organization.tsx";
import { QueryView } from "../../query/query-view.tsx";
import { useQuery } from "../../query/use-query.ts";
import { changeSearch, usePlace } from "../../routing/location.ts";
import { useProject } from "../../session/project.tsx";
import { Button } from "../../ui/button.tsx";
import { SelectField } from "../../ui/field.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { uiMessages } from "../../ui/ui-messages.ts";
import { knowledgeMessages } from "./knowledge-messages.ts";
import { SearchResults } from "./search-results.tsx";
import { searchMessages } from "./search-messages.ts";
import { useSuggestions } from "./use-suggestions.ts";

const MATCHES = 8;

/** A question to the knowledge with what narrows it, all of it in the address, and what is found. */
export function Search({ bases }: { bases: readonly Base[] }) {
  const { client } = useProject();
  const { orgId } = useOrganization();
  const question = useQuestion();
  const found = useQuery(
    question === null ? null : `knowledge/${orgId}/${JSON.stringify(question)}`,
    (signal) => searchKnowledge(client, orgId, question ?? nothing, signal),
  );
  return (
    <>
      <AskForm
        key={question?.query}
        bases={bases}
        query={question?.query ?? ""}
        busy={question !== null && found.loading}
      />
      {question !== null && (
        <QueryView query={found} placeholder={<Skeleton lines={8} />}>
          {(answer) => <SearchResults {...answer} />}
        </QueryView>
      )}
    </>
  );
}

const nothing: KnowledgeQuestion = {
  query: "",
  search_type: "adaptive",
  filters: {},
  match_count: MATCHES,
  include_context: false,
};

/** The question that the address asks; null when it asks none. */
function useQuestion(): KnowledgeQuestion | null {
  const { search } = usePlace();
  const query = search.get("q")?.trim() ?? "";
  if (query === "") return null;
  const [base, document, tag, language] = ["base", "document", "tag", "language"].map((name) => search.get(name));
  return {
    query: query.slice(0, 4000),
    search_type: SEARCH_TYPES.find((each) => each === search.get("how")) ?? "adaptive",
    filters: {
      ...(base ? { base_ids: [base] } : {}),
      ...(document ? { document_ids: [document] } : {}),
      ...(tag ? { tags: [tag] } : {}),
      ...(language ? { language } : {}),
    },
    match_count: MATCHES,
    include_context: search.get("answer") !== "0",
  };
}

function AskForm({ bases, query, busy }: { bases: readonly Base[]; query: string; busy: boolean }) {
  const t = useText(searchMessages);
  const ui = useText(uiMessages);
  const knowledge = useText(knowledgeMessages);
  const { search } = usePlace();
  const [text, setText] = useState(query);
  const suggestions = useSuggestions(text === query ? "" : text);
  const list = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    changeSearch({ q: text.trim() });
  };
  const set = (name: string) => (event: { target: { value: string } }) => changeSearch({ [name]: event.target.value });
  const chosen = bases.filter(({ base_id }) => [null, "", base_id].includes(search.get("base")));
  const languages = [...new Set(chosen.flatMap(({ languages }) => languages))].sort();
  const tags = [...new Set(chosen.flatMap(({ tags }) => tags))].sort();
  const all = <option value="">{ui("all")}</option>;
  return (
    <form className="card ask" role="search" onSubmit={submit}>
      <div className="ask-line">
        <input
          type="search"
          aria-label={t("question")}
          placeholder={t("placeholder")}
          maxLength={4000}
          list={list}
          autoComplete="off"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <datalist id={list}>
          {suggestions.map(({ text, kind }) => <option key={text} value={text} label={t(`kind_${kind}`)} />)}
        </datalist>
        <Button look="primary" icon="search" type="submit" busy={busy} disabled={text.trim() === ""}>{t("ask")}</Button>
      </div>
      <div className="filters">
        <SelectField label={knowledge("base")} value={search.get("base") ?? ""} onChange={set("base")}>
          {all}
          {bases.map(({ base_id, name }) => <option key={base_id} value={base_id}>{name}</option>)}
        </SelectField>
        {tags.length > 0 && (
          <SelectField label={t("tag")} value={search.get("tag") ?? ""} onChange={set("tag")}>
            {all}
            {tags.map((tag) => <option key={tag}>{tag}</option>)}
          </SelectField>
        )}
        {languages.length > 1 && (
          <SelectField label={knowledge("language")} value={search.get("language") ?? ""} onChange={set("language")}>
            {all}
            {languages.map((language) => <option key={language} value={language}>{nameOf(language)}</option>)}
          </SelectField>
        )}
        <SelectField label={t("how")} value={search.get("how") ?? "adaptive"} onChange={set("how")}>
          {SEARCH_TYPES.map((type) => <option key={type} value={type}>{t(`type_${type}`)}</option>)}
        </SelectField>
        <label className="check">
          <input
            type="checkbox"
            checked={search.get("answer") !== "0"}
            onChange={(event) => changeSearch({ answer: event.target.checked ? null : "0" })}
          />
          {t("answerToo")}
        </label>
      </div>
    </form>
  );
}

function nameOf(language: string): string {
  return LANGUAGE_NAMES[language as keyof typeof LANGUAGE_NAMES] ?? language;
}
