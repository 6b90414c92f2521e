import { useId, useState } from "react";
import type { TaskAnswer } from "../../api/functions.ts";
import type { Claim, FoundPassage, KnowledgeFound } from "../../api/knowledge-search.ts";
import { useText } from "../../i18n/language.tsx";
import { useOrganization } from "../../organization/organization.tsx";
import { useFormat } from "../../organization/use-format.ts";
import { Link } from "../../routing/link.tsx";
import { changeSearch, usePlace } from "../../routing/location.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Icon } from "../../ui/icon.tsx";
import { FitButtons } from "./fit-buttons.tsx";
import { searchMessages } from "./search-messages.ts";
import { useJudgement } from "./use-judgement.ts";
import { usePassagePlace } from "./use-passage-place.ts";

/** The answer with its citations, and the passages it was taken from. */
export function SearchResults({ data, meta }: TaskAnswer<KnowledgeFound>) {
  const t = useText(searchMessages);
  const format = useFormat();
  const prefix = useId();
  const [shown, setShown] = useState<number | null>(null);
  const { results, answer, search_type, search_id } = data;
  if (results.length === 0) return <EmptyState icon="search" title={t("nothing")}>{t("nothingText")}</EmptyState>;
  const facts = meta.model === null
    ? undefined
    : t("facts", { model: meta.model, cost: format.money(meta.cost_usd, "USD") });
  return (
    <>
      {answer !== null && (
        <Card title={t("answer")} note={facts} className="answer">
          {answer.found
            ? answer.claims.map((claim) => (
              <ClaimLine
                key={claim.text}
                claim={claim}
                results={results}
                onShow={(number) => {
                  setShown(number);
                  document.getElementById(`${prefix}-${number}`)?.scrollIntoView({ block: "center" });
                }}
              />
            ))
            : <p>{t("notFound")}</p>}
        </Card>
      )}
      {answer === null && meta.fallback_reason !== null && <p className="muted">{t("noModel")}</p>}
      <Card
        title={t("found", { count: results.length })}
        note={t("foundBy", { how: t(`type_${search_type}`) })}
        actions={<Facets results={results} />}
      >
        <ol className="found">
          {results.map((passage, index) => (
            <li
              key={passage.chunk_id}
              id={`${prefix}-${index + 1}`}
              className={shown === index + 1 ? "found-passage found-shown" : "found-passage"}
            >
              <FoundLine passage={passage} number={index + 1} searchId={search_id} />
            </li>
          ))}
        </ol>
      </Card>
    </>
  );
}

interface ClaimLineProps {
  claim: Claim;
  results: readonly FoundPassage[];
  onShow: (number: number) => void;
}

function ClaimLine({ claim: { text, citations, supported }, results, onShow }: ClaimLineProps) {
  const t = useText(searchMessages);
  return (
    <p className="claim">
      {text} {citations.map((number) => (
        <button
          key={number}
          type="button"
          className="citation"
          aria-label={t("cited", { number, document: results[number - 1]?.document ?? "" })}
          title={results[number - 1]?.section}
          onClick={() => onShow(number)}
        >
          {number}
        </button>
      ))}
      {supported !== true && (
        <span className={supported === false ? "claim-doubt claim-bad" : "claim-doubt"}>
          <Icon name="warning" size={16} /> {t(supported === false ? "unsupported" : "unsure")}
        </span>
      )}
    </p>
  );
}

interface FoundLineProps {
  passage: FoundPassage;
  number: number;
  searchId: string;
}

function FoundLine({ passage, number, searchId }: FoundLineProps) {
  const t = useText(searchMessages);
  const format = useFormat();
  const { path } = useOrganization();
  const place = usePassagePlace();
  const { kept, given, judge } = useJudgement(searchId, passage.chunk_id);
  return (
    <>
      <p className="found-head">
        <span className="citation" aria-hidden="true">{number}</span>
        <Link
          to={path(`/knowledge/documents/${passage.document_id}?passage=${passage.position}`)}
          onClick={() => judge("clicked")}
        >
          {passage.section || passage.document}
        </Link>
        <span className="row-note">{place(passage)}</span>
        <span className="badges">
          {passage.similarity !== null && <Badge>{t("byMeaning", { share: format.share(passage.similarity) })}</Badge>}
          {passage.keyword_rank !== null && <Badge>{t("byWords")}</Badge>}
        </span>
        {kept && <FitButtons number={number} given={given} onJudge={judge} />}
      </p>
      <p className="passage-text" lang={passage.language ?? undefined}>{passage.content}</p>
    </>
  );
}

/** Narrows to one of the documents in which something was found. */
function Facets({ results }: { results: readonly FoundPassage[] }) {
  const t = useText(searchMessages);
  const { search } = usePlace();
  if (search.get("document") !== null) {
    return <Button icon="close" onClick={() => changeSearch({ document: null })}>{t("everywhere")}</Button>;
  }
  const documents = new Map<string, { name: string; count: number }>();
  for (const { document_id, document: name } of results) {
    documents.set(document_id, { name, count: (documents.get(document_id)?.count ?? 0) + 1 });
  }
  if (documents.size < 2) return null;
  return (
    <ul className="facets">
      {[...documents].map(([id, { name, count }]) => (
        <li key={id}>
          <button
            type="button"
            className="facet"
            title={t("inDocument", { name })}
            onClick={() => changeSearch({ document: id })}
          >
            {name} <span className="muted">{count}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
