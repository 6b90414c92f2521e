/**
 * Tokens a chat template adds around each message. OpenAI adds 3 and the role (1) and, with a name, 1 more; Llama 3 adds
 * `<|start_header_id|>role<|end_header_id|>`, a blank line and `<|eot_id|>`, 5 in all. The larger, with room to spare.
 *
 * @see https://cookbook.openai.com/examples/how_to_count_tokens_with_tiktoken (2026-11-21)
 * @see https://www.llama.com/docs/model-cards-and-prompt-formats/llama3_1/ (2026-11-21)
 */
const tokensPerMessage = 8;

/** Tokens a chat template adds once: the start of the text and of the answer (OpenAI 3, Llama 3: 5). */
export const tokensPerRequest = 8;

/**
 * Tokens a provider adds once when tools or a schema are given: Anthropic's hidden system prompt, 159 to 804 by model and
 * choice.
 *
 * @see https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview#pricing (2026-11-21)
 */
export const tokensForTools = 1_000;

/** An upper bound of what `messages` messages (the system prompt counted as one) cost beside their texts. */
export function messageOverheadTokens(messages: number): number {
  return tokensPerRequest + messages * tokensPerMessage;
}
