/** How to search for a query: as told; when left open, by words for what is looked up rather than asked. */
export function chooseSearch(
  asked: "semantic" | "keyword" | "hybrid" | "adaptive",
  query: string,
): "semantic" | "keyword" | "hybrid" {
  if (asked !== "adaptive") return asked;
  const isQuoted = /["“„«].+["”“»]/.test(query);
  const isNumber = /^[\p{L}\p{N}]*\d[\p{L}\p{N}./-]*$/u.test(query);
  const words = query.split(/\s+/).length;
  const hasBlanks = !/[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]/.test(query);
  return isQuoted || isNumber || (hasBlanks && words <= 2) ? "keyword" : "hybrid";
}
