/** Something is coming; the list says it in words. */
export function Waiting() {
  return (
    <p className="message-waiting" aria-hidden="true">
      <i />
      <i />
      <i />
    </p>
  );
}
