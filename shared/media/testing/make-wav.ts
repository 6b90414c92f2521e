/** A WAV file of so many milliseconds of silence, with a comment that the local stand-in writes down. */
export function makeWav(milliseconds: number, comment: string): Uint8Array<ArrayBuffer> {
  const utf8 = (text: string) => [...new TextEncoder().encode(text)];
  const size = (value: number) => [value & 255, value >> 8 & 255, value >> 16 & 255, value >> 24 & 255];
  const said = utf8(comment.length % 2 === 0 ? comment : `${comment} `);
  const info = [...utf8("INFOICMT"), ...size(said.length), ...said];
  const samples = milliseconds * 8;
  const head = [
    ...utf8("WAVEfmt "),
    ...[...size(16), 1, 0, 1, 0, ...size(8_000), ...size(8_000), 1, 0, 8, 0],
    ...[...utf8("LIST"), ...size(info.length), ...info],
    ...[...utf8("data"), ...size(samples)],
  ];
  const bytes = new Uint8Array(8 + head.length + samples).fill(128);
  bytes.set([...utf8("RIFF"), ...size(head.length + samples), ...head]);
  return bytes;
}
