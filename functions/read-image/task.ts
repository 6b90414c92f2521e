/**
 * Transcribes the text in an image and says what it shows.
 *
 * @module
 */
import { imageReading, imageTask, type MediaDeps, mediaFile, mediaHandler, READ_IMAGE } from "@shared/media/mod.ts";
import { z } from "zod";

const hint = z.string().trim().max(300).describe("What the image is from, such as its document's name.");

const input = z.union([
  z.strictObject({
    image: z.string().max(900_000).refine(
      (url) => /^(data:image\/|https:\/\/)/.test(url),
      "must be a data URL or an https address",
    )
      .describe("PNG, JPEG, WebP or GIF as a data URL in base64, or an https address that the provider fetches."),
    hint: hint.optional(),
  }),
  z.strictObject({
    path: z.string().min(38).max(1_000).describe("Object in the bucket knowledge: <org_id>/<anything>/<file name>."),
    hint: hint.optional(),
  }),
]);

/** Eight by eight pixels, with a comment that the local stand-in, which has no eyes, reads instead. */
const EXAMPLE = "data:image/png;base64," +
  "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAANHRFWHRDb21tZW50AENhcmU6IGNsZWFuIHBvcmNlbGFpbiB0" +
  "aWxlcyB3aXRoIHdhcm0gd2F0ZXIuF3GGRQAAABBJREFUeNpjYPiPBhnIEgEAfAQf4foWq5EAAAAASUVORK5CYII=";

/** An image in, its words out. */
export const readImage = {
  ...READ_IMAGE,
  description: "Transcribes the text in an image and says what it shows.",
  translations: {
    de: { title: "Bilder lesen", description: "Schreibt den Text in einem Bild ab und sagt, was es zeigt." },
    fr: { title: "Lecture d'image", description: "Transcrit le texte d'une image et dit ce qu'elle montre." },
    es: { title: "Lectura de imágenes", description: "Transcribe el texto de una imagen y dice qué muestra." },
  },
  input,
  output: imageReading,
  example: { input: { image: EXAMPLE, hint: "A page of care instructions" } },
};

/** @param deps Default: this deployment's own. */
export function readImageHandler(deps?: MediaDeps): (request: Request) => Promise<Response> {
  return mediaHandler(readImage, async ({ hint = "", ...source }, tools) => {
    if ("image" in source && source.image.startsWith("https:")) {
      return { definition: imageTask({ url: source.image }), input: { content_hash: source.image, hint } };
    }
    const image = await mediaFile("path" in source ? source : { dataUrl: source.image }, "image", tools);
    return { definition: imageTask(image), input: { content_hash: image.contentHash, hint } };
  }, deps);
}
