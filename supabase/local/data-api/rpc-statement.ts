import { quoteIdentifier, quoteLiteral } from "../database/database.ts";
import type { Caller } from "./caller.ts";
import { type RequestFacts, requestSettings } from "./request-settings.ts";

/** A function as the schema cache describes it; the parts that decide how it is called. */
export interface CallableFunction {
  schema: string;
  name: string;
  arg_names: readonly string[];
  /** Aligned with `arg_names`, unless the function has unnamed arguments. */
  arg_types: readonly string[];
  /** How many of the last arguments may be left out. */
  arg_defaults: number;
  has_variadic: boolean;
  return_type: string;
  return_is_setof: boolean;
  /** `b` base, `e` enum, `c` composite, `p` pseudo. */
  return_typtype: string;
  has_out_args: boolean;
}

/** How the rows of a function become a JSON body. */
export type ResultShape = "void" | "scalar" | "rows";

/** The shape of a function's result; null when PostgREST's rules for it are left to the inner API. */
export function resultShape(called: CallableFunction): ResultShape | null {
  if (called.return_is_setof) {
    const hasColumns = called.return_typtype === "c" || called.has_out_args;
    return hasColumns ? "rows" : null;
  }
  if (called.return_type === "void") return "void";
  // One row of a table is one JSON object, as any other single value.
  return ["b", "e", "c"].includes(called.return_typtype) && !called.has_out_args ? "scalar" : null;
}

/** In a column list these mean a length of one, which is not what the function takes. */
const SHORTENED_TYPES = ["character", "bit"];

/** Whether the function takes exactly these named arguments, with only defaults left out. */
export function accepts(called: CallableFunction, given: readonly string[]): boolean {
  const { arg_names, arg_types, arg_defaults, has_variadic } = called;
  if (has_variadic || arg_names.length !== arg_types.length || arg_names.includes("")) return false;
  if (arg_types.some((type) => SHORTENED_TYPES.includes(type))) return false;
  const required = arg_names.slice(0, arg_names.length - arg_defaults);
  return given.every((name) => arg_names.includes(name)) && required.every((name) => given.includes(name));
}

/** One call, ready to be sent. */
export interface RpcCall {
  called: CallableFunction;
  shape: ResultShape;
  /** Names of the arguments in the body. */
  given: readonly string[];
  /** The body, a JSON object. */
  body: string;
  caller: Caller;
  facts: RequestFacts;
  /** More rows than this are cut off, as `max_rows` says. */
  maxRows: number;
}

/**
 * The whole transaction as one script: become the caller, call the function with arguments read from the JSON body as
 * PostgREST reads them, and give body, status and headers as one row.
 */
export function rpcScript({ called, shape, given, body, caller, facts, maxRows }: RpcCall): string {
  const settings = Object.entries(requestSettings(caller, facts))
    .map(([name, value]) => `set_config(${quoteLiteral(name)}, ${quoteLiteral(value)}, true)`);
  const name = `${quoteIdentifier(called.schema)}.${quoteIdentifier(called.name)}`;
  const fields = given.map((argument) =>
    `${quoteIdentifier(argument)} ${called.arg_types[called.arg_names.indexOf(argument)]}`
  );
  const source = given.length === 0 ? "" : `json_to_record(${quoteLiteral(body)}::json) as a(${fields.join(", ")}), `;
  const values = given.map((argument) => `${quoteIdentifier(argument)} := a.${quoteIdentifier(argument)}`);
  const call = `${name}(${values.join(", ")})`;
  const answer = {
    void: `select null as body, ${RESPONSE} from ${source}${call} as v`,
    scalar: `select coalesce((json_agg(v) -> 0)::text, 'null') as body, ${RESPONSE} from ${source}${call} as v`,
    rows: `select coalesce(json_agg(r), '[]')::text as body, ${RESPONSE}
      from (select r.* from ${source}${call} as r limit ${maxRows}) as r`,
  }[shape];
  return `begin; select ${settings.join(", ")}; ${answer}; commit;`;
}

const RESPONSE = `nullif(current_setting('response.status', true), '') as status,
      nullif(current_setting('response.headers', true), '') as headers`;
