/** Whether the local provider stand-in answered, which must never pass for a real provider. */
export function isStandIn(headers: Headers): boolean {
  const value = headers.get("x-signalbox-stand-in");
  return value !== null && value !== "false" && value !== "0";
}
